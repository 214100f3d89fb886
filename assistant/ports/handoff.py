"""What passing conversations to people is made of."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from assistant.ports.conversation import Conversations
from assistant.types import Consequence, Conversation, HandoffRecord, Move, Moved, Placement

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


class ConversationStore(Conversations, Handoffs, Protocol):
    """Both at once, for those who keep conversations somewhere else than in the database."""
