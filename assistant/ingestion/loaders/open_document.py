"""OpenDocument texts (.odt), as LibreOffice writes them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import DocumentError
from assistant.ingestion.loaders.blocks import heading, join, literal, table
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.packages import open_package, parse_xml

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_MANIFEST_ENTRY = b"encryption-data"
_BREAKS = {f"{_TEXT}s": " ", f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_UNSEEN = {
    f"{_TEXT}tracked-changes",
    f"{_TEXT}note",
    f"{_TEXT}table-of-content",
    f"{_TEXT}alphabetical-index",
    f"{_OFFICE}annotation",
    f"{_OFFICE}forms",
    f"{_TEXT}sequence-decls",
}
"""What a reader of the running text does not see: deleted words, remarks, and lists that only point elsewhere."""

_FRAMES = (f"{_DRAW}frame", f"{_DRAW}text-box", f"{_DRAW}custom-shape")
_MAX_REPEATS = 256
"""Spreadsheet programs repeat an empty cell to the right edge of the sheet."""


def read_open_document(raw: bytes, path: Path) -> Content:
    """Read headings, paragraphs, lists and tables of an .odt file.

    Raises:
        DocumentError: The file is no OpenDocument text, or is protected by a password.
    """
    from lxml.etree import LxmlError

    with parsing(path, "OpenDocument", LxmlError):
        with open_package(raw, path) as package:
            names = package.namelist()
            if "META-INF/manifest.xml" in names and _MANIFEST_ENTRY in package.read("META-INF/manifest.xml"):
                raise DocumentError(path, "is encrypted; save a copy without a password")
            content = parse_xml(package.read("content.xml"))
            meta = parse_xml(package.read("meta.xml")) if "meta.xml" in names else None
        body = content.find(f"{_OFFICE}body/{_OFFICE}text")
        if body is None:
            raise ValueError("it holds no text document")
        return Content(text=join(_blocks(body)), title=_meta(meta, "title"), language=_meta(meta, "language")[:2])


def _meta(root: "_Element | None", name: str) -> str:
    found = root.find(f".//{_DC}{name}") if root is not None else None
    return one_line(found.text or "") if found is not None else ""


def _blocks(parent: "_Element") -> Iterator[str]:
    for child in parent.iterchildren():
        if child.tag in _UNSEEN:
            continue
        if child.tag == f"{_TEXT}h":
            yield heading(_number(child.get(f"{_TEXT}outline-level")), _words(child))
        elif child.tag == f"{_TEXT}p":
            yield literal(_lines(child))
            yield from _framed(child)
        elif child.tag == f"{_TEXT}list":
            yield "\n".join(_items(child, 0))
        elif child.tag == f"{_TABLE}table":
            yield table(list(_rows(child)))
        else:
            yield from _blocks(child)


def _framed(paragraph: "_Element") -> Iterator[str]:
    """Yield what stands in text boxes that hang on a paragraph."""
    for box in paragraph.iter(f"{_DRAW}text-box"):
        yield from _blocks(box)


def _items(items: "_Element", level: int) -> Iterator[str]:
    for item in items.iterchildren(f"{_TEXT}list-item", f"{_TEXT}list-header"):
        for child in item.iterchildren():
            if child.tag == f"{_TEXT}list":
                yield from _items(child, level + 1)
            elif child.tag == f"{_TEXT}h":
                yield heading(_number(child.get(f"{_TEXT}outline-level")), _words(child))
            elif words := _words(child):
                yield f"{'  ' * level}- {words}"


def _rows(element: "_Element") -> Iterator[list[str]]:
    for child in element.iterchildren():
        if child.tag == f"{_TABLE}table-row":
            yield [cell for one in child.iterchildren() for cell in _cells(one)]
        elif child.tag in (f"{_TABLE}table-header-rows", f"{_TABLE}table-rows", f"{_TABLE}table-row-group"):
            yield from _rows(child)


def _cells(cell: "_Element") -> list[str]:
    """Return a cell as often as it is repeated; one that another cell covers stands empty."""
    words = " ".join(" ".join(_blocks(cell)).replace("|", " ").split()) if len(cell) else ""
    return [words] * min(_MAX_REPEATS, _number(cell.get(f"{_TABLE}number-columns-repeated")))


def _number(value: str | None) -> int:
    return int(value) if value and value.isdecimal() else 1


def _words(element: "_Element") -> str:
    return one_line(_run(element))


def _lines(element: "_Element") -> str:
    return "\n".join(filter(None, (one_line(line) for line in _run(element).split("\n"))))


def _run(element: "_Element") -> str:
    """Return the words of a paragraph; white space in the file counts as one space, breaks are elements."""
    parts = [" ".join(f".{element.text or ''}.".split())[1:-1]]
    for child in element.iterchildren():
        if child.tag in _BREAKS:
            parts.append(_BREAKS[str(child.tag)])
        elif child.tag not in _UNSEEN and child.tag not in _FRAMES:
            parts.append(_run(child))
        parts.append(" ".join(f".{child.tail or ''}.".split())[1:-1])
    return "".join(parts)
