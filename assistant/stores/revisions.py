"""The catalog in SQL, for writing: revisions are staged, then published; every call is one transaction."""

import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from assistant.errors import DocumentError
from assistant.records import Draft, PassedOver, Staged
from assistant.stores import schema as s
from assistant.stores.catalog import LIVE_REVISION, document_of, erased_ids
from assistant.stores.database import Database, in_groups, now, storable
from assistant.types import Chunk, Document

_IS_STAGED = sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number > s.documents.c.revision)


class SqlRevisions:
    """Implements the `Revisions` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def stage(self, drafts: Sequence[Draft]) -> list[Staged]:
        """Store new revisions that nobody sees yet; raises DocumentError where a source cannot be stored."""
        for draft in drafts:
            _check_source(draft.document.source)
        with self._database.write() as connection:
            return [_stage(connection, draft) for draft in drafts]

    def publish(self, staged: Sequence[Staged]) -> None:
        """Let staged revisions take the place of those before them, all at once."""
        with self._database.write() as connection:
            for one in staged:
                older = sa.and_(s.passages.c.document_id == one.document_id, s.passages.c.revision < one.revision)
                _drop_passages(connection, older)
                name = _free_name(connection, one.name, one.document_id)
                connection.execute(
                    s.documents.update()
                    .where(s.documents.c.id == one.document_id)
                    .values(name=name, revision=one.revision, live=True)
                )

    def abandon_staged(self) -> None:
        """Forget what an interrupted run staged and never published."""
        query = sa.select(s.revisions.c.document_id, s.revisions.c.number).join(s.documents, _IS_STAGED)
        with self._database.read() as connection:
            if connection.execute(query.limit(1)).first() is None:
                return
        with self._database.write() as connection:
            for document_id, number in connection.execute(query).all():
                passages = sa.and_(s.passages.c.document_id == document_id, s.passages.c.revision == number)
                _drop_passages(connection, passages)
                connection.execute(
                    s.revisions.delete().where(s.revisions.c.document_id == document_id, s.revisions.c.number == number)
                )
            connection.execute(s.documents.delete().where(s.documents.c.revision == 0))

    def add_passages(self, document_id: str, revision: int, fingerprint: str, chunks: Sequence[Chunk]) -> None:
        """Store a revision's passages as another embedder needs them cut; does nothing where that was done."""
        with self._database.write() as connection:
            query = sa.select(s.revisions.c.title, s.revisions.c.text).where(
                s.revisions.c.document_id == document_id, s.revisions.c.number == revision
            )
            row = connection.execute(query).first()
            known = sa.select(s.passages.c.id).where(
                s.passages.c.document_id == document_id,
                s.passages.c.revision == revision,
                s.passages.c.fingerprint == fingerprint,
            )
            if row is not None and connection.execute(known.limit(1)).first() is None:
                _add_passages(connection, document_id, revision, row.title, row.text, fingerprint, chunks)

    def without_passages(self, fingerprint: str) -> Iterator[Document]:
        """Yield the live documents that were not yet cut for an embedder."""
        cut = sa.exists().where(
            s.passages.c.document_id == s.documents.c.id,
            s.passages.c.revision == s.documents.c.revision,
            s.passages.c.fingerprint == fingerprint,
        )
        ids = sa.select(s.documents.c.id).where(s.documents.c.live, ~cut).order_by(s.documents.c.id)
        columns = (s.documents.c.id, s.documents.c.source, s.documents.c.name)
        with self._database.read() as connection:
            waiting = list(connection.execute(ids).scalars())
        for some in in_groups(waiting, 50):
            query = sa.select(*columns, s.revisions).join(s.revisions, LIVE_REVISION).where(s.documents.c.id.in_(some))
            with self._database.read() as connection:
                rows = connection.execute(query).mappings().all()
            yield from (document_of(row) for row in rows)

    def move(self, document_id: str, source: str, name: str) -> None:
        """Record that unchanged content now lives at another source; raises DocumentError as `stage` does."""
        _check_source(source)
        with self._database.write() as connection:
            connection.execute(s.aliases.delete().where(s.aliases.c.source == source))
            gone = s.documents.update().where(s.documents.c.source == source, ~s.documents.c.live)
            connection.execute(gone.values(source=s.documents.c.source + "#" + s.documents.c.id))
            name = _free_name(connection, storable(name), document_id)
            connection.execute(
                s.documents.update().where(s.documents.c.id == document_id).values(source=source, name=name)
            )

    def set_aliases(self, aliases: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        """Record further sources (source -> source of the document it repeats, name), and forget those `gone`."""
        if not aliases and not gone:
            return
        with self._database.write() as connection:
            for some in in_groups([*gone, *aliases]):
                connection.execute(s.aliases.delete().where(s.aliases.c.source.in_(some)))
            for source, (owner, name) in aliases.items():
                of_owner = sa.select(s.documents.c.id).where(s.documents.c.source == owner)
                document_id = connection.execute(of_owner).scalar()
                if document_id is not None and storable(source) == source:
                    row = {"source": source, "document_id": document_id, "name": storable(name)}
                    connection.execute(s.aliases.insert().values(**row))

    def set_passed_over(self, sources: Sequence[PassedOver], others: Sequence[str]) -> None:
        """Remember sources that need not be read again as they are, and forget the `others`."""
        kept = [one for one in sources if storable(one.source) == one.source]
        if not kept and not others:
            return
        with self._database.write() as connection:
            for some in in_groups([*others, *(one.source for one in kept)]):
                connection.execute(s.passed_over.delete().where(s.passed_over.c.source.in_(some)))
            if kept:
                connection.execute(s.passed_over.insert(), [one.model_dump() for one in kept])

    def remove(self, document_ids: Sequence[str]) -> None:
        """Take documents and their passages out of the live knowledge base; revisions stay for old citations."""
        with self._database.write() as connection:
            for some in in_groups(document_ids):
                _drop_passages(connection, s.passages.c.document_id.in_(some))
                connection.execute(s.aliases.delete().where(s.aliases.c.document_id.in_(some)))
                connection.execute(s.documents.update().where(s.documents.c.id.in_(some)).values(live=False))


def log_changes(connection: sa.Connection, passage_ids: Sequence[str], operation: str) -> None:
    """Write into the log what the indexes have to learn about passages."""
    if passage_ids:
        connection.execute(s.changes.insert(), [{"passage_id": one, "operation": operation} for one in passage_ids])


def text_digest(text: str) -> str:
    """Return the name under which a passage's text is held."""
    return hashlib.sha256(text.encode()).hexdigest()


def _stage(connection: sa.Connection, draft: Draft) -> Staged:
    document = draft.document
    text, title, name = storable(document.text), storable(document.title), storable(document.name)
    document_id, is_new = _id_of(connection, document.source, name, draft.checksum)
    if is_new:
        row = {"id": document_id, "source": document.source, "name": name, "revision": 0, "live": False}
        connection.execute(s.documents.insert().values(**row))
    number = _next_revision(connection, document_id)
    fields = {"language", "media_type", "audience", "products", "valid_from", "valid_to"}
    stored = {"title": title, "text": text, "checksum": draft.checksum} | document.model_dump(include=fields)
    stored |= {"page_starts": list(document.page_starts), "audience": storable(document.audience)}
    stored["products"] = [storable(one) for one in document.products]
    stored |= {"approved_for": [storable(one) for one in document.approved_for], "owner": storable(document.owner)}
    connection.execute(s.revisions.insert().values(document_id=document_id, number=number, created_at=now(), **stored))
    held = _add_passages(connection, document_id, number, title, text, draft.fingerprint, draft.chunks)
    return Staged(document_id=document_id, revision=number, name=name, held=held)


def _add_passages(
    connection: sa.Connection,
    document_id: str,
    revision: int,
    title: str,
    text: str,
    fingerprint: str,
    chunks: Sequence[Chunk],
) -> int:
    """Store passages and log them for the indexes; returns how many are held back."""
    rows = [_row(document_id, revision, title, text, fingerprint, chunk) for chunk in chunks]
    _hold(connection, rows, chunks)
    if rows:
        connection.execute(s.passages.insert(), rows)
    log_changes(connection, [row["id"] for row in rows], "add")
    return sum(row["held"] for row in rows)


def _row(document_id: str, revision: int, title: str, text: str, fingerprint: str, chunk: Chunk) -> dict[str, Any]:
    heading, header, body = storable(chunk.heading), storable(chunk.header), text[chunk.start : chunk.end]
    embedded = "\n".join(part for part in (title, heading, header, body) if part)
    embedder = hashlib.sha256(fingerprint.encode()).hexdigest()[:8]
    return {
        "id": f"{document_id}-{revision}-{embedder}-{chunk.ordinal}",
        "document_id": document_id,
        "revision": revision,
        "fingerprint": fingerprint,
        "ordinal": chunk.ordinal,
        "heading": heading,
        "header": header,
        "start_char": chunk.start,
        "end_char": chunk.end,
        "page": chunk.page,
        "text": body,
        "digest": hashlib.sha256(embedded.encode()).hexdigest(),
        "held": False,
    }


def _hold(connection: sa.Connection, rows: Sequence[dict[str, Any]], chunks: Sequence[Chunk]) -> None:
    """Hold back the passages that were found to need it, unless a person has released their very text."""
    for row, chunk in zip(rows, chunks, strict=True):
        if not chunk.held_because:
            continue
        digest = text_digest(row["text"])
        known = sa.select(s.quarantine.c.released).where(s.quarantine.c.text_digest == digest)
        released = connection.execute(known).scalar()
        row["held"] = not released
        if released is None:
            values = {"text_digest": digest, "reason": chunk.held_because, "released": False, "decided_at": now()}
            connection.execute(s.quarantine.insert().values(**values))


def _check_source(source: str) -> None:
    """Refuse a source that would be stored as another: the next sync would take it for a new document."""
    if storable(source) != source:
        raise DocumentError(storable(source), "its name is not valid Unicode text; rename the file")


def _id_of(connection: sa.Connection, source: str, name: str, checksum: str) -> tuple[str, bool]:
    """Return the id of the document at a source, and whether it is new.

    A new id is derived from the name, or from name and content where another document has that name: ids decide between
    passages that score alike, and may not depend on where a folder lies.
    An id that was erased names nothing ever again: who still holds a citation of it must not be shown another text.
    """
    known = connection.execute(sa.select(s.documents.c.id).where(s.documents.c.source == source)).scalar()
    if known is not None:
        return str(known), False
    erased = erased_ids(connection)
    for told in (name, f"{name}\n{checksum}"):
        derived = hashlib.sha256(told.encode()).hexdigest()[:16]
        taken = connection.execute(sa.select(s.documents.c.id).where(s.documents.c.id == derived)).first()
        if taken is None and derived not in erased:
            return derived, True
    return secrets.token_hex(8), True


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


def _drop_passages(connection: sa.Connection, which: sa.ColumnElement[bool]) -> None:
    ids = list(connection.execute(sa.select(s.passages.c.id).where(which)).scalars())
    if ids:
        connection.execute(s.passages.delete().where(which))
        log_changes(connection, ids, "drop")
