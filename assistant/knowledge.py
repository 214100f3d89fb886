"""The knowledge base as one thing: ingest into it, search it, read its documents."""

import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from assistant.ingestion.sync import Ingestor, Progress, check_embedder
from assistant.ports import Catalog, Conversations, Embedder, KeywordIndex, VectorIndex
from assistant.retrieval import Mode, Retriever
from assistant.types import Document, Evidence, Generation, IngestReport, LoadedDocument, SearchResult


class KnowledgeStores(Protocol):
    """What the knowledge base needs of the stores: the catalog, its derived indexes, and the writers' lock."""

    @property
    def catalog(self) -> Catalog:
        """The truth."""

    @property
    def conversations(self) -> Conversations:
        """The conversations, in the same database."""

    def vectors(self, generation: int) -> VectorIndex:
        """Return the dense index of a generation."""

    def keywords(self, generation: int) -> KeywordIndex:
        """Return the keyword index of a generation."""

    def lock_for_writing(self) -> AbstractContextManager[None]:
        """Hold the state folder against other writers; raises HomeInUse."""

    def close(self) -> None:
        """Release files and connections."""


class KnowledgeBase:
    """Documents, passages and their indexes behind one door. Thread-safe for searching; one ingest at a time."""

    def __init__(self, stores: KnowledgeStores, embedder: Embedder) -> None:
        """Join the stores with the embedder that their vectors come from."""
        self._stores = stores
        self._embedder = embedder
        self._retriever: tuple[int, Retriever] | None = None
        self._opening = threading.Lock()

    def ingest(self, paths: Sequence[Path], *, rebuild: bool = False, progress: Progress | None = None) -> IngestReport:
        """Make the knowledge base hold what the paths hold now; see `Ingestor.ingest`.

        Raises:
            HomeInUse: Another process is writing.
            IndexMismatch: The indexes hold another embedder's vectors and `rebuild` is False.
        """
        with self._stores.lock_for_writing():
            return self._ingestor(progress).ingest(paths, rebuild=rebuild)

    def ingest_documents(self, documents: Iterable[LoadedDocument], progress: Progress | None = None) -> IngestReport:
        """Add documents that are already text; nothing is removed."""
        with self._stores.lock_for_writing():
            return self._ingestor(progress).ingest_documents(documents)

    def finish_interrupted_ingest(self) -> None:
        """Teach the indexes what an interrupted run left in the outbox; does nothing where nothing is left."""
        passages, removed = self._stores.catalog.pending()
        if passages or removed:
            with self._stores.lock_for_writing():
                self._ingestor(None).project()

    def search(self, question: str, limit: int = 5, mode: Mode = "hybrid") -> SearchResult:
        """Return the best passages for a question that stands alone; nothing where nothing was ingested yet."""
        retriever = self._live_retriever()
        if retriever is None:
            return SearchResult(passages=(), evidence=Evidence(), weights={})
        return retriever.search(question, limit, mode)

    def check_index(self) -> None:
        """Make sure that the indexes hold the vectors of the configured embedder.

        Raises:
            IndexMismatch: They hold another's; the message says how to rebuild.
        """
        generation = self._stores.catalog.generation()
        if generation is not None:
            check_embedder(generation, self._embedder)

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name, at its live revision or an older one."""
        return self._stores.catalog.document(name, revision)

    def counts(self) -> tuple[int, int]:
        """Return the number of documents and passages."""
        return self._stores.catalog.counts()

    def generation(self) -> Generation | None:
        """Return the live generation of the indexes."""
        return self._stores.catalog.generation()

    def _ingestor(self, progress: Progress | None) -> Ingestor:
        return Ingestor(
            catalog=self._stores.catalog,
            embedder=self._embedder,
            vectors=self._stores.vectors,
            keywords=self._stores.keywords,
            progress=progress,
        )

    def _live_retriever(self) -> Retriever | None:
        generation = self._stores.catalog.generation()
        if generation is None:
            return None
        with self._opening:
            if self._retriever is None or self._retriever[0] != generation.number:
                self._retriever = (generation.number, self._open_retriever(generation.number))
            return self._retriever[1]

    def _open_retriever(self, number: int) -> Retriever:
        self.check_index()
        return Retriever(
            catalog=self._stores.catalog,
            embedder=self._embedder,
            vectors=self._stores.vectors(number),
            keywords=self._stores.keywords(number),
        )
