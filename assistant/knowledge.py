"""The knowledge base as one thing: search it, read its documents, change it, keep it whole."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import numpy as np

from assistant.approved import put_first
from assistant.assembly import assemble
from assistant.customers.opening import CustomerStores
from assistant.errors import ConfigurationError
from assistant.extraction import choose
from assistant.hygiene.audit import audit
from assistant.hygiene.report import AuditReport
from assistant.indexing.checking import THOROUGH_SAMPLE
from assistant.indexing.custody import IndexCustody
from assistant.indexing.embedding import Progress
from assistant.indexing.erasing import Eraser, ErasureStore
from assistant.indexing.generations import GenerationKeeper, kept_generation
from assistant.indexing.projection import open_projection
from assistant.indexing.workspace import Workspace
from assistant.ingestion.cutting import cut
from assistant.ingestion.sync import Ingestor, check_embedder
from assistant.ingestion.web import WebOptions
from assistant.live_search import LiveSearch
from assistant.ports import Embedder, Gaps, Ratings
from assistant.records import CheckReport, IngestPlan, Receipt, ReindexReport, TuneReport
from assistant.reranking import Reranking
from assistant.retrieval import Mode
from assistant.second_look import LOOKED_AT
from assistant.settings import MAX_WRONG_SHARE
from assistant.tuning.model import Train, origin_of, remove_models
from assistant.tuning.tuner import Tuner, default_steps
from assistant.types import (
    FOR_EVERYBODY,
    Document,
    Filter,
    Generation,
    IngestReport,
    LoadedDocument,
    Query,
    ScoredPassage,
    SearchResult,
)

READ_FOR_ANSWER = 2
"""So many times as many passages are read as an answer is written from, since some repeat others or are joined."""


class KnowledgeStores(Workspace, CustomerStores, Protocol):
    """What the knowledge base, and whoever talks with customers, needs of the stores."""

    @property
    def ratings(self) -> Ratings:
        """What customers think of conversations, in the same database."""

    @property
    def gaps(self) -> Gaps:
        """What customers asked in vain, in the same database."""

    @property
    def erasures(self) -> ErasureStore:
        """What was asked to be forgotten."""

    def close(self) -> None:
        """Release files and connections."""


class KnowledgeBase:
    """Documents, passages and their indexes behind one door. Thread-safe for searching; one change at a time."""

    def __init__(
        self,
        stores: KnowledgeStores,
        *,
        embedder_name: str,
        embedder_is_chosen: bool,
        open_embedder: Callable[[str], Embedder],
        mass_removal_share: float = 0.5,
        reranking: Reranking | None = None,
        max_wrong_share: float = MAX_WRONG_SHARE,
    ) -> None:
        """Join the stores with embedders.

        A live index is read with the embedder that made it; `embedder_name` is that of a new one. Where the operator
        chose it (`embedder_is_chosen`), another one's index is refused rather than quietly used.
        """
        self._stores = stores
        self._embedder_name = embedder_name
        self._is_chosen = embedder_is_chosen
        self._open_embedder = open_embedder
        self._share = mass_removal_share
        self._embedders: dict[str, Embedder] = {}
        self._opening = threading.Lock()
        self._live = LiveSearch(
            stores, embedder_of=self._embedder, reranking=reranking, max_wrong_share=max_wrong_share
        )
        self._custody = IndexCustody(stores, self._embedder, self._live.reopen)

    # --- Reading ---------------------------------------------------------------------------------------------------

    def search(self, query: Query, limit: int = 5, mode: Mode = "hybrid") -> SearchResult:
        """Return the best passages for a query; nothing where nothing was ingested yet."""
        return self._live.search(self._custody, query, limit, mode)

    def search_for_answer(self, query: Query, limit: int = 5, mode: Mode = "hybrid") -> SearchResult:
        """Return what an answer is written from: no passage twice, and neighbours of a section as one text.

        Where nothing of it would be quoted, the sentences of more passages are looked at.
        """
        ranked = self.search(query, max(limit * READ_FOR_ANSWER, LOOKED_AT), mode)
        held = self._stores.quarantine.touches

        def assembled(count: int, most: int) -> tuple[ScoredPassage, ...]:
            return assemble(
                ranked.passages[:count], most, lambda name, number: self.document(name, number, query.only), held
            )

        found = ranked.model_copy(update={"passages": assembled(limit * READ_FOR_ANSWER, limit)})
        if mode == "hybrid" and _is_left_unanswered(found):
            found = self._live.look_again(self._custody, found, assembled(len(ranked.passages), LOOKED_AT))
        return put_first(found)

    def document(self, name: str, revision: int | None = None, only: Filter = FOR_EVERYBODY) -> Document | None:
        """Return a document by name, at its live revision or an older one, to those whom both are for."""
        document = self._stores.catalog.document(name, revision)
        now = document if revision is None else self._stores.catalog.document(name)
        closed = any(one is not None and not only.opens(one.attributes) for one in (document, now))
        return None if closed else document

    def counts(self) -> tuple[int, int]:
        """Return the number of documents and passages."""
        return self._stores.catalog.counts()

    def generation(self) -> Generation | None:
        """Return the live generation of the indexes."""
        return self._stores.generations.live()

    def generations(self) -> list[Generation]:
        """Return every generation that there is, oldest first."""
        return self._stores.generations.all()

    def tuned_parts(self) -> list[str]:
        """Return the names of what was learnt for the live generation."""
        live = self._stores.generations.live()
        return [one.name for one in self._stores.tuned_parts.all(live.number)] if live and live.tuned else []

    def embedder_name(self) -> str:
        """Return the `scheme:name` of the embedder in use."""
        live = self._stores.generations.live()
        return live.embedder if live is not None else self._embedder_name

    def live_embedder(self) -> Embedder:
        """Return the embedder in use, without what was learnt on top of it."""
        return self._embedder(self.embedder_name())

    def check_embedder(self) -> None:
        """Make sure that the indexes hold the vectors of the embedder that the operator chose.

        Raises:
            IndexMismatch: They hold another's; the message says what to do.
        """
        live = self._stores.generations.live()
        if live is not None:
            name = self._embedder_name if self._is_chosen else live.embedder
            check_embedder(live, self._embedder(name))

    def audit(self) -> AuditReport:
        """Look for what a person should mend: contradictions, repetitions, what is out of date, held or odd in size."""
        live = self._stores.generations.live()
        held = {passage.id: (passage, reason) for passage, reason in self._stores.quarantine.held()}
        passages = [*self._stores.catalog.all_passages(), *(passage for passage, _ in held.values())]
        vectors = None
        if live is not None:
            known = self._stores.vector_cache.get(live.fingerprint, [one.digest for one in passages])
            passages.sort(key=lambda one: (one.document, one.ordinal))
            if all(one.digest in known for one in passages) and passages:
                vectors = np.stack([known[one.digest] for one in passages])
        reasons = {one: (reason,) for one, (_, reason) in held.items()}
        unowned = [one.document for one in self._stores.catalog.approved() if not one.owner]
        return audit(self._stores.catalog.summaries(), passages, vectors, reasons, date.today(), unowned)

    # --- Changing --------------------------------------------------------------------------------------------------

    def plan(self, sources: Sequence[str | Path], *, web: WebOptions | None = None) -> IngestPlan:
        """Return what an ingest of the sources would do; raises DocumentError where a path does not exist."""
        return self._ingestor(None, web).plan(sources).summary()

    def ingest(
        self,
        sources: Sequence[str | Path],
        *,
        web: WebOptions | None = None,
        allow_mass_removal: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Make the knowledge base hold what paths and web addresses hold now; see `Ingestor.ingest`.

        Raises:
            HomeInUse: Another process is writing.
            IndexMismatch: The indexes hold another embedder's vectors than the one chosen.
        """
        with self._writing():
            return self._ingestor(progress, web).ingest(sources, allow_mass_removal=allow_mass_removal)

    def ingest_documents(self, documents: Iterable[LoadedDocument], progress: Progress | None = None) -> IngestReport:
        """Add documents that are already text; nothing is removed."""
        with self._writing():
            return self._ingestor(progress).ingest_documents(documents)

    def reindex(self, embedder_name: str | None = None, progress: Progress | None = None) -> ReindexReport:
        """Build a new generation beside the live one, and let it answer; see `GenerationKeeper.reindex`."""
        with self._writing():
            name = embedder_name or self._wanted_embedder()
            return self._keeper(progress).reindex(name, self._embedder(name))

    def rollback(self, progress: Progress | None = None) -> ReindexReport:
        """Let the generation before this one answer again; see `GenerationKeeper.rollback`."""
        with self._writing():
            kept = kept_generation(self._stores)
            self._custody.prepare(kept)
            return self._keeper(progress).rollback(kept, self._embedder(kept.embedder))

    def forget(self, name: str | None, source: str | None) -> Receipt:
        """Erase documents from everything that is kept, and prove it; see `Eraser`."""
        with self._writing():
            return self._eraser().forget(name, source)

    def tune(
        self, *, train: Train | None = None, dry_run: bool = False, progress: Progress | None = None
    ) -> TuneReport:
        """Learn from the questions whose passage is known, with `train` a whole model; see `Tuner`."""
        if train is None:
            return self._tuner(progress).tune(default_steps(), dry_run=dry_run)
        if self._is_chosen:
            raise ConfigurationError("ASSISTANT_EMBEDDER holds the search to one model; unset it to fine-tune another")
        return self._tuner(progress).fine_tune(train, self.reindex, dry_run=dry_run)

    def remove_tuning(self) -> TuneReport:
        """Search as if nothing had been learnt; see `Tuner.remove`."""
        return self._tuner(None).remove(self.reindex)

    def release(self, passage_id: str) -> int:
        """Let a passage that was held back be found; returns how many with its text there are."""
        with self._writing():
            released = self._stores.quarantine.release(passage_id)
            live = self._stores.generations.live()
            if live is not None:
                open_projection(self._stores, live, self._embedder(live.embedder)).catch_up()
            return released

    def check(self) -> CheckReport | None:
        """Look the live indexes over and mend them; None where nothing was ingested yet; see `IndexChecker`."""
        with self._stores.lock_for_writing():
            live = self._stores.generations.live()
            if live is None:
                return None
            # Chroma's folder is read by a child process meanwhile, so this one searches without it.
            self._live.search_exactly(live)
            try:
                return self._custody.check(live, THOROUGH_SAMPLE)
            finally:
                self._live.reopen()

    def settle(self) -> None:
        """Finish what an interrupted run left, and teach the indexes what they lack."""
        with self._writing():
            self._keeper(None).drop_unused()
            live = self._stores.generations.live()
            if live is not None:
                open_projection(self._stores, live, self._embedder(live.embedder)).catch_up()

    def close(self) -> None:
        """Close the indexes in order, and remember how they were left."""
        self._custody.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the lock; begin with what an interrupted run left behind, and end with a new generation known."""
        with self._stores.lock_for_writing():
            self._stores.revisions.abandon_staged()
            live = self._stores.generations.live()
            if live is not None:
                self._custody.prepare(live)
            self._eraser().finish_interrupted()
            yield
            self._custody.count_as_opened(self._stores.generations.live())

    # --- Opening ---------------------------------------------------------------------------------------------------

    def _wanted_embedder(self) -> str:
        """Return the embedder that the operator chose; where none was chosen, the one in use."""
        return self._embedder_name if self._is_chosen else self.embedder_name()

    def _embedder(self, name: str) -> Embedder:
        with self._opening:
            if name not in self._embedders:
                self._embedders[name] = self._open_embedder(name)
            return self._embedders[name]

    def _ingestor(self, progress: Progress | None, web: WebOptions | None = None) -> Ingestor:
        name = self._wanted_embedder()
        return Ingestor(
            self._stores,
            embedder_name=name,
            embedder=self._embedder(name),
            mass_removal_share=self._share,
            web=web,
            progress=progress,
        )

    def _tuner(self, progress: Progress | None) -> Tuner:
        stores = self._stores
        return Tuner(stores, stores.conversations, embedder_of=self._embedder, search=self.search, progress=progress)

    def _eraser(self) -> Eraser:
        return Eraser(
            self._stores,
            self._stores.erasures,
            rebuild=self._rebuild_without_embedding,
            compact=self._stores.database.compact,
            database_is_a_file=self._stores.database.is_a_file,
        )

    def _rebuild_without_embedding(self) -> None:
        live = self._stores.generations.live()
        if live is not None:
            # A model that was trained on what is to be forgotten may not stay either.
            name = origin_of(live.embedder) or live.embedder
            self._keeper(None).reindex(name, self._embedder(name))
            remove_models(self._stores.home)

    def _keeper(self, progress: Progress | None) -> GenerationKeeper:
        return GenerationKeeper(self._stores, cut, progress)


def _is_left_unanswered(found: SearchResult) -> bool:
    """Tell whether a question that stands alone gets no answer: the evidence is too little, or no sentence fits."""
    query = found.query
    if found.approved is not None or query.topic or not found.passages:
        return False
    is_sure = found.evidence.confidence >= found.evidence.needed
    return not is_sure or not choose(query.text, found.weights, found.passages)
