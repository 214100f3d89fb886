"""Finds the passage that a person of the support team answered from, by the words that both use."""

import math
from collections.abc import Sequence

from assistant.terms import terms
from assistant.types import Passage

LEAST_SHARED_TERMS = 5
LEAST_COVERAGE = 0.6
"""The share of an answer's words, rare ones first, that its passage must hold."""

LEAST_LEAD = 0.1
"""How much better than any other text it must be: an answer that fits two passages teaches nothing."""


class AnswerFinder:
    """Knows the words of every passage; they are read when the first answer is looked for."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        """Look among these passages."""
        self._passages = passages
        self._holders: dict[str, list[int]] = {}

    def find(self, answer: str) -> Passage | None:
        """Return the one passage that an answer was taken from; None where that is not clear."""
        if not self._holders:
            self._read()
        asked = set(terms(answer))
        weights = {term: self._rarity(term) for term in asked}
        total = sum(weights.values())
        if len(asked) < LEAST_SHARED_TERMS or not total:
            return None
        covered: dict[int, float] = {}
        shared: dict[int, int] = {}
        for term in asked:
            for row in self._holders.get(term, ()):
                covered[row] = covered.get(row, 0.0) + weights[term] / total
                shared[row] = shared.get(row, 0) + 1
        return self._clear_winner(covered, shared)

    def _clear_winner(self, covered: dict[int, float], shared: dict[int, int]) -> Passage | None:
        ranked = sorted(covered.items(), key=lambda one: -one[1])
        if not ranked or ranked[0][1] < LEAST_COVERAGE or shared[ranked[0][0]] < LEAST_SHARED_TERMS:
            return None
        best = self._passages[ranked[0][0]]
        rival = next((score for row, score in ranked[1:] if self._passages[row].text != best.text), 0)
        return best if ranked[0][1] - rival >= LEAST_LEAD else None

    def _read(self) -> None:
        for row, passage in enumerate(self._passages):
            for term in set(terms(passage.indexed_text)):
                self._holders.setdefault(term, []).append(row)

    def _rarity(self, term: str) -> float:
        holders = len(self._holders.get(term, ()))
        return math.log(1 + (len(self._passages) - holders + 0.5) / (holders + 0.5))
