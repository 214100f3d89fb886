"""Turns what HTML shows its readers into Markdown: headings, lists and tables, without furniture and inline signs."""

import re
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.furniture import drop_furniture
from assistant.ingestion.loaders.html_shapes import plain_shapes
from assistant.ingestion.loaders.pictures import without_pictures
from assistant.ingestion.loaders.spans import fill_spans
from assistant.ingestion.loaders.unfolding import unfold

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_INLINE = "a abbr b cite code em font i img input kbd label mark q samp small span strong sub sup u var video".split()

_CODE_OR_ROW = re.compile(
    r"^[ \t]*(?P<sign>`{3,}).*?^[ \t]*(?P=sign)|^[ \t]*\|[^\n]*\|[ \t]*$", re.DOTALL | re.MULTILINE
)
_CELL_GAP = re.compile(r"(?<=[^ ]) {2,}(?=[^ |])")


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
    return _CODE_OR_ROW.sub(_neat_row, without_pictures(converter.convert_soup(element)))


def _neat_row(found: re.Match[str]) -> str:
    """Return a row without the gaps that paragraphs and lists leave in its cells; code as it is."""
    return found.group() if found["sign"] else _CELL_GAP.sub(" ", found.group())


def without_furniture(page: "BeautifulSoup") -> None:
    """Drop what surrounds the text of a page or is not shown, and make every table one that holds something."""
    unfold(page)
    drop_furniture(page)
    plain_shapes(page)
    fill_spans(page)


def html_fragment(markup: str) -> str:
    """Return the text of a piece of HTML that stands in another format, with its lists and tables as Markdown."""
    from bs4 import BeautifulSoup

    page = BeautifulSoup(markup, "lxml")
    without_furniture(page)
    return html_text(page.body or page).strip()
