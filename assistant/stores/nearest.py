"""Finds the rows of a matrix nearest to a vector, exactly, while reading little more than half of the matrix.

The rows are turned so that their first numbers tell most of what distinguishes them. Those alone bound every cosine
from above (Cauchy and Schwarz bound the rest), and only rows whose bound reaches the best ones found are compared in
full. A search waits for memory, not for arithmetic, so it takes little more than half the time.
"""

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors

LEADING = 192
"""So many of the turned numbers are read of each row: of MiniLM's 384 they hold .94 to .96 of what there is to tell. Of
128 they hold .85 to .90, and up to six times as many rows must be compared in full."""

FEWEST = 2_000
"""Fewer rows lie in the processor's cache, and are compared as they are."""

SAMPLE = 4_096
"""From at most so many rows it is learnt how to turn; any turn gives the same answers, only later."""

MOST_SURVIVORS = 0.25
"""Where more rows than this share may be among the best, all are compared."""

SLACK = 1e-4
"""What rounding may take from a bound, of unit vectors in single precision."""


class NearestRows:
    """A matrix of unit vectors, made ready to be searched. It is not changed."""

    def __init__(self, vectors: Vectors, before: "NearestRows | None" = None) -> None:
        """Take vectors of shape (rows, dimension), each of length 1; `before` holds most of them already."""
        self.vectors = vectors
        self._turn: Vectors | None = None
        self._leading = self._rest = np.empty((0, 0), dtype=np.float32)
        if len(vectors) >= FEWEST and vectors.shape[1] > LEADING:
            self._turn = _directions(vectors) if before is None or before._turn is None else before._turn
            self._leading, self._rest = _turned(vectors, self._turn)

    def nearest(self, vector: Vectors, limit: int) -> tuple[NDArray[np.intp], Vectors]:
        """Return the places and cosines of the `limit` rows nearest to a unit vector, best first."""
        if self._turn is None or limit * 2 >= len(self.vectors):
            return _best(self.vectors @ vector, limit)
        lead = self._turn.T @ vector
        bounds = self._leading @ lead
        likely = np.argpartition(bounds, -2 * limit)[-2 * limit :]
        least = np.partition(self.vectors[likely] @ vector, limit)[limit]
        bounds += self._rest * np.float32(np.sqrt(max(0.0, float(vector @ vector) - float(lead @ lead))))
        rows = np.flatnonzero(bounds >= least - SLACK)
        if len(rows) > MOST_SURVIVORS * len(self.vectors):
            return _best(self.vectors @ vector, limit)
        places, cosines = _best(self.vectors[rows] @ vector, limit)
        return rows[places], cosines


def _directions(vectors: Vectors) -> Vectors:
    """Return the directions in which the rows differ most, shape (dimension, LEADING): their principal components."""
    sample = vectors[:: max(1, len(vectors) // SAMPLE)]
    _, directions = np.linalg.eigh(sample.T @ sample)
    return np.ascontiguousarray(directions[:, ::-1][:, :LEADING], dtype=np.float32)


def _turned(vectors: Vectors, turn: Vectors) -> tuple[Vectors, Vectors]:
    """Return the leading numbers of each row, and the length of the rest of it."""
    leading = vectors @ turn
    rest = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", leading, leading)
    return leading, np.sqrt(np.maximum(rest, 0.0))


def _best(scores: Vectors, limit: int) -> tuple[NDArray[np.intp], Vectors]:
    count = min(limit, len(scores))
    best = np.argpartition(scores, len(scores) - count)[len(scores) - count :]
    ordered = best[np.argsort(-scores[best], kind="stable")]
    return ordered, scores[ordered]
