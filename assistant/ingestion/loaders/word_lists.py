"""The bullets and numbers of a Word document's lists, which the file describes but does not contain."""

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element

_UNNUMBERED = ("bullet", "none", "")
_MAX_STYLES = 16
"""A damaged file may name styles that are based on each other in a circle."""


class WordLists:
    """Counts the items of all lists of one document; paragraphs must be asked for in their order."""

    def __init__(self, document: "WordDocument") -> None:
        """Read how each list of the document counts."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        self._formats: dict[tuple[int, int], str] = {}
        self._counted: defaultdict[int, list[int]] = defaultdict(list)
        # Asking for the numbering part itself would fail where a document has none.
        parts = (one for one in document.part.rels.values() if one.reltype == RELATIONSHIP_TYPE.NUMBERING)
        for relation in parts:
            self._read(relation.target_part.element)

    def sign(self, paragraph: "Paragraph") -> str:
        """Return `-` or `1.`, set in by its level; empty where the paragraph is in no list."""
        found = _numbering(paragraph)
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        if found is None:
            return "-" if style.startswith("List ") else ""
        number, level = found
        if number == 0:
            return ""
        margin = "  " * level
        if self._formats.get((number, level), "") in _UNNUMBERED:
            return f"{margin}-"
        return f"{margin}{self._next(number, level)}."

    def _read(self, numbering: "_Element") -> None:
        levels = {
            abstract.get(_w("abstractNumId")): list(abstract.iterchildren(_w("lvl")))
            for abstract in numbering.iterchildren(_w("abstractNum"))
        }
        for number in numbering.iterchildren(_w("num")):
            reference = number.find(_w("abstractNumId"))
            for level in levels.get(reference.get(_w("val")), []) if reference is not None else []:
                form = level.find(_w("numFmt"))
                key = int(number.get(_w("numId"), 0)), int(level.get(_w("ilvl"), 0))
                self._formats[key] = (form.get(_w("val")) or "") if form is not None else ""

    def _next(self, number: int, level: int) -> int:
        """Count one item; the levels below it begin anew."""
        counts = self._counted[number]
        counts[level + 1 :] = []
        counts += [0] * (level + 1 - len(counts))
        counts[level] += 1
        return counts[level]


def _numbering(paragraph: "Paragraph") -> tuple[int, int] | None:
    """Return the list and the level that a paragraph is in, by itself or by one of its styles."""
    elements: list[_Element] = [paragraph._p]
    style = paragraph.style
    while style is not None and len(elements) <= _MAX_STYLES:
        elements.append(style.element)
        style = style.base_style
    for element in elements:
        found = element.find(f"{_w('pPr')}/{_w('numPr')}")
        number = found.find(_w("numId")) if found is not None else None
        if found is not None and number is not None:
            level = found.find(_w("ilvl"))
            return int(number.get(_w("val"), 0)), int(level.get(_w("val"), 0)) if level is not None else 0
    return None


def _w(name: str) -> str:
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"
