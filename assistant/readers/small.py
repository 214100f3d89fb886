"""The small reader: the packaged embedder with weights of 2 MB added, which read a question and a text together."""

import logging
import math
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedders.batching import inputs_of
from assistant.embedders.onnx_session import open_session, translated
from assistant.embedders.packaged import packaged_folder
from assistant.embedders.tokens import SpanTokenizer, read_tokenizer, shortened
from assistant.errors import BackendError
from assistant.readers.weights import digest
from assistant.rerankers.reading import pairs_of, scored_in_time
from assistant.types import Readout

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Encoding, Tokenizer

logger = logging.getLogger(__name__)

LONGEST = 160
"""So many tokens of question and text together it was trained on; of a longer text the beginning is read."""

QUESTION_TOKENS = 40
LONGEST_ANSWER = 40
"""An answer is at most so many tokens long."""

TEXT = 1
"""The sequence of a pair that a token of the text belongs to, as the tokenizer numbers them."""


class SmallReader:
    """Implements `Reader`. One text at a time on each core, so that what is read with it does not change a score."""

    name = "small"
    language = "en"

    def __init__(self, *, home: Path) -> None:
        """Take the state folder, where the model is kept once it was made."""
        self._file = home / "models" / "readers" / f"small-{digest()}-int8.onnx"
        self._lock = threading.Lock()
        self._model: tuple[InferenceSession, Tokenizer, SpanTokenizer] | None = None

    def warm_up(self) -> None:
        """Make the model where it is not there yet, and load it.

        Raises:
            MissingDependency: The packaged embedder is not installed.
            BackendError: The model cannot be loaded.
        """
        self._loaded()

    def read(self, question: str, texts: Sequence[str], seconds: float) -> list[Readout]:
        """Return what it made of each text, in order, as far as `seconds` reach.

        Raises:
            BackendError: The model failed.
        """
        self._loaded()
        return scored_in_time(pairs_of(question, texts), self._readout, seconds)

    def _readout(self, pair: tuple[str, str]) -> Readout:
        session, tokenizer, spans = self._loaded()
        question, text = pair
        # The text keeps its room: of a long question the beginning says what it is about.
        encoded = tokenizer.encode(shortened(question, spans.spans(question), QUESTION_TOKENS), text)
        with translated(self.name):
            found: list[Any] = session.run(None, inputs_of(encoded))
        start, end = _answer(encoded, found[0][0])
        return Readout(probability=1 / (1 + math.exp(-float(found[1][0]))), start=start, end=end)

    def _loaded(self) -> tuple["InferenceSession", "Tokenizer", SpanTokenizer]:
        with self._lock:
            if self._model is None:
                tokenizer = read_tokenizer(packaged_folder() / "tokenizer.json")
                tokenizer.no_padding()
                tokenizer.enable_truncation(LONGEST, strategy="only_second")
                self._model = self._session(), tokenizer, SpanTokenizer(tokenizer)
            return self._model

    def _session(self) -> "InferenceSession":
        """Open the model; one that is missing or damaged is made anew, as all that it is made of is installed."""
        if not self._file.is_file():
            self._make()
        try:
            return open_session(self.name, self._file)
        except BackendError as error:
            logger.warning("%s is made anew: %s", self._file, error)
            self._make()
            return open_session(self.name, self._file)

    def _make(self) -> None:
        from assistant.readers.export import export_small_reader

        try:
            export_small_reader(self._file)
        except (OSError, RuntimeError) as error:
            remedy = "give the home room and the right to write, or set ASSISTANT_READER=none"
            raise BackendError(
                self.name, f"the reader cannot be kept in {self._file.parent} ({error}); {remedy}"
            ) from error


def _answer(encoded: "Encoding", logits: NDArray[np.float32]) -> tuple[int, int]:
    """Return the likeliest range of characters of the text."""
    places = [place for place, one in enumerate(encoded.sequence_ids) if one == TEXT]
    if not places:
        return 0, 0
    first, last = logits[places, 0], logits[places, 1]
    # Rows are first tokens, columns last ones: only what begins before it ends, and is short, is an answer.
    sums = first[:, None] + last[None, :] - np.where(_allowed(len(places)), 0.0, np.inf)
    start, end = divmod(int(np.argmax(sums)), len(places))
    return encoded.offsets[places[start]][0], encoded.offsets[places[end]][1]


def _allowed(count: int) -> NDArray[np.bool_]:
    every = np.ones((count, count), dtype=bool)
    allowed: NDArray[np.bool_] = np.triu(every) & np.tril(every, LONGEST_ANSWER - 1)
    return allowed
