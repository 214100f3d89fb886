"""Reads sitemaps: lists of pages, and indexes of such lists, plain or packed, by the protocol of sitemaps.org."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from xml.parsers import expat

from assistant.errors import DocumentError
from assistant.ingestion.crawler.bodies import read_capped
from assistant.ingestion.crawler.fetching import Fetcher, Request
from assistant.ingestion.crawler.pinned import Deadline
from assistant.ingestion.crawler.urls import MAX_URL_CHARACTERS, WebAddress

MAX_SITEMAP_BYTES = 50 * 1024 * 1024
MAX_SITEMAP_URLS = 50_000
MAX_NESTING = 2
MAX_SITEMAP_FILES = 200
SITEMAP_SECONDS = 20.0

_GZIP_MARK = b"\x1f\x8b"


@dataclass(frozen=True)
class Entry:
    """A page, or a further sitemap, and when it last changed as far as the list says."""

    url: str
    lastmod: str = ""
    is_sitemap: bool = False


@dataclass(frozen=True)
class SitemapFailure:
    """A sitemap that could not be read, and why."""

    url: str
    reason: str


def read_sitemap(url: str, body: bytes) -> list[Entry]:
    """Read one file.

    Raises:
        DocumentError: It is no sitemap, or one that declares entities or is too large.
    """
    try:
        xml = read_capped([body], max_bytes=MAX_SITEMAP_BYTES, packed=body.startswith(_GZIP_MARK))
        reader = _Reader()
        reader.read(xml)
    except (ValueError, LookupError, expat.ExpatError) as error:
        raise DocumentError(url, f"is not a readable sitemap ({error}); check it with a sitemap validator") from error
    return reader.entries


def walk_sitemap(
    fetcher: Fetcher, url: str, admit: Callable[[WebAddress], None], deadline: Deadline
) -> Iterator[Entry | SitemapFailure]:
    """Yield the pages of a sitemap and of those it names, to a depth of two and 50,000 pages in all.

    `admit` raises DocumentError for a sitemap that may not be fetched.
    """
    waiting: list[tuple[str, int]] = [(url, 0)]
    seen = {url}
    pages = 0
    while waiting and deadline.remaining_seconds() > 0:
        current, nesting = waiting.pop(0)
        try:
            entries = _fetch(fetcher, current, admit, deadline.within(SITEMAP_SECONDS))
        except DocumentError as error:
            yield SitemapFailure(current, error.reason)
            continue
        for entry in entries:
            if not entry.is_sitemap:
                pages += 1
                if pages > MAX_SITEMAP_URLS:
                    yield SitemapFailure(current, f"more than {MAX_SITEMAP_URLS:,} pages are listed; the rest is left")
                    return
                yield entry
            elif nesting < MAX_NESTING and entry.url not in seen and len(seen) < MAX_SITEMAP_FILES:
                seen.add(entry.url)
                waiting.append((entry.url, nesting + 1))


def modified_at(text: str) -> datetime | None:
    """Read a moment from a Last-Modified header, or from a sitemap, where a day alone means its first moment."""
    try:
        moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_newer(lastmod: str, last_modified: str) -> bool:
    """Tell whether a page may have changed since `last_modified`; in doubt it may.

    A day without a time is in doubt until the day after.
    """
    listed, known = modified_at(lastmod), modified_at(last_modified)
    if listed is None or known is None:
        return True
    if "T" not in lastmod:
        listed = datetime.combine(listed.date(), time.max, tzinfo=UTC)
    return listed > known


def as_http_date(lastmod: str) -> str:
    """Return a sitemap's moment as a Last-Modified header writes it; empty where it is none or only a day."""
    moment = modified_at(lastmod) if "T" in lastmod else None
    return format_datetime(moment.astimezone(UTC), usegmt=True) if moment else ""


def _fetch(fetcher: Fetcher, url: str, admit: Callable[[WebAddress], None], deadline: Deadline) -> list[Entry]:
    response = fetcher.fetch(Request(url, deadline=deadline, max_bytes=MAX_SITEMAP_BYTES, admit=admit))
    if response.status != 200:
        raise DocumentError(url, f"the sitemap answers {response.status}; check its address")
    return read_sitemap(url, response.body)


@dataclass
class _Reader:
    """Follows the elements of a sitemap as they come; holds no tree, and takes no document type."""

    entries: list[Entry] = field(default_factory=list)
    _texts: dict[str, str] = field(default_factory=dict)
    _element: str = ""
    _depth: int = 0

    def read(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._refuse_document_type
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(xml, True)

    def _refuse_document_type(self, *_declared: object) -> None:
        raise ValueError("it declares a document type, which a sitemap has no use for")

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        local = name.rpartition(":")[2]
        if self._depth == 1 and local not in ("urlset", "sitemapindex"):
            raise ValueError(f"its outermost element is {local[:40]!r}")
        if self._depth == 2:
            self._texts = {}
        self._element = local if self._depth == 3 else ""

    def _text(self, text: str) -> None:
        if self._element in ("loc", "lastmod"):
            self._texts[self._element] = (self._texts.get(self._element, "") + text)[: MAX_URL_CHARACTERS + 1]

    def _end(self, name: str) -> None:
        if self._depth == 2 and len(self.entries) <= MAX_SITEMAP_URLS:
            url = self._texts.get("loc", "").strip()
            if url:
                is_sitemap = name.rpartition(":")[2] == "sitemap"
                self.entries.append(Entry(url, self._texts.get("lastmod", "").strip(), is_sitemap))
        self._depth -= 1
        self._element = ""
