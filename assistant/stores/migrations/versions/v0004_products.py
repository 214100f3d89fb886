"""Revisions say which products they are about, and those that not everybody may see can be told at once."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("products", sa.JSON, nullable=False, server_default="[]"))
    restricted = sa.text("audience != '' OR valid_from IS NOT NULL OR valid_to IS NOT NULL")
    op.create_index(
        "revisions_restricted",
        "revisions",
        ["document_id", "number"],
        sqlite_where=restricted,
        postgresql_where=restricted,
    )
