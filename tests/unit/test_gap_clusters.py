"""Which questions are told to ask the same, against the textbook's clustering; and what is kept from before."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assistant.learning.clustering import SAME_MATTER, cluster, coloured
from assistant.ports import Vectors

SEEDS = st.integers(0, 10_000)


def questions(seed: int, count: int) -> Vectors:
    """Return unit vectors around a few matters, some nearer to each other than others."""
    chance = np.random.default_rng(seed)
    matters = chance.normal(size=(3, 12))
    vectors = matters[chance.integers(0, 3, size=count)] + chance.normal(size=(count, 12)) * chance.uniform(0.2, 1.2)
    unit: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit


def textbook(vectors: Vectors) -> list[int]:
    """Merge the two nearest clusters until none are near enough; the mean of all pairs is what counts."""
    likeness = vectors.astype(float) @ vectors.T.astype(float)
    clusters = [[row] for row in range(len(vectors))]
    while len(clusters) > 1:
        pairs = {
            (one, other): likeness[np.ix_(clusters[one], clusters[other])].mean()
            for one, other in combinations(range(len(clusters)), 2)
        }
        (one, other), best = max(pairs.items(), key=lambda pair: pair[1])
        if best < SAME_MATTER:
            break
        clusters[one] = sorted(clusters[one] + clusters.pop(other))
    return [next(rows[0] for rows in clusters if row in rows) for row in range(len(vectors))]


@given(SEEDS, st.integers(1, 14))
def test_the_chain_finds_what_the_textbook_finds(seed: int, count: int) -> None:
    vectors = questions(seed, count)
    assert cluster(vectors, [None] * count) == textbook(coloured(vectors))


@given(SEEDS, st.integers(2, 14))
def test_the_order_of_questions_does_not_matter(seed: int, count: int) -> None:
    vectors = questions(seed, count)
    order = np.random.default_rng(seed).permutation(count)
    straight, shuffled = cluster(vectors, [None] * count), cluster(vectors[order], [None] * count)
    together = {(a, b) for a, b in combinations(range(count), 2) if straight[a] == straight[b]}
    back = {row: shuffled[place] for place, row in enumerate(order)}
    assert together == {(a, b) for a, b in combinations(range(count), 2) if back[a] == back[b]}


@given(SEEDS, st.integers(4, 14))
def test_groups_stay_whole_and_what_was_decided_stays_apart(seed: int, count: int) -> None:
    vectors = questions(seed, count)
    groups = [0, 1, 2, *[None] * (count - 4), 0]
    labels = cluster(vectors, groups, frozenset({0, 1}))
    assert labels[0] == labels[-1]
    assert labels[0] != labels[1]


def test_questions_that_two_share_bring_them_together() -> None:
    far = np.array([[1, 0, 0], [0.28, 0.96, 0], [0.8, 0.6, 0], [0, 0, 1]], dtype=np.float32)
    assert cluster(far[[0, 1]], [None] * 2) == [0, 1]
    assert cluster(far, [None] * 4) == [0, 0, 0, 3]


def test_nothing_is_no_cluster() -> None:
    assert cluster(np.empty((0, 3), np.float32), []) == []
