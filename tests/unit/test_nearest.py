from collections.abc import Callable

import numpy as np
import pytest

from assistant.ports import Vectors
from assistant.stores.nearest import FEWEST, NearestRows

RowsOf = Callable[[np.random.Generator, int], Vectors]


def unit(rows: np.ndarray) -> Vectors:
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def spread_evenly(random: np.random.Generator, count: int) -> Vectors:
    """No direction tells more than another: nothing can be left out."""
    return unit(random.normal(size=(count, 384)))


def in_topics(random: np.random.Generator, count: int) -> Vectors:
    """As texts are: a few directions tell most."""
    topics = random.normal(size=(40, 384))
    return unit(
        topics[random.integers(40, size=count)]
        + 0.7 * random.normal(size=(count, 384)) @ np.diag(0.97 ** np.arange(384))
    )


@pytest.mark.parametrize("rows_of", [spread_evenly, in_topics])
@pytest.mark.parametrize("count", [1, 60, FEWEST, 3 * FEWEST])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_finds_what_comparing_every_row_finds(rows_of: RowsOf, count: int, limit: int) -> None:
    random = np.random.default_rng(count + limit)
    vectors = rows_of(random, count)
    rows = NearestRows(vectors)
    for _ in range(10):
        vector = unit(vectors[random.integers(count)] + 0.05 * random.normal(size=384))
        places, cosines = rows.nearest(vector, limit)
        every = np.sort(vectors @ vector)[::-1][:limit]
        assert len(set(places.tolist())) == len(places) == len(every)
        np.testing.assert_allclose(cosines, every, atol=1e-5)
        np.testing.assert_allclose(vectors[places] @ vector, cosines, atol=1e-5)


def test_rows_that_are_alike_and_rows_of_zeros() -> None:
    vectors = np.zeros((FEWEST, 384), np.float32)
    vectors[::2, 3] = 1
    places, cosines = NearestRows(vectors).nearest(vectors[0], 50)
    assert cosines.tolist() == [1.0] * 50
    assert all(place % 2 == 0 for place in places.tolist())


def test_rows_added_later_are_found_though_turned_as_those_before() -> None:
    random = np.random.default_rng(5)
    before = NearestRows(in_topics(random, FEWEST))
    added = spread_evenly(random, 500)
    rows = NearestRows(np.concatenate([before.vectors, added]), before)
    places, _ = rows.nearest(added[17], 3)
    assert places[0] == FEWEST + 17


def test_a_vector_that_is_not_of_unit_length_is_compared_as_it_is() -> None:
    random = np.random.default_rng(9)
    vectors = in_topics(random, FEWEST)
    vector = 3 * vectors[11]
    places, cosines = NearestRows(vectors).nearest(vector, 20)
    np.testing.assert_allclose(cosines, np.sort(vectors @ vector)[::-1][:20], rtol=1e-5)
    assert places[0] == 11
