"""Erasure in SQL: what was asked to be forgotten, what it consists of, and its removal from every table."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime

import sqlalchemy as sa

from assistant.ports import Vectors
from assistant.records import ERASED, Condemned, Erasure
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups, in_utc, now
from assistant.stores.revisions import text_digest
from assistant.types import Reply

_ROWS_A_FETCH = 500


class SqlErasures:
    """Records erasures and carries out their part in the database."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def find(self, name: str | None, source: str | None) -> list[str]:
        """Return the ids of the documents, live or removed, with a name, or from a source or from below it."""
        documents = s.documents.c
        if name is not None:
            which: sa.ColumnElement[bool] = documents.name == name
        else:
            inside = [documents.source.startswith(f"{source}{sign}", autoescape=True) for sign in ("/", "!/", "#")]
            which = sa.or_(documents.source == source, *inside)
        with self._database.read() as connection:
            return list(connection.execute(sa.select(documents.id).where(which).order_by(documents.id)).scalars())

    def begin(self, document_ids: Sequence[str]) -> Erasure:
        """Write down that documents are to be forgotten, so that a crash cannot undo the wish."""
        erasure = Erasure(id=secrets.token_hex(8), requested_at=now(), documents=tuple(document_ids))
        row = erasure.model_dump() | {"documents": list(document_ids)}
        with self._database.write() as connection:
            connection.execute(s.erasures.insert().values(**row))
        return erasure

    def unfinished(self) -> list[Erasure]:
        """Return the erasures that were begun and not finished, oldest first."""
        query = sa.select(s.erasures).where(s.erasures.c.finished_at.is_(None)).order_by(s.erasures.c.requested_at)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [
            Erasure(id=row.id, requested_at=in_utc(row.requested_at), documents=tuple(row.documents)) for row in rows
        ]

    def finish(self, erasure_id: str) -> datetime:
        """Write down that an erasure is done; returns when."""
        moment = now()
        with self._database.write() as connection:
            done = s.erasures.update().where(s.erasures.c.id == erasure_id)
            connection.execute(done.values(finished_at=moment))
        return moment

    def condemned(self, document_ids: Sequence[str]) -> Condemned:
        """Return what the documents consist of, as far as no other document shares it."""
        with self._database.read() as connection:
            mine = s.revisions.c.document_id.in_(document_ids)
            texts = list(connection.execute(sa.select(s.revisions.c.text).where(mine)).scalars())
            names = sa.select(s.documents.c.name, s.documents.c.source).where(s.documents.c.id.in_(document_ids))
            rows = connection.execute(names).all()
            passages = sa.select(sa.func.count()).where(s.passages.c.document_id.in_(document_ids))
            count = connection.execute(passages).scalar_one()
            digests = _own_digests(connection, document_ids)
        return Condemned(
            names=tuple(row.name for row in rows),
            sources=tuple(row.source for row in rows),
            texts=tuple(texts),
            passages=count,
            digests=tuple(digests),
        )

    def vectors(self, digests: Sequence[str]) -> Iterator[Vectors]:
        """Yield the cached vectors of texts, of every embedder."""
        import numpy as np

        with self._database.read() as connection:
            for some in in_groups(digests):
                query = sa.select(s.vectors.c.vector).where(s.vectors.c.checksum.in_(some))
                for vector in connection.execute(query).scalars():
                    yield np.frombuffer(vector, dtype=np.float32)

    def other_texts(self, document_ids: Sequence[str]) -> Iterator[str]:
        """Yield the text of every revision of all other documents."""
        query = sa.select(s.revisions.c.text).where(s.revisions.c.document_id.not_in(document_ids))
        with self._database.read() as connection:
            yield from connection.execution_options(yield_per=_ROWS_A_FETCH).execute(query).scalars()

    def delete(self, document_ids: Sequence[str], condemned: Condemned, fragments: Sequence[str]) -> tuple[int, int]:
        """Delete documents from every table, and what conversations quote of them; returns vectors and turns hit."""
        with self._database.write() as connection:
            turns = _redact_turns(connection, document_ids, condemned.names, fragments)
            for table in (s.passages, s.aliases, s.revisions):
                connection.execute(table.delete().where(table.c.document_id.in_(document_ids)))
            # What was learnt may hold traces of any document, and nobody can tell of which.
            connection.execute(s.tuned_parts.delete())
            connection.execute(s.generations.update().values(tuned=""))
            connection.execute(s.documents.delete().where(s.documents.c.id.in_(document_ids)))
            connection.execute(s.web_pages.delete().where(s.web_pages.c.url.in_(condemned.sources)))
            vectors = 0
            for some in in_groups(condemned.digests):
                connection.execute(s.votes.delete().where(s.votes.c.digest.in_(some)))
                vectors += connection.execute(s.vectors.delete().where(s.vectors.c.checksum.in_(some))).rowcount
            _forget_quarantine(connection)
        return vectors, turns


