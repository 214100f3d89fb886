"""Which texts go through a local model together, and on how many cores."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from assistant.ports import Vectors

if TYPE_CHECKING:
    from tokenizers import Encoding


def padded_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Group texts of like length, longest first; return row numbers.

    A group of more than one text holds at most `budget` tokens, padding counted: what is padded is computed like text.
    Small groups are the faster ones: their intermediate results stay in a core's own cache.
    """
    batches: list[list[int]] = []
    room = 0
    # A stable sort, so that the same texts are grouped in the same way each time.
    for row in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if room < 1:
            batches.append([])
            room = max(1, budget // max(1, lengths[row]))
        batches[-1].append(row)
        room -= 1
    return batches


def inputs_of(encoded: "Encoding") -> dict[str, NDArray[np.int64]]:
    """Return what a BERT takes of one encoded text or pair, each of shape (1, tokens)."""
    columns = {"input_ids": encoded.ids, "attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids}
    return {name: np.array([column], dtype=np.int64) for name, column in columns.items()}


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container are fewer than the machine has."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def on_all_cores(
    batches: Sequence[list[int]],
    embed: Callable[[list[int]], Vectors],
    vectors: Vectors,
    *,
    prepare: Callable[[], object] = lambda: None,
) -> None:
    """Fill the rows of each batch in `vectors` with what `embed` returns for them, one batch to a core.

    A single batch is computed by the caller's own thread; the others' threads call `prepare` first.

    Whole batches side by side waste less than one batch cut into slices: no core waits at the end of each layer for a
    slower one. Longest first means that they finish together.
    """

    def fill(rows: list[int]) -> None:
        vectors[rows] = embed(rows)

    if len(batches) < 2:
        for rows in batches:
            fill(rows)
        return
    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="encoder", initializer=prepare) as pool:
        for _ in pool.map(fill, batches):
            # Reading the results raises what a batch raised.
            pass


def padded(sequences: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return token ids and mask, both int64 of shape (texts, longest), with zeros on the right."""
    longest = max(1, *(len(one) for one in sequences))
    ids = np.zeros((len(sequences), longest), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, one in enumerate(sequences):
        ids[row, : len(one)] = one
        mask[row, : len(one)] = 1
    return ids, mask
