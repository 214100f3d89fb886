"""Tells which parts of a question an answer says nothing about, so that the customer can be told so."""

import re
from collections.abc import Iterator, Sequence

from assistant.disarming import disarmed
from assistant.extraction import Asked, named_in, parts_of, read_question
from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import Citation, Passage

ANSWERED_SHARE = 0.75
"""A part of a question counts as answered if the citations hold this share of its words."""

MAX_PART_CHARS = 120
"""A longer part is said back by its beginning."""

_STEP = re.compile(r"^[ \t]*\d{1,2}[.)][ \t]", re.MULTILINE)
_MEASURES = re.compile(
    r"\bhow (?:long|soon|quick\w*|fast|much|many|far|heavy|big|large|wide|tall|loud|late|early|old)\b"
    r"|\b(?:takes?|lasts?|costs?|prices?|fees?|weighs?|charges?)\b",
    re.I,
)
"""Words that ask for a figure, which the answer to them need not repeat: "It takes two hours" says how long."""


def unanswered(parts: Sequence[str], citations: Sequence[Citation]) -> tuple[str, ...]:
    """Return the parts of a question that the cited text says nothing about, as they may be said back.

    Args:
        parts: The parts that a search was not sure about.
        citations: What the answer rests on.
    """
    open_ones = (part for part in parts if not _is_answered(part, citations))
    shown = (disarmed(part.strip(" ?!.,;")[:MAX_PART_CHARS]) for part in open_ones)
    return tuple(one for one in shown if one)


def left_open(parts: Sequence[str], passages: Sequence[Passage], question: str) -> tuple[str, ...]:
    """Return the parts of a question, of those a search was not sure about, that no single sentence found speaks of.

    "When do I have to book?" is a weak question of its own, but "Book by 15 October" has its words and a date. "What
    does it cost?" is about what the first part of the whole `question` names.
    """
    first = set(terms(_MEASURES.sub(" ", parts_of(question)[0])))
    return tuple(part for part in parts if not any(_speaks_of(part, one, first) for one in passages))


def _speaks_of(part: str, passage: Passage, first: set[str]) -> bool:
    """Tell whether one sentence of a passage has a figure of the kind asked for, and the words not in its titles.

    "How do I make one?" is spoken of by steps in a passage that names what the first part does.
    """
    question = read_question(part)
    asked = set(terms(_MEASURES.sub(" ", part)))
    if _asks_how_alone(question):
        return bool(first) and _STEP.search(passage.text) is not None and first <= set(terms(passage.indexed_text))
    if not question.wants_figure or not (asked or first):
        return False
    above = set(terms(f"{passage.title} {passage.heading}"))
    told = (passage.text[start:end] for start, end in sentences(passage.text))
    likely = (set(terms(one)) for one in told if question.likeness(one) > 0)
    if not asked:
        return any(first & said for said in likely)
    return any(asked & said and asked <= above | said for said in likely)


def _asks_how_alone(question: Asked) -> bool:
    """Tell whether a question asks for steps and does not say to what: "How do I make one?" does."""
    return question.wants_steps and not named_in(question)


def _is_answered(part: str, citations: Sequence[Citation]) -> bool:
    """Tell whether the cited text has most words of a part of a question.

    Where the part asks for a figure, and a cited sentence has one of that kind, the words that ask for it need not be
    there.
    """
    known = {term for one in citations for term in terms(f"{one.title} {one.quote}")}
    asked = set(terms(part))
    question = read_question(part)
    if _asks_how_alone(question) and any(_STEP.search(one.quote) for one in citations):
        return True
    if question.wants_figure and any(map(question.likeness, _said(citations))):
        asked = set(terms(_MEASURES.sub(" ", part)))
    return len(asked & known) >= ANSWERED_SHARE * len(asked)


def _said(citations: Sequence[Citation]) -> Iterator[str]:
    for one in citations:
        yield from (one.quote[start:end] for start, end in sentences(one.quote))
