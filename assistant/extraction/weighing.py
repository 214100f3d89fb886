"""Tells which words of a question matter for the choice of a sentence: those that name the matter it is about."""

from collections.abc import Collection, Mapping

from assistant.extraction.asking import Asked
from assistant.terms import stem, terms

MEASURE_SHARE = 0.3
"""What a word such as "cost" weighs where a price is asked for: the price itself tells that a sentence is about it."""

_LIGHT = frozenset(
    stem(word)
    for word in (
        "take takes took taking make makes made making happen happens happened come comes came coming lot per "
        "during between each more less extra able possible okay please today currently exactly actually really already "
        "ever kind way else mean means tell there instead without maybe bring brings bringing brought"
    ).split()
)
"""Verbs and small words that stand in sentences about anything."""

_MEASURES = frozenset(
    stem(word)
    for word in (
        "long soon quick quickly fast far heavy big large wide tall loud late early old last lasts cost costs price "
        "prices fee fees pay keep weigh weighs expensive cheap cheaper often"
    ).split()
)
"""Words that ask for a figure, which the sentence that has it need not repeat."""

_CHARGE = stem("charge")
"""Where a price is asked for, what is charged otherwise is a battery."""


_OPPOSITES = tuple(
    (stem(one), stem(other))
    for one, other in (
        ("open", "closed"), ("included", "excluded"), ("allowed", "forbidden"), ("allowed", "prohibited"),
        ("possible", "impossible"), ("available", "unavailable"), ("accepted", "refused"), ("compulsory", "optional"),
    )
)  # fmt: skip
"""Words of which one denies what the other asserts: who asks whether it is open is answered by that it is closed."""


def opposites(own: Collection[str]) -> frozenset[str]:
    """Return the terms that some terms deny or assert by their opposite."""
    pairs = (*_OPPOSITES, *((other, one) for one, other in _OPPOSITES))
    return frozenset(other for one, other in pairs if one in own)


def weighed(asked: Asked, weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of a question's terms without its light words, and with less for those that ask for a figure.

    Where nothing else is left, all are kept as they were.
    """
    measures = _measures_of(asked)
    asked_before = _MEASURES - measures - set(terms(asked.text))
    left_out = _LIGHT | ({_CHARGE} if _CHARGE in measures else set()) | asked_before
    if not set(weights) - left_out - measures:
        return dict(weights)
    return {
        term: weight * (MEASURE_SHARE if term in measures else 1.0)
        for term, weight in weights.items()
        if term not in left_out
    }


def named_in(asked: Asked) -> frozenset[str]:
    """Return the terms of a question that are neither light nor ask for a figure: none for "what does it cost?"."""
    return frozenset(terms(asked.text)) - _LIGHT - _measures_of(asked)


def _measures_of(asked: Asked) -> frozenset[str]:
    measures = _MEASURES | {_CHARGE} if asked.wants_price else _MEASURES
    return measures.intersection(terms(asked.text)) if asked.wants_figure else frozenset()


def telling(asked: Asked, weights: Mapping[str, float], leaning: Collection[str]) -> frozenset[str]:
    """Return the terms that name what a question itself is about, without those of the topic that it is `leaning` on.

    Other spellings of its words that a search has found are among them.
    """
    return frozenset(weights).difference(leaning) - _LIGHT - _measures_of(asked)
