"""The sources beside an answer: each cited passage, marked in the text of its document around it."""

import re
from collections.abc import Callable, Sequence
from html import escape

from assistant.entrypoints.ui.markup import icon, tag
from assistant.errors import DocumentErased, RevisionNotFound
from assistant.types import Citation, Excerpt, Standing, Value

QUESTION_CHARS = 80
"""So much of a question is shown above its sources."""

OpenCitation = Callable[[Citation], Excerpt]

_HEADING = re.compile(r"(?m)^#{1,6}[ \t]+(.+)$")
_HEADING_SIGN = re.compile(r"(?m)^#{1,6}[ \t]+\Z")
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BULLET = re.compile(r"(?m)^([ \t]*)[-*][ \t]+")
_TABLE_RULE = re.compile(r"(?m)^\|[ \t:|-]+\|[ \t]*\n?")
_TABLE_ROW = re.compile(r"(?m)^(?:\||(?=….*\|[ \t]*$))[ \t]*(.*?)[ \t]*\|?[ \t]*( …)?$")
"""A row of a table, also one that the end of an excerpt cuts through."""


class Source(Value):
    """A citation with the passage in its document; None where it cannot be opened. `erased` says that it never can."""

    citation: Citation
    excerpt: Excerpt | None = None
    erased: bool = False


def locate(citation: Citation, open_citation: OpenCitation) -> Source:
    """Return the citation with its passage, from the very revision that it quotes."""
    try:
        return Source(citation=citation, excerpt=open_citation(citation))
    except DocumentErased:
        return Source(citation=citation, erased=True)
    except RevisionNotFound:
        return Source(citation=citation)


def render_sources(sources: Sequence[Source], selected: int | None = None, *, question: str) -> str:
    """Return the panel of the answer to a question; the source with the mark `selected` is open, else the first one.

    The question is named, for the panel stays where a later message has no sources.
    """
    if not sources:
        return EMPTY
    markers = [source.citation.marker for source in sources]
    opened = selected if selected in markers else markers[0]
    count = f"{len(sources)} source{'s' if len(sources) > 1 else ''} for the answer to “{escape(_short(question))}”"
    cards = "".join(_card(source, source.citation.marker == opened) for source in sources)
    return tag("p", count, class_="count") + cards


EMPTY = tag(
    "div",
    icon("document") + tag("p", "The passages behind each answer appear here, marked in their document."),
    class_="no-sources",
)
ERASED = tag(
    "div",
    icon("document") + tag("p", "A document behind this answer was erased, and the answer with it. No text was kept."),
    class_="no-sources",
    role="status",
)

_STANDING: dict[Standing, str] = {
    "current": "",
    "unchanged": "The document was revised since (now revision {newest}) and still says this.",
    "changed": "This text has changed since: the document is now at revision {newest}. Shown is what it said then.",
    "removed": "This document is no longer in use. Shown is what it said then.",
}
_ERASED = "This document was erased. Its text was not kept."


def _short(question: str) -> str:
    words = " ".join(question.split())
    return words if len(words) <= QUESTION_CHARS else f"{words[: QUESTION_CHARS - 1].rstrip()}…"


def _card(source: Source, opened: bool) -> str:
    citation = source.citation
    number = tag("span", str(citation.marker), class_="number", aria_label=f"Source {citation.marker}")
    gist = "" if source.erased else tag("span", pretty(citation.quote), class_="gist")
    names = tag("span", tag("strong", escape(citation.title)) + tag("small", _origin(source)) + gist, class_="names")
    label = "Passage in its document"
    excerpt = tag("div", _passage(source), class_="excerpt", tabindex=0, role="region", aria_label=label)
    classes = "source selected" if opened else "source"
    content = tag("summary", number + names) + _notice(source) + ("" if source.erased else excerpt)
    return tag("details", content, class_=classes, open=opened, data_marker=citation.marker)


def _origin(source: Source) -> str:
    """Return what the document was called when it was cited, the revision, and what it is called today."""
    citation, excerpt = source.citation, source.excerpt
    renamed = excerpt is not None and excerpt.document != citation.document
    today = f", now {escape(excerpt.document)}" if excerpt is not None and renamed else ""
    return f"{escape(citation.document)}{today} · revision {citation.revision}"


def _notice(source: Source) -> str:
    """Return what a reader has to know of a text that is not what the document says today."""
    if source.erased:
        return tag("p", _ERASED, class_="standing")
    words = _STANDING[source.excerpt.standing].format(newest=source.excerpt.newest_revision) if source.excerpt else ""
    return tag("p", words, class_="standing") if words else ""


def _passage(source: Source) -> str:
    excerpt = source.excerpt
    if excerpt is None:
        return tag("mark", pretty(source.citation.quote))
    before = "…" * (len(excerpt.before) < excerpt.start) + excerpt.before
    # The sign of a heading that is quoted stands before the quotation.
    sign = _HEADING_SIGN.search(before)
    before, opening = (before[: sign.start()], sign.group()) if sign else (before, "")
    marked = tag("mark", pretty(opening + source.citation.quote))
    after = excerpt.after + " …" * (excerpt.end + len(excerpt.after) < excerpt.document_chars)
    return pretty(before) + marked + pretty(after)


def pretty(text: str) -> str:
    """Return a piece of a document, escaped, its headings, lists and tables without their signs; lines stay lines."""
    safe = _TABLE_RULE.sub("", escape(text))
    safe = _TABLE_ROW.sub(_in_dots, safe)
    return _BOLD.sub(r"<b>\1</b>", _HEADING.sub(r"<b>\1</b>", _BULLET.sub(r"\1• ", safe)))


def _in_dots(row: re.Match[str]) -> str:
    return " · ".join(cell.strip() for cell in row[1].split("|")) + (row[2] or "")
