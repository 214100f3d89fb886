"""Where it is kept which passages customers' likes and dislikes were about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class VoteCount:
    """How many customers liked answers that cited a passage, and how many disliked them, by its text's digest.

    Each customer counts once a passage, and so does a conversation of nobody known; who was of two minds equally often
    counts for neither side.
    """

    digest: str
    likes: int
    dislikes: int


@dataclass(frozen=True)
class VotedPassage:
    """A live passage that was voted on."""

    passage_id: str
    document: str
    title: str
    heading: str
    likes: int
    dislikes: int


class Votes(Protocol):
    """What likes and dislikes say of passages, in SQL. Each hangs on the text as it was: another text begins anew."""

    def version(self) -> int:
        """Return a number that grows with every vote and every reset."""

    def counts(self) -> Sequence[VoteCount]:
        """Return the passages that were voted on, whether or not they are live."""

    def voted(self) -> list[VotedPassage]:
        """Return the live passages that were voted on, by document name and position."""

    def reset(self, document: str | None) -> int:
        """Forget the votes about passages of a document by name, None of all; returns how many there were.

        The likes and dislikes themselves stay with their turns, where the outcomes count them.
        """
