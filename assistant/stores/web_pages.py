"""What is known of crawled pages: enough to ask for the changed ones only."""

from collections.abc import Sequence

import sqlalchemy as sa

from assistant.records import KnownPage
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups, now


class SqlWebPages:
    """Keeps what servers said of pages, by URL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def known(self, start: str, version: str) -> list[KnownPage]:
        """Return what is known of the pages that a start led to, as far as loaders of this version read them."""
        which = sa.and_(s.web_pages.c.start == start, s.web_pages.c.version == version)
        with self._database.read() as connection:
            rows = connection.execute(sa.select(s.web_pages).where(which)).all()
        return [
            KnownPage(url=row.url, etag=row.etag, last_modified=row.last_modified, links=tuple(row.links))
            for row in rows
        ]

    def remember(self, start: str, version: str, pages: Sequence[KnownPage]) -> None:
        """Keep what is now known of pages."""
        rows = [
            one.model_dump() | {"links": list(one.links), "start": start, "version": version, "fetched_at": now()}
            for one in pages
        ]
        with self._database.write() as connection:
            _forget(connection, [one.url for one in pages])
            if rows:
                connection.execute(s.web_pages.insert(), rows)

    def forget(self, urls: Sequence[str]) -> None:
        """Forget pages that are gone."""
        with self._database.write() as connection:
            _forget(connection, urls)


def _forget(connection: sa.Connection, urls: Sequence[str]) -> None:
    for some in in_groups(urls):
        connection.execute(s.web_pages.delete().where(s.web_pages.c.url.in_(some)))
