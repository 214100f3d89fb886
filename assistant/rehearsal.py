"""Conversations that leave no trace, so that an evaluation neither fills the store nor calls anybody's team."""

import secrets
from datetime import UTC, datetime

from assistant.handoff.table import step
from assistant.ports import Tell
from assistant.types import (
    Conversation,
    ConversationState,
    Feedback,
    HandoffRecord,
    Move,
    Moved,
    Placement,
    Reply,
    Speaker,
    Turn,
    TurnStatus,
)


class Rehearsal:
    """Implements the ports `Conversations` and `Handoffs` for single turns: nothing is kept, nobody waits.

    What was said before reaches a turn as the `history` that the caller gives.
    """

    def start(self) -> Conversation:
        """Return a conversation that nobody will find again."""
        return _conversation(secrets.token_hex(8))

    def get(self, conversation_id: str) -> Conversation:
        """Return the conversation as it began: with the assistant."""
        return _conversation(conversation_id)

    def recent(self, limit: int) -> list[Conversation]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return []

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        """Return a turn that is not stored."""
        return _turn(conversation_id, "customer", question)

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        """Store nothing."""

    def fail_abandoned(self, before: datetime) -> int:  # noqa: ARG002 - the port's signature
        """Find nothing that was left."""
        return 0

    def turns(self, conversation_id: str) -> list[Turn]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return []

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store nothing."""

    def move(self, move: Move, tell: Tell) -> Moved:
        """Say what a conversation that is with the assistant would be told, and change nothing."""
        after = step(ConversationState.BOT, move, ())
        if after is None:
            return Moved(placement=self.place(move.conversation_id), applied=False)
        placement = Placement(state=after, position=1 if after is ConversationState.WAITING else 0)
        tell(placement)
        return Moved(placement=placement, applied=True)

    def place(self, conversation_id: str) -> Placement:  # noqa: ARG002 - the port's signature
        """Return that the assistant has the conversation."""
        return Placement(state=ConversationState.BOT)

    def log(self, conversation_id: str) -> list[HandoffRecord]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return []

    def queue(self) -> list[Conversation]:
        """Return nobody."""
        return []

    def waiting_long(self, since: datetime) -> list[Conversation]:  # noqa: ARG002 - the port's signature
        """Return nobody."""
        return []

    def unanswered(self, since: datetime) -> list[Conversation]:  # noqa: ARG002 - the port's signature
        """Return nobody."""
        return []


def _conversation(conversation_id: str) -> Conversation:
    moment = datetime.now(UTC)
    return Conversation(id=conversation_id, created_at=moment, updated_at=moment)


def _turn(conversation_id: str, speaker: Speaker, text: str) -> Turn:
    return Turn(
        id=secrets.token_hex(8),
        conversation_id=conversation_id,
        ordinal=1,
        created_at=datetime.now(UTC),
        speaker=speaker,
        question=text,
    )
