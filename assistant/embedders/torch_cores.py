"""Runs a torch model over many texts: one batch to a core, or on an accelerator one large batch after another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from assistant.embedders.batching import on_all_cores, padded_batches
from assistant.ports import Vectors

CPU_BATCH_TOKENS = 512
"""One batch of 512 tokens to a core gave 1.6 to 1.8 times the tokens a CPU second of 16 texts on two cores together
(MiniLM on two shared cores): OpenMP's threads spin while they wait for each other at the end of every operation."""

ACCELERATOR_BATCH_TOKENS = 16_384
"""Enough to keep a GPU busy, little enough for a small one; not measured here."""


def run_batches(lengths: Sequence[int], embed: Callable[[list[int]], Vectors], vectors: Vectors, device: str) -> None:
    """Fill `vectors` with what `embed` returns for row numbers; `lengths` counts tokens, `device` is torch's name."""
    if device != "cpu":
        for rows in padded_batches(lengths, ACCELERATOR_BATCH_TOKENS):
            vectors[rows] = embed(rows)
        return
    import torch

    with on_one_core():
        on_all_cores(
            padded_batches(lengths, CPU_BATCH_TOKENS), embed, vectors, prepare=partial(torch.set_num_threads, 1)
        )


@contextmanager
def on_one_core() -> Iterator[None]:
    """Let what this thread computes run on it alone: customers' questions come side by side on threads of their own.

    A second core takes an eighth off the time of a lone question of MiniLM; without it two cores answer a quarter more
    of those that come at once.
    """
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        # A thread's own setting is also what threads begun later get.
        torch.set_num_threads(threads)
