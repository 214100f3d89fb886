"""Whether something learnt is better than nothing: figures of both on the same questions, and how sure that is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assistant.ports import Vectors
from assistant.records import StepReport
from assistant.tuning.tasks import Task

Ranks = NDArray[np.int64]
QUERIES_AT_ONCE = 256
RESAMPLES = 2_000
TIE = 1e-6
"""Cosines that differ by less are those of the same vector, rounded."""

DEPTH = 10


@dataclass(frozen=True)
class Gain:
    """By how much the mean of paired differences lies above 0, with its 95 % interval."""

    mean: float
    low: float
    high: float


def ranks(task: Task, change: Callable[[Vectors], Vectors] | None = None) -> Ranks:
    """Return for each question at which place, from 1, the first document that answers it stands.

    Among documents that are as near it stands last: a model to which all texts are the same has found nothing.
    """
    found = np.empty(len(task.pairs), dtype=np.int64)
    for start in range(0, len(found), QUERIES_AT_ONCE):
        queries = task.queries[start : start + QUERIES_AT_ONCE]
        scores = (queries if change is None else change(queries)) @ task.documents.T
        for place, row in enumerate(scores, start=start):
            if task.own[place] >= 0:
                row[task.own[place]] = -np.inf
            gold = task.gold[place]
            as_near = row >= row[gold].max() - TIE
            found[place] = 1 + int(as_near.sum()) - int(as_near[gold].sum())
    return found


def reciprocal(places: Ranks) -> NDArray[np.float64]:
    """Return 1 / place, and 0 below place ten."""
    return np.where(places <= DEPTH, 1.0 / places, 0.0)


def figures(places: Ranks, weights: Sequence[float]) -> dict[str, float]:
    """Return the weighted means of recall@1, recall@5 and the reciprocal rank of ten places, rounded."""
    measured = {"recall@1": places == 1, "recall@5": places <= 5, "mrr@10": reciprocal(places)}
    return {name: round(float(np.average(values, weights=weights)), 4) for name, values in measured.items()}


def paired_gain(before: ArrayLike, after: ArrayLike, weights: Sequence[float], seed: int = 0) -> Gain:
    """Return the weighted mean gain with a percentile bootstrap over questions (Efron, 1979)."""
    difference = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    share = np.asarray(weights, dtype=np.float64)
    drawn = np.random.default_rng(seed).integers(0, len(difference), (RESAMPLES, len(difference)))
    means = (difference[drawn] * share[drawn]).sum(axis=1) / share[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    mean = float((difference * share).sum() / share.sum())
    return Gain(mean=mean, low=float(low), high=float(high))


def verdict(name: str, before: Ranks, after: Ranks, weights: Sequence[float], *, learnt_from: int) -> StepReport:
    """Return the figures of both, and accept what is learnt only if its gain is sure and costs no first place."""
    gain = paired_gain(reciprocal(before), reciprocal(after), weights)
    was, now = figures(before, weights), figures(after, weights)
    accepted = gain.low > 0 and now["recall@1"] >= was["recall@1"]
    span = f"{gain.mean:+.3f} MRR@10 on held-out questions (95 % interval {gain.low:+.3f} to {gain.high:+.3f})"
    return StepReport(
        name=name,
        accepted=accepted,
        reason=f"{'it wins' if accepted else 'it does not surely win'}: {span}",
        before=was,
        after=now,
        gain=round(gain.mean, 4),
        gain_low=round(gain.low, 4),
        gain_high=round(gain.high, 4),
        learnt_from=learnt_from,
        judged_with=len(weights),
    )
