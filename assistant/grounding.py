"""Ties each sentence of an answer to the exact span of a passage that says it, or rejects it. No model is asked."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.agreement import agrees
from assistant.denials import denies
from assistant.enumerations import mixes_rows
from assistant.qualifiers import QUALIFYING
from assistant.retelling import retells, retells_row
from assistant.segmentation import IMAGES, sentences
from assistant.statements import NUMBER_WORDS, Token, tokens
from assistant.terms import terms
from assistant.types import Passage
from assistant.whole_blocks import TABLE_HEADER, last_header

MIN_COVERAGE = 0.7
"""The share of a sentence's terms that one span must hold, unless the sentence is quoted word for word."""

OWN_SHARE = 0.5
"""The share of a sentence's terms that the span holds itself: a title says what it is about, not what holds of it."""

CLOSE_COVERAGE = 0.85
"""A span this close that disagrees ends the search: what is farther off would only lend the words of another claim."""

SHORT = 4
"""Of a sentence of so few terms none may be new: it would be what the sentence says."""

REPEATED = 0.75
"""A sentence that has so many words of another one, in its order, is read as a version of that one."""

LEAST_SHARED = 2
"""So many words, beside figures and their units, tie a sentence to a span: "within 14 days" alone stands anywhere."""

_COMPARED_ELSEWHERE = QUALIFYING.union(NUMBER_WORDS)
"""The terms that need not stand in the span as they are written."""

_UNITS = frozenset("second minut hour day week month year eur euro chf usd gbp percent kg cm mm km".split())

BEFORE_CHARS = 400
"""How far back a pronoun of a span may point."""

MAX_WINDOW_SENTENCES = 3
"""A sentence may merge up to this many neighbouring sentences of its source."""

_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_HEADING_SIGN = re.compile(r"^\s*#+\s+")
_HEADING_LINE = re.compile(r"^#+[ \t]+(?P<said>\S.*?)[ \t]*$", re.MULTILINE)
_LIST_SIGN = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
REFERS_BACK = re.compile(r"(?:It|Its|This|These|They|Their|He|She|His|Her)\b")
_CLAIMED_ACTION = re.compile(
    r"\b(?:I|we)(?:['’](?:ve|ll|m|re|d)| have| has| had| will| am| are| did)?\s+"
    r"(?:\w+ly |just |already |now |going to )*"
    r"(?:refund|cancel|ship|sen[dt]|process|transfer|issu|arrang|book|chang|updat|credit|escalat|forward|"
    r"replac|order|schedul|contact|email|call|confirm|guarante|promis)\w*",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"^(?:(?:yes|sure|certainly|of course|good news|great|hello|hi|thank you|thanks(?: for asking)?)[,.!:—-]+\s+"
    r"|please note(?: that)?,?\s+|note that\s+"
    r"|according to (?:our|the) (?:documents?|polic(?:y|ies)|information|website|help pages?)[,:]?\s+)+",
    re.IGNORECASE,
)
"""Words of courtesy that claim nothing."""


@dataclass(frozen=True)
class Span:
    """A range of a document revision: `passage.start <= start < end <= passage.end`."""

    passage: Passage
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The text of the span."""
        return self.passage.text[self.start - self.passage.start : self.end - self.passage.start]

    def overlaps(self, other: "Span") -> bool:
        """Tell whether two spans share a part of one passage."""
        return self.passage.id == other.passage.id and self.start < other.end and other.start < self.end


_Read = tuple[Passage, list[tuple[int, int]], set[str]]
"""A passage with the ranges of its sentences and the terms of what stands around it."""


def cut(pieces: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Cut a stream of text into sentences as they become complete; yields (white space before it, sentence)."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        complete = sentences(buffer)[:-1]
        consumed = 0
        for start, end in complete:
            yield buffer[consumed:start], buffer[start:end]
            consumed = end
        buffer = buffer[consumed:]
    consumed = 0
    for start, end in sentences(buffer):
        yield buffer[consumed:start], buffer[start:end]
        consumed = end


def clean(sentence: str) -> str:
    """Return a model's sentence without the citation marks it made up itself, and without a quotation mark too many."""
    text = _MARKER.sub("", sentence).strip()
    if text.count('"') != 1 or not (text.startswith('"') or text.endswith('"')):
        return text
    return text.strip('"').strip()


