"""The SQL database: SQLite or PostgreSQL through one SQLAlchemy engine, brought to the newest schema when opened."""

import logging
import re
import secrets
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc

from assistant.errors import BackendError, ConfigurationError, HomeInUse
from assistant.stores.schema import properties

logger = logging.getLogger(__name__)

BUSY_SECONDS = 30
IDS_A_QUERY = 500
"""SQLite takes a limited number of parameters in one statement."""

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

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction for writing; it is committed at the end and rolled back on any error."""
        with _translated(), self._writer.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


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
    except exc.OperationalError as error:
        message = f"{error.orig}; check that ASSISTANT_DATABASE or the home can be reached and written"
        raise BackendError("database", message) from error
    except exc.SQLAlchemyError as error:
        raise BackendError("database", str(error)) from error
