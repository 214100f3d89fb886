"""Tells the intent of a message from its words and its vector, or that it is none of those that were learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.intents.features import Floats, count_pieces, weighted
from assistant.types import IntentGuess

VECTOR_WEIGHT = 2.0
"""What the sentence vector counts beside the words, both of unit length; chosen by cross-validation."""

NEAREST_OF_INTENT = 3
NEAREST_OF_ALL = 5
"""So many of the nearest examples tell whether a message is like an intent, and like anything that was learnt."""

AFFINITY_WEIGHT = 1.5
"""What the mean cosine to an intent's nearest examples counts beside its plane; chosen by cross-validation."""

TRAITS = 4
_PLACES_AT_ONCE = 4_000_000

Rows = NDArray[np.intp]


@dataclass(frozen=True)
class LinearHead:
    """One separating plane for each intent, over words and vector.

    `words` has the shape (WIDTH, intents), `vectors` (dimension, intents), `bias` (intents,), `rarities` (WIDTH,).
    """

    rarities: Floats
    words: Floats
    vectors: Floats
    bias: Floats

    def decide(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Return the signed distances to the planes, shape (texts, intents); `vectors` has one row for each text."""
        read = weighted(count_pieces(texts), self.rarities)
        decided = vectors @ self.vectors * np.float32(VECTOR_WEIGHT) + self.bias
        for row in range(len(texts)):
            part = slice(read.starts[row], read.starts[row + 1])
            decided[row] += read.values[part] @ self.words[read.places[part]]
        return np.asarray(decided, dtype=np.float32)


class Exemplars:
    """The vectors of examples, those of an intent side by side."""

    def __init__(self, vectors: Floats, owners: Rows, intents: int) -> None:
        """Take unit vectors, shape (examples, dimension), and the place of the intent of each; none is without one."""
        order = np.argsort(owners, kind="stable")
        self.vectors = np.ascontiguousarray(vectors[order], dtype=np.float32)
        self.owners = owners[order]
        counts = np.bincount(self.owners, minlength=intents)
        starts = np.cumsum(counts) - counts
        self._columns = np.arange(len(order)) - starts[self.owners]
        self._shape = (intents, max(int(counts.max(initial=0)), NEAREST_OF_INTENT))
        self._kept = np.minimum(counts, NEAREST_OF_INTENT)

    def compare(self, vectors: Floats) -> tuple[Floats, Floats]:
        """Return the mean cosine to the nearest of each intent, (texts, intents), and to the nearest of all, (texts,).

        An intent with fewer than three examples is judged by those that it has.
        """
        at_once = max(1, _PLACES_AT_ONCE // (self._shape[0] * self._shape[1] + len(self.owners)))
        parts = [self._compare(vectors[start : start + at_once]) for start in range(0, len(vectors), at_once)]
        return np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts])

    def _compare(self, vectors: Floats) -> tuple[Floats, Floats]:
        cosines = vectors @ self.vectors.T
        padded = np.zeros((len(vectors), *self._shape), dtype=np.float32)
        # A text that is unlike all of an intent has cosine 0 to it, which is also what fills an empty place.
        padded[:, self.owners, self._columns] = np.maximum(cosines, 0)
        nearest = np.partition(padded, self._shape[1] - NEAREST_OF_INTENT, axis=2)[:, :, -NEAREST_OF_INTENT:]
        count = min(NEAREST_OF_ALL, cosines.shape[1])
        overall = np.partition(cosines, cosines.shape[1] - count, axis=1)[:, -count:].mean(axis=1)
        return nearest.sum(axis=2) / np.maximum(self._kept, 1), np.asarray(overall, dtype=np.float32)


@dataclass(frozen=True)
class Gate:
    """A logistic model over the traits of a decision: how probable it is that its intent is the right one."""

    weights: Floats
    bias: float

    def confidence(self, traits: Floats) -> Floats:
        """Return a probability for each row of traits."""
        return logistic(traits @ self.weights + self.bias)


@dataclass(frozen=True)
class IntentModel:
    """What was learnt from examples."""

    intents: tuple[str, ...]
    head: LinearHead
    exemplars: Exemplars
    gate: Gate
    threshold: float
    fingerprint: str
    """Of the embedder whose vectors were learnt from; those of another one mean nothing here."""

    figures: Mapping[str, float]
    """What cross-validation found when it was trained, by name."""

    descriptions: Mapping[str, str] = field(default_factory=dict)
    """What staff call an intent, where they have said so."""

    def guess(self, text: str, vector: Floats) -> IntentGuess:
        """Return the intent of one message, of which `vector` is the unit vector, shape (dimension,)."""
        return self.guess_all([text], vector[None, :])[0]

    def guess_all(self, texts: Sequence[str], vectors: Floats) -> list[IntentGuess]:
        """Return the intents of messages, one row of `vectors` for each."""
        best, traits = judge(self.head, self.exemplars, texts, vectors)
        guesses = []
        for place, confidence in zip(best, self.gate.confidence(traits), strict=True):
            name = self.intents[place]
            intent = name if confidence >= self.threshold else None
            guesses.append(IntentGuess(intent=intent, nearest=name, confidence=float(confidence)))
        return guesses


def logistic(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)) of each value; what is further from 0 than 40 is taken to be so far."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -40, 40))))


def judge(head: LinearHead, exemplars: Exemplars, texts: Sequence[str], vectors: Floats) -> tuple[Rows, Floats]:
    """Return the place of the best intent of each text, and the traits of that decision.

    The traits are the best intent's score, its lead over the next one, the mean cosine to its nearest examples, and to
    the nearest of all intents.
    """
    affinities, overall = exemplars.compare(vectors)
    scores = head.decide(texts, vectors) + np.float32(AFFINITY_WEIGHT) * affinities
    best = scores.argmax(axis=1)
    rows = np.arange(len(best))
    top = scores[rows, best]
    lead = top - np.partition(scores, -2, axis=1)[:, -2]
    return best, np.stack([top, lead, affinities[rows, best], overall], axis=1).astype(np.float32)
