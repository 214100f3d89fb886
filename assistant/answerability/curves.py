"""Risk and coverage of a score that decides which questions are answered. Wrong = answered, and ought not have been."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = Sequence[float] | NDArray[np.float64]
Rights = Sequence[bool] | Sequence[float] | NDArray[np.float64]

BINS = 10


def area_under_risk_coverage(scores: Scores, right: Rights) -> float:
    """Return the mean share of wrong answers over all coverages; lower is better (Geifman and El-Yaniv, 2017)."""
    return float(np.mean(_risks(scores, right)))


def risk_coverage(scores: Scores, right: Rights) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every threshold, the strictest first: share answered, and share of those wrong.

    Questions with the same score are answered together (El-Yaniv and Wiener, JMLR 2010).
    """
    values, labels = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    _, place, count = np.unique(-values, return_inverse=True, return_counts=True)
    answered = np.cumsum(count)
    risks = np.cumsum(np.bincount(place, weights=1 - labels)) / answered
    return list(zip((answered / max(1, len(values))).tolist(), risks.tolist(), strict=True))


def risk_at(scores: Scores, right: Rights, coverage: float) -> float:
    """Return the share of wrong answers where the `coverage` best-scored questions are answered."""
    risks = _risks(scores, right)
    return float(risks[max(0, round(coverage * len(risks)) - 1)])


def auroc(scores: Scores, right: Rights) -> float:
    """Return the probability that a right one scores above a wrong one; ties count half. 0.5 without both kinds."""
    values, labels = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    positives = labels.sum()
    negatives = len(labels) - positives
    if not positives or not negatives:
        return 0.5
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(count) - (count - 1) / 2
    return float((middle[place][labels == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(probabilities: Scores, right: Rights) -> float:
    """Return the expected calibration error over ten bins of equal width."""
    values, labels = np.asarray(probabilities, dtype=float), np.asarray(right, dtype=float)
    bins = np.minimum((values * BINS).astype(int), BINS - 1)
    gaps = [
        abs(values[bins == one].mean() - labels[bins == one].mean()) * np.mean(bins == one) for one in np.unique(bins)
    ]
    return float(sum(gaps))


def _risks(scores: Scores, right: Rights) -> NDArray[np.float64]:
    """Return the share of wrong answers among the first, the first two, ... by falling score; ties share their risk."""
    values, labels = np.asarray(scores, dtype=float), np.asarray(right, dtype=float)
    order = np.argsort(-values, kind="stable")
    ordered, wrong = values[order], 1 - labels[order]
    _, place, count = np.unique(-ordered, return_inverse=True, return_counts=True)
    shared = np.bincount(place, weights=wrong) / count
    risks: NDArray[np.float64] = np.cumsum(shared[place]) / np.arange(1, len(wrong) + 1)
    return risks
