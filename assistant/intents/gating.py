"""Fits when to trust a decision, and where to draw the line between an intent and "none of these"."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.intents.features import Floats
from assistant.intents.model import Gate, logistic

Doubles = NDArray[np.float64]
Flags = NDArray[np.bool_]

PRIOR = Gate(weights=np.array([1.0, 1.0, 3.0, 6.0], dtype=np.float32), bias=-4.0)
"""What is believed before any example was held out; fitted on few-shot samples of BANKING77 and CLINC150."""

PRIOR_STRENGTH = 4.0
"""How strongly a gate is held to the prior, in the units of the log-likelihood: a dozen examples hardly move it."""

OUT_OF_SCOPE_SHARE = 0.1
"""Of the messages that customers write so many are taken to be out of scope, whatever the share among the examples."""

LEAST_FOR_THRESHOLD = 50
_STEPS = 25


@dataclass(frozen=True)
class Tried:
    """Decisions about examples that were held out, and whether they were right and the examples in scope."""

    traits: Floats
    right: Flags
    in_scope: Flags


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

    It makes as many messages as can be come out right, of which a share of `OUT_OF_SCOPE_SHARE` is out of scope.
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
    order = np.argsort(confidences)
    weights = _weights(tried)[order]
    outside, right = ~tried.in_scope[order], tried.right[order]
    # Refusing one more example, from the least sure on, gains it if it is out of scope and loses it if it was right.
    gains = np.concatenate([[0.0], np.cumsum(weights * outside - weights * right)])
    best = int(gains.argmax())
    edges = np.concatenate([[0.0], confidences[order], [1.0]])
    return float((edges[best] + edges[best + 1]) / 2)


def _weights(tried: Tried) -> Doubles:
    """Return what each example counts, so that those out of scope have their share."""
    outside = ~tried.in_scope
    weights = np.ones(len(outside))
    if outside.any() and not outside.all():
        share = OUT_OF_SCOPE_SHARE
        weights[outside] = share / (1 - share) * (~outside).sum() / outside.sum()
    return weights


def _share(hits: Flags) -> float:
    return round(float(hits.mean()), 4) if len(hits) else 0.0
