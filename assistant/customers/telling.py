"""What customers tell of themselves that is worth remembering: who they are and how to reach them."""

from collections.abc import Sequence

from assistant.privacy.finding import personal_in
from assistant.types import Turn

LASTING = ("email", "name", "phone")
"""Of what is personal: an order is over one day, and numbers of cards and accounts are never kept as facts."""


def told_in(text: str) -> dict[str, str]:
    """Return the lasting facts that a message tells, by kind; of two of one kind the later."""
    found = {one.kind: text[one.start : one.end] for one in personal_in(text) if one.kind in LASTING}
    return dict(sorted(found.items()))


def told_by(turns: Sequence[Turn]) -> dict[str, str]:
    """Return the lasting facts that a customer told in a conversation, by kind; of two of one kind the later."""
    told = dict[str, str]()
    for turn in turns:
        if turn.speaker == "customer":
            told |= told_in(turn.question)
    return dict(sorted(told.items()))
