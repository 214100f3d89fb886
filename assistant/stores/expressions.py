"""What SQLite and PostgreSQL say in different words: a value inside stored JSON, a time in milliseconds, a day."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

Column = sa.ColumnElement[Any]


class Expressions:
    """Writes expressions for one kind of database."""

    def __init__(self, dialect: str) -> None:
        """Write for `sqlite` or `postgresql`."""
        self._is_sqlite = dialect == "sqlite"

    def json_text(self, column: Column, *path: str | int) -> Column:
        """Return a scalar inside a text of JSON; NULL where there is none."""
        if self._is_sqlite:
            return sa.func.json_extract(column, _sqlite_path(path), type_=sa.Text)
        return sa.func.json_extract_path_text(sa.cast(column, postgresql.JSON), *map(str, path), type_=sa.Text)

    def json_number(self, column: Column, *path: str | int) -> Column:
        """Return a number inside a text of JSON; NULL where there is none."""
        return sa.cast(self.json_text(column, *path), sa.Double)

    def json_length(self, column: Column, *path: str | int) -> Column:
        """Return how many members a list inside a text of JSON has; NULL where there is none."""
        if self._is_sqlite:
            return sa.func.json_array_length(column, _sqlite_path(path), type_=sa.Integer)
        inner = sa.func.json_extract_path(sa.cast(column, postgresql.JSON), *map(str, path))
        return sa.func.json_array_length(inner, type_=sa.Integer)

    def milliseconds(self, moment: Column) -> Column:
        """Return a stored time as whole milliseconds since 1970, what is left of the last one cut off."""
        if self._is_sqlite:
            # Whole seconds and the first three digits behind them: %s alone would round to the next second.
            text = sa.cast(moment, sa.Text)
            seconds = sa.cast(sa.func.strftime("%s", sa.func.substr(text, 1, 19)), sa.BigInteger)
            return seconds * 1000 + sa.cast(sa.func.substr(text, 21, 3), sa.BigInteger)
        return sa.cast(sa.func.floor(sa.extract("epoch", moment) * 1000), sa.BigInteger)

    def day(self, moment: Column) -> Column:
        """Return the day of a stored time, in UTC, as 2026-11-28."""
        if self._is_sqlite:
            return sa.func.substr(sa.cast(moment, sa.Text), 1, 10, type_=sa.Text)
        return sa.func.to_char(sa.func.timezone("UTC", moment), "YYYY-MM-DD", type_=sa.Text)


def _sqlite_path(path: tuple[str | int, ...]) -> str:
    return "$" + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