def ground(sentence: str, passages: Sequence[Passage]) -> Span | None:
    """Return the span that supports a sentence, or None.

    A word-for-word quotation of whole sentences is always supported. Any other sentence needs a span that holds most
    of its terms and agrees with it (see `assistant.agreement`); it must not claim an action of the assistant's own.
    """
    claim = _claim_of(sentence)
    if not terms(IMAGES.sub("", claim)):
        return None
    for passage in (*passages, *(one.head for one in passages if one.head is not None)):
        if (at := _whole(claim, passage)) is not None:
            return Span(passage, passage.start + at, passage.start + at + len(claim))
    if _CLAIMED_ACTION.search(sentence):
        return None
    return _supporting(claim, passages)


def is_retold(sentence: str, span: Span) -> bool:
    """Tell whether a sentence says what its span says in the span's words and order: see `assistant.retelling`."""
    claim = _claim_of(sentence)
    if span.quote.startswith("|"):
        text = span.passage.text
        above = last_header(text, span.start - span.passage.start)
        header = text[slice(*above)] if above else span.passage.header
        return claim == span.quote or retells_row(claim, span.quote, header, tokens(_context(span.passage)))
    return claim.lower() == span.quote.lower() or retells(
        claim, span.quote, tokens(span.passage.title), tokens(_before(span))
    )


def _claim_of(sentence: str) -> str:
    """Return a sentence without the sign of a list and words of courtesy."""
    quoted = _LIST_SIGN.sub("", sentence).strip()
    return _LEAD_IN.sub("", quoted) or quoted


def _whole(quoted: str, passage: Passage) -> int | None:
    """Return where a passage holds a text that begins and ends as its sentences do; a part may leave out a limit.

    Headings state nothing, except that what stands below them is not so.
    """
    at = passage.text.find(quoted)
    if at < 0 and quoted[:1].islower():
        at = passage.text.find(quoted[:1].upper() + quoted[1:])
    if at < 0:
        return None
    bounds = sentences(passage.text)
    sign = _HEADING_SIGN if denies(quoted) else _LIST_SIGN
    begins = any(start == at or (start < at and not sign.sub("", passage.text[start:at])) for start, _ in bounds)
    return at if begins and any(end == at + len(quoted) for _, end in bounds) else None


def _supporting(claim: str, passages: Sequence[Passage]) -> Span | None:
    """Return the span that holds most of a claim's terms and agrees with it, of the fewest sentences that do."""
    own = set(terms(claim))
    telling = {term for term in own if term not in _UNITS and not term[0].isdigit()}
    said = tokens(claim)
    plain = {one.key for one in said if one.is_content and not one.binds}
    read = [(passage, sentences(passage.text), set(terms(_context(passage)))) for passage in passages]
    for size in range(1, MAX_WINDOW_SENTENCES + 1):
        scored = [
            (_share(own, telling, context, span), span)
            for passage, bounds, context in read
            for span in _windows(passage, bounds, size)
        ]
        close = sorted((pair for pair in scored if pair[0] >= MIN_COVERAGE), key=lambda pair: -pair[0])
        agreeing: tuple[float, Span] | None = None
        for share, span in close:
            if agreeing is not None and share < agreeing[0]:
                break
            if _agrees(said, span):
                agreeing = agreeing or (share, span)
            elif _is_near(plain, span):
                return None
        if agreeing is not None:
            return None if _twists_another(said, agreeing[1], read) else agreeing[1]
        if any(_is_near(plain, span) for _, span in scored):
            return None
    return None


