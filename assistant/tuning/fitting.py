"""Fits the adapter: chosen on a part of what may be learnt from, judged on what it has never seen."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.ports import Vectors
from assistant.records import StepReport
from assistant.tuning.adapter import PART, Adapter
from assistant.tuning.contrastive import Correction, learn
from assistant.tuning.judging import Gain, Ranks, figures, paired_gain, ranks, reciprocal
from assistant.tuning.pairs import Pair, held_out
from assistant.tuning.splitting import Split, split
from assistant.tuning.steps import Ground
from assistant.tuning.tasks import Task, build_tasks

LEAST_PAIRS = 40
MOST_PAIRS = 6_000
"""More are drawn from: so many are embedded and learnt in minutes."""

RANKS = (64, 16)
MOST_EPOCHS = 40
WATCHED_EPOCHS = 4
PATIENCE = 3
"""So many looks without a better figure end a fit."""

ANCHORS = 256
ANCHOR_ROUNDS = 6
CLOSED_BELOW, OPEN_ABOVE = 0.33, 0.55
"""How far from the mean cosine of two questions towards 1 the gate begins to open, and is open."""


@dataclass(frozen=True)
class _Setting:
    rank: int
    epochs: int
    gain: float


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
        parts = split(pairs, ground.coverage, self._seed)
        setting = self._choose(tasks, parts, ground)
        if setting.gain <= 0:
            report = _refused("there is nothing to learn: every change made held-out questions worse")
            return report.model_copy(update={"seconds": round(time.monotonic() - began, 1)}), None
        report = self._judge(tasks, parts, setting)
        payload = None
        if report.accepted:
            # What was judged had learnt from a part; with all there is it is not judged again, and as a rule better.
            payload = self._adapter(tasks, setting).to_bytes()
        seconds = round(time.monotonic() - began, 1)
        return report.model_copy(update={"stored_bytes": len(payload or b""), "seconds": seconds}), payload

    def _choose(self, tasks: Sequence[Task], parts: Split, ground: Ground) -> _Setting:
        """Return the rank and the number of rounds that do best within what may be learnt from."""
        inner = split(parts.learnt, parts.coverage, self._seed + 1)
        learning, judging = _learning(tasks, inner, parts.judged), [one.only(inner.judged) for one in tasks]
        best = _Setting(0, 0, 0.0)
        for number, rank in enumerate(RANKS):
            ground.progress("choosing", number, len(RANKS))
            best = max(best, self._watched(learning, judging, inner, rank), key=lambda one: one.gain)
        return best

    def _watched(self, learning: Sequence[Task], judging: Sequence[Task], inner: Split, rank: int) -> _Setting:
        before = _places(judging)
        weights = inner.weights(_pairs(judging))
        looks: list[_Setting] = []

        def watch(epoch: int, correction: Correction) -> bool:
            if epoch == 1 or epoch % WATCHED_EPOCHS == 0:
                after = _places(judging, _gated(correction, learning))
                gain = np.average(reciprocal(after) - reciprocal(before), weights=weights)
                looks.append(_Setting(rank, epoch, float(gain)))
            best = max(looks, key=lambda one: one.gain)
            return looks.index(best) >= len(looks) - PATIENCE

        if weights and any(one.pairs for one in learning):
            learn(learning, rank=rank, epochs=MOST_EPOCHS, seed=self._seed, watch=watch)
        return max(looks, key=lambda one: one.gain, default=_Setting(rank, 0, 0.0))

    def _judge(self, tasks: Sequence[Task], parts: Split, setting: _Setting) -> StepReport:
        adapter = self._adapter(_learning(tasks, parts, set()), setting)
        judging = [one.only(parts.judged) for one in tasks]
        before, after = _places(judging), _places(judging, adapter)
        weights = parts.weights(_pairs(judging))
        gain = paired_gain(reciprocal(before), reciprocal(after), weights, self._seed)
        was, now = figures(before, weights), figures(after, weights)
        accepted = gain.low > 0 and now["recall@1"] >= was["recall@1"]
        return StepReport(
            name=PART,
            accepted=accepted,
            reason=_reason(accepted, gain),
            before=was,
            after=now,
            gain=round(gain.mean, 4),
            gain_low=round(gain.low, 4),
            gain_high=round(gain.high, 4),
            learnt_from=len(parts.learnt),
            judged_with=len(before),
        )

    def _adapter(self, tasks: Sequence[Task], setting: _Setting) -> Adapter:
        return _gated(learn(tasks, rank=setting.rank, epochs=setting.epochs, seed=self._seed), tasks)


def _drawn(pairs: Sequence[Pair], seed: int) -> list[Pair]:
    """Return the pairs, or about as many of them as are learnt from at most."""
    if len(pairs) <= MOST_PAIRS:
        return list(pairs)
    return held_out(pairs, MOST_PAIRS / len(pairs), seed + 2, "question")[1]


def _learning(tasks: Sequence[Task], parts: Split, others: set[Pair]) -> list[Task]:
    """Return the tasks as far as they may be learnt from: nothing that judges, here or later, is in them."""
    learning = [one.without(parts.judged | others).only(set(parts.learnt)) for one in tasks]
    return [one for one in learning if one.pairs]


def _places(tasks: Sequence[Task], adapter: Adapter | None = None) -> Ranks:
    return np.concatenate([ranks(one, adapter) for one in tasks])


def _pairs(tasks: Sequence[Task]) -> list[Pair]:
    return [pair for one in tasks for pair in one.pairs]


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


def _reason(accepted: bool, gain: Gain) -> str:
    span = f"{gain.mean:+.3f} MRR@10 on held-out questions (95 % interval {gain.low:+.3f} to {gain.high:+.3f})"
    return f"it wins: {span}" if accepted else f"it does not surely win: {span}"


def _refused(reason: str) -> StepReport:
    return StepReport(name=PART, accepted=False, reason=reason)
