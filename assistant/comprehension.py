"""Lets a reader point at the words of passages that answer a question. What fails or is late points at nothing."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from assistant.languages import language_of
from assistant.ports import Reader
from assistant.resting import Resting
from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import Readout, ScoredPassage

READ_PASSAGES = 3
"""Of so many of the best passages one piece each is read; every piece costs some 15 ms of a core."""

WINDOW_CHARS = 560
"""About what fits into a small reader beside a question; a piece stops at the end of a sentence."""


class Window(NamedTuple):
    """A piece of a passage: its first character, and the share of the question's weights that it holds."""

    start: int
    text: str
    held: float


class Comprehension:
    """Asks a reader within a time limit. Thread-safe."""

    def __init__(self, reader: Reader, *, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Let `reader` use up to `seconds` a question, loading not included."""
        self._reader = reader
        self._seconds = seconds
        without = f"the reader {reader.name} failed, so that answers go by words alone"
        self._resting = Resting(reader.warm_up, without=without, clock=clock)

    def read(
        self, question: str, weights: Mapping[str, float], passages: Sequence[ScoredPassage]
    ) -> list[ScoredPassage]:
        """Return the passages, the best of them with what the reader made of them.

        Args:
            question: In words that can be understood alone.
            weights: The rarity of each of its stemmed terms; they tell which piece of a long passage to read.
            passages: Best first.
        """
        windows = [_likeliest(one.passage.text, weights) for one in passages[:READ_PASSAGES]]
        found = self._readouts(question, [one.text for one in windows])
        placed = [_within(window, one) for window, one in zip(windows, found, strict=False)]
        told = [one.model_copy(update={"readout": readout}) for one, readout in zip(passages, placed, strict=False)]
        return [*told, *passages[len(told) :]]

    def warm_up(self) -> None:
        """Load the reader, so that the first question does not wait for it. Where it cannot be loaded it rests."""
        self._readouts("", [])

    def _readouts(self, question: str, texts: Sequence[str]) -> list[Readout]:
        """Return the readouts of the first texts; none where the reader fails or does not know the language."""
        if not self._knows_language(question, texts):
            return []
        return self._resting.asked(lambda: self._reader.read(question, texts, self._seconds) if texts else [])

    def _knows_language(self, question: str, texts: Sequence[str]) -> bool:
        """Tell whether question and best text are in the reader's language, as far as their languages are sure."""
        known = self._reader.language
        return not known or all(language_of(one) in ("", known) for one in (question, *texts[:1]))


def _likeliest(text: str, weights: Mapping[str, float]) -> Window:
    """Return the piece of a text that holds most of a question; of equals the first."""
    return max(windows_of(text, weights), key=lambda one: one.held, default=Window(0, "", 0.0))


def windows_of(text: str, weights: Mapping[str, float]) -> list[Window]:
    """Cut a text into pieces of whole sentences; one of a single sentence may be longer than `WINDOW_CHARS`."""
    bounds = sentences(text)
    total = sum(weights.values()) or 1.0
    windows: list[Window] = []
    at = 0
    while at < len(bounds):
        start, last = bounds[at][0], at
        while last + 1 < len(bounds) and bounds[last + 1][1] - start <= WINDOW_CHARS:
            last += 1
        piece = text[start : bounds[last][1]]
        held = frozenset(terms(piece))
        windows.append(Window(start, piece, sum(weight for term, weight in weights.items() if term in held) / total))
        at = last + 1
    return windows


def _within(window: Window, readout: Readout) -> Readout:
    """Return a readout of a piece as one of the text that it was cut from."""
    return readout.model_copy(update={"start": window.start + readout.start, "end": window.start + readout.end})
