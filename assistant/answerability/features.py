"""What tells whether passages hold the answer: figures that a turn has at no further cost. No model is asked."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import fmean

from assistant.answerability.asking import asked_kind, holds_kind, is_negated, names
from assistant.answerability.reading import Reading, Sentence, read
from assistant.terms import STOP_WORDS, stem, words
from assistant.types import Match, ScoredPassage

READ_PASSAGES = 3
"""How many of the best passages are read sentence by sentence."""

BM25_TOP = 2.2
"""The most that a term adds to a score of BM25, in multiples of its idf: k1 + 1."""

NEAR = 3
"""Two terms that follow each other in the question are found together when at most this far apart."""

Features = dict[str, float]


def features_of(
    question: str,
    weights: Mapping[str, float],
    best: Sequence[ScoredPassage],
    dense: Sequence[Match],
    keyword: Sequence[Match],
) -> Features:
    """Return the features of a search by name; those of a retriever that was not asked are absent.

    Args:
        question: What was searched for.
        weights: The idf of each of the question's stemmed terms.
        best: The best passages of the fused ranking, best first.
        dense: The dense ranking, scored by cosine.
        keyword: The keyword ranking, scored by BM25.
    """
    readings = [read(one.passage) for one in best[:READ_PASSAGES]]
    return (
        _scores(weights, dense, keyword)
        | _agreement(best, dense, keyword)
        | _coverage(weights, readings)
        | _sentence(question, weights, readings)
        | _named(question, readings)
    )


def _scores(weights: Mapping[str, float], dense: Sequence[Match], keyword: Sequence[Match]) -> Features:
    features: Features = {}
    if dense:
        cosines = [match.score for match in dense[:10]]
        features |= {
            "cosine": cosines[0],
            "cosine_margin": cosines[0] - (cosines[1] if len(cosines) > 1 else 0.0),
            "cosine_lead": cosines[0] - fmean(cosines),
        }
    if keyword and weights:
        most = BM25_TOP * sum(weights.values()) or 1.0
        scores = [match.score / most for match in keyword[:10]]
        features |= {
            "bm25": scores[0],
            "bm25_margin": scores[0] - (scores[1] if len(scores) > 1 else 0.0),
            "bm25_lead": scores[0] - fmean(scores),
        }
    return features


def _agreement(best: Sequence[ScoredPassage], dense: Sequence[Match], keyword: Sequence[Match]) -> Features:
    if not dense or not keyword:
        return {}
    by_meaning = [match.passage_id for match in dense]
    by_words = [match.passage_id for match in keyword]
    first = best[0].passage.id if best else ""
    return {
        "overlap": len(set(by_meaning[:10]) & set(by_words[:10])) / 10,
        "dense_first_by_words": _reciprocal(by_meaning[0], by_words),
        "words_first_by_dense": _reciprocal(by_words[0], by_meaning),
        "first_of_both": (_reciprocal(first, by_meaning) + _reciprocal(first, by_words)) / 2,
    }


def _reciprocal(passage_id: str, ranking: Sequence[str]) -> float:
    return 1 / (1 + ranking.index(passage_id)) if passage_id in ranking else 0.0


def _coverage(weights: Mapping[str, float], readings: Sequence[Reading]) -> Features:
    held = [_terms(reading) for reading in readings]
    everything = frozenset[str]().union(*held)
    heaviest = max(weights.values(), default=1.0) or 1.0
    missing = max((weight for term, weight in weights.items() if term not in everything), default=0.0)
    return {
        "coverage": _share(weights, everything),
        "coverage_first": _share(weights, held[0]) if held else 0.0,
        "coverage_one": max((_share(weights, one) for one in held), default=0.0),
        "heaviest_missing": missing / heaviest,
        "terms": math.log1p(len(weights)),
    }


def _terms(reading: Reading) -> frozenset[str]:
    return reading.above.union(*(sentence.terms for sentence in reading.sentences))


def _share(weights: Mapping[str, float], held: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def _sentence(question: str, weights: Mapping[str, float], readings: Sequence[Reading]) -> Features:
    """Look at the sentence that holds most of the question, with the title and heading above it."""
    share, own, window, sentence = _best_sentence(weights, readings)
    kind = asked_kind(question)
    met = 0.0 if kind is None else 1.0 if holds_kind(kind, window, question) else -1.0
    return {
        "sentence": share,
        "sentence_own": own,
        "together": _together(question, sentence.terms),
        "kind": met,
        "negation_differs": float(is_negated(question) != is_negated(sentence.text)),
    }


def _best_sentence(weights: Mapping[str, float], readings: Sequence[Reading]) -> tuple[float, float, str, Sentence]:
    """Return what the best sentence covers with and without what stands above it, its surroundings, and itself."""
    best = (0.0, 0.0, "", Sentence("", ()))
    for reading in readings:
        for place, sentence in enumerate(reading.sentences):
            own = _share(weights, frozenset(sentence.terms))
            share = _share(weights, reading.above.union(sentence.terms)) if own else 0.0
            if (share, own) > best[:2]:
                around = " ".join(one.text for one in reading.sentences[max(0, place - 1) : place + 2])
                best = (share, own, around, sentence)
    return best


def _together(question: str, held: Sequence[str]) -> float:
    """Return the share of neighbouring terms of the question that stand near each other, in order, in the sentence."""
    asked = [stem(word) for word in words(question) if word not in STOP_WORDS]
    couples = list(pairwise(asked))
    if not couples:
        return 0.0
    places: dict[str, list[int]] = {}
    for place, term in enumerate(held):
        places.setdefault(term, []).append(place)
    found = sum(
        any(0 < there - here <= NEAR for here in places.get(one, ()) for there in places.get(other, ()))
        for one, other in couples
    )
    return found / len(couples)


def _named(question: str, readings: Sequence[Reading]) -> Features:
    """Count the numbers and names of the question that no passage read holds."""
    text = " ".join(sentence.text for reading in readings for sentence in reading.sentences).lower()
    held = set(words(text)).union(*(reading.above for reading in readings))
    numbers = [word for word in words(question) if word[0].isdigit()]
    called = [word for name in names(question) for word in words(name) if word not in STOP_WORDS]
    return {
        "numbers_missing": float(any(one not in held for one in numbers)),
        "names_missing": sum(one not in held and stem(one) not in held for one in called) / max(1, len(called)),
        "names": float(bool(called)),
    }
