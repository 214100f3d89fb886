"""HTML pages: the article without the furniture around it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.fields import described
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.spans import fill_spans

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_NOISE = (
    "script, style, noscript, template, nav, footer, aside, form, button, select, iframe, svg, dialog, "
    "[hidden], [aria-hidden=true], [role=navigation], [role=banner], [role=contentinfo], .navheader, .navfooter"
)
_CONTENTS = "div.toc, ul.toc, ol.toc, dl.toc, [id=toc], [role=doc-toc]"
_OF_TABLES = ["thead", "tbody", "tfoot", "tr", "td", "th", "caption"]
_INLINE = "a abbr b cite code em font i img input kbd label mark q s samp small span strong sub sup u var video".split()
_ENOUGH_CHARACTERS = 80
_XML_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*\?>")
_DEFINITION = re.compile(r"^:[ ]{1,3}(?=\S)", re.MULTILINE)


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
        _drop_noise(page)
        _unfold_layout(page)
        fill_spans(page)
        return described(_markdown(_article(page)), fields, path)


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


def _drop_noise(page: "BeautifulSoup") -> None:
    for element in page.select(_NOISE):
        element.extract()
    for header in page.find_all("header"):
        if header.find("h1") is None:
            header.extract()
    _drop_contents(page)


def _drop_contents(page: "BeautifulSoup") -> None:
    """Drop tables of contents, which would be found instead of what they point to, unless the page is nothing else."""
    lists = page.select(_CONTENTS)
    listed = sum(len(one.get_text(strip=True)) for one in lists)
    if lists and len(page.get_text(strip=True)) - listed >= _ENOUGH_CHARACTERS:
        for one in lists:
            one.extract()


def _unfold_layout(page: "BeautifulSoup") -> None:
    """Turn tables that only place things into blocks: those around other tables, and those with one text a row."""
    for one in reversed(page.find_all("table")):
        rows = [row for row in one.find_all("tr") if row.find_parent("table") is one]
        cells = [row.find_all(["td", "th"], recursive=False) for row in rows]
        texts = [sum(bool(cell.get_text(strip=True)) for cell in row) for row in cells]
        is_icon_and_text = max(texts, default=0) <= 1 and any(len(row) > 1 for row in cells)
        if one.get("role") in ("presentation", "none") or one.find("table") is not None or is_icon_and_text:
            for part in [one, *one.find_all(_OF_TABLES)]:
                if part is one or part.find_parent("table") is None:
                    part.name = "div"


def _article(page: "BeautifulSoup") -> "Tag":
    for name in ("main", "article"):
        found = page.find_all(name)
        if len(found) == 1 and len(found[0].get_text(strip=True)) >= _ENOUGH_CHARACTERS:
            return found[0]
    return page.body or page


def _title(page: "BeautifulSoup") -> str:
    heading = page.find("h1")
    named = heading if heading is not None and heading.get_text(strip=True) else page.find("title")
    return one_line(named.get_text(" ")) if named is not None else ""


def _language(page: "BeautifulSoup") -> str:
    declared = page.html.get("lang") if page.html else None
    return declared.split("-")[0].strip().lower() if isinstance(declared, str) else ""


def _markdown(element: "Tag") -> str:
    from markdownify import MarkdownConverter

    converter = MarkdownConverter(
        heading_style="ATX",
        bullets="-",
        strip=[*_INLINE, "title"],
        escape_asterisks=False,
        escape_underscores=False,
        escape_misc=False,
        wrap=True,
        wrap_width=None,
    )
    return _DEFINITION.sub("", converter.convert_soup(element))
