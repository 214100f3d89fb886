"""What filters look at, in SQL: read once for all passages, and then only for those that change."""

from collections.abc import Sequence

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.catalog import LIVE_REVISION, attributes_of
from assistant.stores.database import Database, in_groups
from assistant.types import Attributes, primary_language

_REVISION = (s.revisions.c.document_id, s.revisions.c.number)
_ATTRIBUTES = tuple(s.revisions.c[one] for one in ("audience", "language", "products", "valid_from", "valid_to"))


class SqlPassageAttributes:
    """Implements the `PassageAttributes` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def read(
        self, fingerprint: str, passage_ids: Sequence[str] | None = None
    ) -> tuple[dict[str, int], list[Attributes]]:
        """Return for each passage the place of its attributes in a list of different ones; None asks for all."""
        columns = (s.passages.c.id, s.passages.c.document_id, s.passages.c.revision)
        passages = sa.select(*columns).where(s.passages.c.fingerprint == fingerprint, ~s.passages.c.held)
        revisions = sa.select(*_REVISION, *_ATTRIBUTES)
        with self._database.read() as connection:
            if passage_ids is None:
                rows = connection.execute(passages).all()
                described = connection.execute(revisions).all()
            else:
                asked = (passages.where(s.passages.c.id.in_(some)) for some in in_groups(passage_ids))
                rows = [row for query in asked for row in connection.execute(query)]
                documents = sorted({row.document_id for row in rows})
                wanted = (revisions.where(s.revisions.c.document_id.in_(some)) for some in in_groups(documents))
                described = [row for query in wanted for row in connection.execute(query)]
        places: dict[Attributes, int] = {}
        # Rows are told apart before they are read: few different ones describe many revisions.
        known: dict[str, int] = {}
        of_revision: dict[tuple[str, int], int] = {}
        for row in described:
            key = repr(row[2:])
            if key not in known:
                known[key] = places.setdefault(attributes_of(row), len(places))
            of_revision[row.document_id, row.number] = known[key]
        return {row.id: of_revision[row.document_id, row.revision] for row in rows}, list(places)

    def languages(self) -> dict[str, int]:
        """Return how many live documents there are in each language; an empty name stands for what was not sure."""
        query = sa.select(s.revisions.c.language, sa.func.count()).join(s.documents, LIVE_REVISION)
        counts: dict[str, int] = {}
        with self._database.read() as connection:
            for code, count in connection.execute(query.where(s.documents.c.live).group_by(s.revisions.c.language)):
                counts[primary_language(code)] = counts.get(primary_language(code), 0) + count
        return counts

    def any_restricted(self) -> bool:
        """Tell whether a live document is for some people, or for some time, only."""
        query = sa.select(s.documents.c.id).join(s.revisions, LIVE_REVISION)
        with self._database.read() as connection:
            return connection.execute(query.where(s.documents.c.live, s.IS_RESTRICTED).limit(1)).first() is not None
