"""The catalog in SQL, for reading: documents, revisions, passages."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from assistant.records import PassedOver
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups, storable
from assistant.types import (
    FOR_EVERYBODY,
    ApprovedAnswer,
    Attributes,
    Document,
    DocumentSummary,
    Filter,
    KeptRevision,
    Passage,
)

ROWS_A_FETCH = 1000

LAST_REVISION = 2**31 - 1
"""The largest number that every database takes as an integer."""

LIVE_REVISION = sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == s.documents.c.revision)
LIVE_FINGERPRINT = sa.select(s.generations.c.fingerprint).where(s.generations.c.state == "live").scalar_subquery()

_PLACE = ("revision", "ordinal", "heading", "header", "start_char", "end_char", "text", "page", "digest")
ANY_PASSAGE = (
    sa.select(
        *(s.passages.c.id, s.passages.c.document_id, s.documents.c.name, s.revisions.c.title),
        *(s.passages.c[one] for one in _PLACE),
    )
    .select_from(s.passages)
    .join(s.documents, s.documents.c.id == s.passages.c.document_id)
    .join(
        s.revisions,
        sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == s.passages.c.revision),
    )
)
IS_LIVE = sa.and_(
    s.documents.c.live,
    s.passages.c.revision == s.documents.c.revision,
    s.passages.c.fingerprint == LIVE_FINGERPRINT,
    ~s.passages.c.held,
)
_REVISION_FIELDS = (
    "title",
    "checksum",
    "text",
    "language",
    "media_type",
    "audience",
    "valid_from",
    "valid_to",
    "owner",
)
_APPROVED = ("title", "number", "text", "approved_for", "owner")
_ATTRIBUTES = tuple(s.revisions.c[one] for one in ("audience", "language", "products", "valid_from", "valid_to"))
_LIVE_PASSAGES = ANY_PASSAGE.add_columns(*_ATTRIBUTES).where(
    s.passages.c.id.in_(sa.bindparam("ids", expanding=True)), IS_LIVE
)
"""Made once: a statement that is written anew takes SQLAlchemy longer to recognise than SQLite to answer."""


class SqlCatalog:
    """Implements the `Catalog` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def summaries(self) -> list[DocumentSummary]:
        """Return all live documents, without text, by name."""
        columns = (s.documents.c.id, s.documents.c.source, s.documents.c.name, s.documents.c.revision)
        kept = (s.revisions.c.checksum, s.revisions.c.valid_from, s.revisions.c.valid_to)
        query = sa.select(*columns, *kept).join(s.revisions, LIVE_REVISION).where(s.documents.c.live)
        with self._database.read() as connection:
            rows = connection.execute(query.order_by(s.documents.c.name))
            return [DocumentSummary.model_construct(**row._mapping) for row in rows]

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name, at its live revision or an older one; a live document wins over a removed one."""
        if revision is not None and not 1 <= revision <= LAST_REVISION:
            return None
        number = s.documents.c.revision if revision is None else revision
        query = (
            sa.select(s.documents.c.id, s.documents.c.source, s.documents.c.name, s.revisions)
            .join(s.revisions, sa.and_(s.revisions.c.document_id == s.documents.c.id, s.revisions.c.number == number))
            .where(s.documents.c.name == storable(name), s.revisions.c.number <= s.documents.c.revision)
            .order_by(s.documents.c.live.desc())
        )
        if revision is None:
            query = query.where(s.documents.c.live)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else document_of(row)

    def kept(self, document_id: str, number: int) -> KeptRevision | None:
        """Return a published revision, also of a document that was renamed or removed; None where there is none."""
        wanted = s.revisions.c.number == number if 1 <= number <= LAST_REVISION else sa.false()
        query = (
            sa.select(s.documents.c.id, s.documents.c.source, s.documents.c.name, s.documents.c.live, s.revisions)
            .join(s.revisions, s.revisions.c.document_id == s.documents.c.id)
            .where(s.documents.c.id == storable(document_id), s.revisions.c.number <= s.documents.c.revision)
            .where(sa.or_(wanted, s.revisions.c.number == s.documents.c.revision))
            .order_by(s.revisions.c.number)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).mappings().all()
        if not rows or rows[0]["number"] != number:
            return None
        return KeptRevision(revision=document_of(rows[0]), newest=document_of(rows[-1]), is_live=rows[-1]["live"])

    def is_erased(self, document_id: str) -> bool:
        """Tell whether a document with this id was erased for good. Its id is never given to another."""
        with self._database.read() as connection:
            return document_id in erased_ids(connection)

    def passages(self, passage_ids: Sequence[str], only: Filter = FOR_EVERYBODY) -> list[Passage]:
        """Return those of the passages that a filter admits, in the order asked; by default what anybody may see."""
        today = date.today()
        rows = (row for some in in_groups(passage_ids) for row in self._database.ask(_LIVE_PASSAGES, some))
        found = {row[0]: passage_of(row) for row in rows if _admits(only, row[-len(_ATTRIBUTES) :], today)}
        return [found[one] for one in passage_ids if one in found]

    def all_passages(self) -> Iterator[Passage]:
        """Yield every live passage, by document name and position."""
        query = ANY_PASSAGE.where(IS_LIVE).order_by(s.documents.c.name, s.passages.c.ordinal)
        with self._database.read() as connection:
            for row in connection.execution_options(yield_per=ROWS_A_FETCH).execute(query):
                yield passage_of(row)

    def approved(self) -> list[ApprovedAnswer]:
        """Return every live document that is an approved answer, also out of its time, by name; none held back."""
        columns = (s.documents.c.id, s.documents.c.name, *(s.revisions.c[one] for one in _APPROVED), *_ATTRIBUTES)
        held = sa.exists().where(
            s.passages.c.document_id == s.documents.c.id,
            s.passages.c.revision == s.documents.c.revision,
            s.passages.c.held,
        )
        is_approved = sa.cast(s.revisions.c.approved_for, sa.Text) != "[]"
        query = sa.select(*columns).join(s.revisions, LIVE_REVISION).where(s.documents.c.live, is_approved, ~held)
        with self._database.read() as connection:
            return [
                ApprovedAnswer(
                    document_id=row.id,
                    document=row.name,
                    title=row.title,
                    revision=row.number,
                    questions=tuple(row.approved_for),
                    owner=row.owner,
                    text=row.text,
                    attributes=attributes_of(row),
                )
                for row in connection.execute(query.order_by(s.documents.c.name))
            ]

    def counts(self) -> tuple[int, int]:
        """Return the number of live documents and passages."""
        documents = sa.select(sa.func.count()).select_from(s.documents).where(s.documents.c.live)
        joined = s.passages.join(s.documents, s.documents.c.id == s.passages.c.document_id)
        passages = sa.select(sa.func.count()).select_from(joined).where(IS_LIVE)
        with self._database.read() as connection:
            return connection.execute(documents).scalar_one(), connection.execute(passages).scalar_one()

    def aliases(self) -> dict[str, str]:
        """Return the further sources of documents, each with the source of the document it repeats."""
        query = sa.select(s.aliases.c.source.label("alias"), s.documents.c.source).join(
            s.documents, s.documents.c.id == s.aliases.c.document_id
        )
        with self._database.read() as connection:
            return {row.alias: row.source for row in connection.execute(query)}

    def passed_over(self) -> list[PassedOver]:
        """Return the sources that need not be read again as long as they are as they were."""
        with self._database.read() as connection:
            return [PassedOver(**row._mapping) for row in connection.execute(sa.select(s.passed_over))]


def erased_ids(connection: sa.Connection) -> set[str]:
    """Return the ids of all documents that were ever erased, or are about to be."""
    return {one for ids in connection.execute(sa.select(s.erasures.c.documents)).scalars() for one in ids}


def document_of(row: sa.RowMapping) -> Document:
    """Return the document of a row that joins `documents` to `revisions`."""
    kept = {key: row[key] for key in ("id", "source", "name", *_REVISION_FIELDS)}
    kept |= {key: tuple(row[key]) for key in ("products", "page_starts", "approved_for")}
    return Document(revision=row["number"], **kept)


def attributes_of(row: sa.Row[Any]) -> Attributes:
    """Return what filters look at, from a row with a revision's columns of that."""
    return Attributes.of(row.audience, row.language, row.products, row.valid_from, row.valid_to)


def _admits(only: Filter, attributes: Sequence[Any], today: date) -> bool:
    """Tell whether a filter admits `_ATTRIBUTES`; most say nothing of themselves, and are told at once."""
    audience, _, products, valid_from, valid_to = attributes
    says_nothing = not (audience or products or valid_from or valid_to)
    if says_nothing and not only.language:
        return True
    return only.admits(Attributes.of(*attributes), today)


def passage_of(row: Sequence[Any]) -> Passage:
    """Return the passage of a row of `ANY_PASSAGE`, whose columns come first."""
    (one, document_id, name, title, revision, ordinal, heading, header, start, end, text, page, digest, *_) = tuple(row)
    return Passage(
        id=one,
        document_id=document_id,
        document=name,
        title=title,
        revision=revision,
        ordinal=ordinal,
        heading=heading,
        header=header,
        start=start,
        end=end,
        text=text,
        page=page,
        digest=digest,
    )
