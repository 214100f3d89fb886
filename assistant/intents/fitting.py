"""Learns intents from examples, and from cross-validation when to say "none of these".

Linear support vector machines, one against the rest, over hashed words and sentence vector; a logistic gate over how
clear and how near a decision was. Where few examples are out of scope, whole intents are left out of a fold in turn,
and their examples stand for what nobody has foreseen.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from assistant.errors import ConfigurationError
from assistant.intents.examples import ExampleSet
from assistant.intents.features import WIDTH, Floats, Sparse, count_pieces, rarity, weighted
from assistant.intents.gating import Tried, choose_threshold, expected_share, fit_gate
from assistant.intents.model import TRAITS, VECTOR_WEIGHT, Exemplars, IntentModel, LinearHead, Rows, judge

REGULARISATION = 0.4
"""The C of the support vector machines; chosen by cross-validation."""

TOLERANCE = 0.1
"""LIBLINEAR's own for this loss (Fan et al., 2008); a finer one takes longer for the same accuracy."""

FOLDS = 5
SEED = 0
LEAST_OUT_OF_SCOPE = 20
"""With fewer examples out of scope, intents that are left out stand for them."""

LEAST_TO_LEAVE_OUT = 3
"""Of fewer intents none can be left out: two must remain to be told apart."""

FAMILIAR = 0.7
"""A foreign message with such a cosine to an example is not foreign here."""

UNKNOWN_BIAS = -1_000.0
"""Keeps an intent that a fold has not seen from being its answer."""

MOST_EXEMPLARS = 8_000
"""So many examples are compared with a message, spread over the intents: that takes a millisecond."""

Progress = Callable[[int, int], None]
"""Told how many fits are done, and of how many."""


@dataclass(frozen=True)
class _Ground:
    """All examples: their texts, hashed words and unit vectors, and each one's intent by place; -1 is out of scope."""

    texts: tuple[str, ...]
    counted: Sparse
    vectors: Floats
    labels: Rows
    intents: int
    given_out_of_scope: int


class Foreign(NamedTuple):
    """Messages that hardly any company is sent on purpose, and their unit vectors."""

    texts: Sequence[str]
    vectors: Floats


def foreign_messages() -> list[str]:
    """Return the messages that were shipped to stand for what is out of scope."""
    return (Path(__file__).parent / "foreign_messages.txt").read_text(encoding="utf-8").splitlines()


def fit(
    examples: ExampleSet,
    vectors: Floats,
    *,
    foreign: Foreign,
    fingerprint: str,
    progress: Progress | None = None,
) -> IntentModel:
    """Return the model of some examples, of which `vectors` holds the unit vectors in the same order.

    Where few of the examples are out of scope, `foreign` messages that are like none of the others stand for such too.

    The same examples give the same model: nothing in it is drawn by chance but from a fixed seed.

    Raises:
        ConfigurationError: The examples name fewer than two intents.
    """
    names = tuple(examples.counts)
    if len(names) < 2:
        raise ConfigurationError(f"{len(names)} intent(s) cannot be told apart; give examples of two at least")
    ground = _ground(examples, names, vectors, foreign)
    told = progress or _tell_nobody
    tried = _cross_validate(ground, told)
    gate = fit_gate(tried)
    threshold, figures = choose_threshold(gate, tried)
    head, exemplars = _learn(ground, np.flatnonzero(ground.labels >= 0))
    told(FOLDS + 1, FOLDS + 1)
    return IntentModel(
        intents=names,
        head=head,
        exemplars=exemplars,
        gate=gate,
        threshold=threshold,
        fingerprint=fingerprint,
        figures=figures,
        descriptions=examples.descriptions,
    )


def _tell_nobody(_done: int, _all: int) -> None:
    """Let nobody know how far it is."""


def _ground(examples: ExampleSet, names: tuple[str, ...], vectors: Floats, foreign: Foreign) -> _Ground:
    places = {name: place for place, name in enumerate(names)}
    labels = np.array([-1 if one.intent is None else places[one.intent] for one in examples.examples], dtype=np.intp)
    texts = [one.text for one in examples.examples]
    if examples.out_of_scope < LEAST_OUT_OF_SCOPE:
        strange = np.flatnonzero((foreign.vectors @ vectors[labels >= 0].T).max(axis=1) < FAMILIAR)
        texts += [foreign.texts[int(row)] for row in strange]
        vectors = np.concatenate([vectors, foreign.vectors[strange]])
        labels = np.append(labels, np.full(len(strange), -1))
    return _Ground(tuple(texts), count_pieces(texts), vectors, labels, len(names), examples.out_of_scope)


