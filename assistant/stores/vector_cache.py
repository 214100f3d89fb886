"""Vectors in SQL, by embedder and digest of the text: what was embedded once is never embedded again."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import sqlalchemy as sa

from assistant.ports import Vectors
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups

_ROWS_A_FETCH = 1000

_OF_EVERY_PASSAGE = (
    sa.select(s.passages.c.id, s.vectors.c.vector)
    .join(
        s.vectors,
        sa.and_(s.vectors.c.fingerprint == s.passages.c.fingerprint, s.vectors.c.checksum == s.passages.c.digest),
    )
    .where(s.passages.c.fingerprint == sa.bindparam("embedder"), ~s.passages.c.held)
)
_OF_PASSAGES = _OF_EVERY_PASSAGE.where(s.passages.c.id.in_(sa.bindparam("ids", expanding=True)))
"""Made once: a statement that is written anew takes SQLAlchemy longer to recognise than SQLite to answer."""


class SqlVectorCache:
    """Implements the `VectorCache` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def get(self, fingerprint: str, digests: Sequence[str]) -> dict[str, Vectors]:
        """Return the known vectors among the sha256 hex digests of embedded texts."""
        found: dict[str, Vectors] = {}
        query = sa.select(s.vectors.c.checksum, s.vectors.c.vector).where(s.vectors.c.fingerprint == fingerprint)
        with self._database.read() as connection:
            for some in in_groups(digests):
                for digest, vector in connection.execute(query.where(s.vectors.c.checksum.in_(some))):
                    found[digest] = np.frombuffer(vector, dtype=np.float32)
        return found

    def of_passages(self, fingerprint: str, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[str, bytes]]:
        """Yield id and vector, as float32, of each passage that an embedder's indexes hold and that was embedded."""
        with self._database.read() as connection:
            if passage_ids is None:
                streamed = {"yield_per": _ROWS_A_FETCH}
                yield from connection.execute(_OF_EVERY_PASSAGE, {"embedder": fingerprint}, execution_options=streamed)
                return
            for some in in_groups(passage_ids):
                yield from connection.execute(_OF_PASSAGES, {"embedder": fingerprint, "ids": some})

    def put(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Remember vectors by digest; a second write of the same digest is ignored."""
        if not vectors:
            return
        rows = [
            {"fingerprint": fingerprint, "checksum": digest, "vector": vector.astype(np.float32).tobytes()}
            for digest, vector in vectors.items()
        ]
        with self._database.write() as connection:
            connection.execute(_insert_or_ignore(connection, s.vectors), rows)


def _insert_or_ignore(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table).on_conflict_do_nothing()
