"""Widens a passage that was cut inside a list or a table: half the steps are no procedure, rows need their header."""

import re
from collections.abc import Iterator

_STEP = re.compile(r"(\d{1,3})[.)][ \t]")
_ITEM = re.compile(r"[-*•+][ \t]")
_LINE = re.compile(r"[^\n]*\n?")
TABLE_HEADER = re.compile(r"^[ \t]*(\|.*)\n[|\s:+-]*-[|\s:+-]*(?:\n|$)", re.MULTILINE)
"""The first row of a table, which has a rule below it."""

_MARGIN_STEP = re.compile(r"^(\d{1,3})[.)][ \t]", re.MULTILINE)

MOST_BETWEEN_STEPS = 600
"""A note at the margin of at most so many characters may stand between two steps that are counted on."""


def whole_blocks(text: str, start: int, end: int, *, longest: int) -> tuple[int, int]:
    """Return the range of a document that holds a passage with the lists that it cuts, and the header of its table.

    Numbered lists that its bounds cut through are whole in it; a table that it begins in has its header.

    Args:
        text: The document.
        start: Where the passage begins in it.
        end: The character after its last.
        longest: So many characters the range has at most, if the passage has no more; what a list has beyond them is
            left out line by line.

    Returns:
        The bounds; those of the passage where neither cuts through a list.
    """
    if text.startswith("|", start):
        first = _table_start(text, start)
    else:
        first = _began(text, start) if _is_inside(text, start) else start
    if end - first > longest:
        first = start
    return first, _ended(text, first, end, longest)


def header_above(text: str, start: int) -> tuple[int, int] | None:
    """Return the bounds of the header of the table in which what begins at a place is a row below it; None without."""
    first = _table_start(text, start) if text.startswith("|", start) else start
    header = TABLE_HEADER.match(text, text.rfind("\n", 0, first) + 1)
    if header is None or first >= start:
        return None
    return header.start(1), header.start(1) + len(header[1].rstrip())


def last_header(text: str, end: int) -> tuple[int, int] | None:
    """Return the bounds of the last header of a table before a place; None without."""
    above = [*TABLE_HEADER.finditer(text, 0, end)]
    return above[-1].span(1) if above else None


def tables_with_headers(text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the bounds of each table in a range that has a header, and those of the header.

    `header_above` says the same of one place, but walks back to the beginning of the table for it.
    """
    first = None
    for line in _LINE.finditer(text, start, end):
        is_row = line.group().lstrip().startswith("|")
        if is_row and first is None:
            first = line.start()
        elif not is_row and first is not None:
            header = TABLE_HEADER.match(text, first, end)
            if header is not None:
                begin = header.start(1)
                yield (begin, line.start()), (begin, begin + len(header[1].rstrip()))
            first = None


def may_be_cut(text: str) -> bool:
    """Tell whether a passage may begin in a table, or begin or end within a numbered list, by its own text alone."""
    return (
        text.startswith("|") or bool(_ITEM.match(text)) or any(_STEP.match(line.lstrip()) for line in text.split("\n"))
    )


def _is_inside(text: str, start: int) -> bool:
    """Tell whether what begins at a place goes on with a numbered list above it."""
    line = text.rfind("\n", 0, start) + 1
    step = _STEP.match(text, start)
    return start > line or bool(step and int(step[1]) > 1)


def _table_start(text: str, start: int) -> int:
    """Return where the table begins of which a row stands at a place."""
    first = text.rfind("\n", 0, start) + 1
    while first > 0:
        above = text.rfind("\n", 0, first - 1) + 1
        if not text[above:first].lstrip().startswith("|"):
            break
        first = above
    return first + len(text[first:start]) - len(text[first:start].lstrip()) if first < start else start


def _began(text: str, start: int) -> int:
    """Return where the numbered list begins that a place lies in; the place itself where there is none."""
    end, apart = start, 0
    here = _STEP.match(text, start)
    following = int(here[1]) if here else 0
    while end > 0:
        above = text.rfind("\n", 0, end - 1) + 1
        line = text[above:end]
        step = _STEP.match(line)
        if step:
            if apart and int(step[1]) != following - 1:
                break
            following, apart = int(step[1]), 0
            if following == 1:
                return above
        elif line.strip() and not line[0].isspace():
            apart += len(line)
            if not following or apart > MOST_BETWEEN_STEPS or line.startswith(("#", "|")):
                break
        end = above
    return start


def _ended(text: str, first: int, end: int, longest: int) -> int:
    """Return where the numbered list ends that a range ends in; the end of the range where it ends in none."""
    if not any(_STEP.match(line) for line in _last_lines(text[first:end])):
        return end
    last = resumed = end
    for line in _LINE.finditer(text, end):
        if line.end() == line.start() or line.end() - first > longest:
            break
        goes_on = line.start() == end and text[end - 1] != "\n"
        if not (goes_on or line.start() < resumed or _belongs(line.group(), text[first:last].rpartition("\n")[2])):
            resumed = _resumes(text, first, line.start())
            if not resumed:
                break
        if line.group().strip() and line.start() >= resumed:
            last = line.start() + len(line.group().rstrip())
    return last


def _resumes(text: str, first: int, at: int) -> int:
    """Return where a list that began at `first` is counted on behind a note at a place, 0 where it is not."""
    counted = [int(number) for number in _MARGIN_STEP.findall(text[first:at])]
    following = _MARGIN_STEP.search(text, at, at + MOST_BETWEEN_STEPS)
    if following is None or not counted or int(following[1]) != counted[-1] + 1:
        return 0
    return 0 if re.search(r"^[#|]", text[at : following.start()], re.MULTILINE) else following.start()


def _belongs(line: str, above: str) -> bool:
    """Tell whether a line goes on with a numbered list; items at the margin do where a step announces them."""
    step = _STEP.match(line)
    if _ITEM.match(line):
        return above.endswith(":") or bool(_ITEM.match(above))
    return bool(step and int(step[1]) > 1) or line[:1].isspace()


def _last_lines(text: str) -> list[str]:
    """Return the lines of a text from the last one that stands at its margin."""
    lines = text.split("\n")
    at_margin = [place for place, line in enumerate(lines) if line.strip() and not line[0].isspace()]
    return lines[at_margin[-1] :] if at_margin else lines
