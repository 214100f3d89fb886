"""Which browsers customers are signed in with, in SQL."""

from datetime import datetime

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.database import Database, storable

_c = s.sessions.c


class SqlSessions:
    """Implements the `Sessions` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def begin(self, session_sha256: str, token_sha256: str, customer_id: str, *, at: datetime, ends: datetime) -> bool:
        """Keep a session until it `ends`; False, with nothing kept, where its token began one before."""
        row = {"id": session_sha256, "token_sha256": token_sha256, "customer": storable(customer_id), "ends_at": ends}
        with self._database.write() as connection:
            connection.execute(s.sessions.delete().where(_c.ends_at < at))
            used = sa.exists().where(_c.token_sha256 == token_sha256)
            if connection.execute(sa.select(used)).scalar():
                return False
            connection.execute(s.sessions.insert().values(**row, ended=False))
        return True

    def customer(self, session_sha256: str, at: datetime) -> str | None:
        """Return whose session it is; None where it is not known, or over."""
        mine = sa.and_(_c.id == session_sha256, _c.ends_at > at, _c.ended.is_(False))
        with self._database.read() as connection:
            found = connection.execute(sa.select(_c.customer).where(mine)).scalar()
        return None if found is None else str(found)

    def end(self, session_sha256: str) -> None:
        """End a session before its time; what began it stays known, so that it cannot begin another."""
        with self._database.write() as connection:
            connection.execute(s.sessions.update().where(_c.id == session_sha256).values(ended=True))
