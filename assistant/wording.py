"""Whose words a supported sentence is shown in: its own, where they are the source's, or else the source's sentence.

A quotation stands where the sentence would have stood, with the same citation. It is said once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.drafting import Draft
from assistant.grounding import HEADER, REFERS_BACK, Span, is_retold
from assistant.segmentation import IMAGES, sentences
from assistant.terms import STOP_WORDS, terms, words

MAX_QUOTE_CHARS = 350
"""A longer quotation does not fit where one sentence was meant."""

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

    A row of a table comes after the table's header.

    Args:
        lead: The white space before the sentence.
        sentence: What was said, without marks of citations.
        span: What supports it.
        draft: The answer so far.
    """
    if is_retold(sentence, span):
        return [Wording(lead, sentence, span)]
    is_row = span.quote.startswith("|")
    quoted = [*_header(span), span] if is_row else [_sentences(span, draft)]
    if sum(len(one.quote) for one in quoted) > MAX_QUOTE_CHARS or not (is_row or _is_whole(quoted[0])):
        return []
    sign = _SIGN.match(sentence)
    leads = ["\n\n" if is_row else lead, *["\n"] * (len(quoted) - 1)]
    before = sign.group() if sign and not is_row else ""
    return [Wording(lead, f"{before}{one.quote}", one) for lead, one in zip(leads, quoted, strict=True)]


def is_told(wordings: Sequence[Wording], spans: Sequence[Span], text: str) -> bool:
    """Tell whether an answer that rests on some spans holds nearly all words of what rests on one of them again."""
    own = {term for one in wordings for term in terms(one.text)}
    rests = any(one.span.overlaps(other) for one in wordings for other in spans)
    return rests and len(own & set(terms(text))) >= TOLD_SHARE * len(own)


def _header(span: Span) -> list[Span]:
    """Return the header of the table that a row stands in, if it has one and is not that itself."""
    passage = span.passage
    above = list(HEADER.finditer(passage.text, 0, span.start - passage.start))
    at = above[-1] if above else None
    return [Span(passage, passage.start + at.start(1), passage.start + at.end(1))] if at else []


def _sentences(span: Span, draft: Draft) -> Span:
    """Return a span without titles above it and a list's sign, from where a reader knows of whom it speaks."""
    start, text = span.start, span.passage.text
    found = replace(span, start=start + _titles(span.quote))
    if sign := _SIGN.match(found.quote):
        return replace(found, start=found.start + sign.end())
    if found.start == start and REFERS_BACK.match(found.quote):
        bounds = sentences(text)
        place = start - span.passage.start
        last = [at for at, end in bounds if end <= place and "\n\n" not in text[end:place]][-1:]
        before = replace(span, start=span.passage.start + last[0]) if last else found
        return found if draft.holds(replace(before, end=start)) else before
    return found


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
    passage = quoted.passage
    start = quoted.start - passage.start
    line = passage.text[passage.text.rfind("\n", 0, start) + 1 : start]
    return bool(_ENDS.search(quoted.quote) or _SIGN.fullmatch(line))
