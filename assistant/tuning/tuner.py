"""Tunes the live generation: collects pairs, lets each step learn, and keeps what was accepted."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from assistant.errors import AssistantError
from assistant.indexing.embedding import Progress, quiet
from assistant.indexing.workspace import Workspace
from assistant.ports import Conversations, Embedder, TunedParts, Vectors
from assistant.records import StepReport, TunedPart, TuneReport
from assistant.tuning.adapter import PART, AdaptedEmbedder, Adapter
from assistant.tuning.answerability import AnswerabilityStep
from assistant.tuning.fitting import AdapterStep
from assistant.tuning.model import Train, fine_tuned, origin_of, remove_models
from assistant.tuning.pairs import collect_pairs
from assistant.tuning.steps import Ground, Search, TuningStep
from assistant.types import Generation, Passage

REPLACED = "the indexes were built anew meanwhile; run `assistant tune` again"
NOTHING = "nothing was ingested yet; run `assistant ingest PATH...`"


def default_steps() -> tuple[TuningStep, ...]:
    """Return what `assistant tune` learns, in order."""
    return (AdapterStep(), AnswerabilityStep())


class Tuner:
    """Learns from a workspace and its conversations. Learning takes no lock; storing takes the writers' lock."""

    def __init__(
        self,
        workspace: Workspace,
        conversations: Conversations,
        *,
        embedder_of: Callable[[str], Embedder],
        search: Search,
        progress: Progress | None = None,
    ) -> None:
        """Learn with the embedder of the live generation; `search` searches as customers do."""
        self._workspace = workspace
        self._conversations = conversations
        self._embedder_of = embedder_of
        self._search = search
        self._progress: Progress = progress or quiet

    def tune(self, steps: Sequence[TuningStep], *, dry_run: bool = False) -> TuneReport:
        """Let each step learn, and store the parts that were accepted; one that was not is removed.

        Raises:
            AssistantError: Nothing was ingested, or the indexes were replaced meanwhile.
            BackendError: The embedder or an index failed.
        """
        began = time.monotonic()
        live = self._live()
        ground = self._ground(live)
        reports: list[StepReport] = []
        removed: list[str] = []
        for step in steps:
            report, payload = step.fit(ground)
            reports.append(report)
            if not dry_run:
                removed += self._keep(live, report, payload)
        return _report(live, ground, reports, removed, dry_run, began)

    def fine_tune(self, train: Train, adopt: Callable[[str], object], *, dry_run: bool = False) -> TuneReport:
        """Train a model of this knowledge base's own; where it wins, `adopt` builds the indexes with it.

        Raises:
            AssistantError: Nothing was ingested, or the indexes were replaced meanwhile.
            ConfigurationError: The embedder is not one that can be trained.
            BackendError: The model failed.
        """
        began = time.monotonic()
        live = self._live()
        base = origin_of(live.embedder) or live.embedder
        ground, home = self._ground(live), self._workspace.home
        report, name = fine_tuned(ground, base, home, train=train, open_embedder=self._embedder_of)
        if name is not None and dry_run:
            remove_models(home, keep=[live.embedder])
        elif name is not None:
            if self._live().number != live.number:
                remove_models(home, keep=[self._live().embedder])
                raise AssistantError(REPLACED)
            adopt(name)
        return _report(live, ground, [report], [], dry_run, began)

    def remove(self, adopt: Callable[[str], object]) -> TuneReport:
        """Forget what was learnt for the live generation; `adopt` goes back from a fine-tuned model to the one before.

        Raises:
            AssistantError: Nothing was ingested.
        """
        live = self._live()
        with self._workspace.lock_for_writing():
            removed = self._workspace.tuned_parts.remove(live.number)
        base = origin_of(live.embedder)
        if base is not None:
            adopt(base)
            removed.append(live.embedder)
        return TuneReport(generation=live.number, embedder=live.embedder, pairs={}, steps=(), removed=tuple(removed))

    def _live(self) -> Generation:
        live = self._workspace.generations.live()
        if live is None:
            raise AssistantError(NOTHING)
        return live

    def _ground(self, live: Generation) -> Ground:
        def vectors_of(passages: Sequence[Passage]) -> Mapping[str, Vectors]:
            known = self._workspace.vector_cache.get(live.fingerprint, [one.digest for one in passages])
            return {one.id: known[one.digest] for one in passages if one.digest in known}

        return Ground(
            pairs=tuple(collect_pairs(self._workspace.catalog, self._conversations)),
            passages=list(self._workspace.catalog.all_passages()),
            embedder=self._embedder_of(live.embedder),
            vectors_of=vectors_of,
            search=self._search,
            progress=self._progress,
        )

    def _keep(self, live: Generation, report: StepReport, payload: bytes | None) -> list[str]:
        """Store an accepted part, or remove the one of an earlier run that is not confirmed; returns what was removed.

        A new generation may be there because a document was forgotten: what was learnt from it must not be kept.
        """
        parts = self._workspace.tuned_parts
        with self._workspace.lock_for_writing():
            if self._live().number != live.number:
                raise AssistantError(REPLACED)
            if payload is None:
                return parts.remove(live.number, [report.name])
            parts.put(live.number, [_part(report, payload, live.fingerprint)])
            return []


def adapted(parts: TunedParts, generation: Generation, embedder: Embedder) -> Embedder:
    """Return the embedder with the adapter that was learnt for a generation, or as it is where there is none."""
    part = parts.get(generation.number, PART) if generation.tuned else None
    if part is None or part.fingerprint != embedder.fingerprint:
        return embedder
    return AdaptedEmbedder(embedder, Adapter.from_bytes(part.payload))


def _report(
    live: Generation, ground: Ground, steps: Sequence[StepReport], removed: Sequence[str], dry_run: bool, began: float
) -> TuneReport:
    return TuneReport(
        generation=live.number,
        embedder=live.embedder,
        pairs=dict(Counter(one.origin for one in ground.pairs)),
        steps=tuple(steps),
        removed=tuple(removed),
        dry_run=dry_run,
        seconds=round(time.monotonic() - began, 1),
    )


def _part(report: StepReport, payload: bytes, fingerprint: str) -> TunedPart:
    return TunedPart(
        name=report.name,
        fingerprint=fingerprint,
        payload=payload,
        checksum=hashlib.sha256(payload).hexdigest(),
        figures=report.model_dump(exclude={"name"}),
        made_at=datetime.now(UTC),
    )
