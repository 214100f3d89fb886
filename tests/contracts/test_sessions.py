"""What every store of sessions owes, in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from assistant.ports import Sessions
from assistant.settings import Settings
from assistant.stores import open_stores
from tests.fakes_customers import MemorySessions

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER, END = AT + timedelta(minutes=5), AT + timedelta(minutes=10)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def sessions(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sessions]:
    if request.param == "memory":
        yield MemorySessions()
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield opened.sessions
    opened.close()


def test_a_session_opens_until_its_end(sessions: Sessions) -> None:
    assert sessions.begin("s-1", "t-1", "c-1", at=AT, ends=END)
    assert sessions.customer("s-1", LATER) == "c-1"
    assert sessions.customer("s-1", END) is None
    assert sessions.customer("s-2", LATER) is None


def test_a_token_begins_one_session_and_no_other(sessions: Sessions) -> None:
    assert sessions.begin("s-1", "t-1", "c-1", at=AT, ends=END)
    assert not sessions.begin("s-2", "t-1", "c-1", at=LATER, ends=END)
    assert sessions.customer("s-2", LATER) is None
    sessions.end("s-1")
    assert sessions.customer("s-1", LATER) is None
    assert not sessions.begin("s-3", "t-1", "c-1", at=LATER, ends=END)
    assert sessions.begin("s-3", "t-2", "c-1", at=LATER, ends=END)
