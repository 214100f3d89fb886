"""Makes the knowledge base hold what the sources hold now: plan, then apply document by document."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.errors import DocumentError, IndexMismatch, MassRemoval
from assistant.indexing.embedding import Progress, quiet
from assistant.indexing.generations import GenerationKeeper
from assistant.indexing.projection import open_projection
from assistant.indexing.workspace import Workspace
from assistant.ingestion.cutting import cut
from assistant.ingestion.files import SourceFile, discover, folders, unreadable
from assistant.ingestion.inspecting import reason_to_hold
from assistant.ingestion.plan import Plan, checksum, make_plan
from assistant.ingestion.sandbox import ParserPool
from assistant.ingestion.web import Gathered, WebOptions, gather, is_url
from assistant.languages import language_of
from assistant.ports import Embedder
from assistant.records import Draft, PassedOver, Staged
from assistant.types import Chunk, FailedSource, Generation, IngestReport, LoadedDocument

__all__ = ["Ingestor", "Progress", "check_embedder"]

_LOGGER = logging.getLogger(__name__)

WINDOW_PASSAGES = 1024
"""Passages embedded and published together: enough to sort by length, few enough to be answerable soon."""

KEPT_CHANGES = 200_000
SMALL_FOLDER = 3
"""Losing fewer documents than this is never suspicious, unless nothing is left."""

_TOLD_ABOUT = {"language", "audience", "products", "valid_from", "valid_to", "approved_for", "owner"}
"""What may change of a document without a change of its text."""

Outcome = tuple[SourceFile, LoadedDocument | DocumentError | None]


class Ingestor:
    """Plans and applies. One run at a time; the caller holds the writers' lock."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        embedder_name: str,
        embedder: Embedder,
        mass_removal_share: float = 0.5,
        web: WebOptions | None = None,
        inspect: Callable[[str], str] = reason_to_hold,
        progress: Progress | None = None,
    ) -> None:
        """Write to a workspace with an embedder; `inspect` says why a passage must be held back, or nothing."""
        self._workspace = workspace
        self._embedder_name = embedder_name
        self._embedder = embedder
        self._share = mass_removal_share
        self._web = web or WebOptions()
        self._inspect = inspect
        self._progress: Progress = progress or quiet

    def plan(self, sources: Sequence[str | Path]) -> Plan:
        """Compare paths and web addresses with what is stored; nothing is changed, but pages are fetched.

        Raises:
            DocumentError: One of the paths does not exist.
        """
        with TemporaryDirectory() as folder:
            return self._plan(sources, Path(folder))[0]

    def ingest(self, sources: Sequence[str | Path], *, allow_mass_removal: bool = False) -> IngestReport:
        """Read what is new or changed below paths and at web addresses, drop what is gone, and update the indexes.

        A file that cannot be read is reported and keeps its last good revision; a file that was only moved keeps its
        document. Killed at any instant, the next run completes the work and embeds nothing again that was finished.

        Raises:
            DocumentError: One of the paths does not exist.
            MassRemoval: So many documents are gone that it is probably a mistake.
            IndexMismatch: The indexes hold another embedder's vectors.
            BackendError: The embedder failed; run again to go on from there.
        """
        began = time.monotonic()
        with TemporaryDirectory() as folder, ParserPool() as pool:
            plan, gathered = self._plan(sources, Path(folder))
            if not allow_mass_removal:
                self._refuse_mass_removal(plan, sources, gathered)
            report = self.apply(plan, pool.load_all([*plan.added, *plan.changed]), began)
            gathered.remember(self._workspace.web_pages, [one.source for one in report.failed])
        return report

    def ingest_documents(self, documents: Iterable[LoadedDocument]) -> IngestReport:
        """Add or update documents that are already text; nothing is removed.

        Raises:
            IndexMismatch: The indexes hold another embedder's vectors.
            BackendError: The embedder failed; run again to go on from there.
        """
        began = time.monotonic()
        given = {one.source: one for one in documents}
        stored = {one.source: one for one in self._workspace.catalog.summaries()}
        plan = Plan()
        for source, document in given.items():
            now = checksum(_content_of(document))
            plan.checksums[source] = now
            if source in stored and stored[source].checksum == now:
                plan.unchanged += 1
            else:
                file = SourceFile(path=Path(source), source=source, name=document.name)
                (plan.changed if source in stored else plan.added).append(file)
        return self.apply(plan, self._given(plan, given), began)

    def apply(self, plan: Plan, outcomes: Iterator[Outcome], began: float) -> IngestReport:
        """Carry out a plan; `outcomes` yields its files, read."""
        check_live(self._workspace, self._embedder)
        self._workspace.revisions.abandon_staged()
        generation = self._generation()
        run = _Run(self._workspace, generation, self._embedder, self._inspect, self._progress)
        if not plan.is_empty:
            run.take_in(plan, outcomes)
            run.tidy(plan)
            self._workspace.changes.prune(KEPT_CHANGES)
        return run.report(plan, began)

    def _plan(self, sources: Sequence[str | Path], folder: Path) -> tuple[Plan, Gathered]:
        paths, urls = _told_apart(sources)
        stored = {one.source: one for one in self._workspace.catalog.summaries()}
        known = {*stored, *self._workspace.catalog.aliases()} if urls else set()
        gathered = gather(urls, self._workspace.web_pages, known, folder, self._web)
        files = discover(paths)
        plan = make_plan([*files, *gathered.files], folders(paths), self._workspace.catalog)
        blind = tuple(unreadable(files))
        plan.removed = [one for one in plan.removed if not one.source.startswith(blind)]
        plan.removed += [stored[url] for url in gathered.gone if url in stored]
        plan.unchanged += sum(url in stored for url in gathered.unchanged)
        plan.failed += gathered.failed
        return plan, gathered

    def _generation(self) -> Generation:
        live = self._workspace.generations.live()
        if live is not None:
            return live
        return GenerationKeeper(self._workspace, cut).begin(self._embedder_name, self._embedder)

    def _refuse_mass_removal(self, plan: Plan, sources: Sequence[str | Path], gathered: Gathered) -> None:
        prefixes = tuple(folders(_told_apart(sources)[0]))
        before = sum(one.source.startswith(prefixes) for one in self._workspace.catalog.summaries())
        before += gathered.known_before
        gone = len(plan.removed)
        emptied = gone == before > 1
        if emptied or (gone >= SMALL_FOLDER and gone > self._share * before):
            message = (
                f"{gone} of {before} documents would be removed: their files are gone; check that the folder is whole "
                "and mounted, see the plan with --dry-run, and repeat with --allow-mass-removal if it is meant"
            )
            raise MassRemoval(message)

    @staticmethod
    def _given(plan: Plan, given: dict[str, LoadedDocument]) -> Iterator[Outcome]:
        for file in [*plan.added, *plan.changed]:
            document = given[file.source]
            yield file, document if document.text.strip() else DocumentError(file.source, "holds no text")


