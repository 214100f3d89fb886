"""Who has a conversation, how it came to that, and since when an answer is owed.

What waits for a person or is with one keeps its place; who had it is not known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("agent", sa.Text, nullable=False, server_default=""))
    op.add_column("conversations", sa.Column("priority", sa.Integer, nullable=False, server_default="0"))
    op.add_column("conversations", sa.Column("owed_since", sa.DateTime(timezone=True)))
    op.create_table(
        "handoff_events",
        sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
        sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("event", sa.String(16), nullable=False),
        sa.Column("before", sa.String(16), nullable=False),
        sa.Column("after", sa.String(16), nullable=False),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("agent", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("turns", sa.JSON, nullable=False),
        sa.UniqueConstraint("conversation_id", "key"),
    )
