"""What tells whether passages hold the answer: figures that a turn has at no further cost. No model is asked."""

from collections.abc import Mapping, Sequence
from statistics import fmean

from assistant.answerability.asking import asked_kind, holds_kind, is_negated
from assistant.answerability.holding import share_in_a_sentence
from assistant.answerability.reading import Reading, held_terms, read
from assistant.terms import terms, words
from assistant.types import Match, ScoredPassage

READ_PASSAGES = 3
"""How many of the best passages are read sentence by sentence."""

BM25_TOP = 2.2
"""The most that a term adds to a score of BM25, in multiples of its idf: k1 + 1."""

STANDS_OUT_OF = 30
"""A passage stands out in a ranking by what its score is above the mean of so many of the best."""

MOST_LEAD = 0.15
"""A passage that stands out by words further than this, in shares of what BM25 gives at most, counts as this far."""

SHORT_QUESTION = 5
"""So many terms, rare or not, has a short question at most."""

LEAD_OVER = 10
"""Of so many passages the best is compared with the others, sentence by sentence."""

Features = dict[str, float]


def features_of(
    question: str,
    weights: Mapping[str, float],
    best: Sequence[ScoredPassage],
    dense: Sequence[Match],
    keyword: Sequence[Match],
    *,
    alone: str | None = None,
) -> Features:
    """Return the features of a search by name; those of a retriever that was not asked are absent.

    Args:
        question: What was searched for.
        weights: The idf of each of the question's stemmed terms.
        best: The best passages of the fused ranking, best first.
        dense: The dense ranking, scored by cosine.
        keyword: The keyword ranking, scored by BM25.
        alone: The question without the words of the conversation that stand before it, which the answer need not hold.
    """
    readings = [read(one.passage) for one in best[:READ_PASSAGES]]
    return (
        _scores(weights, best, dense, keyword)
        | _words(question, weights, readings, question if alone is None else alone)
        | _sentence(question, weights, readings)
        | _standing_out(weights, best)
    )


def _scores(
    weights: Mapping[str, float], best: Sequence[ScoredPassage], dense: Sequence[Match], keyword: Sequence[Match]
) -> Features:
    """Return the best cosine, that of the best passage, and by how much this passage stands out in each ranking.

    It is below what others have there where the rankings do not agree. What BM25 says is told in shares of its maximum.
    """
    features: Features = {}
    if dense:
        features["cosine"] = dense[0].score
    if best and best[0].cosine is not None:
        features["best_cosine"] = best[0].cosine
        if dense:
            features["meaning_lead"] = _over(best[0].cosine, dense)
    if best and keyword and weights:
        own = next((match.score for match in keyword if match.passage_id == best[0].passage.id), 0.0)
        lead = _over(own, keyword) / (BM25_TOP * sum(weights.values()) or 1.0)
        features["words_lead"] = max(-MOST_LEAD, min(MOST_LEAD, lead))
    return features


def _over(score: float, ranking: Sequence[Match]) -> float:
    """Return by how much a score is above the mean of the best ones."""
    return score - fmean(match.score for match in ranking[:STANDS_OUT_OF])


def _words(question: str, weights: Mapping[str, float], readings: Sequence[Reading], alone: str) -> Features:
    """Tell what share of the question the passages hold together, and whether a number of it is in none of them.

    Of a long question any collection on its matter holds most words, so that only a short one's share tells much.
    """
    held = held_terms(readings)
    numbers = [word for word in words(question) if word[0].isdigit()]
    coverage = _share(weights, held)
    features = {"coverage": coverage, "numbers_missing": float(any(one not in held for one in numbers))}
    own = {term: weights[term] for term in terms(alone) if term in weights}
    return features | ({"short_coverage": _share(own, held)} if 0 < len(own) <= SHORT_QUESTION else {})


def _share(weights: Mapping[str, float], held: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 0.0


def _sentence(question: str, weights: Mapping[str, float], readings: Sequence[Reading]) -> Features:
    """Look at the sentence that holds most of the question, with the title and heading above it."""
    window, sentence = _best_sentence(weights, readings)
    kind = asked_kind(question)
    return {
        "kind": 0.0 if kind is None else 1.0 if holds_kind(kind, window, question) else -1.0,
        "negation_differs": float(is_negated(question) != is_negated(sentence)),
    }


def _standing_out(weights: Mapping[str, float], best: Sequence[ScoredPassage]) -> Features:
    """Tell how much more of the question the best passage says in one sentence than those after it do.

    Where all of them say as much, its words belong to the matter at large, and tell nothing.
    """
    shares = [share_in_a_sentence(one.passage, weights) for one in best[:LEAD_OVER]]
    return {"sentence_lead": shares[0] - fmean(shares[1:] or [0.0])} if shares else {}


def _best_sentence(weights: Mapping[str, float], readings: Sequence[Reading]) -> tuple[str, str]:
    """Return the surroundings of the sentence that covers most, and itself; of equals, that which covers more alone."""
    best, place = (0.0, 0.0), (0, 0)
    for row, reading in enumerate(readings):
        for column, sentence in enumerate(reading.sentences):
            own = _share(weights, sentence.terms)
            share = _share(weights, reading.above | sentence.terms) if own else 0.0
            if (share, own) > best:
                best, place = (share, own), (row, column)
    if not best[0]:
        return "", ""
    cut = readings[place[0]].sentences
    around = " ".join(one.text for one in cut[max(0, place[1] - 1) : place[1] + 2])
    return around, cut[place[1]].text
