"""The catalog in SQL: documents, revisions, passages, the outbox of the indexes, cached vectors, generations."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from assistant.errors import DocumentError
from assistant.ports import Vectors
from assistant.stores import schema as s
from assistant.stores.database import Database, now, storable
from assistant.types import Chunk, Document, DocumentSummary, Generation, LoadedDocument, Passage

IDS_A_QUERY = 500
"""SQLite takes a limited number of parameters in one statement."""

ROWS_A_FETCH = 1000

LAST_REVISION = 2**31 - 1
"""The largest number that every database takes as an integer."""

_LIVE = sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == s.documents.c.revision)
_PASSAGE = (
    sa.select(s.passages, s.documents.c.name, s.revisions.c.title)
    .join(s.documents, s.documents.c.id == s.passages.c.document_id)
    .join(
        s.revisions,
        sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == s.passages.c.revision),
    )
)


class SqlCatalog:
    """Implements the `Catalog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def summaries(self) -> list[DocumentSummary]:
        """Return all live documents, without text, by name."""
        columns = (s.documents.c.id, s.documents.c.source, s.documents.c.name, s.documents.c.revision)
        query = sa.select(*columns, s.revisions.c.checksum).join(s.revisions, _LIVE).where(s.documents.c.live)
        with self._database.read() as connection:
            return [DocumentSummary(**row._mapping) for row in connection.execute(query.order_by(s.documents.c.name))]

    def put_document(self, document: LoadedDocument, checksum: str, chunks: Sequence[Chunk]) -> Document:
        """Store a new document or the next revision of the one with the same source, in one transaction.

        Raises:
            DocumentError: Its source, which must stay as it is, cannot be stored.
        """
        _check_source(document.source)
        text, title = storable(document.text), storable(document.title)
        with self._database.write() as connection:
            document_id = _id_of(connection, document.source)
            revision = _next_revision(connection, document_id)
            name = _free_name(connection, storable(document.name), document_id)
            row = {"source": document.source, "name": name, "revision": revision, "live": True}
            if revision == 1:
                connection.execute(s.documents.insert().values(id=document_id, **row))
            else:
                connection.execute(s.documents.update().where(s.documents.c.id == document_id).values(**row))
            stored = {"title": title, "text": text, "checksum": checksum} | document.model_dump(
                include={"language", "media_type"}
            )
            connection.execute(
                s.revisions.insert().values(document_id=document_id, number=revision, created_at=now(), **stored)
            )
            _drop_passages(connection, document_id)
            _add_passages(connection, document_id, revision, text, chunks)
        return Document(id=document_id, source=document.source, name=name, revision=revision, **stored)

    def move_document(self, document_id: str, source: str, name: str) -> None:
        """Record that unchanged content now lives at another source; raises DocumentError as `put_document` does."""
        _check_source(source)
        with self._database.write() as connection:
            gone = s.documents.update().where(s.documents.c.source == source, ~s.documents.c.live)
            connection.execute(gone.values(source=s.documents.c.source + "#" + s.documents.c.id))
            name = _free_name(connection, storable(name), document_id)
            connection.execute(
                s.documents.update().where(s.documents.c.id == document_id).values(source=source, name=name)
            )

    def remove_document(self, document_id: str) -> None:
        """Take a document and its passages out of the live knowledge base; revisions stay for old citations."""
        with self._database.write() as connection:
            _drop_passages(connection, document_id)
            connection.execute(s.documents.update().where(s.documents.c.id == document_id).values(live=False))

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name, at its live revision or an older one; a live document wins over a removed one."""
        if revision is not None and not 1 <= revision <= LAST_REVISION:
            return None
        number = s.documents.c.revision if revision is None else revision
        query = (
            sa.select(s.documents.c.id, s.documents.c.source, s.documents.c.name, s.revisions)
            .join(s.revisions, sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == number))
            .where(s.documents.c.name == storable(name))
            .order_by(s.documents.c.live.desc())
        )
        if revision is None:
            query = query.where(s.documents.c.live)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        kept = ("id", "source", "name", "title", "checksum", "text", "language", "media_type")
        return Document(revision=row["number"], **{key: row[key] for key in kept})

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return the live passages among the ids, in the order asked."""
        found: dict[str, Passage] = {}
        with self._database.read() as connection:
            for start in range(0, len(passage_ids), IDS_A_QUERY):
                some = s.passages.c.id.in_(passage_ids[start : start + IDS_A_QUERY])
                found |= {row.id: _passage(row) for row in connection.execute(_PASSAGE.where(some))}
        return [found[one] for one in passage_ids if one in found]

    def all_passages(self) -> Iterator[Passage]:
        """Yield every live passage, by document name and position."""
        query = _PASSAGE.order_by(s.documents.c.name, s.passages.c.ordinal)
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=ROWS_A_FETCH).execute(query):
                yield _passage(row)

    def pending(self) -> tuple[list[Passage], list[str]]:
        """Return passages that the indexes lack, and ids that they must drop."""
        add = _PASSAGE.join(s.outbox, s.outbox.c.passage_id == s.passages.c.id).where(s.outbox.c.operation == "add")
        drop = sa.select(s.outbox.c.passage_id).where(s.outbox.c.operation == "drop").order_by(s.outbox.c.passage_id)
        with self._database.read() as connection:
            passages = [_passage(row) for row in connection.execute(add.order_by(s.passages.c.id))]
            return passages, list(connection.execute(drop).scalars())

    def mark_projected(self, passage_ids: Sequence[str]) -> None:
        """Forget the outbox entries of these passages: the indexes have learnt them."""
        with self._database.write() as connection:
            for start in range(0, len(passage_ids), IDS_A_QUERY):
                some = s.outbox.c.passage_id.in_(passage_ids[start : start + IDS_A_QUERY])
                connection.execute(s.outbox.delete().where(some))

    def mark_all_pending(self) -> None:
        """Put every live passage into the outbox, for a rebuild from nothing."""
        with self._database.write() as connection:
            _fill_outbox(connection)

    def cached_vectors(self, fingerprint: str, checksums: Sequence[str]) -> dict[str, Vectors]:
        """Return the known vectors among the sha256 hex digests of embedded texts."""
        found: dict[str, Vectors] = {}
        query = sa.select(s.vectors.c.checksum, s.vectors.c.vector).where(s.vectors.c.fingerprint == fingerprint)
        with self._database.read() as connection:
            for start in range(0, len(checksums), IDS_A_QUERY):
                some = s.vectors.c.checksum.in_(checksums[start : start + IDS_A_QUERY])
                for checksum, vector in connection.execute(query.where(some)):
                    found[checksum] = np.frombuffer(vector, dtype=np.float32)
        return found

    def cache_vectors(self, fingerprint: str, vectors: dict[str, Vectors]) -> None:
        """Remember vectors by digest; a second write of the same digest is ignored."""
        if not vectors:
            return
        rows = [
            {"fingerprint": fingerprint, "checksum": checksum, "vector": vector.astype(np.float32).tobytes()}
            for checksum, vector in vectors.items()
        ]
        with self._database.write() as connection:
            connection.execute(_insert_or_ignore(connection, s.vectors), rows)

    def generation(self) -> Generation | None:
        """Return the live generation of the indexes; None before the first ingest."""
        columns = (s.generations.c.number, s.generations.c.fingerprint, s.generations.c.dimension)
        query = sa.select(*columns).order_by(s.generations.c.number.desc()).limit(1)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else Generation(**row._mapping)

    def start_generation(self, fingerprint: str, dimension: int) -> Generation:
        """Record a new live generation and put every live passage into the outbox."""
        with self._database.write() as connection:
            last = connection.execute(sa.select(sa.func.max(s.generations.c.number))).scalar() or 0
            values: dict[str, Any] = {"number": last + 1, "fingerprint": fingerprint, "dimension": dimension}
            connection.execute(s.generations.insert().values(created_at=now(), **values))
            _fill_outbox(connection)
        return Generation(**values)

    def counts(self) -> tuple[int, int]:
        """Return the number of live documents and passages."""
        documents = sa.select(sa.func.count()).select_from(s.documents).where(s.documents.c.live)
        passages = sa.select(sa.func.count()).select_from(s.passages)
        with self._database.read() as connection:
            return connection.execute(documents).scalar_one(), connection.execute(passages).scalar_one()


def _check_source(source: str) -> None:
    """Refuse a source that would be stored as another: the next sync would take it for a new document."""
    if storable(source) != source:
        raise DocumentError(storable(source), "its name is not valid Unicode text; rename the file")


def _id_of(connection: sa.Connection, source: str) -> str:
    """Return the id of the document at a source; a new one is derived from the source, unless a moved one has it."""
    known = connection.execute(sa.select(s.documents.c.id).where(s.documents.c.source == source)).scalar()
    if known is not None:
        return str(known)
    derived = hashlib.sha256(source.encode()).hexdigest()[:16]
    taken = connection.execute(sa.select(s.documents.c.id).where(s.documents.c.id == derived)).first()
    return derived if taken is None else secrets.token_hex(8)


def _next_revision(connection: sa.Connection, document_id: str) -> int:
    known = sa.select(sa.func.max(s.revisions.c.number)).where(s.revisions.c.document_id == document_id)
    return int(connection.execute(known).scalar() or 0) + 1


def _free_name(connection: sa.Connection, name: str, document_id: str) -> str:
    """Return the name, numbered where another live document has it already."""
    free, number = name, 1
    taken = sa.select(s.documents.c.id).where(s.documents.c.live, s.documents.c.id != document_id)
    while connection.execute(taken.where(s.documents.c.name == free)).first() is not None:
        number += 1
        free = f"{name} ({number})"
    return free


def _drop_passages(connection: sa.Connection, document_id: str) -> None:
    mine = s.passages.c.document_id == document_id
    ids = list(connection.execute(sa.select(s.passages.c.id).where(mine)).scalars())
    if ids:
        connection.execute(s.passages.delete().where(mine))
        connection.execute(
            s.outbox.delete().where(s.outbox.c.passage_id == sa.bindparam("old")), [{"old": i} for i in ids]
        )
        connection.execute(s.outbox.insert(), [{"passage_id": one, "operation": "drop"} for one in ids])


def _add_passages(
    connection: sa.Connection, document_id: str, revision: int, text: str, chunks: Sequence[Chunk]
) -> None:
    rows = [
        {
            "id": f"{document_id}-{revision}-{chunk.ordinal}",
            "document_id": document_id,
            "revision": revision,
            "ordinal": chunk.ordinal,
            "heading": storable(chunk.heading),
            "start_char": chunk.start,
            "end_char": chunk.end,
            "text": text[chunk.start : chunk.end],
        }
        for chunk in chunks
    ]
    if rows:
        connection.execute(s.passages.insert(), rows)
        connection.execute(s.outbox.insert(), [{"passage_id": row["id"], "operation": "add"} for row in rows])


def _fill_outbox(connection: sa.Connection) -> None:
    connection.execute(s.outbox.delete())
    every = sa.select(s.passages.c.id, sa.literal("add"))
    connection.execute(s.outbox.insert().from_select(["passage_id", "operation"], every))


def _insert_or_ignore(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        return postgresql_insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.sqlite import insert as sqlite_insert

    return sqlite_insert(table).on_conflict_do_nothing()


def _passage(row: sa.Row[Any]) -> Passage:
    return Passage.model_construct(
        id=row.id,
        document_id=row.document_id,
        document=row.name,
        title=row.title,
        revision=row.revision,
        ordinal=row.ordinal,
        heading=row.heading,
        start=row.start_char,
        end=row.end_char,
        text=row.text,
    )
