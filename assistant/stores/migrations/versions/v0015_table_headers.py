"""Passages that begin within a table keep its header; those cut before have none until they are cut anew."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("passages", sa.Column("header", sa.Text, nullable=False, server_default=""))
