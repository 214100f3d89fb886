"""When a failing backend is left alone, and when it is tried again."""

import pytest

from assistant.errors import BackendError
from assistant.responders.circuit_breaker import FAILURES, OPEN_SECONDS, CircuitBreaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: CircuitBreaker) -> None:
    with pytest.raises(BackendError), breaker.guarding("x"):
        raise BackendError("x", "down")


def test_the_breaker_opens_and_lets_one_probe_through() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for _ in range(FAILURES):
        fail(breaker)
    with pytest.raises(BackendError, match="left alone"), breaker.guarding("x"):
        pytest.fail("an open breaker lets no call through")
    clock.now += OPEN_SECONDS
    with breaker.guarding("x"), pytest.raises(BackendError, match="left alone"), breaker.guarding("x"):
        pytest.fail("only one call may probe")
    with breaker.guarding("x"):
        pass


def test_a_failed_probe_opens_the_breaker_again() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for _ in range(FAILURES):
        fail(breaker)
    clock.now += OPEN_SECONDS
    fail(breaker)
    with pytest.raises(BackendError, match="left alone"), breaker.guarding("x"):
        pytest.fail("the probe failed")


def test_failures_far_apart_do_not_open_the_breaker() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for _ in range(3 * FAILURES):
        clock.now += 10
        fail(breaker)
    with breaker.guarding("x"):
        pass


def test_a_call_broken_off_teaches_nothing() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock=clock)
    for _ in range(FAILURES):
        fail(breaker)
    clock.now += OPEN_SECONDS
    with pytest.raises(GeneratorExit), breaker.guarding("x"):
        raise GeneratorExit
    with breaker.guarding("x"):
        pass
