"""Fits the answerability model: ridge logistic regression in plain numpy, towards a prior model where there is one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.answerability.features import Features
from assistant.answerability.model import MAX_DEVIATIONS, AnswerabilityModel, Operating
from assistant.types.value import Value

Array = NDArray[np.float64]

RIDGE = 100.0
"""How strongly each weight is held to 0, in the units of the log-likelihood."""

FREE, HELD = 1e-3, 1e6
"""Penalties of a bias that goes where it will, and of one that stays."""

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


def fit(examples: Sequence[Example], *, features: Sequence[str], ridge: float = RIDGE) -> AnswerabilityModel:
    """Return the model that explains the examples best; the same examples give the same model.

    Its curve comes from cross-validation: each question is judged by a model that has not seen it.

    Raises:
        ValueError: The examples are not of both kinds.
    """
    right, counts = _labels(examples)
    rows = matrix(examples, features)
    means, deviations = _standard(rows, counts)
    scaled = standardised(rows, means, deviations)
    start = np.zeros(len(features) + 1)
    penalty = np.array([*np.full(len(features), ridge), FREE])
    judged = np.zeros(len(right))
    for fold in range(FOLDS):
        held = np.arange(len(right)) % FOLDS == fold
        judged[held] = probabilities(scaled[held], solve(scaled[~held], right[~held], counts[~held], start, penalty))
    solved = solve(scaled, right, counts, start, penalty)
    return AnswerabilityModel(
        origin="shipped",
        features=tuple(features),
        means=_rounded(means),
        deviations=_rounded(deviations),
        weights=_rounded(solved[:-1]),
        bias=round(float(solved[-1]), 5),
        curve=curve(judged, right, counts),
        questions=len(examples),
    )


def refit(examples: Sequence[Example], prior: AnswerabilityModel, ridge: float) -> AnswerabilityModel:
    """Return the prior with the weights that the examples ask for, held to those it has.

    Scales, bias and curve stay: examples that were made up say which features tell, not how often customers ask what
    cannot be answered.

    Raises:
        ValueError: The examples are not of both kinds.
    """
    right, counts = _labels(examples)
    scaled = standardised(matrix(examples, prior.features), np.array(prior.means), np.array(prior.deviations))
    start = np.array([*prior.weights, prior.bias])
    penalty = np.array([*np.full(len(prior.weights), ridge), HELD])
    solved = solve(scaled, right, counts, start, penalty)
    return prior.model_copy(update={"origin": "fitted", "weights": _rounded(solved[:-1]), "questions": len(examples)})


def matrix(examples: Sequence[Example], features: Sequence[str]) -> Array:
    """Return one row an example and one column a feature; what is absent is nan."""
    return np.array([[one.features.get(name, np.nan) for name in features] for one in examples], dtype=float)


def standardised(rows: Array, means: Array, deviations: Array) -> Array:
    """Return rows in deviations from the mean, bounded as the model bounds them; what is absent is average."""
    return np.clip(np.nan_to_num((rows - means) / deviations, nan=0.0), -MAX_DEVIATIONS, MAX_DEVIATIONS)


def solve(scaled: Array, right: Array, counts: Array, start: Array, penalties: Array) -> Array:
    """Return weights, the bias last, by Newton's method; each is held to its start by its penalty."""
    design = np.column_stack([scaled, np.ones(len(scaled))])
    penalty = np.diag(penalties)
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


def _labels(examples: Sequence[Example]) -> tuple[Array, Array]:
    right = np.array([one.right for one in examples], dtype=float)
    if not 0 < right.sum() < len(right):
        raise ValueError("questions of both kinds are needed: with and without an answer")
    return right, np.array([one.weight for one in examples], dtype=float)


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(one), 5) for one in values)
