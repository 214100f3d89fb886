"""Mood of a text by small trained heads: sentiment and emotion, from its wording and, where there is one, its vector.

Three small networks vote. Each reads hashed words (`assistant.signals.wording`), VADER's figures, and the vector that
the search of the turn needs anyway; without a vector of that model they read the wording alone. `mood.npz` and
`mood.json` hold the weights and are written by `python -m benchmarks.train_signals`; see docs/decisions/0016.
"""

import json
import re
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from assistant.ports.indexes import Vectors
from assistant.signals.sentiment import VaderSentiment
from assistant.signals.tone import ACCUSED_LOG_ODDS, MATTER_SHARE, accuses, is_calm_question
from assistant.signals.wording import READ_CHARS, buckets_of, measures_of, normalised
from assistant.types import Sentiment, SentimentLabel

LABELS: tuple[SentimentLabel, ...] = get_args(SentimentLabel)

Numbers = NDArray[np.float32]
VectorOf = Callable[[str], Vectors | None]
"""Returns the vector of a text by the model that the heads know, or None."""

VECTOR_SCALE = 8.0
"""A unit vector of 384 numbers is multiplied by this, so that its numbers are of the size of the others."""

EMOTIONS: Mapping[SentimentLabel, frozenset[str]] = {
    "negative": frozenset(
        """anger annoyance confusion disappointment disapproval disgust embarrassment fear grief nervousness remorse
        sadness surprise""".split()
    ),
    "neutral": frozenset("confusion curiosity realization surprise".split()),
    "positive": frozenset(
        """admiration amusement approval caring desire excitement gratitude joy love optimism pride relief
        surprise""".split()
    ),
}
"""The emotions that go with each label: else the two would at times contradict each other."""

NAMED: Mapping[str, re.Pattern[str]] = {
    emotion: re.compile(rf"\b(?:{words})", re.IGNORECASE)
    for emotion, words in {
        "anger": r"angry|furious|livid|outrag(?:ed|eous)|enraged|how dare you|pissed|mad at",
        "annoyance": r"annoy(?:s|ed|ing)|irritat(?:ed|ing)|fed up|sick of|frustrat(?:ed|ing)|on my nerves|ridiculous",
        "confusion": r"confus(?:ed|ing)|puzzled|do(?: not|n'?t) understand|do(?: not|n'?t) get it|makes no sense",
        "disappointment": r"disappoint(?:ed|ing|ment)|let ?down|expected (?:better|more)",
        "fear": r"afraid|scared|frightened|terrified",
        "gratitude": r"thank(?:s| you)|grateful|appreciate",
        "sadness": r"sad\b|heartbroken|unhappy|devastated",
    }.items()
}
"""Words by which people name what they feel; each makes its emotion, where it is possible at all, likelier."""

NAMED_LOG_ODDS = 1.5

_BARE_ANSWER = re.compile(
    r"\W*(?:no|nope|nah|none|neither|yes|yep|yeah|ok|okay|sure|not (?:yet|now|really|sure))"
    r"(?:[\s,.]+(?:no|yes|please|not (?:yet|now|really)))*[\s.,!]?",
    re.IGNORECASE,
)

REMEMBERED = 2048
"""So many texts are not read twice: the messages of a conversation come again with each of its turns."""


@dataclass(frozen=True)
class Mood:
    """`probabilities` are those of `LABELS`; `emotion` is one of GoEmotions or empty, `confidence` its probability."""

    sentiment: Sentiment
    probabilities: tuple[float, float, float]
    emotion: str
    confidence: float


NO_MOOD = Mood(Sentiment(label="neutral", score=0.0), (0.0, 1.0, 0.0), "", 0.0)


@dataclass(frozen=True)
class Weights:
    """K networks of H hidden units over B buckets of D numbers; the columns of `table` and `vector` are scaled int8.

    Shapes: table (B, K*D), vector (width, K*H), hidden_bias (K, H), text (K, D+MEASURES, H), out (K, H, outputs),
    measures (MEASURES, outputs), bias (outputs,). Outputs are the labels, then the emotions.
    """

    table: NDArray[np.int8]
    table_scale: Numbers
    vector: NDArray[np.int8]
    vector_scale: Numbers
    hidden_bias: Numbers
    text: Numbers
    out: Numbers
    measures: Numbers
    bias: Numbers


