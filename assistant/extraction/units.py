"""Cuts passages into the units that can be quoted, and tells which need a neighbour to be understood."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import ScoredPassage

UnitKind = Literal["sentence", "item", "step", "row", "header"]

SUBJECT_COLUMNS = 2
"""A table of properties of one thing has a column for their names and one for that thing."""

_STEP = re.compile(r"\d{1,3}[.)]\s")
_ITEM = re.compile(r"[-*•]\s")
_RULE = re.compile(r"[|\s:+-]+$")

_POINTS_BACK = re.compile(
    r"(?:(?:if|when|once|after|before|while|until|unless|where|for|with|in|on|at|by|to|of|during|and|but|so|then|also|"
    r"therefore|however|instead|please)\W+)*"
    r"(?:it|its|this|these|they|them|their|those|that|he|she|his|her|such|both|otherwise|"
    r"the (?:former|latter|same|other))\b",
    re.I,
)
_LIMITS_WHAT_WAS_SAID = re.compile(
    r"(?:except|unless|only (?:if|when|for|in|with)|however|but|otherwise|in that case|excluded|the exception|"
    r"exceptions?|not (?:for|in|included|valid)|provided|"
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
    """

    rank: int
    position: int
    text: str
    kind: UnitKind
    item: int
    paragraph: int
    subject: str = ""

    @property
    def points_back(self) -> bool:
        """Tell whether it speaks of something that the sentence before it names."""
        return self.kind == "sentence" and bool(_POINTS_BACK.match(self.text))

    @property
    def opens_list(self) -> bool:
        """Tell whether it announces what follows it."""
        return self.text.endswith(":")

    @property
    def limits(self) -> bool:
        """Tell whether it narrows what the sentence before it says."""
        if self.kind != "sentence":
            return False
        return bool(_LIMITS_WHAT_WAS_SAID.match(self.text) or _NAMES_EXCEPTION.search(self.text))

    @property
    def columns(self) -> int:
        """The number of cells of a table row; 0 for anything else."""
        return self.text.strip().strip("|").count("|") + 1 if self.text.startswith("|") else 0


def read_units(scored: ScoredPassage) -> list[Unit]:
    """Return the units of a passage in order; headings and the rules of tables are none."""
    text = scored.passage.text
    units: list[Unit] = []
    item = paragraph = 0
    last_end = 0
    bounds = sentences(text)
    for position, (start, end) in enumerate(bounds):
        between = text[last_end:start]
        item += "\n" in between
        paragraph += between.count("\n") > 1
        last_end = end
        found = text[start:end]
        if not _RULE.match(found) and not found.startswith("#"):
            following = text[slice(*bounds[position + 1])] if position + 1 < len(bounds) else ""
            kind = _kind(found, following)
            subject = _subject(found, scored.passage.title) if kind == "header" else ""
            units.append(Unit(scored.rank, position, found, kind, item, paragraph, subject))
    return units


def _subject(header: str, title: str) -> str:
    """Return the second of two cells of a header where the title of the document holds all its words."""
    cells = [cell.strip() for cell in header.strip("| ").split("|")]
    held = set(terms(title))
    return cells[1] if len(cells) == SUBJECT_COLUMNS and terms(cells[1]) and held.issuperset(terms(cells[1])) else ""


def _kind(text: str, following: str) -> UnitKind:
    if text.startswith("|"):
        return "header" if following.startswith("|") and _RULE.match(following) else "row"
    if _STEP.match(text):
        return "step"
    return "item" if _ITEM.match(text) else "sentence"


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
