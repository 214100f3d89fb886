"""Makes the knowledge base hold what the sources hold now."""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from assistant.errors import DocumentError, IndexMismatch
from assistant.ingestion.files import SourceFile, discover, folders
from assistant.ingestion.loaders import LOADER_VERSION, load
from assistant.ingestion.loaders.limits import check_file_size, parsing
from assistant.ingestion.projection import Progress, project
from assistant.ingestion.splitting import split
from assistant.ports import Catalog, Embedder, KeywordIndex, VectorIndex
from assistant.types import DocumentSummary, FailedSource, Generation, IngestReport, LoadedDocument

__all__ = ["Ingestor", "Progress", "check_embedder"]

_LOGGER = logging.getLogger(__name__)


class Ingestor:
    """Loads, splits, catalogs and indexes documents. One run at a time; the caller holds the writers' lock."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        embedder: Embedder,
        vectors: Callable[[int], VectorIndex],
        keywords: Callable[[int], KeywordIndex],
        progress: Progress | None = None,
    ) -> None:
        """Join the catalog with its indexes, given by generation number, and the embedder of their vectors."""
        self._catalog = catalog
        self._embedder = embedder
        self._vectors = vectors
        self._keywords = keywords
        self._progress: Progress = progress or (lambda _stage, _done, _total: None)

    def ingest(self, paths: Sequence[Path], *, rebuild: bool = False) -> IngestReport:
        """Read what is new or changed below the paths, drop what is gone, and update the indexes.

        A file that cannot be read is reported and keeps its last good revision; a file that was only moved keeps its
        document. `rebuild` starts the indexes anew, as is needed after a change of embedder.

        Raises:
            DocumentError: One of the paths does not exist.
            IndexMismatch: The indexes hold another embedder's vectors and `rebuild` is False.
            BackendError: The embedder failed; run again to go on from there.
        """
        began = time.monotonic()
        files = discover(paths)
        previous = self._catalog.generation()
        self._ensure_generation(rebuild=rebuild)
        run = _Run(self._catalog, self._embedder)
        for done, file in enumerate(files, start=1):
            run.read(file)
            self._progress("Reading documents", done, len(files))
        run.remove_missing(folders(paths))
        self.project()
        if rebuild and previous is not None:
            self._vectors(previous.number).clear()
            self._keywords(previous.number).clear()
        return run.report(began)

    def ingest_documents(self, documents: Iterable[LoadedDocument]) -> IngestReport:
        """Add or update documents that are already text; nothing is removed.

        Raises:
            IndexMismatch: The indexes hold another embedder's vectors.
            BackendError: The embedder failed; run again to go on from there.
        """
        began = time.monotonic()
        self._ensure_generation(rebuild=False)
        run = _Run(self._catalog, self._embedder)
        given = list(documents)
        for done, document in enumerate(given, start=1):
            run.take(document)
            self._progress("Reading documents", done, len(given))
        self.project()
        return run.report(began)

    def project(self) -> None:
        """Bring the indexes up to date with the catalog; does nothing before the first ingest.

        Raises:
            IndexMismatch: The indexes hold another embedder's vectors.
            BackendError: The embedder failed; call again to go on from there.
        """
        generation = self._catalog.generation()
        if generation is None:
            return
        check_embedder(generation, self._embedder)
        vectors, keywords = self._vectors(generation.number), self._keywords(generation.number)
        project(self._catalog, self._embedder, vectors, keywords, self._progress)

    def _ensure_generation(self, *, rebuild: bool) -> None:
        generation = self._catalog.generation()
        if generation is None or rebuild:
            self._catalog.start_generation(self._embedder.fingerprint, self._embedder.dimension)
        else:
            check_embedder(generation, self._embedder)


def check_embedder(generation: Generation, embedder: Embedder) -> None:
    """Make sure that a generation of the indexes holds the vectors of this embedder.

    Raises:
        IndexMismatch: It holds another's; the message says how to rebuild.
    """
    if generation.fingerprint != embedder.fingerprint:
        message = (
            f"the index was built with {generation.fingerprint}, the configured embedder is {embedder.fingerprint}; "
            "run `assistant ingest --rebuild PATH...` to re-embed everything, or set ASSISTANT_EMBEDDER back"
        )
        raise IndexMismatch(message)


class _Run:
    """One pass over the sources: what is stored, what was seen, what came of it."""

    def __init__(self, catalog: Catalog, embedder: Embedder) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._stored = {one.source: one for one in catalog.summaries()}
        self._by_checksum: dict[str, list[DocumentSummary]] = {}
        for one in self._stored.values():
            self._by_checksum.setdefault(one.checksum, []).append(one)
        self._seen: set[str] = set()
        self._counts: Counter[str] = Counter()
        self._failed: list[FailedSource] = []

    def read(self, file: SourceFile) -> None:
        """Store a file where it is new or changed."""
        try:
            checksum = self._checksum_of_file(file.path)
            if self._is_unchanged(file.source, checksum) or self._is_moved(file, checksum):
                self._keep(file.source)
                return
            document = load(file.path, source=file.source, name=file.name)
            if document is not None:
                self._store(document, checksum)
            elif file.source in self._stored:
                self._remove(self._stored[file.source])
        except DocumentError as error:
            _LOGGER.warning("not read: %s", error)
            printable = file.source.encode("utf-8", "replace").decode()
            self._failed.append(FailedSource(source=printable, reason=error.reason))
            self._seen.add(file.source)

    def take(self, document: LoadedDocument) -> None:
        """Store a document that is already text where it is new or changed."""
        content = f"{document.title}\n{document.text}".encode(errors="surrogatepass")
        checksum = self._checksum(hashlib.sha256(content).hexdigest())
        if self._is_unchanged(document.source, checksum):
            self._keep(document.source)
        elif not document.text.strip():
            self._failed.append(FailedSource(source=document.source, reason="holds no text"))
        else:
            self._store(document, checksum)

    def remove_missing(self, prefixes: Sequence[str]) -> None:
        """Remove stored documents that should lie under one of the prefixes and were not seen there."""
        for source, stored in self._stored.items():
            if source not in self._seen and source.startswith(tuple(prefixes)):
                self._remove(stored)

    def report(self, began: float) -> IngestReport:
        """Return the outcome so far; `began` is a monotonic clock's reading, in seconds."""
        documents, passages = self._catalog.counts()
        return IngestReport(
            added=self._counts["added"],
            changed=self._counts["changed"],
            removed=self._counts["removed"],
            unchanged=self._counts["unchanged"],
            failed=tuple(self._failed),
            documents=documents,
            passages=passages,
            seconds=time.monotonic() - began,
        )

    def _remove(self, stored: DocumentSummary) -> None:
        self._catalog.remove_document(stored.id)
        self._seen.add(stored.source)
        self._counts["removed"] += 1

    def _keep(self, source: str) -> None:
        self._seen.add(source)
        self._counts["unchanged"] += 1

    def _checksum_of_file(self, path: Path) -> str:
        check_file_size(path)
        with parsing(path, "document"), path.open("rb") as file:
            return self._checksum(hashlib.file_digest(file, "sha256").hexdigest())

    def _checksum(self, content: str) -> str:
        """Return a digest of all that passages depend on: the content, the loaders, and how much the embedder reads."""
        return hashlib.sha256(f"{content}/{LOADER_VERSION}/{self._embedder.max_tokens}".encode()).hexdigest()

    def _is_unchanged(self, source: str, checksum: str) -> bool:
        stored = self._stored.get(source)
        return stored is not None and stored.checksum == checksum

    def _is_moved(self, file: SourceFile, checksum: str) -> bool:
        """Tell whether the file is a stored document whose own file is gone; if so, record where it lives now."""
        if file.source in self._stored:
            return False
        for one in self._by_checksum.get(checksum, []):
            if one.source not in self._seen and _is_gone(one.source):
                self._catalog.move_document(one.id, file.source, file.name)
                self._seen.add(one.source)
                return True
        return False

    def _store(self, document: LoadedDocument, checksum: str) -> None:
        chunks = split(document.text, title=document.title, embedder=self._embedder)
        self._catalog.put_document(document, checksum, chunks)
        self._seen.add(document.source)
        self._counts["changed" if document.source in self._stored else "added"] += 1


def _is_gone(source: str) -> bool:
    path = Path(source)
    return path.is_absolute() and not path.exists()
