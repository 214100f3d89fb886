"""Dense and keyword search, fused by score and ranked by text, with the evidence that the passages hold an answer."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Literal, NamedTuple

import numpy as np

from assistant.answerability.reading import read
from assistant.approved import ApprovedAnswers
from assistant.beside import beside
from assistant.evidence import EVIDENCE_PASSAGES, EvidenceJudge
from assistant.explaining import explain
from assistant.filtering import FilteredIndexes
from assistant.following import Sought, lent_terms, sought
from assistant.fusion import candidate_ids, fuse, spread_of
from assistant.ports import Catalog, Embedder, Vectors
from assistant.ranking import NONE_LEANS, RANKED_BY_TEXT, Judged, Shares, rank, shares_of, shares_of_matches
from assistant.reranking import DEPTH, Reranking
from assistant.spelling import IsWord, knows_none, mended
from assistant.terms import stem
from assistant.types import Evidence, Filter, Match, Passage, Query, ScoredPassage, SearchResult
from assistant.vagueness import telling_words

Mode = Literal["dense", "keyword", "hybrid"]

CANDIDATES = 100
"""How deep each retriever is read before fusion."""

SPREAD_SAMPLE = 256
"""From so many vectors it is told how far apart the cosines of an embedder lie."""

QUERIES_KEPT = 512
"""The vectors of so many questions are remembered; 1.5 kB each."""

SEARCHED_CHARS = 4000
"""Of a longer question only the beginning is searched for; no document is nearer to all of 10,000 words."""

JUDGED = 10
"""So many passages are judged, however many are wanted: the best one must stand out among them."""

ATTEMPTS = 3
"""How often a search is repeated while documents are being replaced."""


class _ByWords(NamedTuple):
    """What the keyword index found, the weights of the question's words, and the passages of the best matches."""

    matches: list[Match]
    weights: dict[str, float]
    passages: list[Passage]


