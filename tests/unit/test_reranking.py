import logging
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BackendError, ConfigurationError
from assistant.reranking import DEPTH, Reranking
from assistant.resting import PAUSE_SECONDS
from assistant.types import ScoredPassage
from tests.fakes import passage


class ScriptedReranker:
    """Gives each text the number that it is, for as many texts as it is told to reach."""

    name = "scripted:test"

    def __init__(self, *, reach: int = 1000, fails: BackendError | None = None, loads: bool = True) -> None:
        self.asked: list[Sequence[str]] = []
        self._reach = reach
        self._fails = fails
        self._loads = loads

    def warm_up(self) -> None:
        if not self._loads:
            raise ConfigurationError("no such model")

    def rerank(self, question: str, texts: Sequence[str], seconds: float) -> list[float]:
        self.asked.append(texts)
        if self._fails is not None:
            raise self._fails
        return [float(text.split()[-1]) / 1000 for text in texts[: self._reach]]


def ranked(*numbers: int) -> list[ScoredPassage]:
    return [
        ScoredPassage(rank=rank, score=1 / rank, passage=passage(str(number), start=rank))
        for rank, number in enumerate(numbers, start=1)
    ]


def numbers(ranking: Sequence[ScoredPassage]) -> list[int]:
    return [int(one.passage.text) for one in ranking]


@given(st.lists(st.integers(0, 1000), max_size=60), st.integers(0, 30))
def test_nothing_is_lost_and_ranks_count_from_one(given_numbers: list[int], reach: int) -> None:
    found = Reranking(ScriptedReranker(reach=reach), weight=1, seconds=1).reordered("q", ranked(*given_numbers))
    assert [one.rank for one in found] == list(range(1, len(given_numbers) + 1))
    assert sorted(numbers(found)) == sorted(given_numbers)
    assert numbers(found)[DEPTH:] == given_numbers[DEPTH:]


def test_the_best_come_first_and_say_where_they_were() -> None:
    found = Reranking(ScriptedReranker(), weight=1, seconds=1).reordered("q", ranked(1, 3, 2))
    assert numbers(found) == [3, 2, 1]
    assert found[0].explanation.reranker_score == pytest.approx(0.003)
    assert found[0].explanation.why == ("moved up from 2 to 1 by scripted:test",)
    assert found[2].explanation.why == ("moved down from 1 to 3 by scripted:test",)


def test_what_was_not_reached_in_time_follows_in_its_order() -> None:
    found = Reranking(ScriptedReranker(reach=2), weight=1, seconds=1).reordered("q", ranked(1, 2, 9, 8))
    assert numbers(found) == [2, 1, 9, 8]
    assert found[2].explanation.reranker_score is None


def test_a_failure_keeps_the_order_and_is_not_repeated_at_once(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    broken = ScriptedReranker(fails=BackendError("scripted:test", "overloaded"))
    reranking = Reranking(broken, weight=1, seconds=1, clock=lambda: now[0])
    with caplog.at_level(logging.WARNING):
        assert numbers(reranking.reordered("q", ranked(1, 2))) == [1, 2]
    assert "overloaded" in caplog.text
    reranking.reordered("q", ranked(1, 2))
    assert len(broken.asked) == 1
    now[0] = PAUSE_SECONDS
    reranking.reordered("q", ranked(1, 2))
    assert len(broken.asked) == 2


def test_a_model_that_cannot_be_loaded_fails_no_turn() -> None:
    broken = ScriptedReranker(loads=False)
    assert numbers(Reranking(broken, weight=1, seconds=1).reordered("q", ranked(1, 2))) == [1, 2]
    assert broken.asked == []


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_nothing_to_order(count: int) -> None:
    reranker = ScriptedReranker()
    assert numbers(Reranking(reranker, weight=1, seconds=1).reordered("q", ranked(*range(count)))) == list(range(count))
    assert reranker.asked == []


def test_both_judgements_count() -> None:
    ranking = ranked(1, 900, 2, 3)
    orders = {
        weight: numbers(Reranking(ScriptedReranker(), weight=weight, seconds=1).reordered("q", ranking))
        for weight in (0.0, 0.25, 0.5, 1.0)
    }
    assert orders[0.0] == [1, 900, 2, 3]
    assert orders[0.25] == [1, 900, 2, 3]
    assert orders[0.5] == [900, 1, 2, 3], "what reads much better passes what was found first, and nothing else moves"
    assert orders[1.0] == [900, 3, 2, 1]
