"""Reranks with a cross-encoder of the sentence-transformers library: a folder, or any name on the hub."""

import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.embedders.loading import computing, loading, local_folder
from assistant.errors import ConfigurationError
from assistant.rerankers.reading import pairs_of

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

CPU_BATCH_PAIRS = 4
"""Few at a time, so that the end of the time is noticed soon."""

ACCELERATOR_BATCH_PAIRS = 64


class CrossEncoderReranker:
    """Implements `Reranker`. A folder is loaded without any network access; nothing of it is run as code."""

    def __init__(self, name: str) -> None:
        """Take the `name` after `cross-encoder:`; it is looked up on first use."""
        self._name = name
        self._lock = threading.RLock()
        self._model: CrossEncoder | None = None

    @property
    def name(self) -> str:
        """`cross-encoder:` and the name."""
        return f"cross-encoder:{self._name}"

    def warm_up(self) -> None:
        """Load the model.

        Raises:
            AssistantError: It cannot be loaded, or it classifies instead of ranking.
        """
        self._loaded()

    def rerank(self, question: str, texts: Sequence[str], seconds: float) -> list[float]:
        """Return the probability that each text answers the question, as far as `seconds` reach.

        Raises:
            BackendError: The model failed.
        """
        model = self._loaded()
        until = time.monotonic() + seconds
        pairs = pairs_of(question, texts)
        size = CPU_BATCH_PAIRS if model.device.type == "cpu" else ACCELERATOR_BATCH_PAIRS
        scores: list[float] = []
        for start in range(0, len(pairs), size):
            if time.monotonic() >= until:
                break
            scores += self._scores(model, pairs[start : start + size])
        return scores

    def _scores(self, model: "CrossEncoder", pairs: list[tuple[str, str]]) -> list[float]:
        import torch

        # Its tokenizer keeps padding as a state, so threads take turns; a turn is a few passages long.
        with self._lock, computing(self.name):
            found = model.predict(
                pairs, batch_size=len(pairs), show_progress_bar=False, activation_fn=torch.nn.Sigmoid()
            )
        return [float(one) for one in found]

    def _loaded(self) -> "CrossEncoder":
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "CrossEncoder":
        from sentence_transformers import CrossEncoder

        folder = local_folder(self._name)
        with loading(self.name):
            model: CrossEncoder = CrossEncoder(
                str(folder) if folder else self._name, local_files_only=folder is not None
            )
        if model.num_labels != 1:
            message = f"ASSISTANT_RERANKER={self.name}: the model tells {model.num_labels} classes apart"
            raise ConfigurationError(f"{message}; name one that was trained to rank, which gives one score")
        return model
