"""Forgets documents for good: out of the catalog, the indexes, the caches and the conversations, and proves it."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from assistant.errors import AssistantError
from assistant.indexing.checking import BROKEN
from assistant.indexing.heap import fill_allocations
from assistant.indexing.workspace import Workspace
from assistant.ports import Vectors
from assistant.records import Condemned, Erasure, Receipt, TouchedFile
from assistant.segmentation import sentences
from assistant.traces import file_receipt, files_of, forms, hits

LEAST_FRAGMENT_CHARS = 20
"""A shorter sentence is too common to prove anything."""

SCANNED_FRAGMENTS = 200
SCANNED_VECTORS = 200
VECTOR_BYTES = 64
"""So much of a vector tells it from all others."""


class ErasureStore(Protocol):
    """The part of an erasure that is the database's."""

    def find(self, name: str | None, source: str | None) -> list[str]:
        """Return the ids of documents by name, or by a source and what lies below it."""

    def begin(self, document_ids: Sequence[str]) -> Erasure:
        """Write down the wish."""

    def unfinished(self) -> list[Erasure]:
        """Return the wishes that were not yet fulfilled."""

    def finish(self, erasure_id: str) -> datetime:
        """Write down that a wish was fulfilled."""

    def condemned(self, document_ids: Sequence[str]) -> Condemned:
        """Return what the documents consist of, as far as no other document shares it."""

    def vectors(self, digests: Sequence[str]) -> Iterator[Vectors]:
        """Yield the cached vectors of texts."""

    def other_texts(self, document_ids: Sequence[str]) -> Iterator[str]:
        """Yield the text of every revision of all other documents."""

    def delete(self, document_ids: Sequence[str], condemned: Condemned, fragments: Sequence[str]) -> tuple[int, int]:
        """Delete documents from every table; returns how many vectors and turns were hit."""


class _Scanned(NamedTuple):
    """A file that was read, and how many of the traces are in it."""

    file: Path
    texts: int
    vectors: int

    @property
    def is_hit(self) -> bool:
        return bool(self.texts or self.vectors)


class Eraser:
    """Carries out erasures. The caller holds the writers' lock.

    The wish is written down first; killed at any instant, the next start completes it.
    """

    def __init__(
        self,
        workspace: Workspace,
        erasures: ErasureStore,
        *,
        rebuild: Callable[[], None],
        compact: Callable[[], None],
        database_is_a_file: bool,
    ) -> None:
        """Erase from a workspace; `rebuild` makes the indexes anew, `compact` the database's file."""
        self._workspace = workspace
        self._erasures = erasures
        self._rebuild = rebuild
        self._compact = compact
        self._database_is_a_file = database_is_a_file

    def forget(self, name: str | None, source: str | None) -> Receipt:
        """Erase the documents with a name, or all that came from a source.

        Raises:
            AssistantError: There are none.
        """
        if (name is None) == (source is None):
            raise AssistantError("name either a document or a --source")
        found = self._erasures.find(name, source)
        if not found and source is not None:
            found = self._erasures.find(None, Path(source).resolve().as_posix())
        if not found:
            raise AssistantError(f"there is no document {name or source!r}; `assistant search` shows the names")
        return self._carry_out(self._erasures.begin(found))

    def finish_interrupted(self) -> list[Receipt]:
        """Carry out what was begun and not finished."""
        return [self._carry_out(one) for one in self._erasures.unfinished()]

    def _carry_out(self, erasure: Erasure) -> Receipt:
        condemned = self._erasures.condemned(erasure.documents)
        fragments = self._fragments(erasure, condemned)
        traces = [vector.tobytes()[:VECTOR_BYTES] for vector in self._erasures.vectors(condemned.digests)]
        self._workspace.revisions.remove(erasure.documents)
        fill_allocations()
        touched = self._replace_indexes()
        vectors, turns = self._erasures.delete(erasure.documents, condemned, fragments)
        self._compact()
        if self._database_is_a_file:
            touched += [
                TouchedFile(path=str(one), action="rewritten") for one in self._workspace.home.glob("*.sqlite3")
            ]
        found = self._scan(fragments[:SCANNED_FRAGMENTS], traces[:SCANNED_VECTORS])
        receipt = Receipt(
            receipt=erasure.id,
            documents=condemned.names,
            revisions=len(condemned.texts),
            passages=condemned.passages,
            vectors=vectors,
            turns=turns,
            requested_at=erasure.requested_at,
            finished_at=self._erasures.finish(erasure.id),
            files=tuple(touched),
            files_scanned=len(found),
            text_hits=sum(one.texts for one in found),
            vector_hits=sum(one.vectors for one in found),
            notes=(*self._notes(condemned), *(f"traces are left in {one.file}" for one in found if one.is_hit)),
        )
        file_receipt(self._workspace.home, receipt.receipt, receipt)
        return receipt

    def _fragments(self, erasure: Erasure, condemned: Condemned) -> list[str]:
        """Return the sentences that are in these documents and in no other, the longest first."""
        own = {
            text[start:end]
            for text in condemned.texts
            for start, end in sentences(text)
            if end - start >= LEAST_FRAGMENT_CHARS
        }
        for text in self._erasures.other_texts(erasure.documents) if own else ():
            own = {fragment for fragment in own if fragment not in text}
        return sorted(own, key=len, reverse=True)

    def _replace_indexes(self) -> list[TouchedFile]:
        """Build the indexes anew without the documents, and remove every older one, whole or broken."""
        self._rebuild()
        removed: list[Path] = []
        live = self._workspace.generations.live()
        for one in self._workspace.generations.all():
            if live is not None and one.number != live.number:
                removed += self._workspace.remove_indexes(one.number)
                self._workspace.generations.drop(one.number)
        broken = self._workspace.home / BROKEN
        removed += [file for file in broken.rglob("*") if file.is_file()]
        shutil.rmtree(broken, ignore_errors=True)
        return [TouchedFile(path=str(one), action="removed") for one in removed]

    def _scan(self, fragments: Sequence[str], traces: Sequence[bytes]) -> list[_Scanned]:
        """Look for the traces in every byte of every file of the state folder."""
        texts = [form for fragment in fragments for form in forms(fragment)]
        files = files_of(self._workspace.home)
        return [_Scanned(file=one, texts=hits(one, texts), vectors=hits(one, traces)) for one in files]

    def _notes(self, condemned: Condemned) -> Iterator[str]:
        if not condemned.names:
            yield "an interrupted run had deleted the documents already, so that there was nothing left to search for"
        for source in condemned.sources:
            if Path(source).is_absolute() and Path(source).exists():
                yield f"{source} still exists; remove it, or the next ingest of its folder reads it again"
        if not self._workspace.chroma_is_embedded:
            yield "the collection was deleted on the Chroma server; what its disk keeps is the server's to clear"
        if not self._database_is_a_file:
            yield "the rows were deleted in PostgreSQL; its log, replicas and backups are the server's to clear"
