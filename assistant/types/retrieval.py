"""What a search is asked and what it finds."""

from datetime import date

from pydantic import field_validator

from assistant.types.knowledge import Attributes, Passage, plain_names, primary_language
from assistant.types.value import Value


class Match(Value):
    """One hit of one index. Cosine similarity for dense search, BM25 for keyword search; higher is better."""

    passage_id: str
    score: float


class Filter(Value):
    """Which passages a search may find: those for everybody, that hold today, unless it says otherwise.

    `audiences` are those that the asker belongs to, which the operator vouches for: what is for others only is never
    found. `any_audience` is for staff. An empty `language` or `product` lets every passage through; a passage without
    a product is about any. `on` is the day on which passages must hold; None is today.
    """

    audiences: tuple[str, ...] = ()
    any_audience: bool = False
    language: str = ""
    product: str = ""
    on: date | None = None

    @field_validator("audiences")
    @classmethod
    def _plain_audiences(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return plain_names(value)

    @field_validator("language")
    @classmethod
    def _plain_language(cls, value: str) -> str:
        return primary_language(value)

    @field_validator("product")
    @classmethod
    def _plain_product(cls, value: str) -> str:
        return " ".join(value.split()).casefold()

    def opens(self, attributes: Attributes) -> bool:
        """Tell whether the asker belongs to an audience of what has these attributes."""
        wanted = attributes.audiences
        return self.any_audience or not wanted or not frozenset(wanted).isdisjoint(self.audiences)

    def admits(self, attributes: Attributes, today: date) -> bool:
        """Tell whether a passage with these attributes may be found."""
        day = self.on or today
        return (
            self.opens(attributes)
            and (not self.language or attributes.language in ("", self.language))
            and (not self.product or not attributes.products or self.product in attributes.products)
            and (attributes.valid_from is None or attributes.valid_from <= day)
            and (attributes.valid_to is None or day <= attributes.valid_to)
        )


FOR_EVERYBODY = Filter()
"""What anybody may see today."""


class Query(Value):
    """What is searched for: the question, and what the conversation before it lends to it.

    `context` holds earlier utterances that give `text` its topic, oldest first.
    """

    text: str
    context: tuple[str, ...] = ()
    only: Filter = FOR_EVERYBODY


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
