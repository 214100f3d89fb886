"""Revisions with validity and pages, passages by embedder, a numbered log of changes, generations with a state."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ROWS_AT_ONCE = 1000


def upgrade() -> None:
    _widen_tables()
    _fill_passages()
    _fill_generations()
    op.create_index("passages_indexable", "passages", ["fingerprint", "held", "id"])
    op.create_index("ix_passages_digest", "passages", ["digest"])
    op.drop_table("outbox")
    _create_tables()


def _widen_tables() -> None:
    op.add_column("revisions", sa.Column("audience", sa.Text, nullable=False, server_default=""))
    op.add_column("revisions", sa.Column("valid_from", sa.Date))
    op.add_column("revisions", sa.Column("valid_to", sa.Date))
    op.add_column("revisions", sa.Column("page_starts", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("passages", sa.Column("fingerprint", sa.String(200), nullable=False, server_default=""))
    op.add_column("passages", sa.Column("page", sa.Integer))
    op.add_column("passages", sa.Column("digest", sa.String(64), nullable=False, server_default=""))
    op.add_column("passages", sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("generations", sa.Column("embedder", sa.Text, nullable=False, server_default=""))
    op.add_column("generations", sa.Column("state", sa.String(16), nullable=False, server_default="dropped"))


def _fill_passages() -> None:
    """Note for each passage whose embedder it was cut for, and the digest of what was embedded."""
    connection = op.get_bind()
    newest = sa.text("SELECT fingerprint FROM generations ORDER BY number DESC LIMIT 1")
    fingerprint = connection.execute(newest).scalar() or ""
    rows = connection.execute(
        sa.text(
            "SELECT p.id, r.title, p.heading, p.text FROM passages p "
            "JOIN revisions r ON r.document_id = p.document_id AND r.number = p.revision"
        )
    ).all()
    update = sa.text("UPDATE passages SET fingerprint = :fingerprint, digest = :digest WHERE id = :id")
    for start in range(0, len(rows), ROWS_AT_ONCE):
        values = [
            {"id": one, "fingerprint": fingerprint, "digest": _digest(*parts)}
            for one, *parts in rows[start : start + ROWS_AT_ONCE]
        ]
        connection.execute(update, values)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(part for part in parts if part).encode()).hexdigest()


def _fill_generations() -> None:
    """The newest generation was the live one; its embedder's name is the beginning of its fingerprint."""
    connection = op.get_bind()
    rows = connection.execute(sa.text("SELECT number, fingerprint FROM generations ORDER BY number")).all()
    update = sa.text("UPDATE generations SET embedder = :embedder, state = :state WHERE number = :number")
    for number, fingerprint in rows:
        parts = fingerprint.split(":")
        name = parts[-1] if parts[0] == "openai" else parts[min(1, len(parts) - 1)]
        state = "live" if number == rows[-1].number else "dropped"
        connection.execute(update, {"number": number, "embedder": f"{parts[0]}:{name}", "state": state})


def _create_tables() -> None:
    op.create_table(
        "aliases",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
    )
    op.create_table(
        "changes",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("passage_id", sa.String(64), nullable=False),
        sa.Column("operation", sa.String(4), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "passed_over",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "quarantine",
        sa.Column("text_digest", sa.String(64), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("released", sa.Boolean, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "web_pages",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("start", sa.Text, nullable=False, index=True),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("links", sa.JSON, nullable=False),
        sa.Column("version", sa.String(32), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("documents", sa.JSON, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
    )
    op.create_table(
        "properties",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
