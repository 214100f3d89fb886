"""Fits the answerability model: ridge logistic regression in plain numpy, towards a prior model where there is one."""

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assistant.answerability.features import Features
from assistant.answerability.model import MAX_DEVIATIONS, AnswerabilityModel, Operating
from assistant.types.value import Value

Array = NDArray[np.float64]

RIDGE = 10.0
"""How strongly each weight is held to the prior (0 without one), in the units of the log-likelihood."""

RIGHT_SHARE = 0.6
"""Of the questions that customers ask so many are taken to be answered by what is found; the rest are not.

Sets of questions are weighted to this share, whatever theirs is, so that a probability means the same in each.
"""

FOLDS = 5
STEPS = 50
CURVE_POINTS = 50


class Example(Value):
    """One question: its features, whether the right passage was found, and how much it counts."""

    features: Features
    right: bool
    weight: float = 1.0


def balanced(examples: Sequence[Example], total: float = 300.0) -> list[Example]:
    """Return examples that weigh `total` together, `RIGHT_SHARE` of it on the right ones."""
    right = sum(one.right for one in examples)
    weights = {
        True: RIGHT_SHARE * total / max(1, right),
        False: (1 - RIGHT_SHARE) * total / max(1, len(examples) - right),
    }
    return [one.model_copy(update={"weight": weights[one.right]}) for one in examples]


def fit(
    examples: Sequence[Example],
    *,
    features: Sequence[str],
    origin: Literal["shipped", "fitted"],
    prior: AnswerabilityModel | None = None,
    ridge: float = RIDGE,
) -> AnswerabilityModel:
    """Return the model that explains the examples best; the same examples give the same model.

    Its curve comes from cross-validation: each question is judged by a model that has not seen it.

    Raises:
        ValueError: The examples are not of both kinds.
    """
    right = np.array([one.right for one in examples], dtype=float)
    if not 0 < right.sum() < len(right):
        raise ValueError("questions of both kinds are needed: with and without an answer")
    counts = np.array([one.weight for one in examples], dtype=float)
    rows = matrix(examples, features)
    means, deviations = _standard(rows, counts)
    scaled = standardised(rows, means, deviations)
    start = _prior_weights(prior, features)
    judged = np.zeros(len(right))
    for fold in range(FOLDS):
        held = np.arange(len(right)) % FOLDS == fold
        judged[held] = probabilities(scaled[held], solve(scaled[~held], right[~held], counts[~held], start, ridge))
    solved = solve(scaled, right, counts, start, ridge)
    return AnswerabilityModel(
        origin=origin,
        features=tuple(features),
        means=_rounded(means),
        deviations=_rounded(deviations),
        weights=_rounded(solved[:-1]),
        bias=round(float(solved[-1]), 5),
        curve=curve(judged, right, counts),
        questions=len(examples),
    )


def matrix(examples: Sequence[Example], features: Sequence[str]) -> Array:
    """Return one row an example and one column a feature; what is absent is nan."""
    return np.array([[one.features.get(name, np.nan) for name in features] for one in examples], dtype=float)


def standardised(rows: Array, means: Array, deviations: Array) -> Array:
    """Return rows in deviations from the mean, bounded as the model bounds them; what is absent is average."""
    return np.clip(np.nan_to_num((rows - means) / deviations, nan=0.0), -MAX_DEVIATIONS, MAX_DEVIATIONS)


def solve(scaled: Array, right: Array, counts: Array, start: Array, ridge: float) -> Array:
    """Return weights, the bias last, by Newton's method on the penalised likelihood; the bias is not penalised."""
    design = np.column_stack([scaled, np.ones(len(scaled))])
    penalty = np.diag([*np.full(scaled.shape[1], ridge), 1e-3])
    weights = start.copy()
    for _ in range(STEPS):
        chance = probabilities(scaled, weights)
        slope = design.T @ (counts * (chance - right)) + penalty @ (weights - start)
        bend = (design * (counts * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - np.clip(step, -2, 2)
        if float(np.abs(step).max()) < 1e-8:
            break
    return weights


def probabilities(scaled: Array, weights: Array) -> Array:
    """Return the probability of each standardised row."""
    chances: Array = 1 / (1 + np.exp(-(scaled @ weights[:-1] + weights[-1])))
    return chances


def curve(judged: Array, right: Array, counts: Array) -> tuple[Operating, ...]:
    """Return what each of some thresholds does, by rising threshold."""
    points = []
    for threshold in np.unique(np.round(np.quantile(judged, np.linspace(0, 1, CURVE_POINTS)), 3)):
        answered = judged >= threshold
        share = float(counts[answered].sum())
        if share:
            wrong = float((counts * (1 - right))[answered].sum()) / share
            covered = share / float(counts.sum())
            points.append(Operating(threshold=float(threshold), answered=round(covered, 4), wrong=round(wrong, 4)))
    return tuple(points)


def _standard(rows: Array, counts: Array) -> tuple[Array, Array]:
    """Return the weighted mean and deviation of each column; a column that never varies gets a deviation of 1."""
    known = ~np.isnan(rows)
    weights = known * counts[:, None]
    totals = np.maximum(weights.sum(axis=0), 1e-9)
    means = (np.nan_to_num(rows) * weights).sum(axis=0) / totals
    spread = np.sqrt((np.nan_to_num(rows - means) ** 2 * weights).sum(axis=0) / totals)
    return means, np.where(spread > 1e-6, spread, 1.0)


def _prior_weights(prior: AnswerabilityModel | None, features: Sequence[str]) -> Array:
    known = {} if prior is None else dict(zip(prior.features, prior.weights, strict=True))
    return np.array([*(known.get(name, 0.0) for name in features), 0.0 if prior is None else prior.bias])


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(one), 5) for one in values)
