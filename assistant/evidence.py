"""Judges whether passages hold the answer to a question."""

import math
import re
from collections.abc import Iterable, Sequence

from assistant.terms import asked_words, stem, terms
from assistant.types import Evidence, ScoredPassage

EVIDENCE_PASSAGES = 3
"""How many of the best passages together must cover the question."""

COVERAGE_WEIGHT, COSINE_WEIGHT, BIAS = 6.0, 8.0, -6.6
"""Logistic regression of "these passages answer" on coverage and cosine; see `benchmarks/answers.py`."""


UNKNOWN_MODEL_CONFIDENCE = 0.2
"""The most confidence there can be where the question names a model that the passages do not name."""

_MODEL = re.compile(r"\b[A-Z][A-Za-z]*[ -]?\d+\b")


def weigh_evidence(weights: dict[str, float], question: str, best: Sequence[ScoredPassage]) -> Evidence:
    """Judge whether the best passages cover the question: by its words, rare ones first, and by meaning."""
    cosine = max((found.cosine or 0.0 for found in best), default=0.0)
    cosine = min(1.0, max(0.0, cosine))
    found = {term for scored in best for term in terms(scored.passage.indexed_text)}
    total = sum(weights.values())
    coverage = sum(weight for term, weight in weights.items() if term in found) / total if total else 0.0
    odds = COVERAGE_WEIGHT * coverage + COSINE_WEIGHT * cosine + BIAS
    confidence = 1 / (1 + math.exp(-odds)) if best else 0.0
    unknown = unknown_models(question, [scored.passage.indexed_text for scored in best])
    if unknown:
        confidence = min(confidence, UNKNOWN_MODEL_CONFIDENCE)
    missing = (*unknown, *_missing(question, found))
    return Evidence(coverage=coverage, cosine=cosine, confidence=confidence, missing=missing[:5])


def unknown_models(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number, such as "Aria 7" or "TX-1", that the question has and no text has.

    What is true of the Aria 5 is not true of the Aria 7, however alike the passages are.
    """
    held = " ".join(texts).lower()
    models = dict.fromkeys(match.group() for match in _MODEL.finditer(question))
    return tuple(one for one in models if not re.search(_loosely(one.lower()), held))


def _loosely(model: str) -> str:
    """Return a pattern for a model's name that does not care for spaces and hyphens between its parts."""
    return r"\b" + r"[\s-]?".join(re.findall(r"[a-z]+|\d+", model)) + r"\b"


def _missing(question: str, found: Iterable[str]) -> tuple[str, ...]:
    known = set(found)
    absent = (word for word in asked_words(question) if stem(word) not in known)
    return tuple(dict.fromkeys(absent))
