"""Accepted evaluation runs, in SQL beside the knowledge base that they judge: a copy of a home takes them along."""

import sqlalchemy as sa

from assistant.stores.database import Database
from assistant.stores.schema import properties

PREFIX = "evaluation:"


class SqlBaselines:
    """Keeps the accepted run of each set as one value."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def accepted(self, key: str) -> str | None:
        """Return the run accepted last on a set; None where none was."""
        query = sa.select(properties.c.value).where(properties.c.key == PREFIX + key)
        with self._database.read() as connection:
            value = connection.execute(query).scalar()
        return None if value is None else str(value)

    def accept(self, key: str, run: str) -> None:
        """Keep a run in place of the one accepted before."""
        with self._database.write() as connection:
            connection.execute(properties.delete().where(properties.c.key == PREFIX + key))
            connection.execute(properties.insert().values(key=PREFIX + key, value=run))
