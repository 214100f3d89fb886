"""Which passages likes and dislikes were about; those given before stay with their turns and move nothing."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "votes",
        sa.Column("turn_id", sa.String(32), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("liked", sa.Boolean, nullable=False),
    )
    op.create_index("ix_votes_digest", "votes", ["digest"])
    properties = sa.table("properties", sa.column("key"), sa.column("value"))
    op.execute(properties.delete().where(properties.c.key == "votes"))
    op.execute(properties.insert().values(key="votes", value="0"))
