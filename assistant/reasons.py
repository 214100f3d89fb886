"""Says why a search found what it found, in words that a support lead can read."""

from collections.abc import Iterable, Sequence

from assistant.terms import asked_words, stem, terms
from assistant.types import Passage, ScoredPassage, SearchResult, Value

SHOWN_WORDS = 12
"""Of a long question only so many words are told, the weightiest."""


class SearchExplanation(Value):
    """What was searched for: the words as they were mended, those lent by the conversation, and the filters."""

    searched_for: str
    context: tuple[str, ...]
    mended: dict[str, str]
    filters: dict[str, str]


class PassageExplanation(Value):
    """Why one passage stands where it does.

    `holds` and `lacks` are the question's words with their weight, rare ones first; `titled` those in title or heading.
    """

    dense_rank: int | None
    cosine: float | None
    keyword_rank: int | None
    keyword_score: float | None
    fused_score: float | None
    reranker_score: float | None
    shares: dict[str, float]
    holds: dict[str, float]
    lacks: dict[str, float]
    titled: tuple[str, ...]
    repeated_in: tuple[str, ...]
    why: tuple[str, ...]


def explain_search(found: SearchResult) -> SearchExplanation:
    """Tell what was searched for."""
    filters = found.query.only.model_dump(mode="json", exclude_defaults=True)
    return SearchExplanation(
        searched_for=found.searched_for,
        context=() if found.switched else tuple(one.text for one in found.query.context),
        mended=mended_words(found.query.text if found.switched else found.query.standalone, found.searched_for),
        filters={name: ", ".join(value) if isinstance(value, list) else str(value) for name, value in filters.items()},
    )


def mended_words(written: str, searched_for: str) -> dict[str, str]:
    """Return the words that were replaced, each with what it was taken for."""
    pairs = zip(written.split(), searched_for.split(), strict=False)
    stripped = ((before.strip(_MARKS), after.strip(_MARKS)) for before, after in pairs)
    return {before: after for before, after in stripped if before != after}


_MARKS = "\"'.,;:!?()[]{}<>"


def explain_passages(found: SearchResult) -> list[PassageExplanation]:
    """Tell for each passage of a result, in its order, why it is there."""
    weights = _weighed_words(found)
    return [_explained(one, weights) for one in found.passages]


def _weighed_words(found: SearchResult) -> dict[str, float]:
    """Return the question's words with their weights, the weightiest first."""
    weighed = {
        word: found.weights[stem(word)] for word in asked_words(found.searched_for) if stem(word) in found.weights
    }
    return dict(sorted(weighed.items(), key=lambda item: -item[1])[:SHOWN_WORDS])


def _explained(scored: ScoredPassage, weights: dict[str, float]) -> PassageExplanation:
    held = set(terms(scored.passage.indexed_text))
    holds = {word: round(weight, 2) for word, weight in weights.items() if stem(word) in held}
    lacks = {word: round(weight, 2) for word, weight in weights.items() if word not in holds}
    titled = _titled(scored.passage, holds)
    explanation = scored.explanation
    return PassageExplanation(
        dense_rank=scored.dense_rank,
        cosine=scored.cosine,
        keyword_rank=scored.keyword_rank,
        keyword_score=explanation.keyword_score,
        fused_score=explanation.fused_score,
        reranker_score=explanation.reranker_score,
        shares=dict(explanation.shares),
        holds=holds,
        lacks=lacks,
        titled=titled,
        repeated_in=scored.repeated_in,
        why=(*explanation.why, *_reasons(scored, holds, lacks, titled)),
    )


def _titled(passage: Passage, words: Iterable[str]) -> tuple[str, ...]:
    named = set(terms(f"{passage.title}\n{passage.heading}"))
    return tuple(word for word in words if stem(word) in named)


def _reasons(
    scored: ScoredPassage, holds: dict[str, float], lacks: dict[str, float], titled: Sequence[str]
) -> list[str]:
    reasons = []
    if shares := [f"{name} {share:.2f}" for name, share in scored.explanation.shares.items() if round(share, 2)]:
        reasons.append(f"scored for {', '.join(shares)}")
    if holds:
        reasons.append(f"holds {_listed(holds)}")
    if titled:
        reasons.append(f"its title or heading names {', '.join(titled)}")
    if lacks:
        reasons.append(f"lacks {_listed(lacks)}")
    if scored.repeated_in:
        reasons.append(f"nearly the same text, left out, stands in {', '.join(scored.repeated_in)}")
    return reasons


def _listed(words: dict[str, float]) -> str:
    return ", ".join(f"{word} ({weight:.1f})" for word, weight in words.items())
