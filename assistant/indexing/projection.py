"""Teaches the indexes of a generation what the catalog's log of changes says they lack."""

from collections.abc import Sequence

from assistant.indexing.embedding import Progress, quiet, vectors_of
from assistant.indexing.workspace import Workspace
from assistant.ports import ChangeLog, Embedder, KeywordIndex, VectorCache, VectorIndex
from assistant.types import Generation, Passage

PASSAGES_AT_ONCE = 2048


class Projection:
    """The two indexes of one generation, and how they follow the catalog.

    Each index remembers the number of the last change that it has learnt, and is taught again what a crash left in
    doubt. An index that knows no number, or one too old for the log, is filled from the catalog anew.
    """

    def __init__(
        self,
        *,
        changes: ChangeLog,
        cache: VectorCache,
        embedder: Embedder,
        vectors: VectorIndex,
        keywords: KeywordIndex,
        progress: Progress | None = None,
    ) -> None:
        """Join the log and the vectors with the indexes; `embedder` makes the vectors that are not known yet."""
        self._changes = changes
        self._cache = cache
        self._embedder = embedder
        self._vectors = vectors
        self._keywords = keywords
        self._progress: Progress = progress or quiet

    def catch_up(self) -> int:
        """Bring both indexes up to date; returns how many texts had to be embedded.

        Raises:
            BackendError: The embedder or an index failed; call again to go on from there.
        """
        head = self._changes.head()
        embedded = self._teach_vectors(head)
        self._teach_keywords(head)
        return embedded

    def catch_up_keywords(self) -> None:
        """Bring the keyword index alone up to date, as a replica with a shared Chroma server needs."""
        self._teach_keywords(self._changes.head())

    def _teach_vectors(self, head: int) -> int:
        add, drop = self._lessons(self._vectors, head)
        self._vectors.remove(drop)
        embedded = done = 0
        for start in range(0, len(add), PASSAGES_AT_ONCE):
            passages = self._read(add[start : start + PASSAGES_AT_ONCE])
            rows, fresh = vectors_of(passages, self._embedder, self._cache, self._progress)
            self._vectors.upsert([one.id for one in passages], rows)
            embedded, done = embedded + fresh, done + len(passages)
            if len(add) > PASSAGES_AT_ONCE:
                self._progress("Indexing passages", min(start + PASSAGES_AT_ONCE, len(add)), len(add))
        if self._vectors.position() != head:
            self._vectors.set_position(head)
        return embedded

    def _teach_keywords(self, head: int) -> None:
        add, drop = self._lessons(self._keywords, head)
        self._keywords.remove(drop)
        for start in range(0, len(add), PASSAGES_AT_ONCE):
            self._keywords.upsert(self._read(add[start : start + PASSAGES_AT_ONCE]))
        if self._keywords.position() != head:
            self._keywords.set_position(head)

    def _lessons(self, index: VectorIndex | KeywordIndex, head: int) -> tuple[list[str], list[str]]:
        """Return the passages that an index must add and drop to know all changes up to `head`."""
        position = index.position()
        if position == head:
            return [], []
        changes = self._changes.since(position) if position is not None and position <= head else None
        if changes is None:
            index.clear()
            return self._changes.every_id(self._embedder.fingerprint), []
        add = [one for one, operation in changes.items() if operation == "add"]
        return add, [one for one, operation in changes.items() if operation == "drop"]

    def _read(self, passage_ids: Sequence[str]) -> list[Passage]:
        return self._changes.indexable(passage_ids, self._embedder.fingerprint)


def open_projection(
    workspace: Workspace, generation: Generation, embedder: Embedder, progress: Progress | None = None
) -> Projection:
    """Return the projection of a generation of a workspace."""
    return Projection(
        changes=workspace.changes,
        cache=workspace.vector_cache,
        embedder=embedder,
        vectors=workspace.vectors(generation.number),
        keywords=workspace.keywords(generation.number),
        progress=progress,
    )
