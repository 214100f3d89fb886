"""Conversations that leave no trace, so that an evaluation neither fills the store nor calls anybody's team."""

import secrets
from datetime import UTC, datetime

from assistant.types import Conversation, ConversationState, Feedback, Reply, Speaker, Turn, TurnStatus


class Rehearsal:
    """Implements the `Conversations` port for single turns: nothing is kept, nobody waits.

    What was said before reaches a turn as the `history` that the caller gives.
    """

    def start(self) -> Conversation:
        """Return a conversation that nobody will find again."""
        return _conversation(secrets.token_hex(8))

    def get(self, conversation_id: str) -> Conversation:
        """Return the conversation as it began: with the assistant."""
        return _conversation(conversation_id)

    def set_state(self, conversation_id: str, state: ConversationState, reason: str = "") -> None:
        """Change nothing."""

    def waiting(self) -> list[Conversation]:
        """Return nobody."""
        return []

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

    def add_agent_message(self, conversation_id: str, text: str) -> Turn:
        """Return a turn that is not stored."""
        return _turn(conversation_id, "agent", text)

    def turns(self, conversation_id: str) -> list[Turn]:  # noqa: ARG002 - the port's signature
        """Return nothing."""
        return []

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store nothing."""

    def position(self, conversation_id: str) -> int:  # noqa: ARG002 - the port's signature
        """Return the first place of an empty queue."""
        return 1


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
