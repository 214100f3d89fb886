"""The sources beside an answer: each cited passage, marked in the text of its document around it."""

import re
from collections.abc import Callable, Sequence
from html import escape

from assistant.entrypoints.ui.markup import icon, tag
from assistant.types import Citation, Document, Value

AROUND_CHARS = 420
"""How much of the document is shown before and after a passage."""

FindDocument = Callable[[str, int | None], Document | None]

_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(.+)$")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BULLET = re.compile(r"(?m)^([ \t]*)[-*][ \t]+")
_TABLE_RULE = re.compile(r"(?m)^\|[ \t:|-]+\|[ \t]*\n?")
_TABLE_ROW = re.compile(r"(?m)^\|[ \t]*(.*?)[ \t]*\|[ \t]*$")


class Source(Value):
    """A citation with the text around it; `before` and `after` are empty where the document cannot be shown."""

    citation: Citation
    before: str = ""
    after: str = ""


def locate(citation: Citation, find_document: FindDocument) -> Source:
    """Return the citation with its surroundings, from the very revision that it quotes."""
    document = find_document(citation.document, citation.revision)
    if document is None or document.text[citation.start : citation.end] != citation.quote:
        return Source(citation=citation)
    before = document.text[max(0, citation.start - AROUND_CHARS) : citation.start]
    after = document.text[citation.end : citation.end + AROUND_CHARS]
    if citation.start > AROUND_CHARS:
        before = "…" + before[max(0, before.find(" ")) :]
    if citation.end + AROUND_CHARS < len(document.text):
        after = after[: after.rfind(" ")] + " …"
    return Source(citation=citation, before=before, after=after)


def render_sources(sources: Sequence[Source], selected: int | None = None) -> str:
    """Return the panel; the source with the mark `selected` is open, else the first one."""
    if not sources:
        return EMPTY
    markers = [source.citation.marker for source in sources]
    opened = selected if selected in markers else markers[0]
    count = f"{len(sources)} source{'s' if len(sources) > 1 else ''} for this answer"
    cards = "".join(_card(source, source.citation.marker == opened) for source in sources)
    return tag("p", count, class_="count") + cards


EMPTY = tag(
    "div",
    icon("document") + tag("p", "The passages behind each answer appear here, marked in their document."),
    class_="no-sources",
)


def _card(source: Source, opened: bool) -> str:
    citation = source.citation
    origin = f"{escape(citation.document)} · revision {citation.revision}"
    number = tag("span", str(citation.marker), class_="number", aria_label=f"Source {citation.marker}")
    gist = tag("span", _pretty(citation.quote), class_="gist")
    names = tag("span", tag("strong", escape(citation.title)) + tag("small", origin) + gist, class_="names")
    summary = tag("summary", number + names)
    passage = _pretty(source.before) + tag("mark", _pretty(citation.quote)) + _pretty(source.after)
    excerpt = tag("div", passage, class_="excerpt", tabindex=0, role="region", aria_label="Passage in its document")
    classes = "source selected" if opened else "source"
    return tag("details", summary + excerpt, class_=classes, open=opened, data_marker=citation.marker)


def _pretty(text: str) -> str:
    """Escape a piece of a document and show its headings, lists and tables without their signs."""
    safe = _TABLE_RULE.sub("", escape(text))
    safe = _TABLE_ROW.sub(lambda row: " · ".join(cell.strip() for cell in row.group(1).split("|")), safe)
    return _BOLD.sub(r"<b>\1</b>", _HEADING.sub(r"<b>\1</b>", _BULLET.sub(r"\1• ", safe)))
