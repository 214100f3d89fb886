"""Fits when to trust a decision, and where to draw the line between an intent and "none of these"."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.intents.features import Floats
from assistant.intents.model import Gate, logistic

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

PRIOR = Gate(weights=np.array([1.0, 1.0, 3.0, 6.0], dtype=np.float32), bias=-4.0)
"""What is believed before any example was held out: a clear and near decision is right."""

PRIOR_STRENGTH = 4.0
"""How strongly a gate is held to the prior, in the units of the log-likelihood: a dozen examples hardly move it."""

MOST_OUT_OF_SCOPE = 0.2
UNSEEN_MESSAGES = 500
"""Behind a file of examples so many messages out of scope are taken to be that nobody wrote into it.

A few examples written by hand say little of what else customers write; thousands of labelled messages say much.
"""

LEAST_OUT_OF_SCOPE_GIVEN = 0.1
LEAST_OUT_OF_SCOPE = 0.05
"""Who gives examples out of scope expects such messages; the least share of them that a threshold is chosen for."""

FOREIGN_SHARE = 0.75
"""Of what stands for messages out of scope, the part of those that have nothing to do with any intent."""

LEAST_FOR_THRESHOLD = 50
RESAMPLES = 100
RESAMPLING_SEED = 0
_STEPS = 25


@dataclass(frozen=True)
class Tried:
    """Decisions about examples that were held out, whether they were right, and whether the examples are in scope.

    `foreign` ones are out of scope in earnest; others that are not in scope belong to an intent that was left out.
    """

    traits: Floats
    right: Flags
    in_scope: Flags
    foreign: Flags
    out_of_scope_share: float = LEAST_OUT_OF_SCOPE
    """Of the messages that customers write, those that are taken to be out of scope."""


def expected_share(in_scope: int, out_of_scope: int) -> float:
    """Return the share of messages that are taken to be out of scope, from the numbers of examples of both kinds."""
    given = out_of_scope / (in_scope + out_of_scope)
    least = LEAST_OUT_OF_SCOPE_GIVEN if out_of_scope else LEAST_OUT_OF_SCOPE
    return max(least, given, min(MOST_OUT_OF_SCOPE, UNSEEN_MESSAGES / in_scope))


def fit_gate(tried: Tried) -> Gate:
    """Return the logistic model of right decisions that explains the tried ones and is near the prior.

    Solved by Newton's method on standardised traits; the bias is free.
    """
    if len(tried.right) < 2:
        return PRIOR
    scale = np.maximum(tried.traits.std(axis=0), 1e-6).astype(np.float64)
    rows = np.column_stack([tried.traits / scale, np.ones(len(tried.right))])
    counts, right = _weights(tried), tried.right.astype(float)
    prior = np.append(PRIOR.weights * scale, PRIOR.bias)
    penalty = np.append(np.full(len(scale), PRIOR_STRENGTH), 0.1)

    def loss(tried_weights: Doubles) -> float:
        wrong = np.logaddexp(0, (1 - 2 * right) * (rows @ tried_weights))
        return float((counts * wrong).sum() + (penalty * (tried_weights - prior) ** 2).sum() / 2)

    solved = prior
    for _ in range(_STEPS):
        chances = logistic(rows @ solved)
        slope = rows.T @ (counts * (right - chances)) - penalty * (solved - prior)
        curvature = (rows * (counts * chances * (1 - chances))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curvature, slope)
        # Where the whole step of Newton overshoots, a part of it does not.
        size = next((size for size in 0.5 ** np.arange(12) if loss(solved + size * step) < loss(solved)), 0.0)
        solved = solved + size * step
    return Gate(weights=(solved[:-1] / scale).astype(np.float32), bias=float(solved[-1]))


def choose_threshold(gate: Gate, tried: Tried) -> tuple[float, dict[str, float]]:
    """Return the confidence from which on an intent is named, and what that is worth on the tried examples.

    It makes as many messages as can be come out right, if a share of `out_of_scope_share` is out of scope.
    """
    confidences = gate.confidence(tried.traits).astype(np.float64)
    outside = ~tried.in_scope
    threshold = 0.5
    if outside.sum() >= LEAST_FOR_THRESHOLD:
        threshold = _best_line(confidences, tried)
    named = confidences >= threshold
    figures = {"threshold": round(threshold, 4), "in_scope_accuracy": _share((named & tried.right)[tried.in_scope])}
    return threshold, figures | ({"out_of_scope_recall": _share(~named[outside])} if outside.any() else {})


def _best_line(confidences: Doubles, tried: Tried) -> float:
    """Return the mean of the best thresholds on resamples (Breiman, 1996): one alone hangs on a few messages."""
    order = np.argsort(confidences, kind="stable")
    weights, right = _weights(tried)[order], tried.right[order]
    # Refusing one more example, from the least sure on, gains it if it is out of scope and loses it if it was right.
    gains = weights * (~tried.in_scope[order] * 1.0 - right)
    edges = np.concatenate([[0.0], confidences[order], [1.0]])
    random = np.random.default_rng(RESAMPLING_SEED)
    thresholds = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(random.integers(0, len(gains), len(gains)), minlength=len(gains))
        best = int(np.concatenate([[0.0], np.cumsum(gains * drawn)]).argmax())
        thresholds.append((edges[best] + edges[best + 1]) / 2)
    return float(np.mean(thresholds))


def _weights(tried: Tried) -> Doubles:
    """Return what each example counts, so that those out of scope have their share, and the foreign theirs of it."""
    left_out = ~tried.in_scope & ~tried.foreign
    shares = [(left_out, 1 - FOREIGN_SHARE), (tried.foreign, FOREIGN_SHARE)]
    there = [(flags, share) for flags, share in shares if flags.any()]
    total = tried.out_of_scope_share / (1 - tried.out_of_scope_share) * max(1, tried.in_scope.sum())
    weights = np.ones(len(tried.right))
    for flags, share in there:
        weights[flags] = total * share / sum(one for _, one in there) / flags.sum()
    return weights


def _share(hits: Flags) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0
