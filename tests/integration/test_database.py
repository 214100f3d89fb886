"""The database itself: its schema, its locks, and what it says when it cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.errors import BackendError, ConfigurationError, HomeInUse
from assistant.settings import Settings
from assistant.stores import open_stores, schema
from assistant.stores.database import Database, now
from assistant.stores.schema import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    return Settings(home=tmp_path / "home", database=database)


@pytest.fixture
def engine(settings: Settings) -> Iterator[sa.Engine]:
    open_stores(settings).close()
    engine = sa.create_engine(settings.database_url)
    yield engine
    engine.dispose()


def test_migrations_lead_to_the_tables_that_the_code_uses(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_database_of_a_newer_version_is_left_alone(engine: sa.Engine, settings: Settings) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="newer"):
        open_stores(settings)


def test_opening_again_waits_for_nobody(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    open_stores(settings).close()
    writer = Database(settings.database_url)
    with writer.write():
        opened = open_stores(settings)
        assert opened.catalog.counts() == (0, 0)
        opened.close()
    writer.close()


@contextmanager
def made(settings: Settings) -> Iterator[Database]:
    open_stores(settings).close()
    database = Database(settings.database_url)
    yield database
    database.close()


def test_sqlite_is_durable_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    with made(Settings(home=tmp_path)) as database, database.read() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        kept = [connection.exec_driver_sql(f"PRAGMA {pragma}").scalar() for pragma in pragmas]
    assert kept == ["wal", 2, 1, 1]


def test_what_every_turn_asks_is_answered_as_anything_else(settings: Settings) -> None:
    row: dict[str, Any] = {
        "document_id": "d",
        "title": "T",
        "text": "x",
        "checksum": "c",
        "language": "en",
        "media_type": "m",
    }
    row |= {"audience": "", "products": ["Aria 5"], "valid_from": date(2026, 11, 29), "valid_to": None, "owner": ""}
    row |= {"page_starts": [0, 7], "approved_for": [], "created_at": now()}
    with made(settings) as database:
        with database.write() as connection:
            document: dict[str, Any] = {"id": "d", "source": "s", "name": "n", "revision": 2, "live": True}
            connection.execute(schema.documents.insert().values(**document))
            connection.execute(schema.revisions.insert(), [row | {"number": number} for number in (1, 2, 3)])
        some = sa.select(schema.revisions, schema.documents.c.live).join(schema.documents)
        one = some.where(schema.revisions.c.number == 2)
        named = some.where(
            schema.revisions.c.media_type.in_(sa.bindparam("ids", expanding=True)), schema.revisions.c.number < 3
        )
        with database.read() as connection:
            assert database.ask(one) == [tuple(row) for row in connection.execute(one)]
            for ids in (["m"], ["m", "n"], ["n"], ["n", "o", "m"], [*"abcdefghijkm"]):
                assert sorted(database.ask(named, ids)) == sorted(map(tuple, connection.execute(named, {"ids": ids})))
        assert len(database.ask(named, ["n", "m"])) == 2


def test_a_table_that_is_gone_is_our_error(tmp_path: Path) -> None:
    with made(Settings(home=tmp_path)) as database:
        with database.write() as connection:
            connection.exec_driver_sql("DROP TABLE votes")
        with pytest.raises(BackendError, match="no such table"):
            database.ask(sa.select(schema.votes))


def test_a_file_that_is_no_database_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "assistant.sqlite3").write_text("This is a diary, not a database. " * 100)
    with pytest.raises(BackendError, match="not a database"):
        open_stores(Settings(home=tmp_path))


def test_a_server_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database="postgresql://nobody@127.0.0.1:1/none?connect_timeout=2")
    with pytest.raises(BackendError, match="ASSISTANT_DATABASE"):
        open_stores(settings)


def test_one_writer_at_a_time_and_the_folder_is_private(tmp_path: Path) -> None:
    stores = open_stores(Settings(home=tmp_path / "home"))
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0
    with stores.lock_for_writing(), pytest.raises(HomeInUse, match="stop it"), stores.lock_for_writing():
        pass
    with stores.lock_for_writing():
        stores.close()
