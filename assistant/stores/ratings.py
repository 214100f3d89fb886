"""What customers think of conversations that were closed, in SQL."""

from typing import Any

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc, storable
from assistant.stores.turns import NOT_FOUND
from assistant.types import ConversationState, HandoffEvent, Rating


class SqlRatings:
    """Implements the `Ratings` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def rate(self, conversation_id: str, rating: Rating) -> bool:
        """Store a rating of the last closing, in place of one given before; tells whether there is such."""
        known = storable(conversation_id)
        with self._database.write() as connection:
            closing = _closing(connection, known, lock=True)
            if closing is None:
                return False
            own = sa.and_(s.ratings.c.conversation_id == known, s.ratings.c.ordinal == closing)
            values = rating.model_dump() | {"comment": storable(rating.comment)}
            if connection.execute(s.ratings.update().where(own).values(**values)).rowcount == 0:
                connection.execute(s.ratings.insert().values(conversation_id=known, ordinal=closing, **values))
        return True

    def rating(self, conversation_id: str) -> Rating | None:
        """Return the rating of the last closing; None where there is none, or where the conversation is open again."""
        known = storable(conversation_id)
        with self._database.read() as connection:
            closing = _closing(connection, known)
            own = sa.and_(s.ratings.c.conversation_id == known, s.ratings.c.ordinal == closing)
            row = connection.execute(sa.select(s.ratings).where(own)).first()
        return None if row is None else _rating(row)


def _closing(connection: sa.Connection, conversation_id: str, *, lock: bool = False) -> int | None:
    """Return the log line that closed a conversation; None where it is open."""
    query = sa.select(s.conversations.c.state).where(s.conversations.c.id == conversation_id)
    state = connection.execute(query.with_for_update() if lock else query).scalar()
    if state is None:
        raise ConversationNotFound(NOT_FOUND)
    if state != ConversationState.CLOSED.value:
        return None
    e = s.handoff_events.c
    last = sa.select(sa.func.max(e.ordinal)).where(
        e.conversation_id == conversation_id, e.event == HandoffEvent.CLOSE.value
    )
    return connection.execute(last).scalar()


def _rating(row: sa.Row[Any]) -> Rating:
    return Rating(score=row.score, comment=row.comment, at=in_utc(row.at))
