"""The books in SQL: one row for each turn that took anything."""

from datetime import datetime

import sqlalchemy as sa

from assistant.stores.database import Database, storable
from assistant.stores.schema import spending
from assistant.types import Turn, Usage


class SqlLedger:
    """Implements the `Ledger` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def record(self, turn: Turn, usage: Usage, moment: datetime) -> None:
        """Write down what a turn took."""
        row = {
            "turn_id": turn.id,
            "conversation_id": storable(turn.conversation_id),
            "created_at": moment,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "cached_tokens": usage.cached_tokens,
            "cost_dollars": usage.cost_dollars,
            "providers": ",".join(usage.providers),
        }
        with self._database.write() as connection:
            connection.execute(spending.insert().values(**row))

    def spent_on(self, conversation_id: str) -> Usage:
        """Return what a conversation took."""
        return self._sum(spending.c.conversation_id == storable(conversation_id))

    def spent_since(self, moment: datetime) -> Usage:
        """Return what all conversations together took at `moment` and after."""
        return self._sum(spending.c.created_at >= moment)

    def _sum(self, which: sa.ColumnElement[bool]) -> Usage:
        names = ("prompt_tokens", "completion_tokens", "cached_tokens", "cost_dollars")
        sums = (sa.func.coalesce(sa.func.sum(spending.c[name]), 0).label(name) for name in names)
        with self._database.read() as connection:
            row = connection.execute(sa.select(*sums).where(which)).one()
        return Usage(
            prompt_tokens=int(row.prompt_tokens),
            completion_tokens=int(row.completion_tokens),
            cached_tokens=int(row.cached_tokens),
            cost_dollars=float(row.cost_dollars),
        )