def _twists_another(said: Sequence[Token], span: Span, read: Sequence[_Read]) -> bool:
    """Tell whether a sentence repeats another one of the sources more nearly than the span, and disagrees with it."""
    words = [one.word for one in said if one.word[0].isalnum()]
    found = _likeness(words, span.quote)
    for passage, bounds, _ in read:
        for other in _windows(passage, bounds, 1):
            alike = _likeness(words, other.quote)
            if alike >= REPEATED and alike > found and span.quote not in other.quote and not _agrees(said, other):
                return True
    return False


def _likeness(words: Sequence[str], quote: str) -> float:
    """Return the share of words that a text has in the same order."""
    there = [one.word for one in tokens(quote) if one.word[0].isalnum()]
    if (Counter(words) & Counter(there)).total() < REPEATED * len(words):
        return 0.0
    blocks = SequenceMatcher(None, words, there, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(words)


def denial_above(span: Span) -> Span | None:
    """Return the heading in its passage that a span stands below and that says it is not so, as "Not covered" does."""
    passage = span.passage
    above = [*_HEADING_LINE.finditer(passage.text, 0, max(0, span.start - passage.start))]
    if not above or not denies(above[-1]["said"]):
        return None
    return replace(span, start=passage.start + above[-1].start("said"), end=passage.start + above[-1].end("said"))


def denial_of(span: Span) -> str:
    """Return the words that turn a span into its opposite, of the passage or of the heading that it was cut below."""
    if found := denial_above(span):
        return found.quote
    is_below = not _HEADING_LINE.search(span.passage.text, 0, max(0, span.end - span.passage.start))
    return span.passage.heading if is_below and denies(span.passage.heading) else ""


def _agrees(said: Sequence[Token], span: Span) -> bool:
    if mixes_rows(said, span.quote, f"{span.passage.header}\n{span.passage.text}"):
        return False
    read = tokens(f"{denial_of(span)} {span.quote}")
    return agrees(said, read, tokens(_before(span)), tokens(_context(span.passage)))


def _is_near(plain: set[str], span: Span) -> bool:
    """Tell whether a span holds nearly all plain words of a claim, those that are no names and numbers."""
    return len(plain & {one.key for one in tokens(span.quote)}) >= CLOSE_COVERAGE * len(plain)


def _before(span: Span) -> str:
    """Return what comes before a span in its passage."""
    place = span.start - span.passage.start
    return span.passage.text[max(0, place - BEFORE_CHARS) : place]


def _named(text: str) -> set[str]:
    """Return the terms of the names in a text, with the numbers of models: what a pronoun after it can stand for."""
    row = tokens(text)
    models = [one.word for last, one in pairwise(row) if last.is_name and one.is_number]
    return set(terms(" ".join((*models, *(one.word for one in row if one.is_name)))))


def _share(own: set[str], telling: set[str], context: set[str], span: Span) -> float:
    """Return the share of a claim's terms that a span holds, itself or, for less, in the context of its passage.

    `telling` are those of the terms that are no figures or units.
    """
    said = set(terms(span.quote))
    if not telling & said:
        return 0.0
    if REFERS_BACK.match(span.quote):
        context = context.union(_named(_before(span)))
    if len(telling & (said | context)) < LEAST_SHARED:
        return 0.0
    if len(own & said) < OWN_SHARE * len(own) or (
        len(own) <= SHORT and not telling <= said | context | _COMPARED_ELSEWHERE
    ):
        return 0.0
    return sum(1.0 if term in said else 0.75 if term in context else 0.0 for term in own) / len(own)


def _windows(passage: Passage, bounds: Sequence[tuple[int, int]], size: int) -> Iterator[Span]:
    """Yield every run of `size` sentences, whose ranges in the passage are its `bounds`."""
    for first in range(len(bounds) - size + 1):
        start, end = bounds[first][0], bounds[first + size - 1][1]
        yield Span(passage, passage.start + start, passage.start + end)


def _context(passage: Passage) -> str:
    """Return what a reader knows around a span: title, heading, and the header row of a table."""
    header = TABLE_HEADER.match(passage.text)
    return f"{passage.title} {passage.heading} {header[1] if header else passage.header}"
