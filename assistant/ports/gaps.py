"""Where it is kept what customers asked in vain, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from assistant.ports.indexes import Vectors
from assistant.types import GapRecord, Turn


@dataclass(frozen=True)
class Troubled:
    """A conversation in which something may not have been answered, with all its turns, oldest first.

    `customer` is whose it is, empty where nobody knows; `rating` the lowest that was given, 1 to 5; `called` is when it
    first was put into the queue for a person.
    """

    turns: tuple[Turn, ...]
    customer: str = ""
    rating: int | None = None
    called: datetime | None = None


@dataclass(frozen=True)
class Placed:
    """To which gap a message belongs, and its vector by the embedder of a fingerprint."""

    turn_id: str
    gap_id: str
    fingerprint: str
    vector: Vectors


class Gaps(Protocol):
    """Gaps and which messages they are made of, in SQL. No words of customers: those stay in their conversations.

    A message's place goes with its turn, whoever deletes that.
    """

    def troubled(self, since: datetime | None) -> Iterator[Troubled]:
        """Yield the conversations in which something may have been missed, touched at `since` or later, oldest first.

        There, a turn has no answer, was disliked, or an agent wrote; or a person was called for; or the rating is low.
        """

    def records(self) -> list[GapRecord]:
        """Return every gap that there ever was, oldest first."""

    def places(self) -> list[Placed]:
        """Return where messages belong, by the ids of their turns."""

    def place(self, records: Sequence[GapRecord], placed: Sequence[Placed]) -> None:
        """Store new gaps and the places of messages, each in place of the one from before. One transaction.

        A gap that is there already is left as it is; a turn that is gone meanwhile has no place.
        """

    def merge(self, gap_id: str, into: str) -> None:
        """Let another gap have all messages of one, and remember where they went."""

    def decide(self, record: GapRecord) -> None:
        """Store what was decided about a gap."""
