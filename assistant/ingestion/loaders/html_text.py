"""Turns what HTML shows its readers into Markdown: headings, lists and tables, without furniture and inline signs."""

import re
from typing import TYPE_CHECKING

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
ENOUGH_CHARACTERS = 80
"""Of less text than that nothing is left out for more of it elsewhere."""

_DEFINITION = re.compile(r"^:[ ]{1,3}(?=\S)", re.MULTILINE)


def html_text(element: "Tag") -> str:
    """Return the Markdown of an element."""
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


def without_furniture(page: "BeautifulSoup") -> None:
    """Drop what surrounds the text of a page or is not shown, and make every table one that holds something."""
    _drop_noise(page)
    _unfold_layout(page)
    fill_spans(page)


def html_fragment(markup: str) -> str:
    """Return the text of a piece of HTML that stands in another format, with its lists and tables as Markdown."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(markup, "lxml")
    without_furniture(page)
    return html_text(page.body or page).strip()


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
    if lists and len(page.get_text(strip=True)) - listed >= ENOUGH_CHARACTERS:
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
