"""What a search is asked and what it finds."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pydantic import Field, field_validator

from assistant.types.knowledge import ApprovedAnswer, Attributes, Passage, plain_names, primary_language
from assistant.types.value import Value


class Match(NamedTuple):
    """One hit of one index. Cosine similarity for dense search, BM25 for keyword search; higher is better.

    A turn makes hundreds of them, so it is a plain tuple: a model took ten times as long to make.
    """

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


class Lent(Value):
    """An earlier utterance that lends its topic: how much of its meaning, and how much of each of its terms.

    The question itself counts 1 in both.
    """

    text: str
    meaning: float
    terms: float


class Query(Value):
    """What is searched for: the question, and what the conversation before it lends to it.

    `topic` holds the words of earlier questions without which this one says too little; they are judged with it.
    `context` holds earlier utterances that colour the search, the nearest first. `leans` tells that the question
    itself points back ("and in blue?"), so that it cannot be a change of topic. `without` holds ids of passages that
    are to be searched around, as if they had never been ingested. `prompts` names the templates, each with its
    checksum, by which a model was asked to spell the question out.
    """

    text: str
    topic: str = ""
    context: tuple[Lent, ...] = ()
    leans: bool = False
    only: Filter = FOR_EVERYBODY
    without: frozenset[str] = frozenset()
    prompts: tuple[tuple[str, str], ...] = ()

    @property
    def standalone(self) -> str:
        """The topic and the question as one text."""
        return f"{self.topic} {self.text}".strip()

    @property
    def shown(self) -> str:
        """What is searched for, in words for people: the topic is told apart from the question.

        Lone surrogates, which no wire carries, are question marks in it.
        """
        shown = f"{self.topic} | {self.text}" if self.topic else self.text
        return shown.encode("utf-8", "replace").decode("utf-8")

    def alone(self) -> "Query":
        """Return the question without what the conversation lends."""
        return Query(text=self.text, only=self.only, without=self.without)


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


class Readout(Value):
    """What a reader made of a text: the probability that it answers the question, and where its answer stands.

    `start` and `end` are characters of the text; both 0 where the reader sees no answer.
    """

    probability: float
    start: int = 0
    end: int = 0


class Pointed(Value):
    """The one sentence of a text that answers a question by its meaning, where its words are others.

    `asked` is the question, or the part of one, that it answers; `start` and `end` are characters of the text.
    """

    asked: str
    start: int
    end: int


class ScoredPassage(Value):
    """A passage in a fused ranking, with where each retriever placed it (ranks count from 1).

    `repeated_in` names other documents that hold nearly the same text and were left out for it. `readout` is what a
    reader made of its text; None where none read it. `pointed` is the sentence that alone is to be quoted of it.
    """

    rank: int
    score: float
    passage: Passage
    dense_rank: int | None = None
    keyword_rank: int | None = None
    cosine: float | None = None
    explanation: Explanation = Explanation()
    repeated_in: tuple[str, ...] = ()
    readout: Readout | None = None
    pointed: Pointed | None = None


class SearchResult(Value):
    """What one search found: the ranking, the evidence in it, and the rarity of each of the question's terms.

    `query` is what was asked for, `searched_for` its text with misspelt words mended.
    `switched` tells that the question left the topic of the conversation, so that nothing was lent to it. `open_parts`
    are the parts of a question, in its words, that the passages probably do not answer, where they answer others.
    `approved` is the approved answer to the question, if there is one.
    """

    passages: tuple[ScoredPassage, ...]
    evidence: "Evidence"
    weights: dict[str, float]
    query: Query = Query(text="")
    searched_for: str = ""
    switched: bool = False
    open_parts: tuple[str, ...] = ()
    approved: ApprovedAnswer | None = None


class Evidence(Value):
    """How well the passages found cover a question. All figures but `features` lie in 0..1.

    `coverage` is the share of the question's informative words, weighted by rarity, that the passages hold;
    `cosine` is the best dense similarity; `confidence` is the calibrated probability that the passages hold the
    answer, made of `features`; `needed` is the confidence from which on the operator wants an answer (above 1: never);
    `because` says for staff which feature weighed most. `choices` names the products, countries or other subjects
    that the question may be meant of, where the passages answer it differently for each of them.
    """

    coverage: float = 0.0
    cosine: float = 0.0
    confidence: float = 0.0
    needed: float = 0.5
    missing: tuple[str, ...] = ()
    because: str = ""
    choices: tuple[str, ...] = ()
    features: dict[str, float] = Field(default_factory=dict)
