"""Whose words a supported sentence is shown in: its own, where they are the source's, or else the source's sentence.

A quotation stands where the sentence would have stood, with the same citation. It is said once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.denials import asks_what_is_not
from assistant.drafting import Draft
from assistant.extraction import Unit, liken, separator
from assistant.grounding import REFERS_BACK, Span, denial_above, denial_of, ground, is_retold
from assistant.segmentation import IMAGES, sentences
from assistant.terms import STOP_WORDS, terms, words
from assistant.types import ScoredPassage
from assistant.whole_blocks import last_header

MAX_QUOTE_CHARS = 400
"""A longer quotation does not fit where one sentence was meant."""

LEAST_SAID = 0.5
"""Of several sentences that are too long together, one is quoted that holds this share of the words that were said."""

TOLD_SHARE = 0.8
"""A quotation of whose words an answer holds this share, from the same place, would be said twice."""

MAX_TITLE_WORDS = 14
"""A line of more words is no title above a sentence."""

_SIGN = re.compile(r"\s*(?:[-*•]|\d{1,3}[.)])\s+")
_ENDS = re.compile(r"[.!?…。！？][\"'”’»)\]*_]*$")
_STATES = frozenset("is are was were be can could will must may might should has have had if unless".split())


@dataclass(frozen=True)
class Wording:
    """What is shown of a sentence: the white space before it, its text, and the span that it rests on."""

    lead: str
    text: str
    span: Span


def wording(lead: str, sentence: str, span: Span, draft: Draft) -> list[Wording]:
    """Return what is shown of a supported sentence: itself, or the quotation; nothing where that does not fit.

    A row of a table comes after the table's header; an item that is no sentence stands on a line of its own. What
    stands below a heading that denies it comes after that heading, and is not shown without it.

    Args:
        lead: The white space before the sentence.
        sentence: What was said, without marks of citations.
        span: What supports it.
        draft: The answer so far.
    """
    is_denied = bool(denial_of(span)) and not asks_what_is_not(sentence)
    if is_retold(sentence, span) and not is_denied:
        return [Wording(lead, sentence, span)]
    if is_denied and denial_above(span) is None:
        return []
    is_row = span.quote.startswith("|")
    quoted = [*_header(span), span] if is_row else _fitting(sentence, span, draft)
    if not quoted or sum(len(one.quote) for one in quoted) > MAX_QUOTE_CHARS:
        return []
    denial = _denial(lead, quoted[-1], draft)
    lead = "\n" if denial else lead
    sign = _SIGN.match(sentence)
    before = sign.group() if sign and not is_row else ""
    if not before and not is_row and quoted[0].quote[:1].islower() and _is_item(quoted[0]):
        before, lead = "- ", "\n" if draft.text else lead
    leads = ["\n\n" if is_row else lead, *["\n"] * (len(quoted) - 1)]
    return [*denial, *(Wording(lead, f"{before}{one.quote}", one) for lead, one in zip(leads, quoted, strict=True))]


def _denial(lead: str, span: Span, draft: Draft) -> list[Wording]:
    """Return the heading without which a span would say the opposite, unless the answer rests on it already."""
    above = denial_above(span)
    return [] if above is None or draft.holds(above) else [Wording(lead, above.quote, above)]


def counterpart(lead: str, sentence: str, passages: Sequence[ScoredPassage], draft: Draft) -> list[Wording]:
    """Return what the passages say in place of a sentence that none of them supports; nothing where none is like it.

    Of several, what the answer rests on already is left out.
    """
    found: list[Wording] = []
    last: Unit | None = None
    for unit in liken(sentence, passages):
        passage = next(one.passage for one in passages if one.rank == unit.rank)
        if (span := ground(unit.text, [passage])) is not None:
            own_line = "\n" if draft.text and unit.kind != "sentence" else lead
            before = own_line if last is None else separator(last, unit)
            denial = [one for one in _denial(before, span, draft) if all(other.span != one.span for other in found)]
            found.extend([*denial, Wording("\n" if denial else before, unit.text, span)])
            last = unit
    return [one for one in found if not draft.holds(one.span)] or found


def is_told(wordings: Sequence[Wording], spans: Sequence[Span], text: str) -> bool:
    """Tell whether an answer that rests on some spans holds nearly all words of what rests on one of them again."""
    own = {term for one in wordings for term in terms(one.text)}
    rests = any(one.span.overlaps(other) for one in wordings for other in spans)
    return rests and len(own & set(terms(text))) >= TOLD_SHARE * len(own)


def _header(span: Span) -> list[Span]:
    """Return the header of the table that a row stands in, if it has one and is not that itself."""
    passage = span.passage
    above = last_header(passage.text, span.start - passage.start)
    if above:
        return [Span(passage, passage.start + above[0], passage.start + above[1])]
    return [Span(passage.head, passage.head.start, passage.head.end)] if passage.head else []


def _fitting(sentence: str, span: Span, draft: Draft) -> list[Span]:
    """Return what of a span is quoted: all, without the sentence before it, or the sentence of it that says most."""
    text, offset = span.passage.text, span.passage.start
    whole = _plain(span)
    bounds = [(start + offset, end + offset) for start, end in sentences(text)]
    each = [replace(span, start=start, end=end) for start, end in bounds if whole.start <= start and end <= span.end]
    said = set(terms(sentence))
    most = max(each, key=lambda one: len(said & set(terms(one.quote))), default=whole)
    says = len(said & set(terms(most.quote))) >= LEAST_SAID * len(said)
    tried = [_from_whom(whole, bounds, draft), whole, *([_plain(most)] if says else [])]
    return [one for one in tried if len(one.quote) <= MAX_QUOTE_CHARS and _is_whole(one)][:1]


def _plain(span: Span) -> Span:
    """Return a span without the titles that stand above it and without the sign of a list."""
    found = replace(span, start=span.start + _titles(span.quote))
    sign = _SIGN.match(found.quote)
    return replace(found, start=found.start + sign.end()) if sign else found


def _from_whom(span: Span, bounds: Sequence[tuple[int, int]], draft: Draft) -> Span:
    """Return a span that opens with a pronoun with the sentence before it, unless the answer rests on that already."""
    text, offset = span.passage.text, span.passage.start
    last = [
        start for start, end in bounds if end <= span.start and "\n\n" not in text[end - offset : span.start - offset]
    ]
    if not last or not REFERS_BACK.match(span.quote):
        return span
    before = replace(span, start=last[-1])
    return span if draft.holds(replace(before, end=span.start)) else before


def _titles(quote: str) -> int:
    """Return where the first sentence of a quotation begins, after the titles, marked or not, that stand above it."""
    at = 0
    lines = quote.split("\n")
    for line, following in pairwise(lines):
        if not _is_title(line.strip(), following.strip()):
            break
        at += len(line) + 1
    return at + len(quote[at:]) - len(quote[at:].lstrip())


def _is_title(line: str, following: str) -> bool:
    if not line or line.startswith("#") or IMAGES.match(line):
        return True
    said = words(line)
    return (
        len(said) <= MAX_TITLE_WORDS
        and line[-1] not in ".!:;,…"
        and not _SIGN.match(line)
        and bool(said)
        and said[-1] not in STOP_WORDS
        and _STATES.isdisjoint(said)
        and (not following or following[0].isupper() or following[0].isdigit())
    )


def _is_whole(quoted: Span) -> bool:
    """Tell whether a quotation ends as a sentence does, or is an item of a list."""
    return bool(_ENDS.search(quoted.quote)) or _is_item(quoted)


def _is_item(quoted: Span) -> bool:
    """Tell whether a quotation follows the sign of a list."""
    passage = quoted.passage
    start = quoted.start - passage.start
    return bool(_SIGN.fullmatch(passage.text[passage.text.rfind("\n", 0, start) + 1 : start]))
