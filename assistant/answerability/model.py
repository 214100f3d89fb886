"""The small model that turns features into a probability, and the threshold that keeps wrong answers rare."""

import math
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import model_validator

from assistant.answerability.features import Features
from assistant.types.value import Value

SHIPPED_FEATURES = (
    "best_cosine",
    "meaning_lead",
    "words_lead",
    "short_coverage",
    "sentence_lead",
    "kind",
    "negation_differs",
    "numbers_missing",
)
"""Those that help on every set, of all choices of ten: each set judged by a model fitted on the others."""

NEVER = 1.01
"""A threshold that no probability reaches: where even the surest answers are wrong too often, none is given."""

MAX_DEVIATIONS = 3.0
"""A feature further from its mean than this counts as this far: one odd figure must not decide alone."""


class Operating(Value):
    """What happens at one threshold: the share of questions answered, and the share of those answers that are wrong."""

    threshold: float
    answered: float
    wrong: float


class AnswerabilityModel(Value):
    """Logistic regression on standardised features, with what its thresholds did on questions it was not fitted on.

    `curve` is ordered by rising threshold. A feature that is absent counts as average.
    """

    origin: Literal["shipped", "fitted"]
    features: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float
    curve: tuple[Operating, ...] = ()
    questions: int = 0

    @model_validator(mode="after")
    def _same_length(self) -> Self:
        if not len(self.features) == len(self.means) == len(self.deviations) == len(self.weights):
            raise ValueError("features, means, deviations and weights must be of one length")
        if not all(one > 0 for one in self.deviations):
            raise ValueError("every deviation must be positive")
        return self

    def contributions(self, features: Features) -> dict[str, float]:
        """Return how far each feature moves the log odds, against an average question."""
        rows = zip(self.features, self.means, self.deviations, self.weights, strict=True)
        return {
            name: weight * _bounded((features[name] - mean) / deviation)
            for name, mean, deviation, weight in rows
            if name in features
        }

    def probability(self, features: Features) -> float:
        """Return the probability that the passages hold the answer."""
        return 1 / (1 + math.exp(-(self.bias + sum(self.contributions(features).values()))))

    def threshold(self, max_wrong_share: float) -> float:
        """Return the lowest probability to answer at, so that at most this share of the answers is wrong.

        Above it too the share must hold, so that a lucky stretch of the curve is not chosen.
        """
        chosen = NEVER
        for point in reversed(self.curve):
            if point.wrong > max_wrong_share:
                break
            chosen = point.threshold
        return chosen


def _bounded(deviations: float) -> float:
    return max(-MAX_DEVIATIONS, min(MAX_DEVIATIONS, deviations))


@cache
def shipped_model() -> AnswerabilityModel:
    """Return the model that judges until one was fitted to the knowledge base; see `benchmarks/answerability.py`."""
    text = files("assistant.answerability").joinpath("shipped.json").read_text(encoding="utf-8")
    return AnswerabilityModel.model_validate_json(text)
