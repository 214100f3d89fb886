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

STEPS_WITHIN = 3
"""So many sentences may stand between the one that matches a question and the first step."""

STEPS_CHARS = 1500
"""How much of a numbered list is quoted where steps are asked for."""

STEPS_UNASKED_CHARS = 700
"""A longer numbered list is no answer to a question that does not ask for steps, but its sentences may be."""

WIDE_TABLE = 3
"""Rows of a table of so many columns cannot be understood without its header."""


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
    return [header, *group] if header is not None and unit.columns >= WIDE_TABLE else group


def subject_of(unit: Unit, units: Sequence[Unit], question: str) -> list[Unit]:
    """Return the header that says of which product a row tells, where the question does not name it; else nothing.

    A wide table's header is quoted with its rows anyway.
    """
    header = header_of(unit, [one for one in units if one.rank == unit.rank])
    if header is None or unit.columns >= WIDE_TABLE or not header.subject:
        return []
    return [] if set(terms(header.subject)) <= set(terms(question)) else [header]


def steps_around(best: Unit, units: Sequence[Unit], wanted: bool) -> list[Unit]:
    """Return the numbered list that the best sentence belongs to, or announces, with its opening sentence.

    Empty where there is none; and where the question does not want one, if the best sentence is no step, or if all
    steps would be too much. `units` may be those of several passages.
    """
    passage = [one for one in units if one.rank == best.rank]
    at = passage.index(best)
    ahead = (one.procedure for one in passage[at + 1 : at + 1 + STEPS_WITHIN] if one.kind == "step")
    number = best.procedure or (next(ahead, 0) if wanted else 0)
    if not number:
        return []
    first = next(place for place, one in enumerate(passage) if one.procedure == number)
    opening = min(at, first)
    if opening == first and first > 0 and _opens_steps(passage[first - 1]):
        opening = _paragraph_start(passage, first - 1)
    steps = [one for one in passage if one.procedure == number and not one.is_label]
    if not wanted and _length(steps) > STEPS_UNASKED_CHARS:
        return []
    return [*(one for one in passage[opening:first] if not one.is_label), *_brief(steps, best)]


def _paragraph_start(passage: Sequence[Unit], at: int) -> int:
    """Return where the paragraph of a sentence begins, or so many sentences back as a subject is looked for."""
    first = at
    while first > max(0, at - MAX_BEFORE) and passage[first - 1].paragraph == passage[at].paragraph:
        if not _opens_steps(passage[first - 1]):
            break
        first -= 1
    return first


def _opens_steps(unit: Unit) -> bool:
    return unit.kind == "sentence" and not unit.procedure and not unit.is_label


def _brief(steps: list[Unit], best: Unit) -> list[Unit]:
    """Return steps that are not too much to read.

    First goes what explains a step, then what is listed under any but that of the best sentence, then the last steps.
    """
    if _length(steps) > STEPS_CHARS:
        lines = {one.item for one in steps if one.kind != "sentence"}
        steps = [one for one in steps if one.item in lines]
    numbers = [place for place, one in enumerate(steps) if one.kind == "step" and one.indent <= max(0, steps[0].indent)]
    if _length(steps) > STEPS_CHARS:
        own = [place for place in numbers if steps[place].position <= best.position]
        kept = {steps[place].item for place in numbers}
        end = next((place for place in numbers if own and place > own[-1]), len(steps))
        nested = range(own[-1], end) if own else range(0)
        steps = [one for place, one in enumerate(steps) if one.item in kept or place in nested]
        numbers = [place for place, one in enumerate(steps) if one.item in kept and one.kind == "step"]
    while _length(steps) > STEPS_CHARS and len(numbers) > 1:
        steps = steps[: numbers.pop()]
    return steps


def _length(units: Sequence[Unit]) -> int:
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
            if len(items) > MAX_ITEMS + 1 and _length(passage[at : last + 2]) > LIST_CHARS:
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