def _learn(ground: _Ground, rows: Rows) -> tuple[LinearHead, Exemplars]:
    """Learn from some rows, all in scope, of two intents at least; an intent without a row gets a plane below all."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.svm import LinearSVC

    counted, labels, vectors = ground.counted.rows(rows), ground.labels[rows], ground.vectors[rows]
    rarities = rarity(counted)
    read = weighted(counted, rarities)
    words = csr_matrix((read.values, read.places, read.starts), shape=(len(rows), WIDTH))
    machine = LinearSVC(C=REGULARISATION, tol=TOLERANCE, random_state=SEED)
    machine.fit(hstack([words, csr_matrix(vectors * np.float32(VECTOR_WEIGHT))], format="csr"), labels)
    planes, bias = machine.coef_.astype(np.float32), machine.intercept_.astype(np.float32)
    if len(machine.classes_) == 2:
        planes, bias = np.concatenate([-planes, planes]), np.concatenate([-bias, bias])
    all_planes = np.zeros((ground.intents, planes.shape[1]), dtype=np.float32)
    all_bias = np.full(ground.intents, UNKNOWN_BIAS, dtype=np.float32)
    all_planes[machine.classes_], all_bias[machine.classes_] = planes, bias
    head = LinearHead(
        rarities=rarities,
        words=np.ascontiguousarray(all_planes[:, :WIDTH].T),
        vectors=np.ascontiguousarray(all_planes[:, WIDTH:].T),
        bias=all_bias,
    )
    kept = _spread(labels)
    return head, Exemplars(vectors[kept], labels[kept], ground.intents)


def _spread(labels: Rows) -> Rows:
    """Return the rows of at most `MOST_EXEMPLARS` examples, as many of each intent as there are or may be."""
    counts = np.bincount(labels)
    most = int(counts.max())
    while most > 1 and np.minimum(counts, most).sum() > MOST_EXEMPLARS:
        most -= 1
    random = np.random.default_rng(SEED)
    kept = [random.permutation(np.flatnonzero(labels == label))[:most] for label in np.flatnonzero(counts)]
    return np.sort(np.concatenate(kept))


def _cross_validate(ground: _Ground, told: Progress) -> Tried:
    """Judge every example by a model that has not seen it."""
    folds = _folds(ground.labels)
    unseen = _left_out(ground)
    nothing = np.zeros(0, np.bool_)
    parts = [(np.zeros((0, TRAITS), np.float32), nothing, nothing, nothing)]
    for fold in range(FOLDS):
        unknown = (ground.labels < 0) | (unseen == fold)
        learnt = np.flatnonzero((folds != fold) & ~unknown)
        judged = np.flatnonzero(folds == fold)
        known = np.isin(ground.labels[judged], ground.labels[learnt])
        if len(np.unique(ground.labels[learnt])) >= 2 and len(judged):
            head, exemplars = _learn(ground, learnt)
            texts = [ground.texts[row] for row in judged]
            best, seen = judge(head, exemplars, texts, ground.vectors[judged])
            labels = ground.labels[judged]
            parts.append((seen, best == labels, known, labels < 0))
        told(fold + 1, FOLDS + 1)
    share = expected_share(int((ground.labels >= 0).sum()), ground.given_out_of_scope)
    traits, right, in_scope, foreign = (np.concatenate(one) for one in zip(*parts, strict=True))
    return Tried(traits, right, in_scope, foreign, share)


def _folds(labels: Rows) -> Rows:
    """Return the fold of each example, those of an intent spread evenly over all folds."""
    random = np.random.default_rng(SEED)
    folds = np.zeros(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        own = random.permutation(np.flatnonzero(labels == label))
        folds[own] = (np.arange(len(own)) + random.integers(FOLDS)) % FOLDS
    return folds


def _left_out(ground: _Ground) -> Rows:
    """Return for each example the fold in which its whole intent is left out; -1 where it is in none."""
    if ground.given_out_of_scope >= LEAST_OUT_OF_SCOPE or ground.intents < LEAST_TO_LEAVE_OUT:
        return np.full(len(ground.labels), -1)
    turns = np.random.default_rng(SEED).permutation(ground.intents) % FOLDS
    return np.where(ground.labels < 0, -1, turns[ground.labels])
