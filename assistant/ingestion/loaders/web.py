"""HTML pages: the article without the furniture around it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.fields import described
from assistant.ingestion.loaders.furniture import ENOUGH_CHARACTERS
from assistant.ingestion.loaders.html_text import html_text, without_furniture
from assistant.ingestion.loaders.limits import parsing

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")


def read_html(raw: bytes, path: Path) -> Content:
    """Read a page: its <main> or <article> where it has one, headings, lists and tables as Markdown.

    Raises:
        DocumentError: The file cannot be parsed.
    """
    from lxml.etree import LxmlError

    with parsing(path, "HTML", LxmlError):
        if b"<" not in raw:
            return Content(text=decode(raw, path))
        page = _parse(raw, path)
        fields = {**_meta(page), "title": _title(page), "language": _language(page)}
        without_furniture(page)
        return described(html_text(_article(page)), fields, path)


def _parse(raw: bytes, path: Path) -> "BeautifulSoup":
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    declared = EncodingDetector.find_declared_encoding(raw, is_html=True)
    if declared is None and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return BeautifulSoup(decode(raw, path), "lxml")
    # The declaration goes since the parser warns of XML; what it declares was read above.
    return BeautifulSoup(_XML_DECLARATION.sub(b"", raw), "lxml", from_encoding=declared)


def _meta(page: "BeautifulSoup") -> dict[str, str]:
    """Return the named fields of the page's head, names in small letters and with `_` for `-`."""
    named = [(meta.get("name"), meta.get("content")) for meta in page.find_all("meta")]
    return {
        name.strip().lower().replace("-", "_"): content
        for name, content in named
        if isinstance(name, str) and isinstance(content, str)
    }


def _article(page: "BeautifulSoup") -> "Tag":
    for name in ("main", "article"):
        found = page.find_all(name)
        if len(found) == 1 and len(found[0].get_text(strip=True)) >= ENOUGH_CHARACTERS:
            return found[0]
    return page.body or page


def _title(page: "BeautifulSoup") -> str:
    heading = page.find("h1")
    named = heading if heading is not None and heading.get_text(strip=True) else page.find("title")
    return one_line(named.get_text(" ")) if named is not None else ""


def _language(page: "BeautifulSoup") -> str:
    declared = page.html.get("lang") if page.html else None
    return declared.split("-")[0].strip().lower() if isinstance(declared, str) else ""
