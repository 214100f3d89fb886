"""Reranks with a cross-encoder on ONNX Runtime: the packaged ms-marco-MiniLM-L-12-v2, or one's own folder."""

import json
import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders.batching import inputs_of
from assistant.embedders.onnx_session import open_session, translated
from assistant.embedders.tokens import read_tokenizer
from assistant.errors import BadResponse, MissingDependency
from assistant.rerankers.packaged import names_packaged_reranker, packaged_reranker_folder, verify_reranker
from assistant.rerankers.reading import pairs_of, scored_in_time

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

DEFAULT_MAX_SEQUENCE = 512


class OnnxReranker:
    """Implements `Reranker`. One pair at a time on each core: with neighbours an int8 score would depend on them."""

    def __init__(self, name: str) -> None:
        """Take the `name` after `onnx:`: the packaged model's, or a folder with model.onnx and tokenizer.json.

        Raises:
            MissingDependency: The package or the folder's files are not here.
        """
        self._name = name
        self._packaged = names_packaged_reranker(name)
        self._folder = packaged_reranker_folder() if self._packaged else Path(name).expanduser()
        for file in ("model.onnx", "tokenizer.json"):
            if not (self._folder / file).is_file():
                raise MissingDependency(f"{self.name}: {self._folder / file} is missing; put the exported model there")
        self._lock = threading.Lock()
        self._model: tuple[InferenceSession, Tokenizer] | None = None

    @property
    def name(self) -> str:
        """`onnx:` and the name."""
        return f"onnx:{self._name}"

    def warm_up(self) -> None:
        """Load the model.

        Raises:
            AssistantError: It cannot be loaded, or the packaged weights are not those that were tried.
        """
        self._loaded()

    def rerank(self, question: str, texts: Sequence[str], seconds: float) -> list[float]:
        """Return the probability that each text answers the question, as far as `seconds` reach.

        Raises:
            BackendError: The model failed, or gives another number of scores than one.
        """
        self._loaded()
        return scored_in_time(pairs_of(question, texts), self._score, seconds)

    def _score(self, pair: tuple[str, str]) -> float:
        session, tokenizer = self._loaded()
        wanted = {one.name for one in session.get_inputs()}
        given = {name: column for name, column in inputs_of(tokenizer.encode(*pair)).items() if name in wanted}
        with translated(self.name):
            logits = session.run(None, given)[0]
        if logits.size != 1:
            raise BadResponse(self.name, f"the model gives {logits.size} scores for a pair; a reranker gives one")
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, float(logits.ravel()[0])))))

    def _loaded(self) -> tuple["InferenceSession", "Tokenizer"]:
        with self._lock:
            if self._model is None:
                weights = self._folder / "model.onnx"
                if self._packaged:
                    verify_reranker(weights)
                tokenizer = read_tokenizer(self._folder / "tokenizer.json")
                tokenizer.no_padding()
                tokenizer.enable_truncation(self._longest())
                self._model = open_session(self.name, weights), tokenizer
            return self._model

    def _longest(self) -> int:
        config = self._folder / "config.json"
        known = json.loads(config.read_text(encoding="utf-8")) if config.is_file() else {}
        return int(known.get("max_position_embeddings", DEFAULT_MAX_SEQUENCE))
