import math

import pytest

from assistant.evaluation.metrics import ndcg, percentile, recall, reciprocal_rank


def test_ndcg_uses_linear_gain() -> None:
    gains = {"a": 3, "b": 1}
    assert ndcg(["a", "b"], gains, 10) == 1.0
    expected = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert ndcg(["b", "a"], gains, 10) == pytest.approx(expected)


def test_ndcg_looks_no_deeper_than_asked() -> None:
    assert ndcg(["x", "a"], {"a": 1}, 1) == 0.0
    assert ndcg(["a"], {"a": 0}, 10) == 0.0


def test_ndcg_of_many_relevant_documents_is_ideal_at_depth() -> None:
    gains = {str(number): 1 for number in range(20)}
    assert ndcg([str(number) for number in range(10)], gains, 10) == pytest.approx(1.0)


def test_recall_counts_relevant_documents_only() -> None:
    assert recall(["a", "x", "b"], {"a": 1, "b": 1, "c": 0, "d": 2}, 3) == pytest.approx(2 / 3)
    assert recall(["a"], {}, 3) == 0.0


def test_reciprocal_rank_is_that_of_the_first_relevant() -> None:
    assert reciprocal_rank(["x", "a", "b"], {"a": 1, "b": 1}, 10) == 0.5
    assert reciprocal_rank(["x"], {"a": 1}, 10) == 0.0


def test_percentile_is_a_value_that_occurred() -> None:
    assert percentile([5, 1, 3], 0.5) == 3
    assert percentile([5, 1, 3], 0.95) == 5
    assert percentile([], 0.5) == 0.0
