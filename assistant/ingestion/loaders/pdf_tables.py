"""Finds tables on a PDF page by where its words stand: a PDF knows no cells, only letters and places.

Lines of several short pieces that line up in columns are taken for a table. Where the pieces cannot be found again in
the page's running text as one stretch, the page stays as it is: a table that is missed reads as before, one that is
made up would tear sentences apart.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.tables import pipe_table

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage  # type: ignore[import-untyped]

_MAX_PIECES = 3_000
_MIN_ROWS = 3
_CELL_GAP = 1.5
"""Pieces closer than this many heights are one cell. Below it, code and justified prose begin to look like tables."""

_LINE_GAP = 2.5
"""Lines further apart than this many heights are not of one table."""

_LONG_CELL = 40
_LONG_LAST_CELL = 80
_MIN_FILLED = 0.55
_CLEARLY_NEARER = 0.75
_LIST_SIGN = re.compile(r"[^\w\s]+|\(?\w{1,3}[.)]")
_SIGNS_BEFORE = re.compile(r"[^\w\r\n]{1,20}\Z")
_SIGNS_AFTER = re.compile(r"\A[^\w\r\n]{1,20}")
_MAX_TRIES = 50
_LEADER = re.compile(r"(?:\.\s?){4,}")


@dataclass
class _Cell:
    left: float
    bottom: float
    right: float
    top: float

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass
class _Line:
    cells: list[_Cell] = field(default_factory=list)

    @property
    def bottom(self) -> float:
        return min(cell.bottom for cell in self.cells)

    @property
    def top(self) -> float:
        return max(cell.top for cell in self.cells)

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


def with_tables(text: str, page: "PdfTextPage") -> str:
    """Return a page's running text with its tables as pipe tables, each in its place."""
    count = page.count_rects()
    if not 2 * _MIN_ROWS <= count <= _MAX_PIECES:
        return text
    pieces = [_Cell(*page.get_rect(number)) for number in range(count)]
    for lines in _runs(_lines([piece for piece in pieces if piece.height > 0])):
        if table := _table(lines, page):
            text = _put_in(text, table)
    return text


def _lines(pieces: Sequence[_Cell]) -> list[_Line]:
    """Return the lines from top to bottom, each with its cells from left to right."""
    lines: list[_Line] = []
    for piece in sorted(pieces, key=lambda one: -(one.bottom + one.top)):
        middle = (piece.bottom + piece.top) / 2
        if lines and lines[-1].cells[0].bottom <= middle <= lines[-1].cells[0].top:
            lines[-1].cells.append(piece)
        else:
            lines.append(_Line([piece]))
    return [_Line(_joined(sorted(line.cells, key=lambda one: one.left))) for line in lines]


def _joined(pieces: Sequence[_Cell]) -> list[_Cell]:
    cells: list[_Cell] = []
    for piece in pieces:
        last = cells[-1] if cells else None
        if last is not None and piece.left - last.right < _CELL_GAP * max(piece.height, last.height):
            bottom, top = min(last.bottom, piece.bottom), max(last.top, piece.top)
            cells[-1] = _Cell(last.left, bottom, max(last.right, piece.right), top)
        else:
            cells.append(piece)
    return cells


def _runs(lines: Sequence[_Line]) -> Iterator[list[_Line]]:
    """Yield the stretches of lines that follow each other closely and have several cells, or go on with one."""
    run: list[_Line] = []
    for line in lines:
        is_near = bool(run) and run[-1].bottom - line.top < _LINE_GAP * line.cells[0].height
        is_part = is_near or not run if len(line.cells) > 1 else is_near and _goes_on(run, line)
        if is_part:
            run.append(line)
        else:
            yield from _long_enough(run)
            run = [line] if len(line.cells) > 1 else []
    yield from _long_enough(run)


def _goes_on(run: Sequence[_Line], line: _Line) -> bool:
    """Tell whether a line of one cell continues a cell above it that is not the first: a wrapped description."""
    return line.cells[0].left > run[-1].cells[0].right


def _long_enough(run: list[_Line]) -> Iterator[list[_Line]]:
    if sum(len(line.cells) > 1 for line in run) >= _MIN_ROWS:
        yield run


