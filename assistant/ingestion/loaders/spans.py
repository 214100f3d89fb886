"""HTML tables whose cells span others: the cell is repeated, so that every row of the Markdown tells all."""

import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MAX_SPAN = 50
_MAX_CELLS = 20_000
"""Beyond that many cells a table stays as it is: a page of a few bytes could ask for billions."""


def fill_spans(page: "BeautifulSoup") -> None:
    """Repeat each cell that spans several rows or columns in all of them, but for one as wide as its table."""
    spanning = (cell.find_parent("table") for cell in page.select("td[colspan], td[rowspan], th[colspan], th[rowspan]"))
    for table in {id(found): found for found in spanning if found is not None}.values():
        rows = [row for row in table.find_all("tr") if row.find_parent("table") is table]
        width = max((_width(row) for row in rows), default=0)
        if width * len(rows) <= _MAX_CELLS:
            _fill(rows, width)


def _fill(rows: list["Tag"], width: int) -> None:
    pending: dict[int, tuple[Tag, int]] = {}
    for row in rows:
        cells = list(_cells(row))
        for cell in cells:
            cell.extract()
        column = 0
        while cells or column in pending:
            if column in pending:
                cell, left = pending.pop(column)
                row.append(copy.copy(cell))
                if left > 1:
                    pending[column] = (cell, left - 1)
                column += 1
                continue
            cell = cells.pop(0)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            del cell["colspan"], cell["rowspan"]
            for place in range(column, column + (across if across < width else 1)):
                row.append(cell if place == column else copy.copy(cell))
                if down > 1:
                    pending[place] = (cell, down - 1)
            column += across


def _cells(row: "Tag") -> list["Tag"]:
    return row.find_all(("td", "th"), recursive=False)


def _width(row: "Tag") -> int:
    return sum(_span(cell, "colspan") for cell in _cells(row))


def _span(cell: "Tag", name: str) -> int:
    said = str(cell.get(name) or "1").strip()
    return min(_MAX_SPAN, max(1, int(said))) if said.isascii() and said.isdecimal() and len(said) < 9 else 1
