"""The pace of requests, and how long they are repeated: arithmetic, without a clock that runs."""

import threading
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedders.pacing import BURST_SECONDS, LEAST_SHARE, Limits, Pace
from assistant.embedders.retrying import Patience, Retrying
from assistant.errors import BackendError, RateLimited


@dataclass
class Clock:
    now: float = 100.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.tuples(st.integers(1, 128), st.integers(1, 100_000)), min_size=1, max_size=200))
def test_no_minute_holds_more_than_its_limits(requests: list[tuple[int, int]]) -> None:
    clock = Clock()
    limits = Limits(requests_a_minute=600, texts_a_minute=2000, tokens_a_minute=1_000_000)
    pace = Pace(limits, clock=clock)
    sent: list[tuple[float, int]] = []
    for texts, tokens in requests:
        clock.now += pace.reserve(texts, tokens)
        sent.append((clock.now, tokens))
    for begin, _ in sent:
        # What a burst may have saved up, and the last request, which counts when it begins, come on top.
        within = [tokens for at, tokens in sent if begin <= at < begin + 60]
        assert sum(within) - within[-1] <= 1_000_000 * (60 + BURST_SECONDS) / 60 + 1


def test_without_limits_nothing_waits() -> None:
    pace = Pace(Limits(), clock=Clock())
    assert [pace.reserve(1000, 10**9) for _ in range(50)] == [0.0] * 50


def test_a_refusal_closes_the_door_for_all() -> None:
    clock = Clock()
    pace = Pace(Limits(requests_a_minute=60), clock=clock)
    pace.refused(20.0)
    assert pace.reserve(1, 1) == pytest.approx(20)
    clock.now += 25
    assert pace.reserve(1, 1) == 0


def test_refusals_together_count_once_and_successes_make_good() -> None:
    clock = Clock()
    pace = Pace(Limits(requests_a_minute=60), clock=clock)
    for _ in range(4):
        pace.refused(5.0)
    assert pace.share == 0.5
    for _ in range(15):
        pace.accepted()
    assert pace.share == 1.0
    for _ in range(20):
        clock.now += 10
        pace.refused(None)
    assert pace.share == LEAST_SHARE


@given(st.integers(1, 30), st.none() | st.floats(0, 100))
def test_the_wait_is_bounded_and_what_was_asked_is_its_floor(failures: int, asked: float | None) -> None:
    patience = Patience(attempts=9, budget_seconds=100.0, timeout_seconds=1.0, longest_wait_seconds=7.0)
    wait = patience.wait_seconds(failures, asked)
    assert (asked or 0) <= wait <= (7 if asked is None else asked + 1)


def test_waits_differ() -> None:
    patience = Patience(attempts=9, budget_seconds=100.0, timeout_seconds=1.0)
    assert len({patience.wait_seconds(3, None) for _ in range(20)}) > 1


def test_once_stopped_nothing_is_tried_again() -> None:
    stopped = threading.Event()
    stopped.set()
    tries = []

    def attempt() -> None:
        tries.append(1)
        raise BackendError("x", "failed")

    patience = Patience(attempts=9, budget_seconds=100.0, timeout_seconds=1.0)
    with pytest.raises(BackendError):
        Retrying(Pace(Limits()), patience, stopped=stopped).call(attempt)
    assert len(tries) == 1


def test_a_wait_that_outlasts_the_budget_is_not_begun() -> None:
    def attempt() -> None:
        raise RateLimited("x", "too many", 60.0)

    with pytest.raises(RateLimited):
        Retrying(Pace(Limits()), Patience(attempts=9, budget_seconds=1.0, timeout_seconds=1.0)).call(attempt)
