"""Finds what the passages say in place of a sentence that a model put in words of its own.

A model that writes well seldom repeats its sources. What it says then cannot be proved, and is not shown; but what it
had in mind can be quoted. That is found by the words both share, and need not agree with the sentence: where the model
turned a figure round, the source puts it right.
"""

import re
from collections.abc import Sequence

from assistant.extraction.completing import completed
from assistant.extraction.units import Unit, read_units
from assistant.terms import terms
from assistant.types import ScoredPassage

LEAST_ALIKE = 0.5
"""Of 556 sentences in which people summed up passages, and which no passage supports, half find one that is so alike;
by the cosine of MiniLM one in twenty of those is about something else."""

FEWEST_SHARED = 3
"""So many terms are shared at least."""

UNKNOWN_WEIGHT = 0.5
"""A word that no passage holds is the model's own, and weighs less than one that it could have from them."""

FIGURE_WEIGHT = 2.0
"""What a figure weighs that passages hold: sentences on different terms differ in little else."""

OWN_PART = 0.3
"""How much it counts that the passage's sentence says little else. Rare words do not count more: it chose worse."""

OTHER_SIGN = 0.85
"""What is left of the likeness where one denies and the other does not: its neighbour may be meant."""

MAX_CHARS = 450
"""A quotation with all that it needs is no longer."""

_ABOUT_SOURCES = re.compile(
    r"\b(?:I|my|me|documents?|documentation|passages?|context|sources?|excerpts?|mention(?:s|ed)?|provided)\b",
    re.IGNORECASE,
)
_DENIES = re.compile(r"\b(?:not|no|never|without|cannot|except)\b|n['’]t\b", re.IGNORECASE)


def liken(sentence: str, passages: Sequence[ScoredPassage]) -> list[Unit]:
    """Return the unit of the passages that is most like a sentence, with what it needs to be understood, in order.

    Nothing where none is alike enough. What speaks of the model itself or of its sources has no counterpart.
    """
    own = set(terms(sentence))
    if len(own) < FEWEST_SHARED or _ABOUT_SOURCES.search(sentence):
        return []
    units = [unit for one in passages for unit in read_units(one)]
    held = [set(terms(unit.text)) for unit in units]
    known = set().union(*held)
    weights = {term: _weight(term) if term in known else UNKNOWN_WEIGHT for term in own}
    most = sum(weights.values())
    denies = bool(_DENIES.search(sentence))
    best, found = LEAST_ALIKE, None
    for unit, said in zip(units, held, strict=True):
        both = own & said
        if len(both) < FEWEST_SHARED or unit.kind == "header" or unit.is_label or unit.text.endswith("?"):
            continue
        shared = sum(weights[term] for term in both)
        alike = (shared / most) ** (1 - OWN_PART) * (shared / sum(map(_weight, said))) ** OWN_PART
        alike *= 1.0 if denies == bool(_DENIES.search(unit.text)) else OTHER_SIGN
        if alike >= best:
            best, found = alike, unit
    if found is None:
        return []
    group = completed(found, units)
    return group if sum(len(one.text) for one in group) <= MAX_CHARS else []


def _weight(term: str) -> float:
    return FIGURE_WEIGHT if term[0].isdigit() else 1.0
