"""Groups of texts for local models: nothing lost, little padded, and the rows where they belong."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.embedders.batching import on_all_cores, padded, padded_batches, usable_cores
from assistant.ports import Vectors


@given(st.lists(st.integers(0, 300)), st.integers(1, 2000))
def test_groups_hold_each_row_once_and_keep_the_budget(lengths: list[int], budget: int) -> None:
    batches = padded_batches(lengths, budget)
    assert sorted(row for rows in batches for row in rows) == list(range(len(lengths)))
    for rows in batches:
        assert len(rows) == 1 or len(rows) * max(lengths[row] for row in rows) <= budget or max(lengths) == 0
    longest = [lengths[row] for rows in batches for row in rows]
    assert longest == sorted(longest, reverse=True)


@given(st.lists(st.integers(1, 256), min_size=64, max_size=400))
def test_little_is_padded(lengths: list[int]) -> None:
    computed = sum(len(rows) * lengths[rows[0]] for rows in padded_batches(lengths, 512))
    assert computed <= 1.5 * sum(lengths) + 256 * 8


def test_rows_go_where_they_belong() -> None:
    vectors: Vectors = np.empty((100, 1), dtype=np.float32)
    batches = padded_batches([row % 7 + 1 for row in range(100)], 20)
    on_all_cores(batches, lambda rows: np.asarray(rows, dtype=np.float32)[:, None], vectors)
    assert vectors[:, 0].tolist() == list(range(100))


def test_what_a_group_raises_is_raised() -> None:
    def fail(_rows: list[int]) -> Vectors:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        on_all_cores([[0], [1], [2]], fail, np.empty((3, 1), dtype=np.float32))


def test_padding_stands_on_the_right() -> None:
    ids, mask = padded([[5, 6, 7], [8], []])
    assert ids.tolist() == [[5, 6, 7], [8, 0, 0], [0, 0, 0]]
    assert mask.tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert padded([[]])[0].shape == (1, 1)


def test_there_is_a_core() -> None:
    assert usable_cores() >= 1
