"""The register of index generations in SQL: flipping one row is what makes a generation answer."""

from typing import Any

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.change_log import HEAD
from assistant.stores.database import Database, in_utc, now
from assistant.types import Generation

_COLUMNS = tuple(s.generations.c[name] for name in Generation.model_fields)
_LIVE = sa.select(*_COLUMNS).where(s.generations.c.state == "live")
_AND_HEAD = sa.select(HEAD.label("head"), *_COLUMNS).select_from(
    sa.select(sa.literal(1)).subquery().outerjoin(s.generations, s.generations.c.state == "live")
)
"""Made once, for it is asked in every turn. It has one row, of nothing but the head where no generation is live."""


class SqlGenerations:
    """Implements the `Generations` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def live(self) -> Generation | None:
        """Return the generation that answers; None before the first ingest."""
        with self._database.read() as connection:
            row = connection.execute(_LIVE).first()
        return None if row is None else _generation(dict(row._mapping))

    def live_and_head(self) -> tuple[Generation | None, int]:
        """Return the generation that answers and the newest change, in one look."""
        ((head, *values),) = self._database.ask(_AND_HEAD)
        if values[0] is None:
            return None, int(head)
        return _generation(dict(zip(Generation.model_fields, values, strict=True))), int(head)

    def all(self) -> list[Generation]:
        """Return every generation, oldest first."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(*_COLUMNS).order_by(s.generations.c.number))
            return [_generation(dict(row._mapping)) for row in rows]

    def begin(self, embedder: str, fingerprint: str, dimension: int) -> Generation:
        """Record a new generation, in state `building`."""
        with self._database.write() as connection:
            last = connection.execute(sa.select(sa.func.max(s.generations.c.number))).scalar() or 0
            made = Generation(
                number=last + 1,
                embedder=embedder,
                fingerprint=fingerprint,
                dimension=dimension,
                state="building",
                created_at=now(),
            )
            connection.execute(s.generations.insert().values(**made.model_dump()))
        return made

    def go_live(self, number: int) -> None:
        """Make a generation the live one; the one before it is kept, and any other is dropped. One transaction."""
        state = sa.case(
            (s.generations.c.number == number, "live"),
            (s.generations.c.state == "live", "kept"),
            else_="dropped",
        )
        with self._database.write() as connection:
            connection.execute(s.generations.update().values(state=state))

    def drop(self, number: int) -> None:
        """Forget a generation whose indexes are gone, what was learnt for it, and passages that only they needed."""
        used = sa.select(s.generations.c.fingerprint).where(s.generations.c.state.in_(("live", "kept")))
        with self._database.write() as connection:
            connection.execute(s.tuned_parts.delete().where(s.tuned_parts.c.generation == number))
            connection.execute(s.generations.delete().where(s.generations.c.number == number))
            connection.execute(s.passages.delete().where(s.passages.c.fingerprint.not_in(used)))


def _generation(values: dict[str, Any]) -> Generation:
    return Generation(**values | {"created_at": in_utc(values["created_at"])})