class Retriever:
    """Searches one generation of the indexes."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        embedder: Embedder,
        indexes: FilteredIndexes,
        reranking: Reranking | None = None,
        judge: EvidenceJudge | None = None,
        is_word: IsWord = knows_none,
    ) -> None:
        """Join the catalog to the indexes derived from it, and to the embedder that made their vectors.

        `judge` weighs the evidence; without one the shipped model does. What `is_word` knows is not taken for misspelt.
        """
        self._catalog = catalog
        self._indexes = indexes
        self._keywords = keywords = indexes.keywords
        self._is_word = is_word
        self._reranking = reranking
        self._spread: float | None = None
        # An utterance that lends its topic was mostly embedded in its own turn.
        self._embedded = lru_cache(maxsize=QUERIES_KEPT)(embedder.embed_query)
        self._judge = judge or EvidenceJudge()
        self._approved = ApprovedAnswers(catalog, self._embedded, keywords)

    def search(
        self, query: Query, limit: int = 5, mode: Mode = "hybrid", leanings: Mapping[str, float] = NONE_LEANS
    ) -> SearchResult:
        """Return the `limit` best passages for a query.

        `leanings` are shares of its score, by digest, that a passage gains; a single retriever's ranking has none.

        Raises:
            BackendError: The embedder or an index failed.
        """
        question, topic = query.text[:SEARCHED_CHARS], query.topic[:SEARCHED_CHARS]
        if not question.strip() or limit < 1:
            return SearchResult(passages=(), evidence=Evidence(), weights={}, query=query, searched_for=question)
        if mode != "dense":
            question, topic = (
                mended(one, self._keywords, self._catalog, query.only, self._is_word) for one in (question, topic)
            )
        depth, judged = max(CANDIDATES, limit), f"{topic} {question}".strip()
        lent = lent_terms(question, query.context)
        # While the model embeds the question, the words are searched for, as if the topic had not been left.
        words = beside(lambda: self._by_words(query, question, judged, lent, depth, mode))
        asked = sought(query, question, None if mode == "keyword" else self._embedded, self._keywords)
        if asked.switched:
            judged = question
            words = partial(self._by_words, query, question, judged, asked.lent, depth, mode)
        ranked = max(limit, JUDGED if self._reranking is None else DEPTH)
        for _ in range(ATTEMPTS):
            dense = self._by_meaning(query, asked.vector, depth)
            by_words = words()
            keyword, weights = by_words.matches, by_words.weights
            judged_by = Judged(question, weights, leanings)
            ranking, whole = self._rank(judged_by, asked.vector, dense, by_words, ranked, mode, query.only)
            if whole:
                break
            self.refresh()
            words = partial(self._by_words, query, question, judged, asked.lent, depth, mode)
        if self._reranking is not None:
            ranking = self._reranking.reordered(judged, ranking)
        return SearchResult(
            passages=ranking[:limit],
            evidence=self._judge.weigh(weights, judged, ranking[:JUDGED], dense, keyword, alone=question),
            weights=weights,
            query=query,
            searched_for=judged,
            switched=asked.switched,
            approved=None
            if _leans_on(query, asked)
            else self._approved.match(question, query.only, by_meaning=mode != "keyword"),
        )

    def refresh(self) -> None:
        """See what other processes have written to the indexes."""
        self._keywords.refresh()
        self._indexes.refresh()
        self._approved.refresh()
        self._spread = None

    @property
    def spread(self) -> float:
        """How far apart the cosines of the collection lie, as `spread_of` says."""
        if self._spread is None:
            self._spread = spread_of(self._indexes.sample(SPREAD_SAMPLE))
        return self._spread

    def _by_meaning(self, query: Query, vector: Vectors | None, depth: int) -> list[Match]:
        """Ask the dense index, and pass over the passages that are to be searched around."""
        without = query.without
        dense = [] if vector is None else self._indexes.dense(vector, depth + len(without), query.only)
        return _around(dense, without)

    def _by_words(
        self, query: Query, question: str, judged: str, lent: Mapping[str, float], depth: int, mode: Mode
    ) -> _ByWords:
        """Ask the keyword index likewise, weigh the words that the evidence is judged by, and read the best passages.

        Most of them will be among the best of both rankings, and nothing waits for it while the model embeds.
        """
        without = query.without
        keyword = [] if mode == "dense" else self._indexes.keyword(question, depth + len(without), query.only, lent)
        matches = _around(keyword, without)
        passages = self._catalog.passages([one.passage_id for one in matches[:RANKED_BY_TEXT]], query.only)
        for one in passages[:EVIDENCE_PASSAGES]:
            read(one)
        return _ByWords(matches, self._weights(judged), passages)

    def _rank(
        self,
        judged: Judged,
        vector: Vectors | None,
        dense: list[Match],
        words: _ByWords,
        limit: int,
        mode: Mode,
        only: Filter,
    ) -> tuple[tuple[ScoredPassage, ...], bool]:
        """Fuse and read; tells too whether every winner could be read: one that was replaced meanwhile cannot."""
        keyword = words.matches
        known, cosines = self._fused(vector, dense, keyword) if mode == "hybrid" else _alone(dense, keyword)
        ids = list(known)
        passages = self._passages(ids[: max(RANKED_BY_TEXT, limit)], words.passages, only)
        whole = {one.id for one in passages}.issuperset(ids[:limit])
        if not whole:
            passages = self._catalog.passages(ids, only)
        ranked = rank(judged, passages, known) if mode == "hybrid" else [(one, known[one.id]) for one in passages]
        return tuple(_scored(ranked[:limit], dense, keyword, cosines)), whole

    def _passages(self, ids: Sequence[str], ahead: Sequence[Passage], only: Filter) -> list[Passage]:
        """Return passages in the order asked, some of which were read ahead; no two revisions of one document."""
        found = {one.id: one for one in ahead}
        late = self._catalog.passages([one for one in ids if one not in found], only)
        revisions = {one.document_id: one.revision for one in ahead}
        if any(revisions.get(one.document_id, one.revision) != one.revision for one in late):
            return self._catalog.passages(ids, only)
        found |= {one.id: one for one in late}
        return [found[one] for one in ids if one in found]

    def _fused(
        self, vector: Vectors | None, dense: Sequence[Match], keyword: Sequence[Match]
    ) -> tuple[dict[str, Shares], dict[str, float]]:
        """Return the candidates of both retrievers, best first, with what each is worth, and their cosines."""
        assert vector is not None
        ids = candidate_ids(dense, keyword)
        rows = self._indexes.vectors_of(ids)
        if not rows.size:
            rows = np.zeros((len(ids), len(vector)), np.float32)
        fused = fuse(vector, dense, keyword, rows, self.spread)
        return shares_of(fused), dict(zip(fused.ids, fused.cosines.tolist(), strict=True))

    def _weights(self, question: str) -> dict[str, float]:
        """Weigh each term of the question by its rarity (the idf of BM25); terms that occur nowhere weigh most."""
        total = self._keywords.count()
        weights = {}
        for word in telling_words(question):
            frequency = self._keywords.document_frequency(word)
            weights[stem(word)] = math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))
        return weights


def _leans_on(query: Query, asked: Sought) -> bool:
    """Tell whether a question says too little without the conversation before it."""
    return not asked.switched and bool(query.topic or query.leans)


def _alone(dense: Sequence[Match], keyword: Sequence[Match]) -> tuple[dict[str, Shares], dict[str, float]]:
    """Return what `Retriever._fused` does where only one retriever was asked."""
    cosines = {match.passage_id: match.score for match in dense}
    return shares_of_matches("meaning", dense) | shares_of_matches("words", keyword), cosines


def _scored(
    ranked: Sequence[tuple[Passage, Shares]],
    dense: Sequence[Match],
    keyword: Sequence[Match],
    cosines: Mapping[str, float],
) -> Iterator[ScoredPassage]:
    dense_ranks, keyword_ranks = _ranks(dense), _ranks(keyword)
    bm25 = {match.passage_id: match.score for match in keyword}
    for place, (passage, shares) in enumerate(ranked, start=1):
        explanation = explain(
            shares,
            dense_rank=dense_ranks.get(passage.id),
            cosine=cosines.get(passage.id),
            keyword_rank=keyword_ranks.get(passage.id),
            keyword_score=bm25.get(passage.id),
        )
        yield ScoredPassage(
            rank=place,
            score=explanation.fused_score or 0.0,
            passage=passage,
            dense_rank=dense_ranks.get(passage.id),
            keyword_rank=keyword_ranks.get(passage.id),
            cosine=cosines.get(passage.id),
            explanation=explanation,
        )


def _around(matches: list[Match], without: frozenset[str]) -> list[Match]:
    return matches if not without else [match for match in matches if match.passage_id not in without]


def _ranks(matches: Sequence[Match]) -> dict[str, int]:
    return {match.passage_id: rank for rank, match in enumerate(matches, start=1)}


def best_per_document(passages: Sequence[Passage]) -> list[str]:
    """Return the document names of a passage ranking, each once, at the place of its best passage."""
    return list(dict.fromkeys(passage.document for passage in passages))
