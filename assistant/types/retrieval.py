"""What a search is asked and what it finds."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import Field

from assistant.types.knowledge import Passage
from assistant.types.value import Value


class Match(NamedTuple):
    """One hit of one index. Cosine similarity for dense search, BM25 for keyword search; higher is better.

    A turn makes hundreds of them, so it is a plain tuple: a model took ten times as long to make.
    """

    passage_id: str
    score: float


class Filter(Value):
    """Which passages a search may find. An empty field lets every passage through.

    A passage without an audience, or of no product, is for everybody.
    """

    audience: str = ""
    language: str = ""
    product: str = ""


class Query(Value):
    """What is searched for: the question, and what the conversation before it lends to it.

    `context` holds earlier utterances that give `text` its topic, oldest first.
    """

    text: str
    context: tuple[str, ...] = ()
    only: Filter = Filter()


class Explanation(Value):
    """Why a passage stands where it does.

    `keyword_score` is BM25, `fused_score` what both retrievers together gave it, `reranker_score` what a reranker made
    of that; None where a part had no say. `shares` are the summands of the fused score by name; `why` says it in words.
    """

    keyword_score: float | None = None
    fused_score: float | None = None
    reranker_score: float | None = None
    shares: Mapping[str, float] = Field(default_factory=dict)
    why: tuple[str, ...] = ()


class ScoredPassage(Value):
    """A passage in a fused ranking, with where each retriever placed it (ranks count from 1).

    `repeated_in` names other documents that hold nearly the same text and were left out for it.
    """

    rank: int
    score: float
    passage: Passage
    dense_rank: int | None = None
    keyword_rank: int | None = None
    cosine: float | None = None
    explanation: Explanation = Explanation()
    repeated_in: tuple[str, ...] = ()


class SearchResult(Value):
    """What one search found: the ranking, the evidence in it, and the rarity of each of the question's terms.

    `query` is what was asked for, `searched_for` its text with misspelt words mended.
    """

    passages: tuple[ScoredPassage, ...]
    evidence: "Evidence"
    weights: dict[str, float]
    query: Query = Query(text="")
    searched_for: str = ""


class Evidence(Value):
    """How well the passages found cover a question. All figures lie in 0..1.

    `coverage` is the share of the question's informative words, weighted by rarity, that the passages hold;
    `cosine` is the best dense similarity; `confidence` combines them into one figure for the policy.
    """

    coverage: float = 0.0
    cosine: float = 0.0
    confidence: float = 0.0
    missing: tuple[str, ...] = ()
