"""What the indexes have to learn, in SQL: each index follows it from the last number it knows."""

from collections.abc import Sequence

import sqlalchemy as sa

from assistant.records import Operation
from assistant.stores import schema as s
from assistant.stores.catalog import ANY_PASSAGE, passage_of
from assistant.stores.database import Database, in_groups
from assistant.types import Passage

_KEPT_FROM = "changes_kept_from"
_KEPT = sa.select(sa.cast(s.properties.c.value, sa.Integer)).where(s.properties.c.key == _KEPT_FROM)
HEAD = sa.func.coalesce(sa.select(sa.func.max(s.changes.c.number)).scalar_subquery(), _KEPT.scalar_subquery(), 0)
"""The number of the newest change, as an expression; made once, for it is asked in every turn."""

_HEAD = sa.select(HEAD)


class SqlChangeLog:
    """Implements the `ChangeLog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def head(self) -> int:
        """Return the number of the newest change; 0 where there is none."""
        with self._database.read() as connection:
            return int(connection.execute(_HEAD).scalar_one())

    def since(self, number: int) -> dict[str, Operation] | None:
        """Return the net changes after `number` by passage; None where they are no longer kept."""
        query = sa.select(s.changes.c.passage_id, s.changes.c.operation).where(s.changes.c.number > number)
        with self._database.read() as connection:
            if number < _kept_from(connection):
                return None
            rows = connection.execute(query.order_by(s.changes.c.number))
            return {row.passage_id: row.operation for row in rows}

    def indexable(self, passage_ids: Sequence[str], fingerprint: str) -> list[Passage]:
        """Return those that an embedder's indexes hold, in the order asked: live or staged, not held back."""
        mine = sa.and_(s.passages.c.fingerprint == fingerprint, ~s.passages.c.held)
        found: dict[str, Passage] = {}
        with self._database.read() as connection:
            for some in in_groups(passage_ids):
                rows = connection.execute(ANY_PASSAGE.where(s.passages.c.id.in_(some), mine))
                found |= {row.id: passage_of(row) for row in rows}
        # An index ranks passages that score alike by the order in which it has learnt them.
        return [found[one] for one in passage_ids if one in found]

    def every_id(self, fingerprint: str) -> list[str]:
        """Return the ids of all passages that an embedder's indexes hold."""
        query = sa.select(s.passages.c.id).where(s.passages.c.fingerprint == fingerprint, ~s.passages.c.held)
        with self._database.read() as connection:
            # Databases differ in how they sort text.
            return sorted(connection.execute(query).scalars())

    def prune(self, keep: int) -> None:
        """Forget all but the newest `keep` changes."""
        last = self.head() - keep
        with self._database.read() as connection:
            if last <= _kept_from(connection):
                return
        with self._database.write() as connection:
            connection.execute(s.changes.delete().where(s.changes.c.number <= last))
            connection.execute(s.properties.delete().where(s.properties.c.key == _KEPT_FROM))
            connection.execute(s.properties.insert().values(key=_KEPT_FROM, value=str(last)))


def _kept_from(connection: sa.Connection) -> int:
    """Return the number after which changes are kept."""
    return int(connection.execute(_KEPT).scalar() or 0)
