"""Judges whether passages hold the answer to a question."""

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.answerability.features import features_of
from assistant.answerability.model import AnswerabilityModel, shipped_model
from assistant.answerability.reading import held_terms, read
from assistant.answerability.wording import in_words
from assistant.extraction import answers_plainly
from assistant.settings import MAX_WRONG_SHARE
from assistant.statements import MONTHS
from assistant.terms import STOP_WORDS, asked_words, stem
from assistant.types import Evidence, Match, ScoredPassage

EVIDENCE_PASSAGES = 3
"""How many of the best passages together must cover the question."""

UNKNOWN_MODEL_CONFIDENCE = 0.2
"""The most confidence there can be where the question names a model that the passages do not name."""

PLAIN_FROM, PLAIN_CONFIDENCE = 0.15, 0.5
"""Where one sentence or one table has all that is asked for, figures that say less of a short question do not count."""

_MODEL = re.compile(r"\b([A-Z][A-Za-z]*)[ -]?(\d+)\b")
_YEAR = re.compile(r"(?:1\d|20)\d\d")


class EvidenceJudge:
    """Weighs evidence with one answerability model, for an operator who bears a certain share of wrong answers."""

    def __init__(self, *, model: AnswerabilityModel | None = None, max_wrong_share: float = MAX_WRONG_SHARE) -> None:
        """Judge by `model`; None judges by the one that is shipped."""
        self._model = model
        self._max_wrong_share = max_wrong_share

    def weigh(
        self,
        weights: Mapping[str, float],
        question: str,
        best: Sequence[ScoredPassage],
        dense: Sequence[Match] = (),
        keyword: Sequence[Match] = (),
        *,
        alone: str | None = None,
    ) -> Evidence:
        """Judge the best passages of a search by the words of the question, rare ones first, and by both rankings.

        `alone` is the question without the words of the conversation that stand before it.
        """
        model = self._model or shipped_model()
        needed = model.threshold(self._max_wrong_share)
        if not best:
            return Evidence(needed=needed)
        features = features_of(question, weights, best, dense, keyword, alone=alone)
        confidence = model.probability(features)
        if PLAIN_FROM <= confidence < PLAIN_CONFIDENCE and answers_plainly(question, best):
            confidence = PLAIN_CONFIDENCE
        unknown = unknown_models(question, [scored.passage.indexed_text for scored in best[:EVIDENCE_PASSAGES]])
        if unknown:
            confidence = min(confidence, UNKNOWN_MODEL_CONFIDENCE)
        found = held_terms(read(scored.passage) for scored in best[:EVIDENCE_PASSAGES])
        return Evidence(
            coverage=min(1.0, features["coverage"]),
            cosine=min(1.0, max(0.0, max((scored.cosine or 0.0 for scored in best), default=0.0))),
            confidence=confidence,
            needed=needed,
            missing=(*unknown, *_missing(question, found))[:5],
            because=in_words(model.contributions(features), for_it=confidence >= needed),
            features=features,
        )


def unknown_models(question: str, texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names with a number, such as "Aria 7" or "TX-1", that the question has and no text has.

    What is true of the Aria 5 is not true of the Aria 7, however alike the passages are.
    """
    held = " ".join(texts).lower()
    models = dict.fromkeys(match.group() for match in _MODEL.finditer(question) if _is_model(match))
    return tuple(one for one in models if not re.search(_loosely(one.lower()), held))


def _is_model(match: re.Match[str]) -> bool:
    """Tell a model from a date: "In 2019" and "May 5" name none."""
    word = match[1].lower()
    return word not in STOP_WORDS and word not in MONTHS and not _YEAR.fullmatch(match[2])


def _loosely(model: str) -> str:
    """Return a pattern for a model's name that does not care for spaces and hyphens between its parts."""
    return r"\b" + r"[\s-]?".join(re.findall(r"[a-z]+|\d+", model)) + r"\b"


def _missing(question: str, found: Iterable[str]) -> tuple[str, ...]:
    known = set(found)
    absent = (word for word in asked_words(question) if stem(word) not in known)
    return tuple(dict.fromkeys(absent))
