"""Finds what stands beside the best sentence and belongs to the answer, though it repeats no word that was asked."""

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile

from assistant.extraction.asking import Asked, is_question
from assistant.extraction.beside import Company
from assistant.extraction.completing import length_of
from assistant.extraction.kinds import MOSTLY
from assistant.extraction.scoring import Candidate, weight_of
from assistant.extraction.units import Unit
from assistant.extraction.weighing import named_in
from assistant.terms import terms

BEHIND = 2
"""So many sentences behind the best one are looked at for the figure, or what follows, that it does not have."""

REMEDY_CHARS = 320
"""Of a trouble so much of the paragraph is told as stands behind the best sentence."""

SAME_QUESTION = 0.3
"""Yes or no is said if the question it answers holds this share of the words of the one that was asked."""

ALIKE_QUESTION = 0.75
"""A short answer is quoted whole if the question it was written to holds this share of the words of the one asked."""

ANSWER_CHARS = 320

_TELLS_HOW = re.compile(
    r"(?:please )?(?:ask|apply|write|send|tell|text|call|book|bring|order|contact|e-?mail|request|show|enter|choose"
    r"|use)\b",
    re.I,
)
"""What follows "You can ..." and tells what to do for it."""

MOST_NOTES, NOTES_CHARS = 2, 240

_OF_ALL_PRICES = re.compile(
    r"^(?:(?:all|the|our|these|listed)\s+)*(?:prices?|rates?|fees?|charges?|costs?)\b(?-i:(?! (?:of|for) [A-Z]))"
    r"|\b(?:charged|billed|paid|sold) (?:separately|extra|in addition)\b|\b(?:value added tax|VAT|sales tax)\b",
    re.I,
)
CASES_CHARS = 320
"""So much is told of other cases than that of the best sentence."""

_OF_A_CASE = re.compile(r"(?:if|where|when|unless|for|with|without)\b([^,:]{3,90}),", re.I)

_ANSWER_WORD = re.compile(r"(?:yes|no)\b", re.I)


def told_behind(asked: Asked, best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return what follows the best sentence in its paragraph: what is to be done, or a figure that it does not have."""
    behind = _behind(best, candidates)
    if asked.wants_remedy:
        whole = _before(best, candidates) + behind if _is_told_above(asked, best) else behind
        lengths = [sum(len(one.unit.text) for one in some) for some in (whole, behind)]
        return whole if lengths[0] <= REMEDY_CHARS else behind if lengths[1] <= REMEDY_CHARS else behind[:1]
    if asked.wants_possibility:
        return behind[: bool(behind) and _TELLS_HOW.match(behind[0].unit.text) is not None]
    if asked.wants_yes_or_no or not (asked.wants_figure or asked.wants_consequence):
        return []
    if asked.likeness(best.unit.text) >= MOSTLY:
        return []
    likely = (place for place, one in enumerate(behind[:BEHIND]) if asked.likeness(one.unit.text) >= MOSTLY)
    return behind[: next(likely, -1) + 1]


def other_cases(asked: Asked, best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return what its paragraph says right before or behind the best sentence of other cases, if none was named.

    "If the scale is wrong, ..." is half an answer to who asks about the scale where "If it is right, ..." follows.
    """
    case = _OF_A_CASE.match(best.unit.text)
    named = frozenset(terms(case[1])) if case else frozenset[str]()
    if best.unit.kind != "sentence" or not named or len(named & frozenset(terms(asked.text))) > len(named) / 2:
        return []
    own = [one for one in candidates if one.unit.rank == best.unit.rank and one.unit.paragraph == best.unit.paragraph]
    at = own.index(best)
    behind = takewhile(_tells_case, own[at + 1 :])
    before = takewhile(_tells_case, reversed(own[:at]))
    cases = [*reversed([*before]), *behind]
    return cases if length_of([one.unit for one in cases]) <= CASES_CHARS else []


def _tells_case(one: Candidate) -> bool:
    return one.unit.kind == "sentence" and _OF_A_CASE.match(one.unit.text) is not None


def price_notes(asked: Asked, best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return what is said of all prices right above or below the table in which a price stands."""
    if not asked.wants_price or best.unit.kind != "row":
        return []
    passage = [one for one in candidates if one.unit.rank == best.unit.rank]
    at = passage.index(best)
    above = list(takewhile(_is_prose, dropwhile(_is_table, reversed(passage[:at]))))
    below = list(takewhile(_is_prose, dropwhile(_is_table, passage[at:])))
    said = (one for side in (above, below) for one in side if one.unit.paragraph == side[0].unit.paragraph)
    notes = [one for one in said if _OF_ALL_PRICES.search(one.unit.text)][:MOST_NOTES]
    return notes if sum(len(one.unit.text) for one in notes) <= NOTES_CHARS else notes[:1]


def _is_table(one: Candidate) -> bool:
    return one.unit.kind in ("row", "header")


def _is_prose(one: Candidate) -> bool:
    return one.unit.kind == "sentence" and not one.unit.is_label


def same_question(company: Company, best: Candidate, candidates: Sequence[Candidate]) -> list[Unit]:
    """Return the whole of a short answer that was written to nearly the same question; nothing for any other."""
    if not is_question(best.section):
        return []
    asked = weight_of(frozenset(terms(best.section)) & company.telling, company.weights)
    if not asked or asked < ALIKE_QUESTION * weight_of(company.telling, company.weights):
        return []
    units = [one.unit for one in candidates if one.unit.rank == best.unit.rank]
    is_answer = length_of(units) <= ANSWER_CHARS and all(one.kind == "sentence" and not one.is_label for one in units)
    return units if is_answer else []


def answer_word(company: Company, best: Candidate, candidates: Sequence[Candidate]) -> list[Unit]:
    """Return the sentence that says yes or no above the best one, where its heading asks what was asked."""
    if not company.asked.wants_yes_or_no or not is_question(best.section):
        return []
    asked = weight_of(frozenset(terms(best.section)) & company.telling, company.weights)
    if asked < SAME_QUESTION * weight_of(company.telling, company.weights) or not asked:
        return []
    first = next(one.unit for one in candidates if one.unit.rank == best.unit.rank)
    is_own = first.paragraph == best.unit.paragraph and first.position < best.unit.position
    return [first] if is_own and _ANSWER_WORD.match(first.text) else []


def _is_told_above(asked: Asked, best: Candidate) -> bool:
    """Tell whether only the heading names a part of the trouble: then all of its paragraph is about it."""
    return bool(named_in(asked) & frozenset(terms(best.section)) - best.own)


def _before(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    if best.unit.kind != "sentence" or best.unit.procedure:
        return []
    return [one for one in _paragraph_of(best, candidates) if one.unit.position < best.unit.position]


def _paragraph_of(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    own = (one for one in candidates if one.unit.rank == best.unit.rank and one.unit.paragraph == best.unit.paragraph)
    return [one for one in own if one.unit.kind == "sentence"]


def _behind(best: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    if best.unit.kind != "sentence":
        return []
    return [one for one in _paragraph_of(best, candidates) if one.unit.position > best.unit.position]
