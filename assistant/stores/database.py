"""The SQL database: SQLite or PostgreSQL through one SQLAlchemy engine, brought to the newest schema when opened."""

import logging
import re
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc
from sqlalchemy.dialects import sqlite

from assistant.errors import BackendError, ConfigurationError, HomeInUse
from assistant.stores.schema import properties

logger = logging.getLogger(__name__)

BUSY_SECONDS = 30
IDS_A_QUERY = 500
"""SQLite takes a limited number of parameters in one statement."""

PLANS_KEPT = 256
"""Of so many statements, by how many ids they are about, it is remembered how they are asked."""

MIGRATION_LOCK = 7_212_011
"""Key of the PostgreSQL advisory lock that lets one process migrate at a time."""

WRITER_LOCK = 7_212_012
"""Key of the PostgreSQL advisory lock that lets one process write knowledge at a time."""

_MIGRATING = threading.Lock()
"""Alembic keeps the migration that runs in module-level proxies: one at a time in a process."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Database:
    """Connections and transactions. Safe to share between threads."""

    def __init__(self, url: str, *, schema: str = "") -> None:
        """Prepare an engine for `url`; nothing is opened before the first use.

        With a `schema`, that schema of a PostgreSQL database is all that can be reached without being named.
        """
        self._schema = schema
        self._engine = _engine(url, schema)
        self._writer = self._engine.execution_options(immediate=True)

    def migrate(self) -> str | None:
        """Bring the schema to the newest version; returns the version it had, None where it was empty.

        Raises:
            BackendError: The database cannot be reached.
            ConfigurationError: A newer version of the assistant wrote it.
        """
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        head = ScriptDirectory.from_config(config).get_current_head()
        logging.getLogger("alembic").setLevel(logging.WARNING)
        with self.read() as connection:
            if _version(connection) == head:
                return head
        with _MIGRATING, self.write() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
                if self._schema:
                    connection.execute(sa.schema.CreateSchema(self._schema, if_not_exists=True))
            current = _version(connection)
            if current == head:  # Another process was faster.
                return head
            if current is not None and current > str(head):
                message = f"the database is of version {current}, this assistant knows {head}; install the newer one"
                raise ConfigurationError(message)
            logger.info("migrating the database from %s to %s", current, head)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            return current

    @cached_property
    def identity(self) -> str:
        """A short random name that tells this knowledge base from others on the same Chroma server."""
        query = sa.select(properties.c.value).where(properties.c.key == "identity")
        with self.write() as connection:
            known = connection.execute(query).scalar()
            if known is None:
                known = secrets.token_hex(4)
                connection.execute(properties.insert().values(key="identity", value=known))
        return str(known)

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Keep other processes with the same server's database from writing knowledge; the end of the process frees it.

        Raises:
            HomeInUse: One of them is writing.
        """
        if self._engine.dialect.name != "postgresql":
            yield
            return
        with self.read() as connection:
            if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(*self._writer_lock))).scalar():
                raise HomeInUse("another process is writing to the same database; wait for it, and try again")
            try:
                yield
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(*self._writer_lock)))

    @property
    def _writer_lock(self) -> tuple[int, ...]:
        """The key of the writers' lock: tenants of one database do not wait for each other."""
        return (WRITER_LOCK, zlib.crc32(self._schema.encode()) - 2**31) if self._schema else (WRITER_LOCK,)

    @property
    def is_a_file(self) -> bool:
        """Tell whether it is a file of ours, rather than a server's."""
        return self._engine.dialect.name == "sqlite"

    def compact(self) -> None:
        """Leave nothing of what was deleted in the database's own files: SQLite only, a server's are not ours."""
        if not self.is_a_file:
            return
        with _translated():
            connection = self._engine.raw_connection()
            try:
                for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                    connection.cursor().execute(statement).fetchall()
            finally:
                connection.close()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a connection for reading; it sees one consistent state."""
        with _translated(), self._engine.connect() as connection:
            yield connection

    def ask(self, statement: sa.Select[Any], ids: Sequence[str] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement that every turn asks, and waits for.

        Of a file, SQLite's driver is asked itself, with what SQLAlchemy made of the statement once: the way through
        all its layers takes several times as long as the answer.

        Args:
            statement: Made once, for what is made of it is kept. Its parameter `ids` is an expanding one, if it has it.
            ids: The values of that parameter.
        """
        if not self.is_a_file:
            with self.read() as connection:
                return [tuple(row) for row in connection.execute(statement, {"ids": ids} if ids else {})]
        filled = _filled(ids)
        plan = _plan(statement, len(filled))
        given = plan.fixed | {f"ids_{place}": one for place, one in enumerate(filled, start=1)}
        with _translated():
            driver = self._engine.raw_connection()
            try:
                rows = driver.cursor().execute(plan.sql, [given[name] for name in plan.names]).fetchall()
            finally:
                driver.close()
        return [plan.read(row) for row in rows] if plan.readers else rows

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction for writing; it is committed at the end and rolled back on any error."""
        with _translated(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


class _Plan(NamedTuple):
    """A statement as SQLite's driver takes it: its parameters in order, and how the values of some columns are read."""

    sql: str
    names: tuple[str, ...]
    fixed: dict[str, Any]
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]

    def read(self, row: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row with its values as SQLAlchemy gives them."""
        values = list(row)
        for column, reader in self.readers:
            values[column] = reader(values[column])
        return tuple(values)


def _filled(ids: Sequence[str]) -> list[str]:
    """Repeat the last one until there are a power of two: each other number of ids is another statement."""
    missing = (1 << (len(ids) - 1).bit_length()) - len(ids)
    return [*ids, *[ids[-1]] * missing] if ids else []


@lru_cache(maxsize=PLANS_KEPT)
def _plan(statement: sa.Select[Any], ids: int) -> _Plan:
    dialect = sqlite.dialect()
    compiled = statement.compile(dialect=dialect)
    fixed = {name: value for name, value in compiled.params.items() if name != "ids"}
    expanded = compiled.construct_expanded_state(fixed | {"ids": list(map(str, range(ids)))} if ids else fixed)
    readers = (
        (place, reader)
        for place, column in enumerate(statement.selected_columns)
        if (reader := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    )
    return _Plan(expanded.statement, tuple(expanded.positiontup or ()), fixed, tuple(readers))


def in_groups(values: Sequence[str], size: int = IDS_A_QUERY) -> Iterator[Sequence[str]]:
    """Yield the values in groups that one statement takes."""
    return (values[start : start + size] for start in range(0, len(values), size))


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def in_utc(moment: datetime) -> datetime:
    """Return a stored time with its zone: SQLite gives back none, PostgreSQL that of the session."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def storable(text: str) -> str:
    """Return text that every database takes: NUL and lone surrogates become U+FFFD; offsets stay."""
    return _UNSTORABLE.sub("\ufffd", text)


def _version(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _engine(url: str, schema: str) -> sa.Engine:
    try:
        engine = sa.create_engine(url, pool_pre_ping=not url.startswith("sqlite"))
    except (exc.ArgumentError, exc.NoSuchModuleError) as error:
        raise ConfigurationError(f"ASSISTANT_DATABASE cannot be used: {error}") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif schema:
        # Before anything else: SQLAlchemy asks a new connection which schema it is in.
        event.listen(engine, "connect", partial(_enter_schema, schema), insert=True)
    return engine


def _enter_schema(schema: str, connection: Any, _record: object) -> None:  # noqa: ANN401 - as above
    """Look names up in one schema alone. Outside a transaction: a rollback would take the setting back."""
    connection.autocommit = True
    connection.execute(f'SET search_path TO "{schema}"')
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DB-API connection has no type
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """Take the write lock at once: a transaction that reads first and writes later would fail under load."""
    immediate = connection.get_execution_options().get("immediate", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (exc.OperationalError, sqlite3.OperationalError) as error:
        message = (
            f"{getattr(error, 'orig', error)}; check that ASSISTANT_DATABASE or the home can be reached and written"
        )
        raise BackendError("database", message) from error
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        raise BackendError("database", str(error)) from error
