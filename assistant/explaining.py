"""Says in words why a passage stands where it does in a ranking."""

from collections.abc import Iterator, Mapping

from assistant.types import Explanation

_NOTABLE = 0.005
"""A smaller summand decides nothing that could be noticed."""


def explain(
    shares: Mapping[str, float],
    *,
    dense_rank: int | None,
    cosine: float | None,
    keyword_rank: int | None,
    keyword_score: float | None,
) -> Explanation:
    """Return the summands of a passage's score, and what they come from."""
    reasons = [*_found(dense_rank, cosine, keyword_rank, keyword_score), *_added(shares)]
    return Explanation(
        keyword_score=keyword_score, fused_score=sum(shares.values()), shares=dict(shares), why=tuple(reasons)
    )


def _found(
    dense_rank: int | None, cosine: float | None, keyword_rank: int | None, keyword_score: float | None
) -> Iterator[str]:
    if dense_rank is not None and cosine is not None:
        yield f"number {dense_rank} by meaning (cosine {cosine:.2f})"
    elif cosine is not None:
        yield f"not among the nearest by meaning (cosine {cosine:.2f})"
    if keyword_rank is not None and keyword_score is not None:
        yield f"number {keyword_rank} by words (BM25 {keyword_score:.1f})"
    else:
        yield "not found by words"


def _added(shares: Mapping[str, float]) -> Iterator[str]:
    if shares.get("word pairs", 0.0) >= _NOTABLE:
        yield "holds words of the question side by side, as they were asked"
    if shares.get("same document", 0.0) >= _NOTABLE:
        yield "another passage of its document fits as well"
    if feedback := shares.get("feedback"):
        share = feedback / (sum(shares.values()) - feedback)
        yield f"{'raised' if share > 0 else 'lowered'} by {abs(share):.1%} by customers' feedback"
