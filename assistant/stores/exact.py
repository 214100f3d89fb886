"""An exact dense index in memory, read from the vectors in SQL: right whatever has happened to Chroma.

It answers while a broken index is built anew, and in processes that may not open a folder of Chroma's because another
process has it open. At 100,000 passages of 384 numbers it takes 154 MB and about 10 ms a search.
"""

import threading
from collections.abc import Sequence

import numpy as np

from assistant.ports import ChangeLog, VectorCache, Vectors
from assistant.types import Match

_READ_AT_ONCE = 5000


class ExactVectorIndex:
    """Implements the `VectorIndex` port for reading; it follows the catalog by itself and cannot be written to."""

    def __init__(self, *, changes: ChangeLog, cache: VectorCache, fingerprint: str, dimension: int) -> None:
        """Read the passages and vectors of one embedder, on the first search and after each change."""
        self._changes = changes
        self._cache = cache
        self._fingerprint = fingerprint
        self._dimension = dimension
        self._lock = threading.Lock()
        self._number = -1
        self._ids: list[str] = []
        self._vectors: Vectors = np.empty((0, dimension), dtype=np.float32)

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Do nothing: what is in the catalog is found."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Do nothing: what is no longer in the catalog is not found."""

    def clear(self) -> None:
        """Forget what was read; the next search reads it anew."""
        with self._lock:
            self._number = -1

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first."""
        ids, vectors = self._read()
        if limit < 1 or not ids:
            return []
        scores = vectors @ vector
        best = np.argpartition(-scores, min(limit, len(ids)) - 1)[:limit]
        ordered = best[np.argsort(-scores[best], kind="stable")]
        return [Match.model_construct(passage_id=ids[place], score=float(scores[place])) for place in ordered]

    def count(self) -> int:
        """Return how many passages it holds."""
        return len(self._read()[0])

    def position(self) -> int | None:
        """Return the newest change: it always knows all of them."""
        return self._changes.head()

    def set_position(self, number: int) -> None:
        """Do nothing: the position is always the newest."""

    def _read(self) -> tuple[list[str], Vectors]:
        with self._lock:
            head = self._changes.head()
            if head != self._number:
                self._ids, self._vectors = self._load()
                self._number = head
            return self._ids, self._vectors

    def _load(self) -> tuple[list[str], Vectors]:
        ids: list[str] = []
        rows: list[Vectors] = []
        every = self._changes.every_id(self._fingerprint)
        for start in range(0, len(every), _READ_AT_ONCE):
            passages = self._changes.indexable(every[start : start + _READ_AT_ONCE], self._fingerprint)
            known = self._cache.get(self._fingerprint, [one.digest for one in passages])
            kept = [one for one in passages if one.digest in known]
            ids.extend(one.id for one in kept)
            rows.extend(known[one.digest] for one in kept)
        return ids, np.stack(rows) if rows else np.empty((0, self._dimension), dtype=np.float32)
