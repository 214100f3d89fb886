"""Finds the table that sets the things side by side which a question compares."""

import re
from collections.abc import Iterator, Sequence

from assistant.extraction.asking import Asked
from assistant.extraction.units import Unit, first_cell
from assistant.terms import terms

_ASKS_KINDS = re.compile(
    r"\b(?:what|which)\s+(?:(?:kinds?|types?|sorts?)\s+of\s+)?(?P<what>[\w-]+(?:\s+[\w-]+)?)\s+"
    r"(?:do you (?:have|offer|sell)|are there|are (?:available|offered)|can I (?:choose|get|book|have))\b",
    re.I,
)
_WITHOUT = re.compile(r"\bwithout\s+(?:an?\s+|any\s+|the\s+)?([\w-]+(?:\s+[\w-]+)?)", re.I)
_HAS_NONE = re.compile(r"no|none|nothing|not needed|-|–|—|0|free", re.I)

_PRICE = frozenset(terms("price cost fee rate"))

MOST_ROWS = 12
"""A longer table is not quoted whole."""


def kinds_asked(question: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the terms of what a question asks the kinds of, as "Which plans do you have?" does, and all it asks by.

    Both are empty for any other question.
    """
    asked = _ASKS_KINDS.search(question)
    return (frozenset(terms(asked["what"])), frozenset(terms(asked.group()))) if asked else (frozenset(), frozenset())


def listed_rows(what: frozenset[str], units: Sequence[Unit]) -> list[Unit]:
    """Return the first table that lists the kinds of something.

    Args:
        what: The terms of it.
        units: Those of one or several passages, in any order.

    Returns:
        Its header, whose first cell is called so, and all of its rows; nothing where there is none, or a long one.
    """
    for header, rows in _tables(units):
        if what and what == set(terms(first_cell(header.text))):
            return [header, *rows] if 0 < len(rows) <= MOST_ROWS else []
    return []


def compared_table(compared: Sequence[str], units: Sequence[Unit]) -> list[Unit]:
    """Return what a table says of some things that are compared: their columns or, where it has none, their rows.

    Args:
        compared: What the things are called.
        units: Those of one or several passages, in any order.
    """
    return compared_columns(compared, units) or compared_rows(compared, units)


def compared_columns(compared: Sequence[str], units: Sequence[Unit]) -> list[Unit]:
    """Return the header and all rows of the first table that has a column for each of some things.

    Args:
        compared: What the things are called.
        units: Those of one or several passages, in any order.

    Returns:
        Nothing where no header names all of them in cells of their own, or where the table is long.
    """
    named = [set(terms(thing)) for thing in compared]
    for header, rows in _tables(units):
        if _has_columns(header, named) and 0 < len(rows) <= MOST_ROWS:
            return [header, *rows]
    return []


def compared_rows(compared: Sequence[str], units: Sequence[Unit]) -> list[Unit]:
    """Return the header and the rows of the first table that has a row for each of some things.

    Args:
        compared: What the things are called.
        units: Those of one or several passages, in any order.

    Returns:
        Nothing where no table names all of them in first cells of their own.
    """
    named = [set(terms(thing)) for thing in compared]
    for header, rows in _tables(units):
        cells = [(one, set(terms(first_cell(one.text)))) for one in rows]
        found = [next((one for one, cell in cells if _is_called(cell, thing)), None) for thing in named]
        told = [one for one in found if one is not None]
        if len({one.position for one in told}) == len(named):
            return [header, *sorted(told, key=lambda one: one.position)]
    return []


def _is_called(cell: set[str], thing: set[str]) -> bool:
    """Tell whether a first cell has no other words than the name of a thing, or all of them."""
    return bool(cell and thing) and (cell <= thing or thing <= cell)


def _has_columns(header: Unit, named: Sequence[set[str]]) -> bool:
    """Tell whether each thing is named in a cell, and no two in the same."""
    cells = [set(terms(cell)) for cell in header.text.split("|")]
    found = [next((place for place, cell in enumerate(cells) if thing and thing <= cell), None) for thing in named]
    return None not in found and len(set(found)) == len(named)


def _tables(units: Sequence[Unit]) -> Iterator[tuple[Unit, list[Unit]]]:
    """Yield the header of each table with the rows below it, in the order of their passages.

    What several passages hold of one table is put together.
    """
    in_order = sorted(units, key=lambda one: (one.rank, one.position))
    tables: dict[str, tuple[Unit, list[Unit]]] = {}
    for at, unit in enumerate(in_order):
        if unit.kind == "header":
            tables.setdefault(unit.table, (unit, []))[1].extend(_rows_below(in_order, at))
    yield from tables.values()


def _rows_below(units: Sequence[Unit], at: int) -> list[Unit]:
    rows: list[Unit] = []
    for one in units[at + 1 :]:
        if one.kind != "row" or one.rank != units[at].rank:
            break
        rows.append(one)
    return rows


def lacks_asked(row: str, header: str, question: str) -> bool:
    """Tell whether a question asks for something without what a row has none of, as "a plan without a contract"."""
    without = [set(terms(found[1])) for found in _WITHOUT.finditer(question)]
    cells = zip(header.strip("| ").split("|"), row.strip("| ").split("|"), strict=False)
    none = [set(terms(name)) for name, cell in cells if _HAS_NONE.fullmatch(cell.strip())]
    return any(what and what <= name for what in without for name in none)


def names_cell(asked: Asked, row: str, header: str) -> bool:
    """Tell whether a question names a column of a table, and the row by what its first cell says of all columns."""
    own = set(terms(asked.text))
    columns = (set(terms(cell)) for cell in header.strip().strip("|").split("|")[1:])
    property_asked = own | (_PRICE if asked.wants_price else set())
    return bool(property_asked.intersection(terms(first_cell(row)))) and any(one and one <= own for one in columns)
