"""Ranks fused candidates by what their texts say: pairs of words as they were asked, and support within a document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from assistant.fusion import Fused
from assistant.terms import beginning, placed_terms, terms
from assistant.types import Match, Passage

PAIRS_WEIGHT = 0.1
"""What it is worth that a passage holds all neighbouring words of the question as neighbours."""

SUPPORT_WEIGHT = 0.05
"""The share of its best other passage's score that a document adds to a passage."""

RANKED_BY_TEXT = 30
"""So many of the fused candidates are ranked by their texts; those after them keep their order, and score less."""

NONE_LEANS: Mapping[str, float] = {}
"""No passage gains or loses by customers' feedback."""

MOST_BETWEEN_CHARS = 60
"""Between two words that are neighbours but for stop words lies no more, the rest of the first word included."""

LONGEST_ENDING_CHARS = 16
"""What may follow the beginning of a word before it ends."""

Shares = dict[str, float]
"""The summands of a passage's score, by what they stand for."""


def shares_of(fused: Fused) -> dict[str, Shares]:
    """Return what meaning and words gave each fused candidate."""
    rows = zip(fused.ids, fused.meaning.tolist(), fused.words.tolist(), strict=True)
    return {one: {"meaning": meaning, "words": words} for one, meaning, words in rows}


def shares_of_matches(name: str, matches: Sequence[Match]) -> dict[str, Shares]:
    """Return the scores of one retriever's matches, where the other was not asked."""
    return {match.passage_id: {name: match.score} for match in matches}


@dataclass(frozen=True)
class Judged:
    """What passages are ranked by: a question, the weight of each of its terms, and what customers' feedback adds.

    `leanings` are shares of a passage's score by the digest of its text; those of most are 0, and left out.
    """

    question: str
    rarity: Mapping[str, float]
    leanings: Mapping[str, float] = field(default_factory=dict)


def rank(by: Judged, passages: Sequence[Passage], known: Mapping[str, Shares]) -> list[tuple[Passage, Shares]]:
    """Return passages, given best first, with the summands of their scores in their new order; ties keep the old one.

    `known` holds the summands so far by passage id.
    """
    pairs = _pairs(by.question, by.rarity)
    read = passages[:RANKED_BY_TEXT]
    ranked = [(one, known[one.id] | {"word pairs": PAIRS_WEIGHT * _share_held(pairs, one)}) for one in read]
    support = _support([(one.document_id, sum(shares.values())) for one, shares in ranked])
    for (_, shares), other in zip(ranked, support, strict=True):
        shares["same document"] = SUPPORT_WEIGHT * other
    for one, shares in ranked:
        if lean := by.leanings.get(one.digest):
            shares["feedback"] = lean * max(0.0, sum(shares.values()))
    rest = [(one, dict(known[one.id])) for one in passages[RANKED_BY_TEXT:]]
    return sorted([*ranked, *rest], key=lambda scored: -sum(scored[1].values()))


@dataclass(frozen=True)
class _Pair:
    """Two neighbouring words of a question: stemmed, by what their words begin with, and their share in the rarity."""

    first: str
    other: str
    beginnings: tuple[str, str]
    weight: float


def _pairs(question: str, rarity: Mapping[str, float]) -> list[_Pair]:
    """Return the neighbouring words of a question, each pair once."""
    pairs = [(one, other) for one, other in dict.fromkeys(pairwise(terms(question))) if one != other]
    weights = [rarity.get(one, 0.0) + rarity.get(other, 0.0) for one, other in pairs]
    total = sum(weights) or 1.0
    return [
        _Pair(one, other, (beginning(one), beginning(other)), weight / total)
        for (one, other), weight in zip(pairs, weights, strict=True)
    ]


def _share_held(pairs: Sequence[_Pair], passage: Passage) -> float:
    text = passage.indexed_text.lower()
    return sum(pair.weight for pair in pairs if _holds(pair, text))


def _holds(pair: _Pair, text: str) -> bool:
    """Tell whether a text in small letters holds both words of a pair with nothing but stop words between.

    Stemming a whole text is slow: only what follows where both may be is.
    """
    one, other = pair.beginnings
    at = text.find(one)
    while at >= 0:
        behind = at + len(one)
        if text.find(other, behind, behind + MOST_BETWEEN_CHARS + len(other)) >= 0 and _begins(pair, text, at):
            return True
        at = text.find(one, behind)
    return False


def _begins(pair: _Pair, text: str, at: int) -> bool:
    """Tell whether the word at a place is the first of a pair, and the next one that is no stop word the other."""
    is_first = False
    end = at + MOST_BETWEEN_CHARS + len(pair.other) + LONGEST_ENDING_CHARS
    for term, start in placed_terms(text, _word_start(text, at), end):
        if is_first or start > at:
            return is_first and term == pair.other
        is_first = term == pair.first
    return False


def _word_start(text: str, at: int) -> int:
    while at > 0 and text[at - 1].isalnum():
        at -= 1
    return at


def _support(scored: Sequence[tuple[str, float]]) -> list[float]:
    """Return for each passage the best score of another one of its document, 0 where there is none."""
    best: dict[str, list[float]] = {}
    for document, score in scored:
        best[document] = sorted([*best.get(document, ()), score], reverse=True)[:2]
    return [_other(best[document], score) for document, score in scored]


def _other(best: Sequence[float], own: float) -> float:
    """Return the best of a document's two best scores that is not a passage's own."""
    if len(best) < 2:
        return 0.0
    return max(0.0, best[1] if own == best[0] else best[0])
