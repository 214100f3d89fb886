"""What customers asked in vain, in SQL: which messages belong together, and what was decided about them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.ports.gaps import Placed, Troubled
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups, in_utc, storable
from assistant.stores.turns import turn_of
from assistant.types import ConversationState, GapRecord

TROUBLED_RATING = 2
_CALLED = s.handoff_events.c.after == ConversationState.WAITING.value
_WITHOUT_ANSWER = ("abstain", "offer_human", "hand_over")


class SqlGaps:
    """Implements the `Gaps` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def troubled(self, since: datetime | None) -> Iterator[Troubled]:
        """Yield the conversations in which something may have been missed, touched at `since` or later, oldest first.

        They are read a few at a time: no connection is held while somebody works on one.
        """
        with self._database.read() as connection:
            owners = {row.id: row.customer for row in connection.execute(_troubled(since))}
        for some in in_groups(list(owners)):
            with self._database.read() as connection:
                query = sa.select(s.turns).where(s.turns.c.conversation_id.in_(some))
                rows = connection.execute(query.order_by(s.turns.c.conversation_id, s.turns.c.ordinal)).all()
                lowest, called = _lowest_ratings(connection, some), _first_calls(connection, some)
            turns = {key: tuple(map(turn_of, own)) for key, own in groupby(rows, lambda row: str(row.conversation_id))}
            for one in some:
                if one in turns:
                    yield Troubled(turns[one], owners[one], lowest.get(one), called.get(one))

    def records(self) -> list[GapRecord]:
        """Return every gap that there ever was, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(s.gaps).order_by(s.gaps.c.created_at, s.gaps.c.id)).all()
        return [_record(row) for row in rows]

    def places(self) -> list[Placed]:
        """Return where messages belong, by the ids of their turns."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(s.gap_questions).order_by(s.gap_questions.c.turn_id)).all()
        return [
            Placed(row.turn_id, row.gap_id, row.fingerprint, np.frombuffer(row.vector, dtype=np.float32))
            for row in rows
        ]

    def place(self, records: Sequence[GapRecord], placed: Sequence[Placed]) -> None:
        """Store new gaps and the places of messages; two processes that find the same at once store it once."""
        with self._database.write() as connection:
            insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
            for one in records:
                row = one.model_dump() | {"owner": storable(one.owner)}
                connection.execute(insert(s.gaps).values(**row).on_conflict_do_nothing())
            there = _existing(connection, [one.turn_id for one in placed])
            for each in placed:
                if each.turn_id not in there:
                    continue
                vector = each.vector.astype(np.float32).tobytes()
                moved = {"gap_id": each.gap_id, "fingerprint": each.fingerprint, "vector": vector}
                stored = insert(s.gap_questions).values(turn_id=each.turn_id, **moved)
                connection.execute(stored.on_conflict_do_update(index_elements=["turn_id"], set_=moved))

    def merge(self, gap_id: str, into: str) -> None:
        """Let another gap have all messages of one, and remember where they went."""
        with self._database.write() as connection:
            mine = s.gap_questions.c.gap_id == gap_id
            connection.execute(s.gap_questions.update().where(mine).values(gap_id=into))
            merged = sa.or_(s.gaps.c.id == gap_id, s.gaps.c.merged_into == gap_id)
            connection.execute(s.gaps.update().where(merged).values(merged_into=into))

    def decide(self, record: GapRecord) -> None:
        """Store what was decided about a gap."""
        values = record.model_dump(include={"state", "decided_at"}) | {"owner": storable(record.owner)}
        with self._database.write() as connection:
            connection.execute(s.gaps.update().where(s.gaps.c.id == storable(record.id)).values(**values))


def _troubled(since: datetime | None) -> sa.Select[Any]:
    turns, conversations, ratings = s.turns.c, s.conversations.c, s.ratings.c
    missed = sa.or_(
        turns.action.in_(_WITHOUT_ANSWER),
        turns.feedback == "dislike",
        turns.status == "failed",
        turns.speaker == "agent",
    )
    low = sa.select(ratings.conversation_id).where(ratings.score <= TROUBLED_RATING)
    which = sa.or_(
        conversations.id.in_(sa.select(turns.conversation_id).where(missed)),
        conversations.id.in_(low),
        conversations.id.in_(sa.select(s.handoff_events.c.conversation_id).where(_CALLED)),
    )
    query = (
        sa.select(conversations.id, conversations.customer)
        .where(which)
        .order_by(conversations.created_at, conversations.id)
    )
    return query if since is None else query.where(conversations.updated_at >= since)


def _lowest_ratings(connection: sa.Connection, ids: Sequence[str]) -> dict[str, int]:
    own = s.ratings.c
    lowest = sa.select(own.conversation_id, sa.func.min(own.score)).where(own.conversation_id.in_(ids))
    return {row[0]: row[1] for row in connection.execute(lowest.group_by(own.conversation_id))}


def _first_calls(connection: sa.Connection, ids: Sequence[str]) -> dict[str, datetime]:
    own = s.handoff_events.c
    first = sa.select(own.conversation_id, sa.func.min(own.at)).where(own.conversation_id.in_(ids), _CALLED)
    return {row[0]: in_utc(row[1]) for row in connection.execute(first.group_by(own.conversation_id))}


def _existing(connection: sa.Connection, turn_ids: Sequence[str]) -> set[str]:
    return {
        one
        for some in in_groups(turn_ids)
        for one in connection.execute(sa.select(s.turns.c.id).where(s.turns.c.id.in_(some))).scalars()
    }


def _record(row: sa.Row[Any]) -> GapRecord:
    return GapRecord(
        id=row.id,
        state=row.state,
        created_at=in_utc(row.created_at),
        decided_at=in_utc(row.decided_at) if row.decided_at else None,
        owner=row.owner,
        merged_into=row.merged_into,
    )
