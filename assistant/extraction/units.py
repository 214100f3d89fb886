"""Cuts passages into the units that can be quoted, and tells which need a neighbour to be understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from assistant.denials import denies
from assistant.extraction.outline import Outline, step_number
from assistant.segmentation import IMAGES, sentences
from assistant.terms import terms
from assistant.types import ScoredPassage

UnitKind = Literal["sentence", "item", "step", "row", "header"]

_PASSAGES_KEPT = 64

SUBJECT_COLUMNS = 2
"""A table of properties of one thing has a column for their names and one for that thing."""

ABOVE = -1
"""The position of what stands above a passage and is no part of it."""

_ITEM = re.compile(r"[-*•]\s")
_HEADING = re.compile(r"#+\s*")
_ADDRESS = re.compile(r"\S+@\S+|\bhttps?://\S+")
_STEP_SIGN = re.compile(r"\d{1,3}[.)]\s+")
_RULE = re.compile(r"[|\s:+-]+$")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")
_STOPS = re.compile(r"[.!?…:;。！？][\"'”’»)\]*_`]*$")

MAX_CAPTION_WORDS = 8

MOST_BETWEEN_STEPS = 4
"""So many sentences at the margin may stand between two steps that are counted on."""

LEAST_NAMED_CHARS = 4
"""Shorter words are written small in titles, too."""

MAX_HEADING_WORDS = 14
"""A line of more words is read as text whose full stop was lost, not as a heading."""

_POINTS_BACK = re.compile(
    r"(?:(?:if|when|once|after|before|while|until|unless|where|for|without|with|in|on|at|by|to|of|during|and|but|so|then|also|"
    r"therefore|however|instead|please)\W+)*"
    r"(?:it|its|this|these|they|them|their|those|that|he|she|his|her|such|both|otherwise|"
    r"the (?:former|latter|same|other|rest)|(?:everything|everyone|anything|anyone|all|any) (?:else|others?))\b",
    re.I,
)
_LIMITS_WHAT_WAS_SAID = re.compile(
    r"(?:except|unless|only (?:if|when|for|in|with)|however|but|otherwise|in that case|excluded|the exception|"
    r"exceptions?|not (?:for|in|included|valid)|provided|"
    r"(?:everything|everyone|everybody|anything|anyone|all|any) (?:else|others?)\b|(?:the rest|others)\b|"
    r"(?:later|afterwards?|thereafter|(?:after|beyond) (?:that|this|then)|until then|from then on)\b|"
    r"(?:this|that|it|these|they)\b.{0,40}\b(?:not|only|never|except|unless|if))\b",
    re.I,
)
_NAMES_EXCEPTION = re.compile(
    r"\b(?:except|unless|only if|exceptions?|do(?:es)? not apply|is not included|are not included|excluded)\b", re.I
)


@dataclass(frozen=True)
class Unit:
    """A sentence, list item, step or table row of a passage. `item` numbers the list item or paragraph it stands in.

    `subject` is what a table's header calls the one thing that all its rows tell of, if its document is about that.
    `is_label` tells that it is a short line of its own, such as a heading above a paragraph or a caption in a list of
    steps: it names something and states nothing. `start` is its first character in the passage. `procedure` numbers
    the numbered list that it stands in, as a step or indented under one; 0 outside one. `indent` is how far its line
    is indented there; -1 where it goes on with a line. `denied_by` is the position of the heading that it stands below
    and that says it is not so, as "Not covered" does; -1 without one. Such a heading is a label; any other is no unit.
    `table` names the table that it stands in by its section and header; empty outside one with a header.
    """

    rank: int
    position: int
    text: str
    kind: UnitKind
    item: int
    paragraph: int
    subject: str = ""
    start: int = 0
    is_label: bool = False
    procedure: int = 0
    indent: int = -1
    denied_by: int = -1
    table: str = ""

    @property
    def end(self) -> int:
        """The character after its last in the passage."""
        return self.start + len(self.text)

    @property
    def words(self) -> str:
        """What it says, without the number of a step and the words that addresses are made of."""
        said = _ADDRESS.sub(" ", self.text) if "@" in self.text or "://" in self.text else self.text
        return _STEP_SIGN.sub("", said) if self.kind == "step" else said

    @property
    def points_back(self) -> bool:
        """Tell whether it speaks of something that the sentence before it names."""
        return self.kind == "sentence" and bool(_POINTS_BACK.match(self.text))

    @property
    def opens_list(self) -> bool:
        """Tell whether it announces what follows it."""
        return self.text.endswith(":")

    @property
    def has_stop(self) -> bool:
        """Tell whether it ends as a sentence or an announcement does."""
        return bool(_STOPS.search(self.text))

    @property
    def limits(self) -> bool:
        """Tell whether it narrows what the sentence before it says."""
        if self.kind != "sentence":
            return False
        return bool(_LIMITS_WHAT_WAS_SAID.match(self.text) or _NAMES_EXCEPTION.search(self.text))


def read_units(scored: ScoredPassage) -> list[Unit]:
    """Return the units of a passage in order; the rules of tables, images and marked headings are none.

    Of headings only those are that deny what stands below them: it would say the opposite without them.
    """
    passage = scored.passage
    section = f"{passage.document_id} {passage.heading}"
    return list(_units_of(passage.text, passage.title, scored.rank, passage.header, section))


@lru_cache(maxsize=_PASSAGES_KEPT)
def _units_of(text: str, title: str, rank: int, header: str, section: str) -> tuple[Unit, ...]:
    """Cut a text: a turn reads the same few for each part of its question, and for each sentence that it checks."""
    units: list[Unit] = []
    outline = Outline()
    item = paragraph = 0
    last_end = 0
    denied_by = -1
    bounds = sentences(text)
    for position, (start, end) in enumerate(bounds):
        between = text[last_end:start]
        item += "\n" in between
        paragraph += between.count("\n") > 1
        last_end = end
        found = text[start:end]
        procedure = outline.place(between, found, is_listed=bool(_ITEM.match(found)))
        if sign := _HEADING.match(found):
            denied_by = position if denies(found) else -1
            if denied_by == position:
                shown, begins = found[sign.end() :], start + sign.end()
                units.append(Unit(rank, position, shown, "sentence", item, paragraph, start=begins, is_label=True))
        elif not _RULE.match(found) and not IMAGES.match(found):
            following = text[slice(*bounds[position + 1])] if position + 1 < len(bounds) else ""
            kind = _kind(found, following)
            subject = _subject(found, title) if kind == "header" else ""
            indent = len(between.rpartition("\n")[2]) if "\n" in between else -1
            unit = Unit(rank, position, found, kind, item, paragraph, subject, start)
            units.append(replace(unit, procedure=procedure, indent=indent, denied_by=denied_by))
    units = _in_tables(_below(header, title, _counted_on(units)), section)
    around = zip((None, *units), units, (*units[1:], None), strict=False)
    return tuple(
        replace(one, is_label=one.is_label or _is_label(last, one, following)) for last, one, following in around
    )


def _below(header: str, title: str, units: Sequence[Unit]) -> list[Unit]:
    """Put the header that stands far above a passage before the row that it begins with."""
    if not header or not units or units[0].kind != "row":
        return list(units)
    subject = _subject(header, title)
    return [replace(units[0], position=ABOVE, text=header, kind="header", item=ABOVE, subject=subject), *units]


def _in_tables(units: Sequence[Unit], section: str) -> list[Unit]:
    """Name the table of each header and of the rows below it."""
    found: list[Unit] = []
    table = ""
    for unit in units:
        table = f"{section} {unit.text}" if unit.kind == "header" else table if unit.kind == "row" else ""
        found.append(replace(unit, table=table) if table else unit)
    return found


def _counted_on(units: Sequence[Unit]) -> list[Unit]:
    """Join a numbered list to the one before it that it is counted on from, with the few sentences between them."""
    joined = list(units)
    last = -1
    for place, unit in enumerate(joined):
        if unit.kind == "step" and last >= 0 and unit.procedure != joined[last].procedure:
            number = joined[last].procedure
            if (
                step_number(unit.text) == (step_number(joined[last].text) or 0) + 1
                and place - _end_of(joined, last) <= MOST_BETWEEN_STEPS
            ):
                joined = [
                    replace(one, procedure=number)
                    if at > last and (at < place or one.procedure == unit.procedure)
                    else one
                    for at, one in enumerate(joined)
                ]
        if unit.kind == "step" and unit.indent < 1:
            last = place
    return joined


def _end_of(units: Sequence[Unit], at: int) -> int:
    """Return the place of the last unit of the procedure that a step belongs to."""
    return max(place for place, one in enumerate(units) if one.procedure == units[at].procedure)


def _is_label(last: Unit | None, unit: Unit, following: Unit | None) -> bool:
    return _is_heading(last, unit, following) or _is_caption(unit) or _is_title(last, unit, following)


def _is_heading(last: Unit | None, unit: Unit, following: Unit | None) -> bool:
    """Tell whether a unit is a short line without a full stop or a figure that stands alone above a paragraph.

    What follows a question, or an announcement, may be the whole answer to it.
    """
    shown = _LINK.sub(r"\1 ", unit.text)
    if unit.kind != "sentence" or unit.has_stop or ":" in shown or following is None:
        return False
    if last is not None and (last.paragraph == unit.paragraph or last.text.endswith(("?", ":"))):
        return False
    says = following.kind == "sentence" and following.has_stop and not following.text.endswith("?")
    is_above = following.paragraph > unit.paragraph and following.text[:1].isupper()
    is_short = len(shown.split()) <= MAX_HEADING_WORDS and not any(sign.isdigit() for sign in shown)
    return says and is_above and is_short


def _is_title(last: Unit | None, unit: Unit, following: Unit | None) -> bool:
    """Tell whether a unit is a paragraph of a few words without a stop, written large as links to pages are."""
    if unit.kind != "sentence" or unit.has_stop or any(sign.isdigit() or sign == ":" for sign in unit.text):
        return False
    if any(one is not None and one.paragraph == unit.paragraph for one in (last, following)):
        return False
    named = [word for word in unit.text.split() if len(word) >= LEAST_NAMED_CHARS]
    return len(named) > 1 and len(unit.text.split()) <= MAX_HEADING_WORDS and all(one[0].isupper() for one in named)


def _is_caption(unit: Unit) -> bool:
    """Tell whether a unit is a short line without a full stop or a figure below a step, as the name of a picture is."""
    if not unit.procedure or unit.indent < 1 or unit.kind != "sentence" or unit.has_stop:
        return False
    return len(unit.text.split()) <= MAX_CAPTION_WORDS and not any(sign.isdigit() or sign == ":" for sign in unit.text)


def _subject(header: str, title: str) -> str:
    """Return the second of two cells of a header where the title of the document holds all its words."""
    cells = [cell.strip() for cell in header.strip("| ").split("|")]
    held = set(terms(title))
    return cells[1] if len(cells) == SUBJECT_COLUMNS and terms(cells[1]) and held.issuperset(terms(cells[1])) else ""


def _kind(text: str, following: str) -> UnitKind:
    if text.startswith("|"):
        return "header" if following.startswith("|") and _RULE.match(following) else "row"
    if step_number(text) is not None:
        return "step"
    return "item" if _ITEM.match(text) else "sentence"


def separator(last: Unit | None, unit: Unit, margin: int = 0) -> str:
    """Return the white space between two units: items and rows stand on lines of their own, so does what follows.

    What ends without a full stop would run into the next sentence, and be read as one with it. What is indented in a
    numbered list stays so, less the `margin` that all that is quoted of the list shares.
    """
    if last is None:
        return ""
    if unit.rank != last.rank:
        return "\n" if unit.table and unit.table == last.table else "\n\n"
    if unit.item == last.item:
        return " "
    if unit.procedure and unit.procedure == last.procedure:
        is_apart = unit.kind == "sentence" and unit.paragraph != last.paragraph
        return ("\n\n" if is_apart else "\n") + " " * max(0, unit.indent - margin)
    if unit.kind != "sentence":
        return "\n"
    if last.procedure and not unit.procedure:
        return "\n\n"
    return " " if last.kind == "sentence" and last.has_stop else "\n\n"


def margin_of(unit: Unit, quoted: Sequence[Unit]) -> int:
    """Return how far everything is indented that is quoted of the numbered list which a unit stands in."""
    return min(max(0, one.indent) for one in quoted if (one.rank, one.procedure) == (unit.rank, unit.procedure))


def first_cell(row: str) -> str:
    """Return what the first cell of a table row holds."""
    return row.strip("| ").split("|")[0].strip()


def header_of(unit: Unit, units: Sequence[Unit]) -> Unit | None:
    """Return the header of the table that a row stands in, or None."""
    if unit.kind != "row":
        return None
    above = (one for one in reversed(units) if one.position < unit.position)
    for one in above:
        if one.kind == "header":
            return one
        if one.kind != "row":
            return None
    return None
