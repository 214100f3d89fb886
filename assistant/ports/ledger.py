"""The books: what models took."""

from datetime import datetime
from typing import Protocol

from assistant.types import Turn, Usage


class Ledger(Protocol):
    """What every turn took, in SQL, so that all replicas see the same sums."""

    def record(self, turn: Turn, usage: Usage, moment: datetime) -> None:
        """Write down what a turn took; called at most once a turn."""

    def spent_on(self, conversation_id: str) -> Usage:
        """Return what a conversation took. Entries of unknown cost count as nothing in the dollars of the sum."""

    def spent_since(self, moment: datetime) -> Usage:
        """Return what all conversations together took at `moment` and after."""
