"""An exact dense index in memory, read from the vectors in SQL: right whatever has happened to Chroma.

It answers for collections so small that this is faster than Chroma's graph, while a broken index is built anew, and in
processes that may not open a folder of Chroma's because another process has it open. At 100,000 passages of 384 numbers
it takes 206 MB and about 5 ms a search.
"""

import threading
from collections.abc import Sequence

import numpy as np

from assistant.ports import ChangeLog, VectorCache, Vectors
from assistant.stores.nearest import NearestRows
from assistant.types import Match

_READ_AT_ONCE = 5000
"""So many changes are learnt one by one; where there are more, everything is read anew."""


class ExactVectorIndex:
    """Implements the `VectorIndex` port for reading; it follows the catalog when told to, and cannot be written to."""

    def __init__(self, *, changes: ChangeLog, cache: VectorCache, fingerprint: str, dimension: int) -> None:
        """Read the passages and vectors of one embedder, on the first search."""
        self._changes = changes
        self._cache = cache
        self._fingerprint = fingerprint
        self._dimension = dimension
        self._lock = threading.Lock()
        self._number = -1
        self._is_behind = True
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._rows = NearestRows(np.empty((0, dimension), dtype=np.float32))
        self._awaited: list[str] = []

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Do nothing: what is in the catalog is found."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Do nothing: what is no longer in the catalog is not found."""

    def clear(self) -> None:
        """Forget what was read; the next search reads it anew."""
        with self._lock:
            self._number = -1
            self._is_behind = True
            self._awaited = []

    def refresh(self) -> None:
        """See at the next search what has changed in the catalog."""
        with self._lock:
            self._is_behind = True

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first."""
        ids, rows = self._read()
        if limit < 1 or not ids:
            return []
        places, cosines = rows.nearest(vector, limit)
        return [
            Match(passage_id=ids[place], score=cosine)
            for place, cosine in zip(places.tolist(), cosines.tolist(), strict=True)
        ]

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the vectors of passages in the order asked; a row of zeros for what is not held.

        They are those that the last search saw.
        """
        if self._number < 0:
            self._read()
        with self._lock:
            places = [self._places.get(one, -1) for one in passage_ids]
            found = (
                self._rows.vectors[places] if len(self._ids) else np.zeros((len(places), self._dimension), np.float32)
            )
        found[[place < 0 for place in places]] = 0.0
        return found

    def sample(self, limit: int) -> Vectors:
        """Return up to `limit` vectors, evenly spaced among the passages by id."""
        ids, rows = self._read()
        return rows.vectors[:: max(1, -(-len(ids) // limit))]

    def count(self) -> int:
        """Return how many passages it holds."""
        return len(self._read()[0])

    def position(self) -> int | None:
        """Return the newest change: it always knows all of them."""
        return self._changes.head()

    def set_position(self, number: int) -> None:
        """Do nothing: the position is always the newest."""

    def _read(self) -> tuple[list[str], NearestRows]:
        with self._lock:
            if self._is_behind:
                self._follow(self._changes.head())
                self._is_behind = False
            elif self._awaited:
                self._add(self._awaited)
            return self._ids, self._rows

    def _follow(self, head: int) -> None:
        """Learn what has changed; everything anew where that is much."""
        if head == self._number:
            self._add(self._awaited)
            return
        changes = self._changes.since(self._number) if self._number >= 0 else None
        if changes is None or len(changes) > max(_READ_AT_ONCE, len(self._ids) // 10):
            self._load()
        else:
            places = [place for place, one in enumerate(self._ids) if one not in changes]
            self._hold([self._ids[place] for place in places], self._rows.vectors[places])
            self._awaited = [one for one in self._awaited if one not in changes]
            self._add([*self._awaited, *(one for one, operation in changes.items() if operation == "add")])
        self._number = head

    def _load(self) -> None:
        ids: list[str] = []
        numbers = bytearray()
        for passage_id, vector in self._cache.of_passages(self._fingerprint):
            ids.append(passage_id)
            numbers += vector
        self._hold(ids, np.frombuffer(numbers, dtype=np.float32).reshape(-1, self._dimension))
        held = set(ids)
        self._awaited = [one for one in self._changes.every_id(self._fingerprint) if one not in held]

    def _add(self, passage_ids: Sequence[str]) -> None:
        """Take in passages, if any. What another process has staged and not embedded yet is awaited."""
        if not passage_ids:
            return
        passages = self._changes.indexable(passage_ids, self._fingerprint)
        known = self._cache.get(self._fingerprint, [one.digest for one in passages])
        ready = [one for one in passages if one.digest in known]
        self._awaited = [one.id for one in passages if one.digest not in known]
        if ready:
            vectors = np.concatenate([self._rows.vectors, np.stack([known[one.digest] for one in ready])])
            self._hold([*self._ids, *(one.id for one in ready)], vectors)

    def _hold(self, ids: list[str], vectors: Vectors) -> None:
        """Hold rows in the order of their ids: which of equals is found, and the last bit of a cosine, hang on it."""
        order = sorted(range(len(ids)), key=ids.__getitem__)
        if any(place != at for at, place in enumerate(order)):
            ids, vectors = [ids[place] for place in order], vectors[order]
        self._ids, self._rows = ids, NearestRows(vectors, self._rows)
        self._places = {one: place for place, one in enumerate(ids)}
