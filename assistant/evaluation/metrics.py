"""Ranking metrics as trec_eval defines them: linear gain, discount log2(rank + 1)."""

import math
from collections.abc import Mapping, Sequence


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], depth: int) -> float:
    """Return nDCG at `depth`; 0 where nothing is relevant."""
    ideal = _dcg(sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:depth])
    return _dcg([max(0, gains.get(document, 0)) for document in ranking[:depth]]) / ideal if ideal else 0.0


def recall(ranking: Sequence[str], gains: Mapping[str, int], depth: int) -> float:
    """Return the share of relevant documents within `depth`; 0 where nothing is relevant."""
    relevant = {document for document, gain in gains.items() if gain > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranking: Sequence[str], gains: Mapping[str, int], depth: int) -> float:
    """Return 1 / rank of the first relevant document within `depth`; 0 where there is none."""
    return next((1 / rank for rank, one in enumerate(ranking[:depth], start=1) if gains.get(one, 0) > 0), 0.0)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` (0..1) of the values do not exceed, by nearest rank; 0 for no values."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))
