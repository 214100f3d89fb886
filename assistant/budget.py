"""How much of a provider's money and tokens may be spent, in one conversation and in one day."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime

from pydantic import Field

from assistant.ports import Ledger
from assistant.types import Turn, Usage, Value

logger = logging.getLogger(__name__)


class Cap(Value):
    """The most that may be spent; None is no bound."""

    dollars: float | None = Field(default=None, ge=0)
    tokens: int | None = Field(default=None, ge=0)

    @property
    def is_set(self) -> bool:
        """Tell whether there is any bound."""
        return self.dollars is not None or self.tokens is not None

    def is_reached(self, usage: Usage) -> bool:
        """Tell whether nothing is left."""
        over_cost = self.dollars is not None and (usage.cost_dollars or 0.0) >= self.dollars
        return over_cost or (self.tokens is not None and usage.tokens >= self.tokens)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Budget:
    """Keeps the books, and says when no model that costs money may be asked. Replicas share the books.

    What turns that are under way will cost is not known before their end: a cap is passed by at most those.
    """

    def __init__(
        self, ledger: Ledger, *, conversation: Cap, day: Cap, clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """Bound what one `conversation` and one `day`, which begins at midnight UTC, may take."""
        self._ledger = ledger
        self._conversation = conversation
        self._day = day
        self._clock = clock

    def refusal(self, conversation_id: str) -> str:
        """Return, in a sentence for staff, why nothing may be spent on a conversation now; empty where it may."""
        if self._conversation.is_set and self._conversation.is_reached(self._ledger.spent_on(conversation_id)):
            return "The budget of this conversation is spent, so no paid model was asked."
        midnight = self._clock().replace(hour=0, minute=0, second=0, microsecond=0)
        if self._day.is_set and self._day.is_reached(self._ledger.spent_since(midnight)):
            return "The budget of the day is spent, so no paid model was asked."
        return ""

    def record(self, turn: Turn, usage: Usage) -> None:
        """Write down what a turn took, however it ended."""
        if usage.tokens:
            self._ledger.record(turn, usage, self._clock())
