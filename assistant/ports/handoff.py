"""What passing conversations to people is made of."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from assistant.ports.conversation import Conversations
from assistant.types import (
    Consequence,
    Conversation,
    Delivery,
    HandoffPack,
    HandoffRecord,
    Move,
    Moved,
    Placement,
    Rating,
)

Tell = Callable[[Placement], Consequence]
"""Says what is written together with a move, now that it is known where it has led. Called within the transaction."""


class Handoffs(Protocol):
    """Who holds each conversation, with the log of how that came about, in SQL."""

    def move(self, move: Move, tell: Tell) -> Moved:
        """Do what `assistant.handoff.table` says of a move, with its log line and its consequences, or nothing at all.

        A move whose key the conversation has seen is a repeat: nothing is written, and what the first one came to is
        returned. `tell` is not asked where nothing is written.

        Raises:
            ConversationNotFound: There is no such conversation.
        """

    def place(self, conversation_id: str) -> Placement:
        """Return where a conversation is; raises ConversationNotFound."""

    def log(self, conversation_id: str) -> list[HandoffRecord]:
        """Return what happened to a conversation, oldest first."""

    def queue(self) -> list[Conversation]:
        """Return what waits for a person or is with one, in the order in which people get to it."""

    def waiting_long(self, since: datetime) -> list[Conversation]:
        """Return what began to wait before a moment, and was not told yet that it waits long."""

    def unanswered(self, since: datetime) -> list[Conversation]:
        """Return what is with a person who has owed it an answer since before a moment."""


class Ratings(Protocol):
    """What customers think of conversations that were closed, in SQL. Each closing is rated once."""

    def rate(self, conversation_id: str, rating: Rating) -> bool:
        """Store a rating of the last closing, in place of one given before; tells whether the conversation is closed.

        Raises:
            ConversationNotFound: There is no such conversation.
        """

    def rating(self, conversation_id: str) -> Rating | None:
        """Return the rating of the last closing; None where there is none, or where the conversation is open again."""


class ConversationStore(Conversations, Handoffs, Protocol):
    """Both at once, for those who keep conversations somewhere else than in the database."""


class Outbox(Protocol):
    """What channels are owed, in SQL. A delivery is there as soon as the move that it tells of is."""

    def lease(self, at: datetime, seconds: float, limit: int) -> list[Delivery]:
        """Return deliveries that are due, each counted as tried once more, and keep them from others for some seconds.

        Of one conversation and channel only the oldest is given out: the team hears things in their order. One that
        nothing is heard of, because its process died, is due again when the seconds are over.
        """

    def delivered(self, delivery_id: str, at: datetime) -> None:
        """Note that a channel has taken a delivery."""

    def failed(self, delivery_id: str, error: str, next_at: datetime | None) -> None:
        """Note why one was not taken, and when it is tried again; None gives it up."""

    def undelivered(self) -> tuple[int, int]:
        """Return how many deliveries are still owed, and how many were given up."""


class Channel(Protocol):
    """Tells the team, outside the built-in inbox, that a conversation needs a person."""

    @property
    def name(self) -> str:
        """What deliveries call it."""

    def send(self, delivery: Delivery, pack: HandoffPack) -> None:
        """Deliver; the receiver knows by the delivery's id what it has had before.

        Raises:
            BackendError: It was not taken, as far as is known.
        """