def _forget_quarantine(connection: sa.Connection) -> None:
    """Forget what was said about held passages that no document has any more; their texts are known by digest only."""
    known = connection.execute(sa.select(s.quarantine.c.text_digest)).scalars().all()
    if not known:
        return
    texts = connection.execute(sa.select(s.passages.c.text), execution_options={"yield_per": _ROWS_A_FETCH}).scalars()
    left = {text_digest(text) for text in texts}
    for some in in_groups([one for one in known if one not in left]):
        connection.execute(s.quarantine.delete().where(s.quarantine.c.text_digest.in_(some)))


def _own_digests(connection: sa.Connection, document_ids: Sequence[str]) -> list[str]:
    """Return the digests of embedded texts that only these documents have, or have had and nobody has now."""
    shared = sa.select(s.passages.c.digest).where(s.passages.c.document_id.not_in(document_ids))
    mine = sa.select(s.passages.c.digest).where(s.passages.c.document_id.in_(document_ids))
    orphans = sa.select(s.vectors.c.checksum).where(s.vectors.c.checksum.not_in(sa.select(s.passages.c.digest)))
    query = sa.union(mine.where(s.passages.c.digest.not_in(shared)), orphans)
    return list(connection.execute(query).scalars())


def _redact_turns(
    connection: sa.Connection, document_ids: Sequence[str], names: Sequence[str], fragments: Sequence[str]
) -> int:
    """Take what was quoted of documents out of the conversations; returns how many turns were changed."""
    columns = (s.turns.c.id, s.turns.c.question, s.turns.c.reply)
    changed = []
    for row in connection.execute(sa.select(*columns)).all():
        question = _redacted(row.question, fragments)
        reply = row.reply if row.reply is None else _redacted_reply(row.reply, document_ids, names, fragments)
        if (question, reply) != (row.question, row.reply):
            changed.append({"turn": row.id, "question": question, "reply": reply})
    for values in changed:
        update = s.turns.update().where(s.turns.c.id == values["turn"])
        connection.execute(update.values(question=values["question"], reply=values["reply"]))
    # The vector of a message that is no longer there would still tell of it.
    erased = [values["turn"] for values in changed if values["question"] == ERASED]
    for some in in_groups(erased):
        connection.execute(s.gap_questions.delete().where(s.gap_questions.c.turn_id.in_(some)))
    return len(changed)


def _redacted(text: str, fragments: Sequence[str]) -> str:
    return ERASED if any(fragment in text for fragment in fragments) else text


def _redacted_reply(stored: str, document_ids: Sequence[str], names: Sequence[str], fragments: Sequence[str]) -> str:
    reply = Reply.model_validate_json(stored)
    cites = any(
        one.document_id in document_ids if one.document_id else one.document in names for one in reply.citations
    )
    quotes = any(fragment in citation.quote for citation in reply.citations for fragment in fragments)
    text = ERASED if cites or quotes else _redacted(reply.text, fragments)
    searched_for = _redacted(reply.searched_for, fragments)
    erased = text == ERASED
    kept = [one for one in reply.left_out if not erased and _redacted(one.text, fragments) == one.text]
    if (text, searched_for, len(kept)) == (reply.text, reply.searched_for, len(reply.left_out)):
        return stored
    changes: dict[str, object] = {"text": text, "searched_for": searched_for, "left_out": tuple(kept)}
    changes |= {"citations": () if erased else reply.citations}
    return reply.model_copy(update=changes | {"erased": erased or reply.erased}).model_dump_json()
