"""Which passages customers' likes and dislikes were about, in SQL."""

import json

import sqlalchemy as sa

from assistant.ports.votes import VoteCount, VotedPassage
from assistant.stores import schema as s
from assistant.stores.catalog import ANY_PASSAGE, IS_LIVE, LIVE_FINGERPRINT
from assistant.stores.database import Database, in_groups, storable
from assistant.types import Feedback

VERSION = "votes"
"""The key of the property that counts changes."""


class SqlVotes:
    """Implements the `Votes` port on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def version(self) -> int:
        """Return a number that grows with every vote and every reset."""
        query = sa.select(s.properties.c.value).where(s.properties.c.key == VERSION)
        with self._database.read() as connection:
            return int(connection.execute(query).scalar() or 0)

    def counts(self) -> list[VoteCount]:
        """Return the passages that were voted on, whether or not they are live."""
        with self._database.read() as connection:
            return _counts(connection)

    def voted(self) -> list[VotedPassage]:
        """Return the live passages that were voted on, by document name and position."""
        with self._database.read() as connection:
            counted = {one.digest: one for one in _counts(connection)}
            rows = [
                row
                for some in in_groups(sorted(counted))
                for row in connection.execute(ANY_PASSAGE.where(IS_LIVE, s.passages.c.digest.in_(some)))
            ]
        rows.sort(key=lambda row: (row.name, row.ordinal))
        return [
            VotedPassage(
                row.id, row.name, row.title, row.heading, counted[row.digest].likes, counted[row.digest].dislikes
            )
            for row in rows
        ]

    def reset(self, document: str | None) -> int:
        """Forget the votes about passages of a document, None of all; returns how many there were."""
        gone = s.votes.delete()
        if document is not None:
            named = sa.select(s.documents.c.id).where(s.documents.c.name == storable(document))
            of_it = sa.select(s.passages.c.digest).where(s.passages.c.document_id.in_(named))
            gone = gone.where(s.votes.c.digest.in_(of_it))
        with self._database.write() as connection:
            count = connection.execute(gone).rowcount
            _note_change(connection)
        return count


def record_votes(connection: sa.Connection, turn_id: str, feedback: Feedback | None) -> None:
    """Let a like or dislike of a turn stand for the live passages that its reply cites, in place of one before."""
    connection.execute(s.votes.delete().where(s.votes.c.turn_id == turn_id))
    if feedback is not None:
        stored = connection.execute(sa.select(s.turns.c.reply).where(s.turns.c.id == turn_id)).scalar()
        for digest in _cited(connection, stored):
            connection.execute(s.votes.insert().values(turn_id=turn_id, digest=digest, liked=feedback == "like"))
    _note_change(connection)


def _cited(connection: sa.Connection, reply: str | None) -> list[str]:
    """Return the digests of the live passages that a stored reply cites, each once."""
    found: set[str] = set()
    columns = s.passages.c
    for cited in json.loads(reply)["citations"] if reply else ():
        spans = sa.and_(columns.start_char <= cited["start"], columns.end_char >= cited["end"])
        of_it = sa.and_(columns.document_id == cited.get("document_id", ""), columns.revision == cited["revision"])
        query = sa.select(columns.digest).where(of_it, spans, columns.fingerprint == LIVE_FINGERPRINT, ~columns.held)
        found.update(connection.execute(query).scalars())
    return sorted(found)


def _note_change(connection: sa.Connection) -> None:
    value = s.properties.c.value
    counted = sa.cast(sa.cast(value, sa.Integer) + 1, sa.Text)
    connection.execute(s.properties.update().where(s.properties.c.key == VERSION).values(value=counted))


def _counts(connection: sa.Connection) -> list[VoteCount]:
    voter = sa.func.coalesce(sa.func.nullif(s.conversations.c.customer, ""), s.conversations.c.id)
    opinion = sa.func.sum(sa.case((s.votes.c.liked, 1), else_=-1))
    query = (
        sa.select(s.votes.c.digest, voter.label("voter"), opinion.label("opinion"))
        .join(s.turns, s.turns.c.id == s.votes.c.turn_id)
        .join(s.conversations, s.conversations.c.id == s.turns.c.conversation_id)
        .group_by(s.votes.c.digest, voter)
    )
    each = query.subquery().c
    sides = [sa.func.sum(sa.case((side, 1), else_=0)) for side in (each.opinion > 0, each.opinion < 0)]
    rows = connection.execute(sa.select(each.digest, *sides).group_by(each.digest).order_by(each.digest))
    return [VoteCount(digest, int(likes), int(dislikes)) for digest, likes, dislikes in rows]
