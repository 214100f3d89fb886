"""Conversations and their turns in SQL."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.stores import schema as s
from assistant.stores.database import Database, now, storable
from assistant.stores.turns import NOT_FOUND, add_turn, conversation_of, finish_turn, turn_of
from assistant.stores.votes import record_votes
from assistant.types import Conversation, ConversationState, Feedback, Reply, Turn, TurnStatus

_c = s.conversations.c


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
            raise ConversationNotFound(NOT_FOUND)
        return conversation_of(row)

    def recent(self, limit: int) -> list[Conversation]:
        """Return the conversations touched last, newest first."""
        query = sa.select(s.conversations).order_by(s.conversations.c.updated_at.desc()).limit(limit)
        with self._database.read() as connection:
            return [conversation_of(row) for row in connection.execute(query)]

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        """Store the customer's message before anything is computed from it; who has the conversation owes an answer."""
        known, moment = storable(conversation_id), now()
        owes = sa.and_(_c.id == known, _c.state == ConversationState.WITH_AGENT.value, _c.owed_since.is_(None))
        with self._database.write() as connection:
            turn = add_turn(connection, known, "customer", question, status="pending", at=moment)
            connection.execute(s.conversations.update().where(owes).values(owed_since=moment))
        return turn

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        """Store the one outcome of a turn. A turn that already has one is left as it is."""
        with self._database.write() as connection:
            finish_turn(connection, turn_id, status, reply)

    def fail_abandoned(self, before: datetime) -> int:
        """Close as failed the turns that began `before` a moment and still have no outcome; return how many."""
        left = sa.and_(s.turns.c.status == "pending", s.turns.c.created_at < before)
        with self._database.read() as connection:
            if not connection.execute(sa.select(sa.exists().where(left))).scalar():
                return 0
        with self._database.write() as connection:
            return connection.execute(s.turns.update().where(left).values(status="failed")).rowcount

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return all turns, oldest first."""
        mine = s.turns.c.conversation_id == storable(conversation_id)
        with self._database.read() as connection:
            query = sa.select(s.turns).where(mine).order_by(s.turns.c.ordinal)
            return [turn_of(row) for row in connection.execute(query)]

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store a like or dislike with its turn, and what it says of the passages that the reply cites."""
        with self._database.write() as connection:
            known = storable(turn_id)
            connection.execute(s.turns.update().where(s.turns.c.id == known).values(feedback=feedback))
            record_votes(connection, known, feedback)
