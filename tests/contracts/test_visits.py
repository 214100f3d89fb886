"""What every store of visits owes, in memory, on SQLite and on PostgreSQL."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from assistant.ports import Visits
from assistant.records import Meter
from assistant.settings import Settings
from assistant.stores import open_stores
from tests.fakes_customers import MemoryVisits

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
TWO_A_MINUTE = Meter(who="browser b-1", seconds=60, most=2)
TWO_AT_ONCE = Meter(who="answers of browser b-1", seconds=60, most=2, retry_seconds=5)
THREE_A_DAY = Meter(who="browser b-1", seconds=86_400, most=3)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def visits(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Visits]:
    if request.param == "memory":
        yield MemoryVisits()
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield opened.visits
    opened.close()


def after(seconds: float) -> datetime:
    return AT + timedelta(seconds=seconds)


def test_a_minute_begins_with_the_first_message_and_says_how_long_it_lasts(visits: Visits) -> None:
    assert [visits.take([TWO_A_MINUTE], after(seconds)) for seconds in (0, 20, 30, 59.5, 60)] == [0, 0, 30, 1, 0]


def test_what_is_refused_is_counted_nowhere(visits: Visits) -> None:
    both = [TWO_A_MINUTE, THREE_A_DAY]
    assert [visits.take(both, after(seconds)) for seconds in (0, 1)] == [0, 0]
    assert [visits.take(both, after(seconds)) for seconds in range(2, 50)] == [60 - one for one in range(2, 50)]
    assert visits.take(both, after(60)) == 0
    assert visits.take(both, after(61)) == 86_400 - 61
    assert visits.take([THREE_A_DAY], after(86_400)) == 0


def test_everybody_has_their_own(visits: Visits) -> None:
    for _ in range(2):
        assert visits.take([TWO_A_MINUTE], AT) == 0
    assert visits.take([TWO_A_MINUTE], AT) > 0
    assert visits.take([TWO_A_MINUTE.model_copy(update={"who": "browser b-2"})], AT) == 0
    assert visits.take([], AT) == 0


def test_of_many_at_once_no_more_get_through_than_may(visits: Visits) -> None:
    ten = [Meter(who="address 203.0.113.7", seconds=60, most=10), Meter(who="customer c-1", seconds=60, most=25)]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda number: visits.take(ten if number % 2 else ten[::-1], AT), range(40)))
    assert waits.count(0) == 10


def test_what_is_given_back_can_be_taken_again_and_no_more(visits: Visits) -> None:
    assert [visits.take([TWO_AT_ONCE], after(seconds)) for seconds in (0, 1, 2)] == [0, 0, 5]
    visits.give_back(TWO_AT_ONCE, after(1))
    assert [visits.take([TWO_AT_ONCE], after(seconds)) for seconds in (3, 4, 58)] == [0, 5, 2]
    for _ in range(5):
        visits.give_back(TWO_AT_ONCE, after(3))
    assert [visits.take([TWO_AT_ONCE], after(5)) for _ in range(3)] == [0, 0, 5], "never fewer than none"
    visits.give_back(TWO_AT_ONCE.model_copy(update={"who": "answers of nobody"}), AT)


def test_what_a_dead_process_took_is_free_when_the_time_is_over(visits: Visits) -> None:
    assert [visits.take([TWO_AT_ONCE], after(seconds)) for seconds in (0, 30, 59)] == [0, 0, 1]
    assert [visits.take([TWO_AT_ONCE], after(seconds)) for seconds in (60, 61)] == [0, 0]
    visits.give_back(TWO_AT_ONCE, after(30))
    assert visits.take([TWO_AT_ONCE], after(62)) == 5, "what began before does not free what began since"


def test_of_many_answers_at_once_only_so_many_run(visits: Visits) -> None:
    def answered(_: int) -> bool:
        if visits.take([TWO_AT_ONCE], AT):
            return False
        with lock:
            running.append(1)
            most.append(sum(running))
        with lock:
            running.append(-1)
        visits.give_back(TWO_AT_ONCE, AT)
        return True

    running, most, lock = list[int](), list[int](), threading.Lock()
    with ThreadPoolExecutor(8) as pool:
        assert any(pool.map(answered, range(60)))
    assert max(most) <= 2
    assert [visits.take([TWO_AT_ONCE], AT) for _ in range(3)] == [0, 0, 5], "all was given back"


def test_who_was_counted_cannot_be_read(tmp_path: Path) -> None:
    stores = open_stores(Settings(home=tmp_path))
    try:
        stores.visits.take([Meter(who="address 203.0.113.77", seconds=60, most=1)], datetime.now(UTC))
    finally:
        stores.close()
    kept = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert b"203.0.113" not in kept
