"""Adds to a chosen sentence what it cannot be understood without: its subject, its list, its table, its limits."""

from collections.abc import Sequence

from assistant.extraction.units import Unit, header_of
from assistant.terms import terms

MAX_BEFORE = 2
"""How many sentences back the subject of a sentence is looked for."""

MAX_LIMITS = 2
"""How many sentences that narrow a statement are kept with it."""

MAX_ITEMS = 8
"""How many items of an announced list are quoted, if all of them would be too much."""

LIST_CHARS = 900
"""A list of at most so many characters is quoted whole: who looks for an item must see that it is not there."""

SHORT_ITEM_CHARS = 240
"""An item of a list of at most so many characters is quoted to its end."""


def completed(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """Return a unit with what it needs of its passage, in order. `units` may be those of several passages."""
    passage = [one for one in units if one.rank == unit.rank]
    at = passage.index(unit)
    first = _first(passage, at)
    last = max(_last(passage, at), _item_end(passage, at))
    group = passage[first : last + 1]
    if unit.kind in ("item", "step") and (opening := _opening(passage, at)) is not None:
        group = [opening, *(one for one in group if one.item == unit.item)]
    header = header_of(unit, passage)
    if header is not None and not header.subject:
        group = [header, *group]
    return [*_denial(unit, passage), *group]


def subject_of(unit: Unit, units: Sequence[Unit], question: str) -> list[Unit]:
    """Return the header that says of which product a row tells, where the question does not name it; else nothing.

    Any other header is quoted with its rows anyway.
    """
    header = header_of(unit, [one for one in units if one.rank == unit.rank])
    if header is None or not header.subject:
        return []
    return [] if set(terms(header.subject)) <= set(terms(question)) else [header]


def denied_list(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """Return the list that an item stands in below a heading that denies it, whole; empty where it is in none."""
    passage = [one for one in units if one.rank == unit.rank]
    heading = _denial(unit, passage) if unit.kind == "item" else []
    items = [one for one in passage if one.denied_by == unit.denied_by and one.kind == "item"]
    return [*heading, *items] if heading and length_of(items) <= LIST_CHARS else []


def _denial(unit: Unit, passage: Sequence[Unit]) -> list[Unit]:
    """Return the heading without which a unit would say the opposite; nothing where there is none."""
    return [one for one in passage if one.position == unit.denied_by]


def length_of(units: Sequence[Unit]) -> int:
    """Return how many characters units have."""
    return sum(len(one.text) for one in units)


def _first(passage: Sequence[Unit], at: int) -> int:
    """Return where a sentence that points back begins to make sense."""
    first = at
    while first > max(0, at - MAX_BEFORE) and passage[first].points_back and passage[first - 1].kind == "sentence":
        if passage[first - 1].paragraph != passage[first].paragraph:
            break
        first -= 1
    return first


def _last(passage: Sequence[Unit], at: int) -> int:
    """Return where what belongs to a sentence ends: the list that it announces, or the sentences that limit it."""
    last = at
    if passage[at].opens_list:
        items = {passage[at].item}
        while last + 1 < len(passage) and passage[last + 1].kind in ("item", "step", "sentence"):
            following = passage[last + 1]
            if following.kind == "sentence" and following.item not in items:
                break
            items.add(following.item)
            if len(items) > MAX_ITEMS + 1 and length_of(passage[at : last + 2]) > LIST_CHARS:
                break
            last += 1
        return last
    while (
        last + 1 < len(passage)
        and last - at < MAX_LIMITS
        and passage[last + 1].limits
        and passage[last + 1].paragraph == passage[at].paragraph
    ):
        last += 1
    return last


def _item_end(passage: Sequence[Unit], at: int) -> int:
    """Return where a list item ends that is short enough to be quoted whole: its sentences explain each other."""
    last = at
    while last + 1 < len(passage) and passage[last + 1].item == passage[at].item:
        last += 1
    length = sum(len(one.text) for one in passage[at : last + 1])
    return last if passage[at].kind == "item" and length <= SHORT_ITEM_CHARS else at


def _opening(passage: Sequence[Unit], at: int) -> Unit | None:
    """Return the line that opens the list which an item stands in."""
    for one in reversed(passage[:at]):
        if one.kind == "sentence" and not _in_list(passage, one):
            return one if one.opens_list else None
    return None


def _in_list(passage: Sequence[Unit], unit: Unit) -> bool:
    return unit.procedure > 0 or any(one.item == unit.item and one.kind in ("item", "step") for one in passage)
