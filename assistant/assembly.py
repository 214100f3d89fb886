"""Makes of ranked passages what an answer is written from: repetitions left out, neighbours joined to one text."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from assistant.denials import denies
from assistant.terms import NEGATIONS, words
from assistant.types import Document, Passage, ScoredPassage
from assistant.whole_blocks import header_above, may_be_cut, whole_blocks

REPEATED_SHARE = 0.9
"""Passages are the same where they share so much of their words, and differ in no number, name or negation."""

LONGEST_JOINED_CHARS = 3000
"""About three passages: enough for a section, and little enough for a small language model."""

LONGEST_LIST_CHARS = 4000

WIDENED_PASSAGES = 4
"""Of so many of the best texts the document is looked up where they may have been cut within a list."""

MOST_BLANK_CHARS = 8
"""Neighbours are parted by blank lines; what is further apart need not be looked up."""

ReadDocument = Callable[[str, int], Document | None]
"""Returns a document by name at a revision."""

IsHeld = Callable[[Passage], bool]
"""Tells whether a range of a revision touches what is held back."""


def assemble(
    ranked: Sequence[ScoredPassage], limit: int, read: ReadDocument, is_held: IsHeld
) -> tuple[ScoredPassage, ...]:
    """Return up to `limit` texts, best first, each a range of one revision.

    Of passages that say the same only the best is kept, and it names the others' documents. Neighbours of one section
    are joined where the better of them stood, with what else is known of that one. The best have those numbered lists
    whole that their bounds cut through, unless a part of those is held back; rows far below the header of their table
    have that beside them.
    """
    read = cache(read)
    kept: list[ScoredPassage] = []
    for one in _without_repetitions(ranked):
        at = next((place for place, other in enumerate(kept) if _are_neighbours(one.passage, other.passage)), None)
        joined = _joined(kept[at].passage, one.passage, read) if at is not None else None
        if at is not None and joined is not None:
            kept[at] = kept[at].model_copy(update={"passage": joined})
        elif len(kept) < limit:
            kept.append(one)
    whole = [_with_head(one, read, is_held) for one in _with_whole_blocks(kept, read, is_held)]
    return tuple(one.model_copy(update={"rank": rank}) for rank, one in enumerate(whole, start=1))


def _with_whole_blocks(kept: Sequence[ScoredPassage], read: ReadDocument, is_held: IsHeld) -> list[ScoredPassage]:
    """Return the best texts with the numbered lists whole that they were cut in, less what stands in a better one."""
    whole: list[ScoredPassage] = []
    for place, one in enumerate(kept):
        if any(_holds(better.passage, one.passage) for better in whole):
            continue
        is_looked_up = place < WIDENED_PASSAGES or denies(one.passage.heading)
        widened = _widened(one.passage, read) if is_looked_up else None
        is_shown = widened is not None and not is_held(widened)
        whole.append(one.model_copy(update={"passage": widened}) if is_shown else one)
    return whole


def _widened(one: Passage, read: ReadDocument) -> Passage | None:
    """Return a text with its numbered lists whole, and with its heading where that denies what it says."""
    is_denied = denies(one.heading)
    if not may_be_cut(one.text) and not is_denied:
        return None
    text = _whole_text(one, read)
    if text[one.start : one.end] != one.text:
        return None
    start, end = whole_blocks(text, one.start, one.end, longest=LONGEST_LIST_CHARS)
    if is_denied:
        start = _heading_above(text, start)
    if (start, end) == (one.start, one.end):
        return None
    return _ranging(one, text, start, end, header=one.header if start == one.start else "")


def _whole_text(passage: Passage, read: ReadDocument) -> str:
    """Return the text that a passage is a range of; empty where there is none, or another document has its name."""
    document = read(passage.document, passage.revision)
    same = document is not None and (document.id, document.revision) == (passage.document_id, passage.revision)
    return document.text if document is not None and same else ""


def _ranging(passage: Passage, text: str, start: int, end: int, *, header: str = "") -> Passage:
    """Return a passage as another range of its revision's text."""
    told = {"header": header, "start": start, "end": end, "text": text[start:end], "digest": ""}
    return passage.model_copy(update=told)


def _with_head(one: ScoredPassage, read: ReadDocument, is_held: IsHeld) -> ScoredPassage:
    """Let a text that begins in a table have the range with the header; without any where that may not be shown."""
    passage = one.passage
    if not passage.header:
        return one
    text = _whole_text(passage, read)
    bounds = header_above(text, passage.start) if text else None
    head = _ranging(passage, text, *bounds) if bounds else None
    if head is None or is_held(head):
        return one.model_copy(update={"passage": passage.model_copy(update={"header": ""})})
    return one.model_copy(update={"passage": passage.model_copy(update={"head": head})})


def _heading_above(text: str, start: int) -> int:
    """Return where the marked heading begins that stands right above a place; the place itself where none does."""
    above = text[:start].rstrip()
    line = above.rfind("\n") + 1
    return line if above[line:].startswith("#") and denies(above[line:]) else start


def _holds(one: Passage, other: Passage) -> bool:
    same = (one.document_id, one.revision) == (other.document_id, other.revision)
    return same and one.start <= other.start and other.end <= one.end


def _without_repetitions(ranked: Sequence[ScoredPassage]) -> Iterator[ScoredPassage]:
    held = [Counter(words(one.passage.text)) for one in ranked]
    repeated: dict[int, list[str]] = {}
    for place, one in enumerate(ranked):
        first = next((at for at in repeated if _say_the_same(ranked[at], one, held[at], held[place])), None)
        if first is None:
            repeated[place] = []
        elif one.passage.document not in (ranked[first].passage.document, *repeated[first]):
            repeated[first].append(one.passage.document)
    for place, documents in repeated.items():
        yield ranked[place].model_copy(update={"repeated_in": tuple(documents)}) if documents else ranked[place]


def _say_the_same(one: ScoredPassage, other: ScoredPassage, own: Counter[str], others: Counter[str]) -> bool:
    if own == others:
        return True
    shared = (own & others).total()
    if shared < REPEATED_SHARE * max(own.total(), others.total()):
        return False
    differing = set((own - others) | (others - own))
    if any(word in NEGATIONS or word[0].isdigit() for word in differing):
        return False
    spelled = f"{one.passage.text} {other.passage.text}".split()
    return not differing.intersection(word.strip(".,;:!?()'\"").lower() for word in spelled if word[:1].isupper())


def _are_neighbours(one: Passage, other: Passage) -> bool:
    same = (one.document_id, one.revision, one.heading) == (other.document_id, other.revision, other.heading)
    length = max(one.end, other.end) - min(one.start, other.start)
    apart = max(one.start, other.start) - min(one.end, other.end)
    return same and 0 <= apart <= MOST_BLANK_CHARS and length <= LONGEST_JOINED_CHARS


def _joined(one: Passage, other: Passage, read: ReadDocument) -> Passage | None:
    """Return both as one range of their revision, called as the first; None where something lies between them."""
    whole = _whole_text(one, read)
    start, end = min(one.start, other.start), max(one.end, other.end)
    text, between = whole[start:end], whole[min(one.end, other.end) : max(one.start, other.start)]
    if not text or between.strip() or one.text not in text or other.text not in text:
        return None
    first = min(one, other, key=lambda passage: passage.start)
    return _ranging(one, whole, start, end, header=first.header).model_copy(update={"page": first.page})
