"""What channels are owed, in SQL."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc, storable
from assistant.types import Consequence, Delivery, HandoffRecord

_d = s.handoff_deliveries.c
_IS_OWED = _d.next_at.is_not(None)


class SqlOutbox:
    """Implements the `Outbox` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def lease(self, at: datetime, seconds: float, limit: int) -> list[Delivery]:
        """Return deliveries that are due, and keep them from others for some seconds."""
        earlier = s.handoff_deliveries.alias()
        waits_for_another = sa.exists().where(
            earlier.c.conversation_id == _d.conversation_id,
            earlier.c.channel == _d.channel,
            earlier.c.ordinal < _d.ordinal,
            earlier.c.next_at.is_not(None),
        )
        due = sa.select(s.handoff_deliveries).where(_IS_OWED, _d.next_at <= at, ~waits_for_another)
        query = due.order_by(_d.next_at, _d.id).limit(limit).with_for_update(skip_locked=True)
        with self._database.write() as connection:
            leased = [_delivery(row) for row in connection.execute(query)]
            mine = _d.id.in_([one.id for one in leased])
            until = {"next_at": at + timedelta(seconds=seconds), "attempts": _d.attempts + 1}
            connection.execute(s.handoff_deliveries.update().where(mine).values(**until))
        return [one.model_copy(update={"attempts": one.attempts + 1}) for one in leased]

    def delivered(self, delivery_id: str, at: datetime) -> None:
        """Note that a channel has taken a delivery."""
        self._note(delivery_id, {"next_at": None, "delivered_at": at, "error": ""})

    def failed(self, delivery_id: str, error: str, next_at: datetime | None) -> None:
        """Note why one was not taken, and when it is tried again; None gives it up."""
        self._note(delivery_id, {"next_at": next_at, "error": storable(error)})

    def undelivered(self) -> tuple[int, int]:
        """Return how many deliveries are still owed, and how many were given up."""
        owed = sa.func.count().filter(_IS_OWED)
        given_up = sa.func.count().filter(_d.next_at.is_(None), _d.delivered_at.is_(None))
        with self._database.read() as connection:
            row = connection.execute(sa.select(owed, given_up).select_from(s.handoff_deliveries)).one()
        return int(row[0]), int(row[1])

    def _note(self, delivery_id: str, values: dict[str, Any]) -> None:
        """What was delivered stays so: who was late, because its lease had ended, changes nothing."""
        open_one = sa.and_(_d.id == delivery_id, _d.delivered_at.is_(None))
        with self._database.write() as connection:
            connection.execute(s.handoff_deliveries.update().where(open_one).values(**values))


def owe(connection: sa.Connection, record: HandoffRecord, consequence: Consequence) -> None:
    """Write what channels are owed for a move, within its transaction."""
    for channel in consequence.channels:
        delivery = Delivery(
            id=delivery_id(record.conversation_id, record.ordinal, channel),
            conversation_id=record.conversation_id,
            ordinal=record.ordinal,
            channel=channel,
            kind=consequence.kind,
            created_at=record.at,
        )
        row = delivery.model_dump() | {"next_at": record.at, "error": ""}
        connection.execute(s.handoff_deliveries.insert().values(**row))


def delivery_id(conversation_id: str, ordinal: int, channel: str) -> str:
    """Return the name of a delivery: it follows from what it tells of, and tells nothing of it."""
    return hashlib.sha256(f"{conversation_id}/{ordinal}/{channel}".encode()).hexdigest()[:32]


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        conversation_id=row.conversation_id,
        ordinal=row.ordinal,
        channel=row.channel,
        kind=row.kind,
        created_at=in_utc(row.created_at),
        attempts=row.attempts,
    )