def _told_apart(sources: Sequence[str | Path]) -> tuple[list[Path], list[str]]:
    """Return the paths and the web addresses among sources."""
    urls = [one for one in sources if isinstance(one, str) and is_url(one)]
    return [Path(one) for one in sources if one not in urls], urls


def check_embedder(generation: Generation, embedder: Embedder) -> None:
    """Make sure that a generation of the indexes holds the vectors of this embedder.

    Raises:
        IndexMismatch: It holds another's; the message says how to rebuild.
    """
    if generation.fingerprint != embedder.fingerprint:
        message = (
            f"the index was built with {generation.fingerprint}, the configured embedder is {embedder.fingerprint}; "
            "run `assistant reindex --embedder NAME` to build a new one beside it, "
            f"or set ASSISTANT_EMBEDDER={generation.embedder}"
        )
        raise IndexMismatch(message)


def check_live(workspace: Workspace, embedder: Embedder) -> None:
    """Make sure that the live generation, if there is one, holds the vectors of this embedder; raises IndexMismatch."""
    live = workspace.generations.live()
    if live is not None:
        check_embedder(live, embedder)


class _Run:
    """One pass over a plan: what was taken in, what waits to be embedded, what came of it."""

    def __init__(
        self,
        workspace: Workspace,
        generation: Generation,
        embedder: Embedder,
        inspect: Callable[[str], str],
        progress: Progress,
    ) -> None:
        self._workspace = workspace
        self._embedder = embedder
        self._inspect = inspect
        self._progress = progress
        self._projection = open_projection(workspace, generation, embedder, progress)
        self._drafts: list[Draft] = []
        self._waiting = 0
        self._opted_out: list[str] = []
        self._failed: list[FailedSource] = []
        self._passed_over: list[PassedOver] = []
        self._held = 0

    def take_in(self, plan: Plan, outcomes: Iterator[Outcome]) -> None:
        """Store, embed and publish what was read, window by window."""
        total = len(plan.added) + len(plan.changed)
        for done, (file, outcome) in enumerate(outcomes, start=1):
            if isinstance(outcome, LoadedDocument):
                self._draft(outcome, plan.checksums[file.source])
            elif outcome is None:
                self._opted_out.append(file.source)
                self._pass_over(file.source, plan, "")
            else:
                self._fail(file.source, outcome.reason)
                if outcome.lasting:
                    self._pass_over(file.source, plan, outcome.reason)
            self._progress("Reading documents", done, total)
        self._publish()

    def tidy(self, plan: Plan) -> None:
        """Move and remove what the plan says, and let the indexes forget it."""
        revisions = self._workspace.revisions
        for one, file in plan.moved:
            revisions.move(one.id, file.source, file.name)
        stored = {one.source: one.id for one in self._workspace.catalog.summaries()}
        gone = [one.source for one in plan.removed] + self._opted_out
        heirs = self._heirs(plan)
        for source in gone:
            if source in stored and source in heirs:
                revisions.move(stored[source], heirs[source], Path(heirs[source]).name)
        revisions.remove([stored[source] for source in gone if source in stored and source not in heirs])
        revisions.set_aliases(plan.aliases, plan.gone_aliases)
        passed_over = {one.source for one in self._passed_over}
        read = [one.source for one in [*plan.added, *plan.changed] if one.source not in passed_over]
        revisions.set_passed_over(self._passed_over, read)
        self._projection.catch_up()

    def _heirs(self, plan: Plan) -> dict[str, str]:
        """Return for each document that has them a further source, outside this plan, at which it can live on."""
        passed_over = {*plan.gone_aliases, *plan.aliases}
        aliases = self._workspace.catalog.aliases()
        return {owner: alias for alias, owner in aliases.items() if alias not in passed_over}

    def report(self, plan: Plan, began: float) -> IngestReport:
        """Return the outcome; `began` is a monotonic clock's reading, in seconds."""
        documents, passages = self._workspace.catalog.counts()
        out = {one.source for one in self._failed} | set(self._opted_out)
        return IngestReport(
            added=sum(one.source not in out for one in plan.added),
            changed=sum(one.source not in out for one in plan.changed),
            removed=len(plan.removed) + sum(one.source in self._opted_out for one in plan.changed),
            unchanged=plan.unchanged,
            failed=(*plan.failed, *self._failed),
            documents=documents,
            passages=passages,
            seconds=time.monotonic() - began,
            duplicates=tuple(sorted(plan.aliases)),
            held=self._held,
        )

    def _draft(self, document: LoadedDocument, state: str) -> None:
        if not document.language:
            document = document.model_copy(update={"language": language_of(document.text)})
        chunks = [self._inspected(document, chunk) for chunk in cut(document, self._embedder)]
        self._drafts.append(
            Draft(document=document, checksum=state, fingerprint=self._embedder.fingerprint, chunks=tuple(chunks))
        )
        self._waiting += len(chunks)
        if self._waiting >= WINDOW_PASSAGES:
            self._publish()

    def _inspected(self, document: LoadedDocument, chunk: Chunk) -> Chunk:
        reason = self._inspect(document.text[chunk.start : chunk.end])
        return chunk.model_copy(update={"held_because": reason}) if reason else chunk

    def _publish(self) -> None:
        """Stage what waits, teach the indexes, then let it be seen: a reader sees the old revision or the new one."""
        if not self._drafts:
            return
        drafts, self._drafts, self._waiting = self._drafts, [], 0
        staged = self._stage(drafts)
        self._projection.catch_up()
        self._workspace.revisions.publish(staged)
        self._held += sum(one.held for one in staged)

    def _stage(self, drafts: Sequence[Draft]) -> list[Staged]:
        revisions = self._workspace.revisions
        try:
            return revisions.stage(drafts)
        except DocumentError as error:
            if len(drafts) == 1:
                self._fail(drafts[0].document.source, error.reason)
                return []
        return [one for draft in drafts for one in self._stage([draft])]

    def _pass_over(self, source: str, plan: Plan, reason: str) -> None:
        self._passed_over.append(PassedOver(source=source, checksum=plan.checksums[source], reason=reason))

    def _fail(self, source: str, reason: str) -> None:
        _LOGGER.warning("not read: %s: %s", source, reason)
        printable = source.encode("utf-8", "replace").decode()
        self._failed.append(FailedSource(source=printable, reason=reason))


def _content_of(document: LoadedDocument) -> str:
    told = document.model_dump(include=_TOLD_ABOUT, exclude_defaults=True, mode="json")
    content = f"{document.title}\n{document.text}" + (f"\n{sorted(told.items())}" if told else "")
    return hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()
