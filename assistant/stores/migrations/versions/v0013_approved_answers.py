"""Revisions say which questions they are the approved answer to, and who answers for them."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("revisions", sa.Column("approved_for", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("revisions", sa.Column("owner", sa.Text, nullable=False, server_default=""))
