"""How well a score tells what can be answered from what cannot."""

from collections.abc import Sequence
from itertools import groupby


def auroc(scores: Sequence[float], positives: Sequence[bool]) -> float:
    """Return the chance that a positive scores above a negative, ties counting half; 0.5 where one kind is missing."""
    ordered = sorted(zip(scores, positives, strict=True))
    total = sum(positives)
    pairs = total * (len(ordered) - total)
    won, below = 0.0, 0
    for _, tied in groupby(ordered, key=lambda pair: pair[0]):
        kinds = [positive for _, positive in tied]
        hits = sum(kinds)
        misses = len(kinds) - hits
        won += hits * (below + misses / 2)
        below += misses
    return won / pairs if pairs else 0.5


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
