"""All turns that were had, to look at what was decided in them."""

from collections.abc import Iterator

import sqlalchemy as sa

from assistant.stores import schema as s
from assistant.stores.database import Database
from assistant.stores.turns import turn_of
from assistant.types import Turn

ROWS_AT_ONCE = 500


class SqlHistory:
    """Reads turns across conversations."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def turns(self) -> Iterator[Turn]:
        """Yield every turn that has a reply, oldest first, without holding all of them in memory."""
        replied = sa.select(s.turns).where(s.turns.c.reply.is_not(None))
        ordered = replied.order_by(s.turns.c.created_at, s.turns.c.id).execution_options(yield_per=ROWS_AT_ONCE)
        with self._database.read() as connection:
            for row in connection.execute(ordered):
                yield turn_of(row)
