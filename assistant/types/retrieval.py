"""What a search is asked and what it finds."""

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

    `context` holds earlier utterances that give `text` its topic, oldest first.
    """

    text: str
    context: tuple[str, ...] = ()
    only: Filter = Filter()


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
    """How well the passages found cover a question. All figures lie in 0..1.

    `coverage` is the share of the question's informative words, weighted by rarity, that the passages hold;
    `cosine` is the best dense similarity; `confidence` combines them into one figure for the policy.
    """

    coverage: float = 0.0
    cosine: float = 0.0
    confidence: float = 0.0
    missing: tuple[str, ...] = ()
