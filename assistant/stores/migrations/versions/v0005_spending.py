"""What models took is written down, and turns that were left behind by a process that died are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("turn_id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("prompt_tokens", sa.Integer, nullable=False),
        sa.Column("completion_tokens", sa.Integer, nullable=False),
        sa.Column("cached_tokens", sa.Integer, nullable=False),
        sa.Column("cost_dollars", sa.Float),
        sa.Column("providers", sa.Text, nullable=False),
    )
    pending = sa.text("status = 'pending'")
    op.create_index("turns_pending", "turns", ["created_at"], sqlite_where=pending, postgresql_where=pending)
