"""Searches both indexes for what a filter admits, as exactly as a search of those passages alone would.

A vendor's metadata filter is not used: Chroma's took 70 times as long as a search without one. Of many admitted
passages enough are among the first that an index finds, so it is read deeper; few are compared one by one.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from assistant.eligibility import Eligibility, Selection
from assistant.ports import HoldsVectors, KeywordIndex, VectorCache, VectorIndex, Vectors
from assistant.types import Filter, Match

COMPARED_PASSAGES = 8192
"""At most so many admitted passages are compared one by one: 12.6 MB of 384 numbers each, about a millisecond."""

KEPT_VECTORS = 2 * COMPARED_PASSAGES
"""So many vectors of recent filters stay in memory."""

DEEPEST = 4096
"""An index of vectors is not read deeper than this; what it would take longer for is compared one by one."""

SPARE = 1.3
"""An index is read this much deeper than needed if the admitted passages were spread evenly."""

FURTHER = 4
_BLOCK = 2048


class FilteredIndexes:
    """The dense and the keyword index of one generation, searched within a filter. Thread-safe."""

    def __init__(
        self,
        *,
        vectors: VectorIndex,
        keywords: KeywordIndex,
        eligibility: Eligibility,
        cache: VectorCache,
        fingerprint: str,
    ) -> None:
        """Join indexes with what is known of their passages, and the vectors in `cache` under a `fingerprint`."""
        self._vectors = vectors
        self.keywords = keywords
        self._eligibility = eligibility
        self._cache = cache
        self._fingerprint = fingerprint
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, bytes], tuple[list[str], Vectors]] = OrderedDict()

    def refresh(self) -> None:
        """See what has changed in the catalog."""
        self._vectors.refresh()
        self._eligibility.refresh()

    def dense(self, vector: Vectors, limit: int, only: Filter) -> list[Match]:
        """Return the admitted passages nearest to a vector, best first; fewer than `limit` only where fewer exist."""
        selection = self._eligibility.select(only)
        if selection is None or limit < 1:
            return self._vectors.search(vector, limit)
        if selection.matching <= COMPARED_PASSAGES:
            return _nearest(*self._vectors_of(selection), vector, limit)
        depth = _first_depth(selection, limit)
        while depth <= DEEPEST:
            found = self._admitted(self._vectors.search(vector, depth), only, selection)
            if len(found) >= limit:
                return found[:limit]
            depth *= FURTHER
        return self._compare_all(selection, vector, limit)

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the vectors of passages that a search found, shape (len(passage_ids), dimension), in the order asked.

        What is no longer held is a row of zeros; where none of them is, the width may be 0. An index that does not lie
        in memory is not asked: Chroma hands over lists of Python's numbers, which takes twice as long.
        """
        if isinstance(self._vectors, HoldsVectors):
            return self._vectors.vectors_of(passage_ids)
        held, vectors = _stacked(list(self._cache.of_passages(self._fingerprint, passage_ids)))
        places = {one: place for place, one in enumerate(held)}
        nothing = np.zeros((1, vectors.shape[1]), np.float32)
        return np.concatenate([vectors, nothing])[[places.get(one, len(held)) for one in passage_ids]]

    def sample(self, limit: int) -> Vectors:
        """Return some of the vectors; see `VectorIndex.sample`."""
        return self._vectors.sample(limit)

    def keyword(self, question: str, limit: int, only: Filter, lent: Mapping[str, float] | None = None) -> list[Match]:
        """Return the admitted passages that hold words of a question or lent to it, best first, as `dense` does."""
        selection = self._eligibility.select(only)
        if selection is None or limit < 1:
            return self.keywords.search(question, limit, lent)
        if not selection.matching:
            return []
        # Looking up an admitted id takes about as long as reading two hits.
        if 2 * selection.matching**2 <= limit * selection.total:
            return self.keywords.search(question, limit, lent, selection.ids())
        depth = _first_depth(selection, limit)
        while True:
            hits = self.keywords.search(question, depth, lent)
            found = self._admitted(hits, only, selection)
            if len(found) >= limit or len(hits) < depth:
                return found[:limit]
            depth *= FURTHER

    def _admitted(self, matches: list[Match], only: Filter, selection: Selection) -> list[Match]:
        ids = [one.passage_id for one in matches]
        admitted, all_known = selection.admits(ids)
        if not all_known:
            # Something was published since the search began.
            self._eligibility.refresh()
            newer = self._eligibility.select(only)
            if newer is None:
                return matches
            admitted, _ = newer.admits(ids)
        return [one for one, is_admitted in zip(matches, admitted, strict=True) if is_admitted]

    def _vectors_of(self, selection: Selection) -> tuple[list[str], Vectors]:
        """Return ids and vectors of all admitted passages, from memory where the filter was used lately."""
        with self._lock:
            found = self._kept.get(selection.key)
            if found is not None:
                self._kept.move_to_end(selection.key)
                return found
        found = _stacked(sorted(self._cache.of_passages(self._fingerprint, selection.ids())))
        with self._lock:
            self._kept[selection.key] = found
            while sum(len(ids) for ids, _ in self._kept.values()) > KEPT_VECTORS:
                self._kept.popitem(last=False)
        return found

    def _compare_all(self, selection: Selection, vector: Vectors, limit: int) -> list[Match]:
        """Compare every admitted passage, block by block: for filters that an index has too little of near a vector."""
        best: list[Match] = []
        for rows in _blocks(self._cache.of_passages(self._fingerprint)):
            admitted, _ = selection.admits([one for one, _ in rows])
            ids, vectors = _stacked([row for row, is_in in zip(rows, admitted, strict=True) if is_in])
            best = sorted(
                [*best, *_nearest(ids, vectors, vector, limit)], key=lambda match: (-match.score, match.passage_id)
            )[:limit]
        return best


def _first_depth(selection: Selection, limit: int) -> int:
    return min(selection.total, int(SPARE * limit * selection.total / selection.matching) + limit)


def _stacked(rows: list[tuple[str, bytes]]) -> tuple[list[str], Vectors]:
    numbers = np.frombuffer(b"".join(vector for _, vector in rows), dtype=np.float32)
    return [one for one, _ in rows], numbers.reshape(len(rows), -1) if rows else numbers.reshape(0, 0)


def _blocks(rows: Iterator[tuple[str, bytes]]) -> Iterator[list[tuple[str, bytes]]]:
    while block := list(islice(rows, _BLOCK)):
        yield block


def _nearest(ids: list[str], vectors: Vectors, vector: Vectors, limit: int) -> list[Match]:
    if not ids:
        return []
    scores = vectors @ vector
    best = np.argpartition(-scores, min(limit, len(ids)) - 1)[:limit]
    ordered = best[np.argsort(-scores[best], kind="stable")]
    return [Match(passage_id=ids[place], score=float(scores[place])) for place in ordered]
