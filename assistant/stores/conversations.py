"""Conversations and their turns in SQL."""

import json
import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc, now, storable
from assistant.types import Conversation, ConversationState, Feedback, Reply, Speaker, Turn, TurnStatus

_NOT_FOUND = "there is no conversation with this id; leave the id out to begin one"

_QUEUE = (sa.func.coalesce(s.conversations.c.waiting_since, s.conversations.c.updated_at), s.conversations.c.id)
"""The order in which people get to conversations: by when they began to wait."""


class SqlConversations:
    """Implements the `Conversations` port on SQLite and PostgreSQL. All state is in the database."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def start(self) -> Conversation:
        """Open a conversation with an unguessable id."""
        moment = now()
        conversation = Conversation(id=secrets.token_urlsafe(16), created_at=moment, updated_at=moment)
        with self._database.write() as connection:
            connection.execute(s.conversations.insert().values(**conversation.model_dump(mode="python")))
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""
        query = sa.select(s.conversations).where(s.conversations.c.id == storable(conversation_id))
        with self._database.read() as connection:
            row = connection.execute(query).first()
        if row is None:
            raise ConversationNotFound(_NOT_FOUND)
        return _conversation(row)

    def set_state(self, conversation_id: str, state: ConversationState, reason: str = "") -> None:
        """Record who holds the conversation now, and why; one that waits already keeps its place in the queue.

        Raises:
            ConversationNotFound: No conversation has this id.
        """
        moment = now()
        values = {
            "state": state.value,
            "reason": storable(reason),
            "waiting_since": _waiting_since(state, moment),
            "updated_at": moment,
        }
        with self._database.write() as connection:
            _update(connection, storable(conversation_id), values)

    def waiting(self) -> list[Conversation]:
        """Return conversations that wait for a person or are with one, oldest first."""
        held = s.conversations.c.state != ConversationState.BOT.value
        return self._list(sa.select(s.conversations).where(held).order_by(*_QUEUE))

    def recent(self, limit: int) -> list[Conversation]:
        """Return the conversations touched last, newest first."""
        return self._list(sa.select(s.conversations).order_by(s.conversations.c.updated_at.desc()).limit(limit))

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        """Store the customer's message before anything is computed from it."""
        return self._add_turn(conversation_id, "customer", question, "pending")

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        """Store the one outcome of a turn. A turn that already has one is left as it is."""
        values: dict[str, Any] = {"status": status}
        if reply is not None:
            values |= {
                "reply": _as_json(reply),
                "action": reply.decision.action,
                "sentiment": reply.signals.sentiment.score,
            }
        pending = sa.and_(s.turns.c.id == storable(turn_id), s.turns.c.status == "pending")
        with self._database.write() as connection:
            connection.execute(s.turns.update().where(pending).values(**values))

    def fail_abandoned(self, before: datetime) -> int:
        """Close as failed the turns that began `before` a moment and still have no outcome; return how many."""
        left = sa.and_(s.turns.c.status == "pending", s.turns.c.created_at < before)
        with self._database.read() as connection:
            if not connection.execute(sa.select(sa.exists().where(left))).scalar():
                return 0
        with self._database.write() as connection:
            return connection.execute(s.turns.update().where(left).values(status="failed")).rowcount

    def add_agent_message(self, conversation_id: str, text: str) -> Turn:
        """Store what a person of the support team wrote to the customer."""
        return self._add_turn(conversation_id, "agent", text, "complete")

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return all turns, oldest first."""
        mine = s.turns.c.conversation_id == storable(conversation_id)
        with self._database.read() as connection:
            return [
                turn_of(row) for row in connection.execute(sa.select(s.turns).where(mine).order_by(s.turns.c.ordinal))
            ]

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store a like or dislike with its turn."""
        with self._database.write() as connection:
            connection.execute(s.turns.update().where(s.turns.c.id == storable(turn_id)).values(feedback=feedback))

    def position(self, conversation_id: str) -> int:
        """Return the place in the queue for a person, counting from 1."""
        known = storable(conversation_id)
        waiting = s.conversations.c.state == ConversationState.WAITING.value
        since = s.conversations.c.waiting_since
        own = sa.select(since).where(s.conversations.c.id == known).scalar_subquery()
        before = sa.or_(since < own, sa.and_(since == own, s.conversations.c.id < known))
        with self._database.read() as connection:
            return connection.execute(sa.select(sa.func.count()).where(waiting, before)).scalar_one() + 1

    def _add_turn(self, conversation_id: str, speaker: Speaker, text: str, status: TurnStatus) -> Turn:
        text, conversation_id = storable(text), storable(conversation_id)
        moment = now()
        with self._database.write() as connection:
            # The update locks the conversation's row first, so that two turns never take the same ordinal.
            _update(connection, conversation_id, {"updated_at": moment})
            last = sa.select(sa.func.max(s.turns.c.ordinal)).where(s.turns.c.conversation_id == conversation_id)
            turn = Turn(
                id=secrets.token_hex(16),
                conversation_id=conversation_id,
                ordinal=(connection.execute(last).scalar() or 0) + 1,
                created_at=moment,
                speaker=speaker,
                question=text,
                status=status,
            )
            connection.execute(s.turns.insert().values(**turn.model_dump(exclude={"reply"})))
        return turn

    def _list(self, query: sa.Select[Any]) -> list[Conversation]:
        with self._database.read() as connection:
            return [_conversation(row) for row in connection.execute(query)]


def _update(connection: sa.Connection, conversation_id: str, values: dict[str, Any]) -> None:
    changed = s.conversations.update().where(s.conversations.c.id == conversation_id).values(**values)
    if connection.execute(changed).rowcount == 0:
        raise ConversationNotFound(_NOT_FOUND)


def _waiting_since(state: ConversationState, moment: datetime) -> sa.ColumnElement[datetime] | None:
    """Return when a conversation that goes into a state began to wait: earlier, if it waits already."""
    if state is ConversationState.BOT:
        return None
    since = s.conversations.c.waiting_since
    begins = sa.literal(moment, since.type)
    if state is ConversationState.WAITING:
        return sa.case((s.conversations.c.state == ConversationState.WAITING.value, since), else_=begins)
    return sa.func.coalesce(since, begins)


def _as_json(reply: Reply) -> str:
    """Return a reply as text: what pydantic refuses to write, such as lone surrogates, is made storable first."""
    return storable(json.dumps(reply.model_dump(), ensure_ascii=False))


def _conversation(row: sa.Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        created_at=in_utc(row.created_at),
        updated_at=in_utc(row.updated_at),
        state=ConversationState(row.state),
        reason=row.reason,
    )


def turn_of(row: sa.Row[Any]) -> Turn:
    """Return a turn from its row."""
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
