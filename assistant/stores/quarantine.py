"""Passages that carry instructions to the model, held back from search until a person releases them."""

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.catalog import ANY_PASSAGE, passage_of
from assistant.stores.database import Database, now
from assistant.stores.revisions import log_changes, text_digest
from assistant.types import Passage


class SqlQuarantine:
    """Knows what is held back, and why."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def held(self) -> list[tuple[Passage, str]]:
        """Return the passages of live documents that are held back, with the reason, by document and position."""
        which = sa.and_(s.passages.c.held, s.documents.c.live, s.passages.c.revision == s.documents.c.revision)
        query = ANY_PASSAGE.where(which).order_by(s.documents.c.name, s.passages.c.ordinal)
        with self._database.read() as connection:
            passages = [passage_of(row) for row in connection.execute(query)]
            rows = connection.execute(sa.select(s.quarantine.c.text_digest, s.quarantine.c.reason))
            reasons = {row.text_digest: row.reason for row in rows}
        return [(one, reasons.get(text_digest(one.text), "held back")) for one in passages]

    def touches(self, passage: Passage) -> bool:
        """Tell whether the range of a passage holds a part of one that is held back, of the same revision."""
        table = s.passages.c
        is_its = sa.and_(table.document_id == passage.document_id, table.revision == passage.revision)
        overlaps = sa.and_(table.start_char < passage.end, table.end_char > passage.start)
        with self._database.read() as connection:
            return bool(connection.execute(sa.select(sa.exists().where(is_its, overlaps, table.held))).scalar())

    def release(self, passage_id: str) -> int:
        """Let a passage, and every other with the same text, be found; returns how many there are."""
        with self._database.write() as connection:
            text = connection.execute(sa.select(s.passages.c.text).where(s.passages.c.id == passage_id)).scalar()
            if text is None:
                return 0
            same = sa.and_(s.passages.c.text == text, s.passages.c.held)
            ids = list(connection.execute(sa.select(s.passages.c.id).where(same)).scalars())
            connection.execute(s.passages.update().where(same).values(held=False))
            known = s.quarantine.c.text_digest == text_digest(text)
            connection.execute(s.quarantine.update().where(known).values(released=True, decided_at=now()))
            log_changes(connection, ids, "add")
        return len(ids)
