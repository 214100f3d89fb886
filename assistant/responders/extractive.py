"""Answers without a model: quotes the sentences of the passages that answer the question, word for word."""

from collections.abc import Iterator, Sequence

from assistant.calming import calmed
from assistant.comprehension import Comprehension
from assistant.extraction import Unit, choose, margin_of, separator
from assistant.types import ResponseRequest, ScoredPassage


class ExtractiveResponder:
    """The floor under every other responder: it needs no network and no language model.

    A small reader may point it at the sentence; without one it goes by words.
    """

    def __init__(self, comprehension: Comprehension | None = None) -> None:
        """Let `comprehension` point at what answers."""
        self._comprehension = comprehension

    @property
    def name(self) -> str:
        """The name settings know it by."""
        return "extractive"

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield the chosen sentences in the order in which they are to be read, each an exact quotation."""
        chosen = choose(request.question, request.weights, self._read(request), topic=request.topic)
        last: Unit | None = None
        for unit in chosen:
            if unit.kind == "header" and last is not None and unit.table == last.table:
                # Rows of one long table come from several passages, each with its header.
                continue
            yield separator(last, unit, margin_of(unit, chosen)) + unit.text
            last = unit

    def warm_up(self) -> None:
        """Load the reader, where there is one."""
        if self._comprehension is not None:
            self._comprehension.warm_up()

    def _read(self, request: ResponseRequest) -> Sequence[ScoredPassage]:
        if self._comprehension is None:
            return request.passages
        # As far as it only vents a message is not read: mood changes how an answer is said, not what it says.
        question = f"{request.topic} {calmed(request.question)}".strip()
        return self._comprehension.read(question, request.weights, request.passages)
