"""What was learnt for a generation, in SQL: every replica has it, and it goes with its generation."""

import hashlib
import logging
from collections.abc import Sequence

import sqlalchemy as sa

from assistant.records import TunedPart
from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc

logger = logging.getLogger(__name__)

_COLUMNS = tuple(s.tuned_parts.c[name] for name in TunedPart.model_fields)


class SqlTunedParts:
    """Implements the `TunedParts` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def get(self, generation: int, name: str) -> TunedPart | None:
        """Return a part as it was stored; None where there is none, or where its bytes are damaged."""
        found = [one for one in self._read(generation) if one.name == name]
        if not found:
            return None
        if hashlib.sha256(found[0].payload).hexdigest() != found[0].checksum:
            logger.warning("the tuned %s is damaged and left out; run `assistant tune` again", name)
            return None
        return found[0]

    def all(self, generation: int) -> list[TunedPart]:
        """Return the parts of a generation, by name."""
        return self._read(generation)

    def put(self, generation: int, parts: Sequence[TunedPart]) -> None:
        """Store parts, each in place of the one with its name. One transaction."""
        names = [one.name for one in parts]
        rows = [{"generation": generation} | one.model_dump() for one in parts]
        with self._database.write() as connection:
            mine = s.tuned_parts.c.generation == generation
            connection.execute(s.tuned_parts.delete().where(mine, s.tuned_parts.c.name.in_(names)))
            if rows:
                connection.execute(s.tuned_parts.insert(), rows)
            _mark(connection, generation)

    def remove(self, generation: int, names: Sequence[str] | None = None) -> list[str]:
        """Remove parts by name, or all of a generation; returns the names of those that there were."""
        which = s.tuned_parts.c.generation == generation
        if names is not None:
            which = sa.and_(which, s.tuned_parts.c.name.in_(names))
        with self._database.write() as connection:
            there = list(connection.execute(sa.select(s.tuned_parts.c.name).where(which)).scalars())
            connection.execute(s.tuned_parts.delete().where(which))
            _mark(connection, generation)
        return sorted(there)

    def carry_over(self, generation: int, to: int) -> None:
        """Let a generation with the same embedder have what was learnt for another."""
        self.put(to, self._read(generation))

    def _read(self, generation: int) -> list[TunedPart]:
        query = sa.select(*_COLUMNS).where(s.tuned_parts.c.generation == generation).order_by(s.tuned_parts.c.name)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [TunedPart(**dict(row._mapping) | {"made_at": in_utc(row.made_at)}) for row in rows]


def _mark(connection: sa.Connection, generation: int) -> None:
    """Write on the generation which parts it has now."""
    query = sa.select(s.tuned_parts.c.name, s.tuned_parts.c.checksum).where(s.tuned_parts.c.generation == generation)
    rows = connection.execute(query.order_by(s.tuned_parts.c.name)).all()
    text = "\n".join(f"{row.name} {row.checksum}" for row in rows)
    mark = hashlib.sha256(text.encode()).hexdigest() if rows else ""
    connection.execute(s.generations.update().where(s.generations.c.number == generation).values(tuned=mark))
