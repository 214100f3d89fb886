"""What a model on this machine is given to read: the sentences that answer, not whole passages.

Such a model reads a few dozen words a second on a processor, and a customer waits for every one of them.
"""

from collections.abc import Callable, Sequence

from assistant.extraction import choose
from assistant.types import PromptMessage, ResponseRequest, Value

MAX_CHARS = 400
"""Some hundred tokens. The first sentence is taken whole, however long it is."""


class Excerpt(Value):
    """Neighbouring or chosen sentences of one passage, under the title of its document."""

    title: str
    text: str


Briefly = Callable[[str, Sequence[Excerpt]], Sequence[PromptMessage]]
"""Renders the messages that ask for an answer from excerpts."""


def excerpts(request: ResponseRequest) -> tuple[Excerpt, ...]:
    """Return the best sentences, those of one passage together, best passage first.

    Where none stands out, the beginning of the best passage is returned.
    """
    titles = {scored.rank: scored.passage.title for scored in request.passages}
    kept: dict[int, list[str]] = {}
    room = MAX_CHARS
    for unit in choose(request.question, request.weights, request.passages):
        if kept and len(unit.text) > room:
            break
        kept.setdefault(unit.rank, []).append(unit.text)
        room -= len(unit.text)
    if not kept and request.passages:
        best = request.passages[0]
        kept[best.rank] = [best.passage.text[:MAX_CHARS]]
    return tuple(Excerpt(title=titles[rank], text=" ".join(texts)) for rank, texts in kept.items())
