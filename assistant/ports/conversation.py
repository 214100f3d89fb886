"""What a turn is made of."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from assistant.types import (
    Allowance,
    Conversation,
    Feedback,
    Message,
    Query,
    Reply,
    ResponseRequest,
    Sentiment,
    Signals,
    Turn,
    TurnStatus,
)


class Conversations(Protocol):
    """Conversations and turns, in SQL."""

    def start(self) -> Conversation:
        """Open a conversation with an unguessable id."""

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation.

        Raises:
            ConversationNotFound: No conversation has this id.
        """

    def recent(self, limit: int) -> list[Conversation]:
        """Return the conversations touched last, newest first."""

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        """Store the customer's message before anything is computed from it."""

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        """Store the one outcome of a turn. A turn that already has one is left as it is."""

    def fail_abandoned(self, before: datetime) -> int:
        """Close as failed the turns that began `before` a moment and still have no outcome; return how many.

        Their process died: the moment is further back than any turn may take.
        """

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return all turns, oldest first."""

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store a like or dislike with its turn."""


class SentimentModel(Protocol):
    """Scores the mood of a text."""

    def score(self, text: str) -> Sentiment:
        """Return valence and label; blank text is neutral 0."""


class SignalReader(Protocol):
    """Reads what a customer's words tell beyond their question."""

    def read(self, text: str, history: Sequence[Message]) -> Signals:
        """Return the signals of a message in the light of the messages before it, oldest first."""


class Responder(Protocol):
    """Writes the answer. Only text that grounding ties to a passage reaches the customer."""

    @property
    def name(self) -> str:
        """The `scheme:name` that settings chose."""

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield pieces of the answer, within `request.allowance`. Closing the iterator cancels the work behind it.

        Raises:
            Cancelled: The turn is not wanted any more.
            BackendError: The backend failed, or its stream ended without saying that it was complete.
        """


@runtime_checkable
class Rewriter(Protocol):
    """Makes a follow-up question understandable on its own."""

    def standalone(self, question: str, history: Sequence[Message], allowance: Allowance | None = None) -> Query:
        """Return what to search for; the question itself where it already stands alone.

        What may be taken for it is in the `allowance` of the turn; None sets no bounds but the rewriter's own.

        Raises:
            Cancelled: The turn is not wanted any more.
        """


@runtime_checkable
class Preparing(Protocol):
    """A responder that is asked in words of its own."""

    def prepared(self, request: ResponseRequest) -> ResponseRequest:
        """Return the request with the messages that are to be sent; the same one where they stay as they are."""


@runtime_checkable
class Warmable(Protocol):
    """A responder of which the first customer would have to wait for more than the others."""

    @property
    def name(self) -> str:
        """The `scheme:name` that settings chose."""

    def warm_up(self) -> None:
        """Do now what would be done at the first question; raises BackendError where that fails."""
