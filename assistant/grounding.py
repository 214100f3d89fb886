"""Ties each sentence of an answer to the exact span of a passage that says it, or rejects it. No model is asked."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.segmentation import sentences
from assistant.terms import terms, words
from assistant.types import Passage

MIN_COVERAGE = 0.7
"""The share of a sentence's terms that one span must hold, unless the sentence is quoted word for word."""

MAX_WINDOW_SENTENCES = 3
"""A sentence may merge up to this many neighbouring sentences of its source."""

_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_LIST_SIGN = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|neither|nor|without|except|unless|cannot|excluded|excludes|excluding)\b|n['’]t\b",
    re.IGNORECASE,
)
_CLAIMED_ACTION = re.compile(
    r"\b(?:I|we)(?:['’](?:ve|ll|m|re|d)| have| has| had| will| am| are| did)?\s+"
    r"(?:\w+ly |just |already |now |going to )*"
    r"(?:refund|cancel|ship|sen[dt]|process|transfer|issu|arrang|book|chang|updat|credit|escalat|forward|"
    r"replac|order|schedul|contact|email|call|confirm|guarante|promis)\w*",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;:] )[A-Z][\w-]*")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")


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
    """Return a model's sentence without the citation marks it made up itself."""
    return _MARKER.sub("", sentence).strip()


def ground(sentence: str, passages: Sequence[Passage]) -> Span | None:
    """Return the span that supports a sentence, or None.

    A word-for-word quotation is always supported. Any other sentence needs a span that holds most of its terms, all
    of its numbers and names, and agrees with it in negation; it must not claim an action of the assistant's own.
    """
    quoted = _LIST_SIGN.sub("", sentence).strip()
    if not terms(quoted):
        return None
    for passage in passages:
        if (at := passage.text.find(quoted)) >= 0:
            return Span(passage, passage.start + at, passage.start + at + len(quoted))
    if _CLAIMED_ACTION.search(quoted):
        return None
    spans = ((_support(quoted, span, passage), span) for passage in passages for span in _windows(passage))
    score, best = max(spans, key=lambda pair: pair[0], default=(0.0, None))
    return best if score >= MIN_COVERAGE else None


def _windows(passage: Passage) -> Iterator[Span]:
    """Yield every run of up to `MAX_WINDOW_SENTENCES` sentences, short runs first so that they win ties."""
    bounds = sentences(passage.text)
    for size in range(1, MAX_WINDOW_SENTENCES + 1):
        for first in range(len(bounds) - size + 1):
            start, end = bounds[first][0], bounds[first + size - 1][1]
            yield Span(passage, passage.start + start, passage.start + end)


def _support(sentence: str, span: Span, passage: Passage) -> float:
    """Return the share of the sentence's terms that the span holds; 0 where a number, name or negation disagrees."""
    quote = span.quote
    own = terms(sentence)
    said = set(terms(quote))
    if len(said.intersection(own)) < min(2, len(set(own))):
        return 0.0
    context = said | set(terms(_context(passage)))
    if not _numbers(sentence) <= _numbers(f"{quote} {_context(passage)}"):
        return 0.0
    if bool(_NEGATION.search(sentence)) != _denies(quote, set(own)):
        return 0.0
    if any(term not in context for name in _NAME.findall(sentence) for term in terms(name)):
        return 0.0
    held = sum(1.0 if term in said else 0.75 for term in own if term in context)
    return held / len(own)


def _denies(quote: str, own: set[str]) -> bool:
    """Tell whether the part of a span that a sentence speaks of denies or excludes something.

    That part is the sentence of the span that shares most terms, and every other of which it holds at least half.
    """
    parts = [(quote[start:end], set(terms(quote[start:end]))) for start, end in sentences(quote)]
    closest = max((len(own & held) for _, held in parts), default=0)
    spoken_of = (
        part for part, held in parts if len(own & held) in (closest, *range((len(held) + 1) // 2, len(held) + 1))
    )
    return any(_NEGATION.search(part) for part in spoken_of)


def _context(passage: Passage) -> str:
    """Return what a reader knows around a span: title, heading, and the header row of a table."""
    header = passage.text.split("\n", 1)[0] if passage.text.startswith("|") else ""
    return f"{passage.title} {passage.heading} {header}"


def _numbers(text: str) -> set[str]:
    spelled = {_SPELLED[word] for word in words(text) if word in _SPELLED}
    return spelled | {number.replace(",", ".") for number in _DIGITS.findall(text)}


_SPELLED = {
    word: str(value)
    for value, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen".split(), start=2
    )
}
