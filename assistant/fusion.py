"""Joins the rankings of several retrievers into one."""

from collections.abc import Sequence

from assistant.types import Match

RANK_CONSTANT = 60
"""The k of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""


def fuse(dense: Sequence[Match], keyword: Sequence[Match]) -> list[Match]:
    """Fuse two rankings by reciprocal rank, best first; ties keep the dense order, then the keyword order."""
    scores: dict[str, float] = {}
    for ranking in (dense, keyword):
        for rank, match in enumerate(ranking, start=1):
            scores[match.passage_id] = scores.get(match.passage_id, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    ordered = sorted(scores, key=lambda passage_id: -scores[passage_id])
    return [Match(passage_id=passage_id, score=scores[passage_id]) for passage_id in ordered]
