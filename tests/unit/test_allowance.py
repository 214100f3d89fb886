"""What a turn may take, and what it took."""

import threading

import pytest

from assistant.types import Allowance, Usage


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_time_runs_out_once_and_never_below_nothing() -> None:
    clock = Clock()
    allowance = Allowance(10, clock=clock)
    clock.now += 4
    assert allowance.remaining() == 6
    clock.now += 40
    assert allowance.remaining() == 0


def test_cancelling_stops_what_waits_and_what_begins_to_wait_afterwards() -> None:
    allowance, stopped = Allowance(), []
    with allowance.interrupting(lambda: stopped.append("ended before")):
        pass
    with allowance.interrupting(lambda: stopped.append("waiting")):
        allowance.cancel()
    with allowance.interrupting(lambda: stopped.append("late")):
        pass
    assert stopped == ["waiting", "late"]
    assert allowance.cancelled


def test_a_sleeper_is_woken() -> None:
    allowance = Allowance()
    sleeper = threading.Thread(target=lambda: allowance.sleep(60))
    sleeper.start()
    allowance.cancel()
    sleeper.join(5)
    assert not sleeper.is_alive()


def test_usage_adds_up_and_an_unknown_price_stays_unknown() -> None:
    allowance = Allowance()
    allowance.spend(Usage(prompt_tokens=10, completion_tokens=2, cost_dollars=0.5, providers=("a",)))
    allowance.spend(Usage(prompt_tokens=5, cached_tokens=4, cost_dollars=0.25, providers=("b",)))
    both = allowance.used
    assert (both.tokens, both.cached_tokens, both.cost_dollars, both.providers) == (17, 4, 0.75, ("a", "b"))
    allowance.spend(Usage(completion_tokens=1, cost_dollars=None, providers=("a",)))
    assert (allowance.used.tokens, allowance.used.cost_dollars) == (18, None)


@pytest.mark.parametrize("refusal", ["", "The day's budget is spent."])
def test_a_refusal_is_remembered_once_somebody_was_refused(refusal: str) -> None:
    allowance = Allowance()
    allowance.forbid(refusal)
    assert allowance.refused == ""
    assert allowance.refuse() == refusal
    assert allowance.refused == refusal
