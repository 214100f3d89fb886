"""What a search is asked and what it finds."""

from pydantic import Field

from assistant.types.knowledge import Passage
from assistant.types.value import Value


class Match(Value):
    """One hit of one index. Cosine similarity for dense search, BM25 for keyword search; higher is better."""

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

    `context` holds earlier utterances that give `text` its topic, oldest first. `without` holds ids of passages that
    are to be searched around, as if they had never been ingested.
    """

    text: str
    context: tuple[str, ...] = ()
    only: Filter = Filter()
    without: frozenset[str] = frozenset()


class ScoredPassage(Value):
    """A passage in a fused ranking, with where each retriever placed it (ranks count from 1)."""

    rank: int
    score: float
    passage: Passage
    dense_rank: int | None = None
    keyword_rank: int | None = None
    cosine: float | None = None


class SearchResult(Value):
    """What one search found: the ranking, the evidence in it, and the rarity of each of the question's terms."""

    passages: tuple[ScoredPassage, ...]
    evidence: "Evidence"
    weights: dict[str, float]


class Evidence(Value):
    """How well the passages found cover a question. All figures but `features` lie in 0..1.

    `coverage` is the share of the question's informative words, weighted by rarity, that the passages hold;
    `cosine` is the best dense similarity; `confidence` is the calibrated probability that the passages hold the
    answer, made of `features`; `needed` is the confidence from which on the operator wants an answer (above 1: never);
    `because` says for staff which feature weighed most.
    """

    coverage: float = 0.0
    cosine: float = 0.0
    confidence: float = 0.0
    needed: float = 0.5
    missing: tuple[str, ...] = ()
    because: str = ""
    features: dict[str, float] = Field(default_factory=dict)
