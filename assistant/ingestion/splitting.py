"""Cuts a document into passages: along its headings first, then along its sentences, as large as is read whole."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.ports import Embedder
from assistant.segmentation import sentences
from assistant.types import Chunk
from assistant.whole_blocks import tables_with_headers

SPLITTER_VERSION = "3"
"""Part of every checksum: raise it when passages are cut otherwise, and the next ingest cuts all documents anew."""

_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(\S.*?)[ \t]*(?:[ \t]#+)?[ \t]*\n?")
_Table = tuple[tuple[int, int], tuple[int, int]]
"""The bounds of a table, and those of its header."""

_HEADER_SHARE = 0.4
"""The header of a table takes at most this share of the room for a passage."""

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_SPARE_TOKENS = 4
"""Room for what joining title, heading and text may add, and for a word that is cut in two."""

_LEAST_TOKENS = 16
_LONGEST_TOKEN_CHARS = 40
_CHARS_A_TOKEN = 4
"""Word-piece models read a word that they cannot spell as one token; it is counted by its length instead, so that
no passage grows without bound, and so that a piece of it, which they may be able to spell, fits as well."""


@dataclass(frozen=True)
class _Section:
    path: tuple[str, ...]
    start: int
    end: int


class _TokenCount:
    """Counts the tokens of any range of a text that was tokenized once."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        spans = [piece for span in spans for piece in _bounded(span)]
        self._starts = [start for start, _ in spans]
        self._ends = [end for _, end in spans]

    def count(self, start: int, end: int) -> int:
        """Return how many tokens lie in or across the range."""
        return max(0, bisect_left(self._starts, end) - bisect_right(self._ends, start))

    def end_after(self, start: int, limit: int) -> int | None:
        """Return where the token begins that would be one too many; None where the text ends before."""
        index = bisect_right(self._ends, start) + limit
        return self._starts[index] if index < len(self._starts) else None


def _bounded(span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    start, end = span
    if end - start <= _LONGEST_TOKEN_CHARS:
        yield span
        return
    for first in range(start, end, _CHARS_A_TOKEN):
        yield first, min(first + _CHARS_A_TOKEN, end)


def split(text: str, *, title: str, embedder: Embedder, target_tokens: int = 200) -> list[Chunk]:
    """Return passages in order that together hold all text but headings; blank text gives none.

    Each passage, with title, heading and the header of a table that it begins in before it, is at most
    `embedder.max_tokens` long (a title that nearly fills that alone is the exception; a header that leaves too little
    room is left out); passages do not overlap, and have no white space at their ends.
    """
    tokens = _TokenCount(embedder.token_spans(text))
    title_tokens = len(embedder.token_spans(title))
    found = [section for section in _sections(text) if text[section.start : section.end].strip()]
    chunks: list[Chunk] = []
    for section in found or [_Section((), 0, len(text))]:
        heading, room = _context(section.path, title, title_tokens, embedder)
        tables = _fitting(tables_with_headers(text, section.start, section.end), tokens, room)
        reserved = max((tokens.count(*header) for _, header in tables), default=0)
        limit = max(_LEAST_TOKENS, min(target_tokens, room - reserved))
        for start, end in _packed(_units(text, section, tokens, limit), tokens, limit):
            header = _header(text, start, tables)
            chunks.append(Chunk(ordinal=len(chunks), heading=heading, header=header, start=start, end=end))
    return chunks


def _fitting(tables: Iterable[_Table], tokens: _TokenCount, room: int) -> list[_Table]:
    """Return the tables whose header leaves enough room for rows."""
    return [one for one in tables if tokens.count(*one[1]) <= room * _HEADER_SHARE]


def _header(text: str, start: int, tables: Sequence[_Table]) -> str:
    """Return the header of the table that a passage begins in; empty where it begins in none, or with the header."""
    at = bisect_left(tables, start, key=lambda one: one[0][0]) - 1
    is_within = at >= 0 and start < tables[at][0][1] and text.startswith("|", start)
    return text[slice(*tables[at][1])] if is_within else ""


def _sections(text: str) -> Iterator[_Section]:
    path: list[tuple[int, str]] = []
    begin, fence = 0, ""
    for line in _LINE.finditer(text):
        fence, was_fenced = _next_fence(fence, line.group()), bool(fence)
        heading = None if fence or was_fenced else _HEADING.fullmatch(line.group())
        if heading:
            yield _Section(tuple(name for _, name in path), begin, line.start())
            level = len(heading[1])
            path = [(above, name) for above, name in path if above < level] + [(level, heading[2])]
            begin = line.end()
    yield _Section(tuple(name for _, name in path), begin, len(text))


def _next_fence(fence: str, line: str) -> str:
    """Return the marker of the code fence that is open after `line`; empty outside code."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    return "" if found[1].startswith(fence) and not line.strip().strip(fence[0]) else fence


def _context(path: tuple[str, ...], title: str, title_tokens: int, embedder: Embedder) -> tuple[str, int]:
    """Return the heading that goes before a passage, and how many tokens remain for the passage."""
    room = embedder.max_tokens - _SPARE_TOKENS - title_tokens
    parts = [part for part in path if part != title] if title_tokens * 3 <= embedder.max_tokens else []
    while parts:
        heading = " > ".join(parts)
        tokens = len(embedder.token_spans(heading))
        if tokens * 2 <= room:
            return heading, room - tokens
        parts = parts[1:]
    return "", room


def _units(text: str, section: _Section, tokens: _TokenCount, limit: int) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a section; those over the limit in pieces."""
    for first, last in sentences(text[section.start : section.end]):
        start, end = section.start + first, section.start + last
        while tokens.count(start, end) > limit:
            cut = _cut(text, start, tokens, limit)
            if cut is None or cut >= end:
                break
            yield start, start + len(text[start:cut].rstrip())
            start = cut
        yield start, end


def _cut(text: str, start: int, tokens: _TokenCount, limit: int) -> int | None:
    """Return where to end a piece: before a word where one begins in its second half, else between two tokens."""
    cut = tokens.end_after(start, limit)
    if cut is None or text[cut - 1].isspace():
        return cut
    word = max(text.rfind(" ", start, cut), text.rfind("\n", start, cut)) + 1
    return word if word > (start + cut) // 2 else cut


def _packed(units: Iterator[tuple[int, int]], tokens: _TokenCount, limit: int) -> Iterator[tuple[int, int]]:
    """Join neighbouring units while they fit; sizes are kept even, so that no crumb is left at the end."""
    ranges = list(units)
    if not ranges:
        return
    total = tokens.count(ranges[0][0], ranges[-1][1])
    even = total / -(-total // limit) if total else limit
    start, end = ranges[0]
    for next_start, next_end in ranges[1:]:
        if tokens.count(start, next_end) > limit or tokens.count(start, end) >= even:
            yield start, end
            start = next_start
        end = next_end
    yield start, end