def _table(lines: Sequence[_Line], page: "PdfTextPage") -> list[list[str]]:
    """Return the rows of a table, empty where the lines are none."""
    columns = _columns(lines)
    rows = _rows([(line.middle, _row(line, columns, page)) for line in lines])
    return rows if len(columns) > 1 and len(rows) >= _MIN_ROWS and _is_likely(rows) else []


def _row(line: _Line, columns: Sequence[tuple[float, float]], page: "PdfTextPage") -> list[str]:
    row = [""] * len(columns)
    for cell in line.cells:
        words = " ".join(page.get_text_bounded(cell.left, cell.bottom, cell.right, cell.top).split())
        place = next(number for number, (left, right) in enumerate(columns) if left <= cell.left <= right)
        row[place] = f"{row[place]} {words}".strip()
    return row


def _rows(lines: Sequence[tuple[float, list[str]]]) -> list[list[str]]:
    """Return rows, each made of a line that begins one and of the lines around that only go on with its cells.

    A line goes on with the row it is nearest to. Where that is not clear there are no rows: a price that stood beside
    the wrong name would be worse than no table.
    """
    begins = [number for number, (_, row) in enumerate(lines) if row[0]]
    heads = [number for number in range(begins[0] if begins else 0) if _is_head(lines, number, begins)]
    owners = sorted([*heads, *begins])
    groups: dict[int, list[list[str]]] = {owner: [] for owner in owners}
    for middle, row in lines:
        near = sorted((abs(lines[owner][0] - middle), owner) for owner in owners)
        if not near or (len(near) > 1 and near[0][0] > _CLEARLY_NEARER * near[1][0]):
            return []
        groups[near[0][1]].append(row)
    return [[" ".join(filter(None, cells)) for cells in zip(*group, strict=True)] for group in groups.values()]


def _is_head(lines: Sequence[tuple[float, list[str]]], number: int, begins: Sequence[int]) -> bool:
    """Tell whether a line above the first row is a header without a name for the first column."""
    steps = [lines[one][0] - lines[other][0] for one, other in pairwise(begins)]
    return lines[number][0] - lines[begins[0]][0] > _CLEARLY_NEARER * min(steps, default=0.0)


def _columns(lines: Sequence[_Line]) -> list[tuple[float, float]]:
    """Return the stretches of the page's width that cells take, those that overlap made one."""
    spans = sorted((cell.left, cell.right) for line in lines for cell in line.cells)
    columns = [spans[0]]
    for left, right in spans[1:]:
        if left <= columns[-1][1]:
            columns[-1] = columns[-1][0], max(right, columns[-1][1])
        else:
            columns.append((left, right))
    return columns


def _is_likely(rows: Sequence[Sequence[str]]) -> bool:
    """Tell a table from a list, from a table of contents, and from prose set in columns."""
    *others, last = zip(*rows, strict=True)
    signs = [cell for cell in others[0] if cell]
    if all(_LIST_SIGN.fullmatch(cell) for cell in signs) or any(_LEADER.search(cell) for row in rows for cell in row):
        return False
    lengths = [median([len(cell) for cell in column if cell] or [0]) for column in others]
    if max(lengths) > _LONG_CELL or median([len(cell) for cell in last if cell] or [0]) > _LONG_LAST_CELL:
        return False
    cells = [cell for row in rows for cell in row]
    return sum(map(bool, cells)) >= _MIN_FILLED * len(cells)


def _put_in(text: str, table: Sequence[Sequence[str]]) -> str:
    """Return the text with the stretch that holds exactly the table's letters replaced by the table."""
    places = [place for place, letter in enumerate(text) if _is_letter(letter)]
    letters = "".join(text[place] for place in places)
    wanted = sorted(letter for row in table for cell in row for letter in cell if _is_letter(letter))
    first = "".join(filter(_is_letter, next(cell for cell in table[0] if cell)))
    at = letters.find(first)
    for _ in range(_MAX_TRIES):
        if at < 0:
            break
        if sorted(letters[at : at + len(wanted)]) == wanted:
            before, after = text[: places[at]], text[places[at + len(wanted) - 1] + 1 :]
            return f"{_SIGNS_BEFORE.sub('', before)}\n{pipe_table(table)}\n{_SIGNS_AFTER.sub('', after)}"
        at = letters.find(first, at + 1)
    return text


def _is_letter(letter: str) -> bool:
    return letter.isalnum()
