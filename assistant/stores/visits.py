"""How many messages visitors have sent, in SQL, so that replicas count together."""

import hashlib
import hmac
import math
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from assistant.records import Meter
from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc

_c = s.visits.c
KEY = "visitors_key"
SWEEP_SECONDS = 60.0
SWEPT_ROWS = 500


class _Full(Exception):
    """More was asked than a meter gives; what was counted is rolled back."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class SqlVisits:
    """Implements the `Visits` port on SQLite and PostgreSQL. Who is counted cannot be read from the rows."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database
        self._swept_at = -math.inf

    def take(self, meters: Sequence[Meter], at: datetime) -> float:
        """Count one message on every meter; where one is full count none, and return the seconds to wait."""
        self._sweep(at)
        # In one order, so that two replicas never wait for each other's rows.
        known = sorted((self._checksum(one.who), one.seconds, one.most, one.retry_seconds) for one in meters)
        try:
            with self._database.write() as connection:
                waits = [_count(connection, *one, at) for one in known]
                if max(waits, default=0.0) > 0:
                    raise _Full(math.ceil(max(waits)))
        except _Full as full:
            return full.seconds
        return 0.0

    def give_back(self, meter: Meter, taken_at: datetime) -> None:
        """Take back what was counted on a meter at a moment, unless the meter has begun anew since."""
        # A span that began after that moment ends later than one that was taken from then could.
        same = _c.ends_at <= taken_at + timedelta(seconds=meter.seconds)
        mine = sa.and_(_c.visitor == self._checksum(meter.who), _c.seconds == meter.seconds, _c.count > 0, same)
        with self._database.write() as connection:
            connection.execute(s.visits.update().where(mine).values(count=_c.count - 1))

    def _sweep(self, at: datetime) -> None:
        """Forget now and then whom nobody counts any more; rows that somebody is writing are left for later."""
        if time.monotonic() - self._swept_at < SWEEP_SECONDS:
            return
        self._swept_at = time.monotonic()
        over = sa.select(_c.visitor, _c.seconds).where(_c.ends_at <= at).limit(SWEPT_ROWS)
        with self._database.write() as connection:
            for row in connection.execute(over.with_for_update(skip_locked=True)).all():
                connection.execute(s.visits.delete().where(_c.visitor == row.visitor, _c.seconds == row.seconds))

    def _checksum(self, who: str) -> str:
        return hmac.new(self._key, who.encode(errors="replace"), hashlib.sha256).hexdigest()

    @cached_property
    def _key(self) -> bytes:
        """The key of the checksums, the same for all replicas: without it, every address could be tried."""
        with self._database.write() as connection:
            made = _insert(connection, s.properties).values(key=KEY, value=secrets.token_hex(32))
            connection.execute(made.on_conflict_do_nothing())
            query = sa.select(s.properties.c.value).where(s.properties.c.key == KEY)
            return bytes.fromhex(str(connection.execute(query).scalar_one()))


def _count(connection: sa.Connection, who: str, seconds: int, most: int, retry_seconds: float, at: datetime) -> float:
    """Count one message, and return in how many seconds to come again where it is too many."""
    ends = at + timedelta(seconds=seconds)
    is_over = _c.ends_at <= at
    first = _insert(connection, s.visits).values(visitor=who, seconds=seconds, count=1, ends_at=ends)
    counted = first.on_conflict_do_update(
        index_elements=[_c.visitor, _c.seconds],
        set_={
            "count": sa.case((is_over, 1), else_=_c.count + 1),
            "ends_at": sa.case((is_over, first.excluded.ends_at), else_=_c.ends_at),
        },
    )
    count, ends_at = connection.execute(counted.returning(_c.count, _c.ends_at)).one()
    if count <= most:
        return 0.0
    left = (in_utc(ends_at) - at).total_seconds()
    return min(left, retry_seconds) if retry_seconds else left


def _insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that can tell what is to be done where the row is there."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
