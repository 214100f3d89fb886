"""Dense and keyword search, fused by reciprocal rank, with the evidence that the passages hold an answer."""

import math
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from assistant.ports import Catalog, Embedder, KeywordIndex, VectorIndex, Vectors
from assistant.spelling import mended
from assistant.terms import asked_words, stem, terms
from assistant.types import Evidence, Match, Passage, ScoredPassage, SearchResult

Mode = Literal["dense", "keyword", "hybrid"]

RANK_CONSTANT = 60
"""The k of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)."""

CANDIDATES = 50
"""How deep each retriever is read before fusion."""

ATTEMPTS = 3
"""How often a search is repeated while documents are being replaced."""

EVIDENCE_PASSAGES = 3
"""How many of the best passages together must cover the question."""

COVERAGE_WEIGHT, COSINE_WEIGHT, BIAS = 6.0, 8.0, -6.6
"""Logistic regression of "these passages answer" on coverage and cosine; see `benchmarks/answers.py`."""


UNKNOWN_MODEL_CONFIDENCE = 0.2
"""The most confidence there can be where the question names a model that the passages do not name."""

_MODEL = re.compile(r"\b[A-Z][A-Za-z]*[ -]?\d+\b")


class Retriever:
    """Searches one generation of the indexes."""

    def __init__(self, *, catalog: Catalog, embedder: Embedder, vectors: VectorIndex, keywords: KeywordIndex) -> None:
        """Join the catalog to the indexes derived from it, and to the embedder that made their vectors."""
        self._catalog = catalog
        self._embedder = embedder
        self._vectors = vectors
        self._keywords = keywords

    def search(self, question: str, limit: int = 5, mode: Mode = "hybrid") -> SearchResult:
        """Return the `limit` best passages for a question that stands alone.

        Raises:
            BackendError: The embedder or an index failed.
        """
        if not question.strip() or limit < 1:
            return SearchResult(passages=(), evidence=Evidence(), weights={})
        if mode != "dense":
            question = mended(question, self._keywords, self._catalog)
        vector = None if mode == "keyword" else self._embedder.embed_query(question)
        ranking: tuple[ScoredPassage, ...] = ()
        for _ in range(ATTEMPTS):
            ranking, whole = self._rank(question, vector, limit, mode)
            if whole:
                break
        weights = self._weights(question)
        return SearchResult(
            passages=ranking, evidence=weigh_evidence(weights, question, ranking[:EVIDENCE_PASSAGES]), weights=weights
        )

    def refresh(self) -> None:
        """See what other processes have written to the indexes."""
        self._keywords.refresh()

    def _rank(
        self, question: str, vector: Vectors | None, limit: int, mode: Mode
    ) -> tuple[tuple[ScoredPassage, ...], bool]:
        """Search once; tells too whether every winner could be read: one that was replaced meanwhile cannot."""
        depth = max(CANDIDATES, limit)
        dense = [] if vector is None else self._vectors.search(vector, depth)
        keyword = [] if mode == "dense" else self._keywords.search(question, depth)
        fused = fuse(dense, keyword)
        winners = [match.passage_id for match in fused[:limit]]
        passages = self._catalog.passages(winners)
        whole = len(passages) == len(winners)
        if not whole:
            passages = self._catalog.passages([match.passage_id for match in fused])[:limit]
        return _scored(passages, fused, dense, keyword), whole

    def _weights(self, question: str) -> dict[str, float]:
        """Weigh each term of the question by its rarity (the idf of BM25); terms that occur nowhere weigh most."""
        total = self._keywords.count()
        weights = {}
        for word in asked_words(question):
            frequency = self._keywords.document_frequency(word)
            weights[stem(word)] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        return weights


def _scored(
    passages: Sequence[Passage], fused: Sequence[Match], dense: Sequence[Match], keyword: Sequence[Match]
) -> tuple[ScoredPassage, ...]:
    dense_ranks, keyword_ranks = _ranks(dense), _ranks(keyword)
    cosines = {match.passage_id: match.score for match in dense}
    scores = {match.passage_id: match.score for match in fused}
    return tuple(
        ScoredPassage(
            rank=rank,
            score=scores[passage.id],
            passage=passage,
            dense_rank=dense_ranks.get(passage.id),
            keyword_rank=keyword_ranks.get(passage.id),
            cosine=cosines.get(passage.id),
        )
        for rank, passage in enumerate(passages, start=1)
    )


def fuse(dense: Sequence[Match], keyword: Sequence[Match]) -> list[Match]:
    """Fuse two rankings by reciprocal rank, best first; ties keep the dense order, then the keyword order."""
    scores: dict[str, float] = {}
    for ranking in (dense, keyword):
        for rank, match in enumerate(ranking, start=1):
            scores[match.passage_id] = scores.get(match.passage_id, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    ordered = sorted(scores, key=lambda passage_id: -scores[passage_id])
    return [Match(passage_id=passage_id, score=scores[passage_id]) for passage_id in ordered]


def weigh_evidence(weights: dict[str, float], question: str, best: Sequence[ScoredPassage]) -> Evidence:
    """Judge whether the best passages cover the question: by its words, rare ones first, and by meaning."""
    cosine = max((found.cosine or 0.0 for found in best), default=0.0)
    cosine = min(1.0, max(0.0, cosine))
    found = {term for scored in best for term in terms(scored.passage.indexed_text)}
    total = sum(weights.values())
    coverage = sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0
    odds = COVERAGE_WEIGHT * coverage + COSINE_WEIGHT * cosine + BIAS
    confidence = 1 / (1 + math.exp(-odds)) if best else 0.0
    unknown = unknown_models(question, [scored.passage.indexed_text for scored in best])
    if unknown:
        confidence = min(confidence, UNKNOWN_MODEL_CONFIDENCE)
    missing = (*unknown, *_missing(question, found))
    return Evidence(coverage=coverage, cosine=cosine, confidence=confidence, missing=missing[:5])


def unknown_models(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number, such as "Aria 7" or "TX-1", that the question has and no text has.

    What is true of the Aria 5 is not true of the Aria 7, however alike the passages are.
    """
    held = " ".join(texts).lower()
    models = dict.fromkeys(match.group() for match in _MODEL.finditer(question))
    return tuple(one for one in models if not re.search(_loosely(one.lower()), held))


def _loosely(model: str) -> str:
    """Return a pattern for a model's name that does not care for spaces and hyphens between its parts."""
    return r"\b" + r"[\s-]?".join(re.findall(r"[a-z]+|\d+", model)) + r"\b"


def _missing(question: str, found: Iterable[str]) -> tuple[str, ...]:
    known = set(found)
    absent = (word for word in asked_words(question) if stem(word) not in known)
    return tuple(dict.fromkeys(absent))


def _ranks(matches: Sequence[Match]) -> dict[str, int]:
    return {match.passage_id: rank for rank, match in enumerate(matches, start=1)}


def best_per_document(passages: Sequence[Passage]) -> list[str]:
    """Return the document names of a passage ranking, each once, at the place of its best passage."""
    return list(dict.fromkeys(passage.document for passage in passages))
