"""Builds generations of the indexes beside the live one, flips between them, and drops what is no longer needed."""

import time
from collections.abc import Callable, Sequence

from assistant.errors import AssistantError, BackendError
from assistant.indexing.embedding import Progress, quiet
from assistant.indexing.projection import open_projection
from assistant.indexing.workspace import Workspace
from assistant.ports import Embedder
from assistant.records import ReindexReport
from assistant.types import Chunk, Document, Generation

Cut = Callable[[Document, Embedder], Sequence[Chunk]]
"""Cuts a document into passages for an embedder."""

VERIFIED_PASSAGES = 50


class GenerationKeeper:
    """Changes which generation answers. The caller holds the writers' lock."""

    def __init__(self, workspace: Workspace, cut: Cut, progress: Progress | None = None) -> None:
        """Work on the generations of a workspace; `cut` makes the passages that an embedder needs."""
        self._workspace = workspace
        self._cut = cut
        self._progress: Progress = progress or quiet

    def begin(self, name: str, embedder: Embedder) -> Generation:
        """Return a new live generation for an empty knowledge base."""
        generations = self._workspace.generations
        made = generations.begin(name, embedder.fingerprint, embedder.dimension)
        generations.go_live(made.number)
        return made

    def reindex(self, name: str, embedder: Embedder) -> ReindexReport:
        """Build a generation with an embedder beside the live one, verify it, and let it answer.

        The live generation answers all the while, and what was tuned for the same embedder stays. Killed at any
        instant, the next call starts over but embeds nothing again that was finished.

        Raises:
            BackendError: The embedder failed, or the new indexes do not hold what they should; the old ones answer on.
        """
        began = time.monotonic()
        generations = self._workspace.generations
        self.drop_unused()
        made = generations.begin(name, embedder.fingerprint, embedder.dimension)
        embedded = self._complete(made, embedder)
        passages = self._verify(made, embedder)
        before = generations.live()
        if before is not None and before.fingerprint == made.fingerprint:
            self._workspace.tuned_parts.carry_over(before.number, made.number)
        generations.go_live(made.number)
        self.drop_unused()
        return ReindexReport(
            generation=made.number,
            embedder=name,
            passages=passages,
            embedded=embedded,
            seconds=round(time.monotonic() - began, 3),
        )

    def rollback(self, kept: Generation, embedder: Embedder) -> ReindexReport:
        """Let the kept generation answer again, after teaching it what has changed since.

        Raises:
            BackendError: Its embedder failed; the live generation answers on.
        """
        began = time.monotonic()
        embedded = self._complete(kept, embedder)
        passages = self._verify(kept, embedder)
        self._workspace.generations.go_live(kept.number)
        return ReindexReport(
            generation=kept.number,
            embedder=kept.embedder,
            passages=passages,
            embedded=embedded,
            seconds=round(time.monotonic() - began, 3),
        )

    def drop_unused(self) -> None:
        """Remove the indexes of generations that are neither live nor kept, and of builds that were interrupted."""
        for one in self._workspace.generations.all():
            if one.state in ("building", "dropped"):
                self._workspace.remove_indexes(one.number)
                self._workspace.generations.drop(one.number)

    def _complete(self, generation: Generation, embedder: Embedder) -> int:
        """Cut what was not yet cut for the embedder, and teach the generation's indexes."""
        if generation.fingerprint != embedder.fingerprint:
            message = f"{generation.embedder} is not what it was when generation {generation.number} was built"
            raise BackendError("generations", f"{message}; run `assistant reindex`")
        for document in self._workspace.revisions.without_passages(embedder.fingerprint):
            chunks = self._cut(document, embedder)
            self._workspace.revisions.add_passages(document.id, document.revision, embedder.fingerprint, chunks)
        return open_projection(self._workspace, generation, embedder, self._progress).catch_up()

    def _verify(self, generation: Generation, embedder: Embedder) -> int:
        """Make sure that the indexes hold every passage, and find a sample of them; returns how many there are."""
        changes = self._workspace.changes
        wanted = changes.every_id(embedder.fingerprint)
        vectors = self._workspace.vectors(generation.number)
        counts = (vectors.count(), self._workspace.keywords(generation.number).count())
        if counts != (len(wanted), len(wanted)):
            message = f"generation {generation.number} holds {counts} passages of {len(wanted)}; the old one answers on"
            raise BackendError("generations", f"{message}; run `assistant reindex` again")
        step = max(1, len(wanted) // VERIFIED_PASSAGES)
        sample = changes.indexable(wanted[::step], embedder.fingerprint)
        known = self._workspace.vector_cache.get(embedder.fingerprint, [one.digest for one in sample])
        for one in sample:
            nearest = vectors.search(known[one.digest], 1)
            if not nearest or nearest[0].score < float(known[one.digest] @ known[one.digest]) - 0.01:
                raise BackendError("generations", "a passage cannot be found by its own vector; run it again")
        return len(wanted)


def kept_generation(workspace: Workspace) -> Generation:
    """Return the generation that a rollback leads to.

    Raises:
        AssistantError: None is kept.
    """
    for one in workspace.generations.all():
        if one.state == "kept":
            return one
    raise AssistantError("no earlier generation is kept; there is one only after `assistant reindex`")
