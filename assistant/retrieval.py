"""Dense and keyword search, fused by reciprocal rank, with the evidence that the passages hold an answer."""

import math
from collections.abc import Sequence
from typing import Literal

from assistant.evidence import EVIDENCE_PASSAGES, weigh_evidence
from assistant.filtering import FilteredIndexes
from assistant.fusion import fuse
from assistant.ports import Catalog, Embedder, KeywordIndex, Vectors
from assistant.spelling import mended
from assistant.terms import asked_words, stem
from assistant.types import Evidence, Filter, Match, Passage, Query, ScoredPassage, SearchResult

Mode = Literal["dense", "keyword", "hybrid"]

CANDIDATES = 50
"""How deep each retriever is read before fusion."""

ATTEMPTS = 3
"""How often a search is repeated while documents are being replaced."""


class Retriever:
    """Searches one generation of the indexes."""

    def __init__(
        self, *, catalog: Catalog, embedder: Embedder, indexes: FilteredIndexes, keywords: KeywordIndex
    ) -> None:
        """Join the catalog to the indexes derived from it, and to the embedder that made their vectors."""
        self._catalog = catalog
        self._embedder = embedder
        self._indexes = indexes
        self._keywords = keywords

    def search(self, query: Query, limit: int = 5, mode: Mode = "hybrid") -> SearchResult:
        """Return the `limit` best passages for a query.

        Raises:
            BackendError: The embedder or an index failed.
        """
        question = query.text
        if not question.strip() or limit < 1:
            return SearchResult(passages=(), evidence=Evidence(), weights={})
        if mode != "dense":
            question = mended(question, self._keywords, self._catalog, query.only)
        vector = None if mode == "keyword" else self._embedder.embed_query(question)
        ranking: tuple[ScoredPassage, ...] = ()
        for _ in range(ATTEMPTS):
            ranking, whole = self._rank(question, vector, limit, mode, query.only)
            if whole:
                break
        weights = self._weights(question)
        return SearchResult(
            passages=ranking, evidence=weigh_evidence(weights, question, ranking[:EVIDENCE_PASSAGES]), weights=weights
        )

    def refresh(self) -> None:
        """See what other processes have written to the indexes."""
        self._keywords.refresh()
        self._indexes.refresh()

    def _rank(
        self, question: str, vector: Vectors | None, limit: int, mode: Mode, only: Filter
    ) -> tuple[tuple[ScoredPassage, ...], bool]:
        """Search once; tells too whether every winner could be read: one that was replaced meanwhile cannot."""
        depth = max(CANDIDATES, limit)
        dense = [] if vector is None else self._indexes.dense(vector, depth, only)
        keyword = [] if mode == "dense" else self._indexes.keyword(question, depth, only)
        fused = fuse(dense, keyword)
        winners = [match.passage_id for match in fused[:limit]]
        passages = self._catalog.passages(winners, only)
        whole = len(passages) == len(winners)
        if not whole:
            passages = self._catalog.passages([match.passage_id for match in fused], only)[:limit]
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


def _ranks(matches: Sequence[Match]) -> dict[str, int]:
    return {match.passage_id: rank for rank, match in enumerate(matches, start=1)}


def best_per_document(passages: Sequence[Passage]) -> list[str]:
    """Return the document names of a passage ranking, each once, at the place of its best passage."""
    return list(dict.fromkeys(passage.document for passage in passages))
