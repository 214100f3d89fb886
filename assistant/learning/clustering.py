"""Finds which questions ask the same: agglomerative clustering with average linkage over their vectors, in numpy.

Average linkage is reducible, so that the chain of nearest neighbours finds the same clusters as the textbook's greedy
merging does, in quadratic time and linear memory (Murtagh, 1983): the mean similarity of all pairs of two clusters of
unit vectors is the product of their sums, divided by both sizes.
"""

from collections.abc import Sequence

import numpy as np

from assistant.ports import Vectors

SAME_MATTER = 0.55
"""Mean similarity from which on two clusters are about one matter; `python -m benchmarks.gaps` tells what it does."""

NEIGHBOURS = 3
LEAST_LIKE = 0.4
"""A question is coloured by so many of its nearest, as far as they are at least so much like it (a cosine)."""

BLOCK = 512
_DIGITS = 5
"""Similarities are compared to so many digits: what differs by rounding alone is the same on every machine."""


def cluster(vectors: Vectors, groups: Sequence[int | None], apart: frozenset[int] = frozenset()) -> list[int]:
    """Return for each question the number of its cluster, which is the row of the first one in it.

    Args:
        vectors: The unit vector of one question a row; of equal similarities the one with the lower row wins.
        groups: For each row the number of the group that it is in from before, or None. A group is never split.
        apart: Numbers of groups that are never merged with each other.
    """
    clusters = _Clusters(coloured(vectors), groups, apart)
    clusters.merge(SAME_MATTER)
    return clusters.labels()


def coloured(vectors: Vectors) -> Vectors:
    """Return each vector with the mean of its nearest neighbours added, of length 1 again.

    Two people who ask the same in different words often have a third one's words in common.
    """
    parts: list[Vectors] = [np.empty((0, vectors.shape[1]), dtype=np.float32)]
    for start in range(0, len(vectors), BLOCK):
        own = vectors[start : start + BLOCK]
        likeness = np.round(own @ vectors.T, _DIGITS)
        likeness[np.arange(len(own)), start + np.arange(len(own))] = 0.0
        nearest = np.argsort(-likeness, axis=1, kind="stable")[:, :NEIGHBOURS]
        weights = np.take_along_axis(likeness, nearest, axis=1)
        weights = np.where(weights >= LEAST_LIKE, weights, 0.0)
        lent = np.einsum("rk,rkd->rd", weights, vectors[nearest])
        mixed = own + lent / np.maximum(1, np.count_nonzero(weights, axis=1))[:, None]
        parts.append((mixed / np.linalg.norm(mixed, axis=1, keepdims=True)).astype(np.float32))
    return np.concatenate(parts)


class _Clusters:
    """Clusters in the order of their first vectors; one that was merged into another has no size any more."""

    def __init__(self, vectors: Vectors, groups: Sequence[int | None], apart: frozenset[int]) -> None:
        first: dict[int, int] = {}
        rows = [first.setdefault(group, row) if group is not None else row for row, group in enumerate(groups)]
        starts, owner = np.unique(np.array(rows, dtype=np.int64), return_inverse=True)
        self._owner = owner
        self._sums = np.zeros((len(starts), vectors.shape[1]), dtype=np.float64)
        np.add.at(self._sums, owner, vectors)
        self._sizes = np.bincount(owner, minlength=len(starts)).astype(np.float64)
        self._active = self._sizes > 0
        self._apart = np.isin(starts, [row for group, row in first.items() if group in apart])

    def merge(self, least: float) -> None:
        """Merge what is alike; a cluster whose nearest is not near enough has none that ever will be, and is done."""
        chain: list[int] = []
        while self._active.any():
            if not chain:
                chain.append(int(np.argmax(self._active)))
            last = chain[-1]
            nearest, similarity = self._nearest(last, chain[-2] if len(chain) > 1 else None)
            if similarity < least:
                self._active[last] = False
                chain.pop()
            elif nearest in chain:
                del chain[chain.index(nearest) :]
                self._join(last, nearest)
            else:
                chain.append(nearest)

    def labels(self) -> list[int]:
        """Return the cluster of each vector."""
        first: dict[int, int] = {}
        return [first.setdefault(int(owner), row) for row, owner in enumerate(self._owner)]

    def _nearest(self, one: int, before: int | None) -> tuple[int, float]:
        sizes = np.where(self._active, self._sizes, 1.0) * self._sizes[one]
        similarities = np.where(self._active, np.round(self._sums @ self._sums[one] / sizes, _DIGITS), -np.inf)
        similarities[one] = -np.inf
        if self._apart[one]:
            similarities[self._apart] = -np.inf
        nearest = int(np.argmax(similarities))
        if before is not None and similarities[before] >= similarities[nearest]:
            nearest = before
        return nearest, float(similarities[nearest])

    def _join(self, one: int, other: int) -> None:
        kept, gone = min(one, other), max(one, other)
        self._sums[kept] += self._sums[gone]
        self._sizes[kept] += self._sizes[gone]
        self._sizes[gone] = 0.0
        self._apart[kept] |= self._apart[gone]
        self._active[gone] = False
        self._owner[self._owner == gone] = kept
