"""Opens the indexes of the live generation for searching, and keeps up with what others change."""

import threading
from collections.abc import Callable, Sequence

from assistant.eligibility import Eligibility
from assistant.embedders.packaged import packaged_words
from assistant.filtering import FilteredIndexes
from assistant.indexing.custody import IndexCustody
from assistant.indexing.projection import open_projection
from assistant.indexing.workspace import Workspace
from assistant.ingestion.sync import check_embedder
from assistant.leaning import Leanings
from assistant.ports import Embedder, VectorIndex
from assistant.reranking import Reranking
from assistant.retrieval import SEARCHED_CHARS, Mode, Retriever
from assistant.second_look import SecondLook
from assistant.settings import is_hosted
from assistant.terms import stem
from assistant.tuning.answerability import judge_of
from assistant.tuning.tuner import adapted
from assistant.types import Evidence, Generation, Query, ScoredPassage, SearchResult
from assistant.vagueness import telling_words

COMPARED_IN_MEMORY = 30_000
"""Up to here the dense index is read into memory: 46 MB for 384 numbers each. Chroma is faster above it."""


class LiveSearch:
    """Holds the retriever of the live generation. Thread-safe."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        embedder_of: Callable[[str], Embedder],
        reranking: Reranking | None,
        max_wrong_share: float,
    ) -> None:
        """Search a workspace; `embedder_of` returns the embedder that a generation was made with."""
        self._workspace = workspace
        self._embedder_of = embedder_of
        self._reranking = reranking
        self._max_wrong_share = max_wrong_share
        self._leanings = Leanings(workspace.votes)
        self._retriever: tuple[Generation, Retriever] | None = None
        self._second_looks: dict[str, SecondLook] = {}
        self._learnt = -1
        self._opening = threading.RLock()

    def search(self, custody: IndexCustody, query: Query, limit: int, mode: Mode) -> SearchResult:
        """Return the best passages for a query in the light of customers' votes; nothing before the first ingest.

        Raises:
            IndexMismatch: The embedder is not the one that made the indexes.
        """
        retriever = self.retriever(custody)
        if retriever is None:
            return _nothing_for(query)
        return retriever.search(query, limit, mode, self._leanings.shares())

    def look_again(self, custody: IndexCustody, found: SearchResult, deeper: Sequence[ScoredPassage]) -> SearchResult:
        """Return what was found as a second look at its sentences leaves it; a hosted embedder would be paid for it."""
        retriever, opened = self.retriever(custody), self._retriever
        if retriever is None or opened is None or is_hosted(opened[0].embedder):
            return found
        name = opened[0].embedder
        if name not in self._second_looks:
            self._second_looks[name] = SecondLook(self._embedder_of(name))
        return self._second_looks[name].at(found, deeper, retriever.spread)

    def retriever(self, custody: IndexCustody) -> Retriever | None:
        """Return what searches the live generation as it is now; None where nothing was ingested yet.

        Raises:
            IndexMismatch: The embedder is not the one that made the indexes.
        """
        generation, head = self._workspace.generations.live_and_head()
        if generation is None:
            return None
        with self._opening:
            opened = self._retriever
            if opened is None or (opened[0].number, opened[0].tuned) != (generation.number, generation.tuned):
                check_embedder(generation, self._embedder_of(generation.embedder))
                vectors = self._fastest(generation, custody.dense_index(generation))
                opened = self._retriever = (generation, self._retriever_with(generation, vectors))
                # Another generation may be new to this replica, though nothing has changed in the catalog.
                self._learnt = -1
            self._follow(opened[1], generation, head)
            return opened[1]

    def search_exactly(self, live: Generation) -> None:
        """Search without the dense index until `reopen`: a child process may read its folder meanwhile."""
        with self._opening:
            exact = self._workspace.exact_vectors(live.fingerprint, live.dimension)
            self._retriever = (live, self._retriever_with(live, exact))

    def reopen(self) -> None:
        """Let the next search open the indexes anew."""
        with self._opening:
            self._retriever = None

    def _fastest(self, generation: Generation, vectors: VectorIndex) -> VectorIndex:
        """Let few passages be compared one by one in memory, which is faster than Chroma's graph, and exact."""
        if self._workspace.catalog.counts()[1] > COMPARED_IN_MEMORY:
            return vectors
        return self._workspace.exact_vectors(generation.fingerprint, generation.dimension)

    def _follow(self, retriever: Retriever, live: Generation, head: int) -> None:
        """See what others have changed since the last search; a replica teaches its own keyword index."""
        if head == self._learnt:
            return
        if not self._workspace.chroma_is_embedded:
            with self._workspace.try_writing_here() as may_write:
                if may_write:
                    open_projection(self._workspace, live, self._embedder_of(live.embedder)).catch_up_keywords()
        retriever.refresh()
        self._learnt = head

    def _retriever_with(self, generation: Generation, vectors: VectorIndex) -> Retriever:
        workspace, fingerprint = self._workspace, generation.fingerprint
        keywords = workspace.keywords(generation.number)
        eligibility = Eligibility(attributes=workspace.attributes, changes=workspace.changes, fingerprint=fingerprint)
        indexes = FilteredIndexes(
            vectors=vectors,
            keywords=keywords,
            eligibility=eligibility,
            cache=workspace.vector_cache,
            fingerprint=fingerprint,
        )
        return Retriever(
            catalog=workspace.catalog,
            embedder=adapted(workspace.tuned_parts, generation, self._embedder_of(generation.embedder)),
            indexes=indexes,
            reranking=self._reranking,
            judge=judge_of(workspace.tuned_parts, generation, self._max_wrong_share),
            is_word=packaged_words().__contains__,
        )


def _nothing_for(query: Query) -> SearchResult:
    """Return what a search among no passages finds; the words of the question still tell what was asked."""
    weights = {stem(word): 1.0 for word in telling_words(f"{query.topic} {query.text}"[:SEARCHED_CHARS])}
    return SearchResult(passages=(), evidence=Evidence(), weights=weights, query=query, searched_for=query.text)
