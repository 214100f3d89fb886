"""The words of a Word paragraph as a reader sees them, wherever the file hides them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
BOX = f"{WORD}txbxContent"
_LITERAL = {f"{WORD}tab": " ", f"{WORD}br": "\n", f"{WORD}cr": "\n", f"{WORD}noBreakHyphen": "-"}
_WORDS = (f"{WORD}t", f"{_MATH}t")
_UNSEEN = {
    f"{WORD}del",
    f"{WORD}moveFrom",
    f"{WORD}instrText",
    f"{WORD}delText",
    f"{WORD}pPr",
    f"{WORD}rPr",
    BOX,
    _FALLBACK,
}
"""Deleted text, field codes and settings; text boxes are read on their own, and only in their newer spelling."""

_HIDDEN = f"{WORD}rPr/{WORD}vanish"
_FORMULAS = {
    f"{_MATH}f": ("num", "({})/", "den", "({})"),
    f"{_MATH}sSup": ("e", "{}", "sup", "^({})"),
    f"{_MATH}sSub": ("e", "{}", "sub", "_({})"),
    f"{_MATH}rad": ("deg", "{}", "e", "\u221a({})"),
}
"""The two parts of a formula, and how each is written on one line."""


def words(element: "_Element") -> str:
    """Return the text of a paragraph, tracked insertions and formulas included, deletions left out."""
    return "".join(_words(element))


def _words(element: "_Element") -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag in _WORDS:
            yield child.text or ""
        elif child.tag in _LITERAL:
            yield _LITERAL[str(child.tag)]
        elif child.tag in _FORMULAS:
            first, one, second, other = _FORMULAS[str(child.tag)]
            yield from (_part(child, first, one), _part(child, second, other))
        elif child.tag not in _UNSEEN and child.find(_HIDDEN) is None:
            yield from _words(child)


def _part(formula: "_Element", name: str, form: str) -> str:
    part = formula.find(f"{_MATH}{name}")
    text = words(part) if part is not None else ""
    return form.format(text) if text else ""


def boxes(paragraph: "_Element") -> Iterator["_Element"]:
    """Yield the text boxes that hang on a paragraph, each once."""
    for child in paragraph.iterchildren():
        if child.tag == BOX:
            yield child
        elif child.tag != _FALLBACK:
            yield from boxes(child)


def cell_words(cell: "_Element") -> str:
    """Return all text of a table cell on one line, that of tables within it too."""
    return " ".join(filter(None, (words(paragraph).strip() for paragraph in cell.iter(f"{WORD}p"))))