class MoodHeads:
    """Reads moods; the weights are loaded with the first text. Thread-safe."""

    def __init__(self) -> None:
        """Read texts with the weights that were shipped."""
        self._vader = VaderSentiment()
        self._of_wording = lru_cache(maxsize=REMEMBERED)(lambda text: self.read(text, None))

    @property
    def model(self) -> str:
        """The digest of the weights whose vectors the heads know; fingerprints of embedders hold it."""
        return str(self._settings["model"])

    def read(self, text: str, vector: Vectors | None) -> Mood:
        """Return the mood of a text; `vector` is of the model that the heads know.

        A blank text is neutral 0, and so is a bare yes or no: what it is an answer to, not its mood, makes it one.
        """
        if not text.strip() or _BARE_ANSWER.fullmatch(text):
            return NO_MOOD
        logits = self._logits(text, vector)
        negative, neutral, positive = self._shares(text, logits[: len(LABELS)])
        label = LABELS[int(np.argmax((negative, neutral, positive)))]
        named = {name for name, words in NAMED.items() if words.search(text[:READ_CHARS])}
        emotion, confidence = self._emotion(logits[len(LABELS) :], EMOTIONS[label], named)
        score = round(float(positive - negative), 4)
        return Mood(
            Sentiment(label=label, score=score), (float(negative), float(neutral), float(positive)), emotion, confidence
        )

    def score(self, text: str) -> Sentiment:
        """Return the sentiment that the wording alone tells. Implements the `SentimentModel` port."""
        return self._of_wording(text).sentiment

    def _logits(self, text: str, vector: Vectors | None) -> Numbers:
        weights, normal = self._weights, normalised(text)
        measures = measures_of(normal, self._vader.polarity(normal))
        buckets = buckets_of(normal, len(weights.table))
        count, hidden_units = weights.hidden_bias.shape
        summed = weights.table[buckets].sum(axis=0, dtype=np.int32) * weights.table_scale / np.sqrt(len(buckets))
        wording = np.concatenate([summed.reshape(count, -1), np.tile(measures, (count, 1))], axis=1)
        hidden = np.einsum("kd,kdh->kh", wording, weights.text) + weights.hidden_bias
        if vector is not None:
            scaled = vector.astype(np.float32) * VECTOR_SCALE
            hidden = hidden + ((scaled @ weights.vector) * weights.vector_scale).reshape(count, hidden_units)
        votes = np.einsum("kh,kho->o", np.maximum(hidden, 0.0), weights.out) / count
        logits: Numbers = votes + measures @ weights.measures + weights.bias
        return logits

    def _shares(self, text: str, logits: Numbers) -> Numbers:
        """Return the probabilities of the labels: what a calm question is about is not how its asker feels."""
        heard = np.array([ACCUSED_LOG_ODDS * accuses(text), 0.0, 0.0])
        shares = _softmax(logits / float(self._settings["temperature"]) + heard)
        moved = MATTER_SHARE * float(shares[0]) if is_calm_question(text) else 0.0
        told: Numbers = shares + np.array([-moved, moved, 0.0])
        return told

    def _emotion(self, logits: Numbers, allowed: frozenset[str], named: Set[str]) -> tuple[str, float]:
        """Return the allowed emotion that is furthest above what it needs, and its probability; empty where none is."""
        needed: Mapping[str, float] = self._settings["emotions"]
        raised = logits + np.array([NAMED_LOG_ODDS * (name in named) for name in needed])
        probable = dict(zip(needed, 1 / (1 + np.exp(-raised)), strict=True))
        felt = {name: share for name, share in probable.items() if name in allowed and share >= needed[name]}
        best = max(felt, key=lambda name: felt[name] / needed[name], default="")
        return best, float(felt.get(best, 0.0))

    @cached_property
    def _settings(self) -> Mapping[str, Any]:
        content = resources.files(__package__).joinpath("mood.json").read_text(encoding="utf-8")
        settings: Mapping[str, Any] = json.loads(content)
        return settings

    @cached_property
    def _weights(self) -> Weights:
        with resources.as_file(resources.files(__package__).joinpath("mood.npz")) as path, np.load(path) as arrays:
            kept = {
                name: array if array.dtype == np.int8 else array.astype(np.float32) for name, array in arrays.items()
            }
        return Weights(**kept)


def _softmax(logits: Numbers) -> Numbers:
    raised = np.exp(logits - logits.max())
    shares: Numbers = raised / raised.sum()
    return shares
