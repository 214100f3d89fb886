"""Cuts text into sentences. List items, table rows and headings are units of their own."""

import re
from collections.abc import Iterator

_ABBREVIATIONS = frozenset(
    """approx art bzw ca cf co corp dept dr e.g eg est et etc fig ggf hr i.e ie inc incl excl jr ltd max min mr mrs ms
    no nos nr num p.ex p pp prof resp sr st str tel u.a usw vgl vs vol z.b z d.h evtl mme mlle m av bd rd ave
    jan feb mar apr jun jul aug sep sept oct nov dec""".split()
)

_REFERENCES = frozenset("abs art ch chap eq fig kap no nos nr p pp ref sec tab vol".split())
"""Abbreviated only before a number: `see Sec. 4`, but `it takes 4 sec. Then`."""

_FIGURE_FOLLOWS = re.compile(r"\s+\d")
_GERMAN_MONTH_FOLLOWS = re.compile(
    r"\s+(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)

_BLOCK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]*(?:[-*•+]|\d{1,3}[.)])[ \t])|\n(?=[ \t]*\|)|\n(?=#{1,6} )")
"""What ends a unit whatever its punctuation: a blank line, or a line that begins a list item, table row or heading."""

_LINE_UNIT = re.compile(r"[ \t]*(?:\||#{1,6} )")
_END = re.compile(r"[.!?…]+(?:[\"'”’»)\]]|[ \u00a0]»)*(?=\s)|[。！？]+[”’」』]*")
_IN_ADDRESS = re.compile(r"[A-Za-z0-9]。[a-z]")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“„«]+$")
_OPENS_SENTENCE = re.compile(r"\s+[\"'“„«(\[]*[^\Wa-z_]|\s+[\"'“„«(\[]+|\s+[^\w\s]", re.UNICODE)

_PATH_GOES_ON = re.compile(r"(?:\.{2,}|…)\s+[>›→]")
"""The dots in a path through menus, as in `Invoice > ... > Cancel`, stand for a sign and end nothing."""

IMAGES = re.compile(r"^(?:\[?!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])?(?:\]\([^)\n]*\))?\s*)+$")
"""A unit that holds nothing but images in Markdown, each of which may stand in a link: it says nothing in words."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the character range of each sentence, in order, without the white space around it.

    A single line break inside a paragraph does not end a sentence; a blank line, a list item, a table row or a
    heading does. Abbreviations, initials, decimals and version numbers do not.
    """
    return [found for start, end in _blocks(text) for found in _split_block(text, start, end)]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _BLOCK.finditer(text):
        yield from _lines(text, start, match.start())
        start = match.end()
    yield from _lines(text, start, len(text))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a block; the first line of one that begins as a table row or heading is a block of its own."""
    if _LINE_UNIT.match(text, start, end) and (at := text.find("\n", start, end)) >= 0:
        yield start, at
        start = at + 1
    yield start, end


def _split_block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if _LINE_UNIT.match(text, start, end):
        yield from _trimmed(text, start, end)
        return
    first = start
    for match in _END.finditer(text, start, end):
        if match.end() < end and _ends_sentence(text, first, match, end):
            yield from _trimmed(text, first, match.end())
            first = match.end()
    yield from _trimmed(text, first, end)


def _ends_sentence(text: str, first: int, match: re.Match[str], end: int) -> bool:
    if match.group()[0] in "。！？":
        # Browsers take `shop。example` for an address.
        return match.group() != "。" or not _IN_ADDRESS.match(text, match.start() - 1)
    if not _OPENS_SENTENCE.match(text, match.end(), end) or _PATH_GOES_ON.match(text, match.start(), end):
        return False
    if match.group()[0] != ".":
        return True
    before = _WORD_BEFORE.search(text, first, match.start())
    word = before.group().lower() if before else ""
    if word in _REFERENCES and _FIGURE_FOLLOWS.match(text, match.end(), end):
        return False
    if word.isdigit() and _GERMAN_MONTH_FOLLOWS.match(text, match.end(), end):
        return False
    if word in _ABBREVIATIONS:
        return word in ("etc", "usw") or (word == "no" and text[match.end() :].lstrip()[:1].isalpha())
    is_initial = len(word) == 1 and word.isalpha() and word not in ("i", "a")
    is_list_number = word.isdigit() and len(text[first : match.start()].lstrip()) <= len(word) + 1
    return not (is_initial or is_list_number)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
