"""Learns a correction of the query vector that brings questions nearer to their passages than to all others.

InfoNCE (van den Oord et al., 2018) with every document, or the hardest and some at random, as negatives; Adam (Kingma
and Ba, 2015). The gradients are written out: two matrices do not need a library that takes seconds to load.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors
from assistant.tuning.tasks import Rows, Task

TEMPERATURE = 0.05
STEP_SIZE = 1e-3
DECAY = 0.1
BATCH = 128
ALL_DOCUMENTS = 2_000
"""With more documents than that, a batch is compared with some of them."""

HARD_NEGATIVES = 16
RANDOM_NEGATIVES = 512

Correction = tuple[Vectors, Vectors]
"""The matrices `down` (dimension, rank) and `up` (rank, dimension)."""


@dataclass
class _Adam:
    """Moments of the gradient, for each matrix."""

    weights: tuple[Vectors, Vectors]
    first: tuple[Vectors, Vectors]
    second: tuple[Vectors, Vectors]
    step: int = 0

    def apply(self, gradients: tuple[Vectors, Vectors]) -> None:
        self.step += 1
        for weights, first, second, gradient in zip(self.weights, self.first, self.second, gradients, strict=True):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            move = (first / (1 - 0.9**self.step)) / (np.sqrt(second / (1 - 0.999**self.step)) + 1e-8)
            weights -= STEP_SIZE * (move + DECAY * weights)


def learn(
    tasks: Sequence[Task],
    *,
    rank: int,
    epochs: int,
    seed: int = 0,
    watch: Callable[[int, Correction], bool] | None = None,
) -> Correction:
    """Return the matrices after `epochs` rounds over all questions, from the identity on.

    `watch` is told the number of rounds done and the matrices after each; it returns whether to go on.
    """
    random = np.random.default_rng(seed)
    width = tasks[0].queries.shape[1]
    down = (random.standard_normal((width, rank)) / np.sqrt(width)).astype(np.float32)
    up = np.zeros((rank, width), dtype=np.float32)
    nothing = (np.zeros_like(down), np.zeros_like(up))
    adam = _Adam((down, up), nothing, (np.zeros_like(down), np.zeros_like(up)))
    hardest = [_hardest(one) for one in tasks]
    for epoch in range(epochs):
        for number, rows in _batches(tasks, random):
            adam.apply(
                _gradients(tasks[number], rows, _candidates(tasks[number], rows, hardest[number], random), down, up)
            )
        if watch is not None and not watch(epoch + 1, (down, up)):
            break
    return down, up


def _batches(tasks: Sequence[Task], random: np.random.Generator) -> Iterator[tuple[int, Rows]]:
    batches = []
    for number, task in enumerate(tasks):
        order = random.permutation(len(task.pairs))
        batches += [(number, order[start : start + BATCH]) for start in range(0, len(order), BATCH)]
    for place in random.permutation(len(batches)):
        yield batches[place]


def _hardest(task: Task) -> Rows | None:
    """Return for each question the rows of the documents nearest to it; None where all documents are compared."""
    if len(task.documents) <= ALL_DOCUMENTS:
        return None
    nearest = [
        np.argpartition(-(task.queries[start : start + BATCH] @ task.documents.T), HARD_NEGATIVES, axis=1)
        for start in range(0, len(task.queries), BATCH)
    ]
    return np.concatenate([one[:, :HARD_NEGATIVES] for one in nearest])


def _candidates(task: Task, rows: Rows, hardest: Rows | None, random: np.random.Generator) -> Rows:
    """Return the sorted rows of the documents that a batch is compared with."""
    if hardest is None:
        return np.arange(len(task.documents))
    some = random.integers(0, len(task.documents), RANDOM_NEGATIVES)
    return np.unique(np.concatenate([hardest[rows].ravel(), *(task.gold[row] for row in rows), some]))


def _gradients(task: Task, rows: Rows, candidates: Rows, down: Vectors, up: Vectors) -> tuple[Vectors, Vectors]:
    """Return the gradients of the mean loss of a batch by `down` and `up`."""
    queries, documents = task.queries[rows], task.documents[candidates]
    inner = queries @ down
    moved = queries + inner @ up
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / lengths
    wanted, left_out = _masks(task, rows, candidates)
    scores = unit @ documents.T / TEMPERATURE
    scores[left_out] = -np.inf
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    share = chances * wanted
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-30)
    by_unit = (chances - share) @ documents / (TEMPERATURE * len(rows))
    by_moved = (by_unit - (by_unit * unit).sum(axis=1, keepdims=True) * unit) / lengths
    return queries.T @ (by_moved @ up.T), inner.T @ by_moved


def _masks(task: Task, rows: Rows, candidates: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which documents answer which question of a batch, and which are left out of its ranking."""
    wanted = np.zeros((len(rows), len(candidates)), dtype=np.bool_)
    left_out = np.zeros_like(wanted)
    for place, row in enumerate(rows):
        wanted[place, np.searchsorted(candidates, task.gold[row])] = True
        if task.own[row] >= 0:
            left_out[place] = candidates == task.own[row]
    return wanted, left_out
