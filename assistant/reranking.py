"""Puts the best of a ranking into a reranker's order. What fails or is late leaves the ranking as it was."""

import math
import time
from collections.abc import Callable, Sequence

from assistant.ports import Reranker
from assistant.resting import Resting
from assistant.types import ScoredPassage

DEPTH = 20
"""How many of the best passages are read together with the question."""

LEAST_PROBABILITY = 1e-6
"""What is less likely, or as near to certain, is not told apart."""


class Reranking:
    """Asks a reranker within a time limit. Thread-safe."""

    def __init__(
        self, reranker: Reranker, *, weight: float, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Let `reranker` count for `weight` (0 to 1) and use up to `seconds` a question, loading not included."""
        self._reranker = reranker
        self._weight = weight
        self._seconds = seconds
        without = f"{reranker.name} failed, so passages stay in the order of the search"
        self._resting = Resting(reranker.warm_up, without=without, clock=clock)

    def reordered(self, question: str, ranking: Sequence[ScoredPassage]) -> tuple[ScoredPassage, ...]:
        """Return the ranking with its best `DEPTH` ordered by both judgements; ties keep their order.

        Passages that were not reached in time follow those that were. Ranks count from 1 again.
        """
        head = list(ranking[:DEPTH])
        scores = self._scores(question, head)
        read = [_with_score(one, score) for one, score in zip(head, scores, strict=False)]
        worth = self._worth([one.score for one in read], scores)
        order = sorted(range(len(read)), key=lambda place: -worth[place])
        ordered = [*(read[place] for place in order), *ranking[len(read) :]]
        return tuple(self._placed(one, rank) for rank, one in enumerate(ordered, start=1))

    def _worth(self, searched: Sequence[float], read: Sequence[float]) -> list[float]:
        """Return what each passage is worth by the search's score and the reranker's, both stretched to 0..1."""
        pairs = zip(_stretched(searched), _stretched([_log_odds(one) for one in read]), strict=True)
        return [(1 - self._weight) * by_search + self._weight * by_reading for by_search, by_reading in pairs]

    def _placed(self, scored: ScoredPassage, rank: int) -> ScoredPassage:
        """Return the passage at its new rank, and say where it came from."""
        if rank == scored.rank:
            return scored
        direction = "up" if rank < scored.rank else "down"
        moved = f"moved {direction} from {scored.rank} to {rank} by {self._reranker.name}"
        explanation = scored.explanation
        explained = explanation.model_copy(update={"why": (*explanation.why, moved)})
        return scored.model_copy(update={"rank": rank, "explanation": explained})

    def _scores(self, question: str, head: Sequence[ScoredPassage]) -> list[float]:
        """Return the scores of the first passages; none where there is nothing to order or the reranker fails."""
        if len(head) < 2:
            return []
        texts = [one.passage.indexed_text for one in head]
        return self._resting.asked(lambda: self._reranker.rerank(question, texts, self._seconds))


def _stretched(scores: Sequence[float]) -> list[float]:
    """Return scores on a line from 0, the least of them, to 1, the greatest; all 0 where they are the same."""
    least, range_ = min(scores, default=0.0), max(scores, default=0.0) - min(scores, default=0.0)
    return [(one - least) / range_ if range_ else 0.0 for one in scores]


def _log_odds(probability: float) -> float:
    """Return the logit, as models give it before it is squeezed to 0..1: there differences mean the same everywhere."""
    kept = min(1 - LEAST_PROBABILITY, max(LEAST_PROBABILITY, probability))
    return math.log(kept / (1 - kept))


def _with_score(scored: ScoredPassage, score: float) -> ScoredPassage:
    explained = scored.explanation.model_copy(update={"reranker_score": score})
    return scored.model_copy(update={"explanation": explained})
