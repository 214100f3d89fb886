"""E-books (.epub): a zip file of web pages, in the order of its spine."""

import posixpath
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from assistant.errors import DocumentError
from assistant.ingestion.loaders.blocks import join
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.packages import open_package, parse_xml
from assistant.ingestion.loaders.web import read_html

if TYPE_CHECKING:
    from lxml.etree import _Element

_PAGES = ("application/xhtml+xml", "text/html")
_RIGHTS = "META-INF/rights.xml"


def read_book(raw: bytes, path: Path) -> Content:
    """Read the chapters of an .epub file, each as the web page that it is.

    Raises:
        DocumentError: The file is no e-book, or is locked to one reader's device.
    """
    from lxml.etree import LxmlError

    with parsing(path, "EPUB", LxmlError), open_package(raw, path) as package:
        if _RIGHTS in package.namelist():
            raise DocumentError(path, "is locked to a device (DRM); ask its publisher for a copy without")
        place = _package_document(package)
        root = parse_xml(package.read(place))
        chapters = [read_html(package.read(name), path).text for name in _spine(root, place, package)]
        return Content(text=join(chapters), title=_meta(root, "title"), language=_meta(root, "language")[:2].lower())


def _package_document(package: zipfile.ZipFile) -> str:
    container = parse_xml(package.read("META-INF/container.xml"))
    for root in container.iter("{*}rootfile"):
        if place := root.get("full-path"):
            return place
    raise ValueError("its container names no package document")


def _spine(root: "_Element", place: str, package: zipfile.ZipFile) -> Iterator[str]:
    """Yield the names of the pages that are meant to be read one after the other."""
    items = {item.get("id"): item for item in root.iterfind("{*}manifest/{*}item")}
    known = set(package.namelist())
    for reference in root.iterfind("{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _PAGES or "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(posixpath.dirname(place), unquote(item.get("href") or "")))
        if name in known:
            yield name


def _meta(root: "_Element", name: str) -> str:
    found = root.find(f"{{*}}metadata/{{http://purl.org/dc/elements/1.1/}}{name}")
    return one_line(found.text or "") if found is not None else ""
