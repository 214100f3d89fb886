"""Rows of conversations and their turns, written within a transaction that somebody else holds."""

import json
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.stores import schema as s
from assistant.stores.database import in_utc, storable
from assistant.types import Conversation, ConversationState, Reply, Speaker, Turn, TurnStatus

NOT_FOUND = "there is no conversation with this id; leave the id out to begin one"


def update_conversation(connection: sa.Connection, conversation_id: str, values: dict[str, Any]) -> None:
    """Change columns of a conversation; raises ConversationNotFound."""
    changed = s.conversations.update().where(s.conversations.c.id == conversation_id).values(**values)
    if connection.execute(changed).rowcount == 0:
        raise ConversationNotFound(NOT_FOUND)


def add_turn(
    connection: sa.Connection, conversation_id: str, speaker: Speaker, text: str, *, status: TurnStatus, at: datetime
) -> Turn:
    """Add a turn to the end of a conversation; raises ConversationNotFound.

    The update locks the conversation's row first, so that two turns never take the same ordinal.
    """
    update_conversation(connection, conversation_id, {"updated_at": at})
    last = sa.select(sa.func.max(s.turns.c.ordinal)).where(s.turns.c.conversation_id == conversation_id)
    turn = Turn(
        id=secrets.token_hex(16),
        conversation_id=conversation_id,
        ordinal=(connection.execute(last).scalar() or 0) + 1,
        created_at=at,
        speaker=speaker,
        question=storable(text),
        status=status,
    )
    connection.execute(s.turns.insert().values(**turn.model_dump(exclude={"reply"})))
    return turn


def finish_turn(connection: sa.Connection, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
    """Store the one outcome of a turn; one that already has it is left as it is."""
    values: dict[str, Any] = {"status": status}
    if reply is not None:
        values |= {
            "reply": as_json(reply),
            "action": reply.decision.action,
            "sentiment": reply.signals.sentiment.score,
        }
    pending = sa.and_(s.turns.c.id == storable(turn_id), s.turns.c.status == "pending")
    connection.execute(s.turns.update().where(pending).values(**values))


def as_json(reply: Reply) -> str:
    """Return a reply as text: what pydantic refuses to write, such as lone surrogates, is made storable first."""
    return storable(json.dumps(reply.model_dump(), ensure_ascii=False))


def conversation_of(row: sa.Row[Any]) -> Conversation:
    """Return a row of the conversations as a value."""
    return Conversation(
        id=row.id,
        created_at=in_utc(row.created_at),
        updated_at=in_utc(row.updated_at),
        state=ConversationState(row.state),
        reason=row.reason,
        agent=row.agent,
        priority=row.priority,
        waiting_since=in_utc(row.waiting_since) if row.waiting_since else None,
        customer=row.customer,
    )


def turn_of(row: sa.Row[Any]) -> Turn:
    """Return a row of the turns as a value."""
    return Turn(
        id=row.id,
        conversation_id=row.conversation_id,
        ordinal=row.ordinal,
        created_at=in_utc(row.created_at),
        speaker=row.speaker,
        question=row.question,
        reply=Reply.model_validate_json(row.reply) if row.reply else None,
        status=row.status,
        feedback=row.feedback,
    )
