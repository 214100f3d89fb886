"""Fits the adapter: chosen on a part of what may be learnt from, judged on what it has never seen."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ports import Vectors
from assistant.records import StepReport
from assistant.tuning.adapter import PART, Adapter
from assistant.tuning.contrastive import Correction, learn
from assistant.tuning.judging import Ranks, ranks, reciprocal, verdict
from assistant.tuning.pairs import Pair, held_out
from assistant.tuning.splitting import Split, folds, judging_weights
from assistant.tuning.steps import Ground
from assistant.tuning.tasks import Task, build_tasks

LEAST_PAIRS = 40
MOST_PAIRS = 6_000
"""More are drawn from: so many are embedded and learnt in minutes."""

RANK = 64
MOST_EPOCHS = 40
WATCHED_EPOCHS = 4
PATIENCE = 4
"""So many looks without a better figure end a fit."""

ANCHORS = 256
ANCHOR_ROUNDS = 6
CLOSED_BELOW, OPEN_ABOVE = 0.33, 0.55
"""How far from the mean cosine of two questions towards 1 the gate begins to open, and is open."""


@dataclass(frozen=True)
class _Look:
    """The weighted gain after so many rounds."""

    epochs: int
    gain: float


@dataclass(frozen=True)
class _Judged:
    """Places of judged questions before and after, and which of them ask for what was learnt."""

    before: Ranks
    after: Ranks
    seen: tuple[bool, ...]


class AdapterStep:
    """Learns the adapter of the query vector."""

    name = PART

    def __init__(self, seed: int = 0) -> None:
        """Draw all splits and beginnings by a seed: the same knowledge base gives the same adapter."""
        self._seed = seed

    def fit(self, ground: Ground) -> tuple[StepReport, bytes | None]:
        """Return what was found, and the adapter's bytes where it wins on held-out questions; raises BackendError."""
        began = time.monotonic()
        pairs = _drawn(ground.pairs, self._seed)
        if len(pairs) < LEAST_PAIRS:
            return _refused(f"{len(pairs)} questions with a known passage are too few; {LEAST_PAIRS} are needed"), None
        ground.progress("embedding questions", 0, 1)
        tasks = build_tasks(pairs, ground.passages, ground.embedder, ground.vectors_of)
        known = [pair for one in tasks for pair in one.pairs]
        judged = self._cross_judged(tasks, known, ground)
        if not len(judged.before):
            return _refused("the questions are all about the same answer"), None
        weights = judging_weights(judged.seen, ground.coverage)
        report = verdict(PART, judged.before, judged.after, weights, learnt_from=len(known))
        payload = None
        if report.accepted:
            # Those that were judged had learnt from a part; this one learns, in the same way, from all there is.
            epochs = self._epochs(tasks, known, ground.coverage, self._seed)
            payload = self._adapter(tasks, epochs).to_bytes() if epochs else None
        report = report.model_copy(update={"stored_bytes": len(payload or b""), "accepted": payload is not None})
        return report.model_copy(update={"seconds": round(time.monotonic() - began, 1)}), payload

    def _cross_judged(self, tasks: Sequence[Task], pairs: Sequence[Pair], ground: Ground) -> _Judged:
        """Judge all questions, each with an adapter that was chosen and learnt without it."""
        found: list[_Judged] = []
        parts = folds(pairs, ground.coverage, self._seed)
        for number, part in enumerate(parts):
            ground.progress("learning and judging", number, len(parts))
            learning, judging = _parted(tasks, part)
            if learning and judging:
                epochs = self._epochs(learning, part.learnt, ground.coverage, self._seed + 1)
                adapter = self._adapter(learning, epochs) if epochs else None
                found.append(_judged(judging, part, adapter))
        ground.progress("learning and judging", len(parts), len(parts))
        return _joined(found)

    def _epochs(self, tasks: Sequence[Task], pairs: Sequence[Pair], coverage: float, seed: int) -> int:
        """Return after how many rounds a fit does best within what may be learnt from; 0 where none helps."""
        part = folds(pairs, coverage, seed)[0]
        learning, judging = _parted(tasks, part)
        looks = [_Look(0, 0.0)]

        def watch(epoch: int, correction: Correction) -> bool:
            if epoch % WATCHED_EPOCHS == 0:
                looks.append(_Look(epoch, _gain(_judged(judging, part, _gated(correction, learning)), coverage)))
            return looks.index(max(looks, key=_by_gain)) >= len(looks) - 1 - PATIENCE

        if learning and judging:
            learn(learning, rank=RANK, epochs=MOST_EPOCHS, seed=self._seed, watch=watch)
        return max(looks, key=_by_gain).epochs

    def _adapter(self, tasks: Sequence[Task], epochs: int) -> Adapter:
        return _gated(learn(tasks, rank=RANK, epochs=epochs, seed=self._seed), tasks)


def _by_gain(look: _Look) -> float:
    return look.gain


def _drawn(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Return the pairs, or about as many of them as are learnt from at most."""
    if len(pairs) <= MOST_PAIRS:
        return list(pairs)
    return held_out(pairs, MOST_PAIRS / len(pairs), seed + 2, "question")[1]


def _parted(tasks: Sequence[Task], part: Split) -> tuple[list[Task], list[Task]]:
    """Return what is learnt from, without the documents that judging questions are indexed with, and what judges."""
    learnt = set(part.learnt)
    learning = [one.without({pair for pair in one.pairs if pair not in learnt}) for one in tasks]
    judging = [one.only(part.judged) for one in tasks]
    return [one for one in learning if one.pairs], [one for one in judging if one.pairs]


def _judged(judging: Sequence[Task], part: Split, adapter: Adapter | None) -> _Judged:
    seen = set(part.seen)
    before = np.concatenate([ranks(one) for one in judging])
    after = before if adapter is None else np.concatenate([ranks(one, adapter) for one in judging])
    return _Judged(before, after, tuple(pair in seen for one in judging for pair in one.pairs))


def _joined(parts: Sequence[_Judged]) -> _Judged:
    nothing = np.empty(0, dtype=np.int64)
    return _Judged(
        before=np.concatenate([nothing, *(one.before for one in parts)]),
        after=np.concatenate([nothing, *(one.after for one in parts)]),
        seen=tuple(seen for one in parts for seen in one.seen),
    )


def _gain(judged: _Judged, coverage: float) -> float:
    difference = reciprocal(judged.after) - reciprocal(judged.before)
    return float(np.average(difference, weights=judging_weights(judged.seen, coverage)))


def _gated(correction: Correction, tasks: Sequence[Task]) -> Adapter:
    """Return the adapter that a correction makes with a gate around what it was learnt from."""
    queries = np.concatenate([one.queries for one in tasks])
    mean = queries.mean(axis=0)
    typical = float(mean @ mean)
    closed, opened = (typical + share * (1 - typical) for share in (CLOSED_BELOW, OPEN_ABOVE))
    return Adapter(*correction, anchors=_centres(queries), closed_below=closed, open_above=opened)


def _centres(queries: Vectors) -> Vectors:
    """Return the unit centres of clusters of the questions (spherical k-means), or the questions, if they are few."""
    if len(queries) <= ANCHORS:
        return queries
    step = len(queries) / ANCHORS
    centres = queries[[int(place * step) for place in range(ANCHORS)]].copy()
    for _ in range(ANCHOR_ROUNDS):
        nearest = (queries @ centres.T).argmax(axis=1)
        sums = np.zeros_like(centres)
        np.add.at(sums, nearest, queries)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
    return centres


def _refused(reason: str) -> StepReport:
    return StepReport(name=PART, accepted=False, reason=reason)
