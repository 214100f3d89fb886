"""How well a score tells what can be answered from what cannot."""

from collections.abc import Sequence
from itertools import groupby


def risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> list[tuple[float, float]]:
    """Return (coverage, risk) for every threshold, the strictest first: share answered, and share of those wrong.

    Questions with the same score are answered together (El-Yaniv and Wiener, JMLR 2010).
    """
    ordered = sorted(zip(scores, right, strict=True), key=lambda pair: -pair[0])
    points, answered, wrong = [], 0, 0
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        outcomes = [is_right for _, is_right in tied]
        answered += len(outcomes)
        wrong += outcomes.count(False)
        points.append((answered / len(ordered), wrong / answered))
    return points


def area_under_risk_coverage(scores: Sequence[float], right: Sequence[bool]) -> float:
    """Return the mean risk over all coverages; lower is better, and the share of wrong answers is chance."""
    area, before = 0.0, 0.0
    for coverage, risk in risk_coverage(scores, right):
        area += (coverage - before) * risk
        before = coverage
    return area
