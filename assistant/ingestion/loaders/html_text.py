"""Turns what HTML shows its readers into Markdown: headings, lists and tables, without furniture and inline signs."""

from typing import TYPE_CHECKING

from assistant.ingestion.loaders.furniture import drop_furniture
from assistant.ingestion.loaders.html_shapes import plain_shapes
from assistant.ingestion.loaders.spans import fill_spans

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_INLINE = "a abbr b cite code em font i img input kbd label mark q samp small span strong sub sup u var video".split()


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
    return converter.convert_soup(element)


def without_furniture(page: "BeautifulSoup") -> None:
    """Drop what surrounds the text of a page or is not shown, and make every table one that holds something."""
    drop_furniture(page)
    plain_shapes(page)
    fill_spans(page)


def html_fragment(markup: str) -> str:
    """Return the text of a piece of HTML that stands in another format, with its lists and tables as Markdown."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(markup, "lxml")
    without_furniture(page)
    return html_text(page.body or page).strip()
