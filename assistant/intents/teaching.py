"""Trains intents with the embedder that a state folder uses, and keeps them there."""

import time
from collections.abc import Callable

from assistant.intents.examples import ExampleSet
from assistant.intents.fitting import Foreign, fit, foreign_messages
from assistant.intents.store import IntentStore
from assistant.ports import Embedder
from assistant.query_vectors import query_vectors
from assistant.types.value import Value

FEW_EXAMPLES = 5
"""An intent with fewer is learnt, and named in the report."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


class IntentsReport(Value):
    """The outcome of `assistant intents train`.

    `figures` come from cross-validation: the accuracy in scope and the recall out of scope at the threshold chosen.
    `with_few_examples` names intents that have fewer than five, `contradicting` the first texts under two intents.
    """

    examples: int
    intents: int
    out_of_scope: int
    with_few_examples: tuple[str, ...]
    contradicting: tuple[str, ...]
    figures: dict[str, float]
    embedder: str
    stored_bytes: int
    seconds: float


def train(
    examples: ExampleSet, embedder: Embedder, store: IntentStore, progress: Progress | None = None
) -> IntentsReport:
    """Learn the intents of some examples and keep them in place of those before.

    Raises:
        ConfigurationError: The examples name fewer than two intents.
        BackendError: The embedder failed.
    """
    began = time.monotonic()
    told = progress or _tell_nobody
    texts = [one.text for one in examples.examples]
    vectors = query_vectors(embedder, texts, lambda done: told("embedding examples", done, len(texts)))
    foreign = foreign_messages()
    model = fit(
        examples,
        vectors,
        foreign=Foreign(foreign, query_vectors(embedder, foreign)),
        fingerprint=embedder.fingerprint,
        progress=lambda done, of: told("learning", done, of),
    )
    counts = examples.counts
    return IntentsReport(
        examples=len(examples.examples),
        intents=len(counts),
        out_of_scope=examples.out_of_scope,
        with_few_examples=tuple(name for name, count in counts.items() if count < FEW_EXAMPLES),
        contradicting=examples.contradicting[:10],
        figures=dict(model.figures),
        embedder=embedder.fingerprint,
        stored_bytes=store.put(model),
        seconds=round(time.monotonic() - began, 1),
    )


def _tell_nobody(_step: str, _done: int, _all: int) -> None:
    """Let nobody know how far it is."""
