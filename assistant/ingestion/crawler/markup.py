"""What an HTML page says to crawlers: its links, its canonical URL, and whether it wants to be indexed."""

import time
from dataclasses import dataclass, field
from typing import cast

from lxml import etree

from assistant.errors import DocumentError
from assistant.ingestion.crawler.urls import MAX_URL_CHARACTERS, WebAddress, resolve

AGENT = "CustomerAssistant"
"""The product token by which robots.txt, meta elements and headers may address this crawler."""

MAX_LINKS = 2_000
_CHUNK_BYTES = 65_536
_MAX_SECONDS = 3.0
"""Some broken pages take the parser long; what was found by then is enough."""

_VALUED = ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview")


@dataclass(frozen=True)
class Directives:
    """Whether a page may be indexed, and whether its links may be followed."""

    index: bool = True
    follow: bool = True

    def __and__(self, other: "Directives") -> "Directives":
        """Return what both allow."""
        return Directives(self.index and other.index, self.follow and other.follow)


@dataclass(frozen=True)
class Markup:
    """The parts of a page that guide a crawl; links are canonical URLs, each once, in the page's order."""

    links: tuple[str, ...]
    canonical: WebAddress | None
    directives: Directives


def read_markup(body: bytes, address: WebAddress) -> Markup:
    """Read a page, however broken, in one pass that builds no tree."""
    collector = _Collector()
    latest = time.monotonic() + _MAX_SECONDS
    parser = etree.HTMLParser(
        target=cast("etree.ParserTarget", collector), encoding=_encoding(body), no_network=True, huge_tree=False
    )
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            if time.monotonic() > latest:
                break
            parser.feed(body[start : start + _CHUNK_BYTES])
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError):
        # What was read up to here still holds; the loader will say what is wrong with the page.
        pass
    return collector.markup(address)


def _encoding(body: bytes) -> str | None:
    """Name UTF-8 where a page is written in it and does not say so, since the parser would take it for Latin-1."""
    if b"charset" in body[:_CHUNK_BYTES].lower() or b"encoding" in body[:200]:
        return None
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def directives_of(text: str) -> Directives:
    """Read `noindex`, `nofollow` and `none`, as in a robots meta element or an X-Robots-Tag header.

    What follows the name of another crawler and a colon is not for us.
    """
    words: set[str] = set()
    is_ours = True
    for part in text.lower().split(","):
        name, colon, rest = part.strip().partition(":")
        if colon and name not in _VALUED:
            is_ours = name == AGENT.lower()
            name = rest.strip()
        if is_ours:
            words.add(name)
    return Directives(index=not words & {"noindex", "none"}, follow=not words & {"nofollow", "none"})


@dataclass
class _Collector:
    """A parser target: gathers what matters and forgets the rest."""

    references: dict[str, None] = field(default_factory=dict)
    base: str = ""
    canonical: str = ""
    directives: Directives = field(default_factory=Directives)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element's start."""
        href = attributes.get("href", "")
        rel = attributes.get("rel", "").lower().split()
        if tag == "meta":
            self._read_meta(attributes)
        elif not href or len(href) > MAX_URL_CHARACTERS:
            return
        elif tag in ("a", "area"):
            if "nofollow" not in rel and len(self.references) < MAX_LINKS:
                self.references[href] = None
        elif tag == "base":
            self.base = self.base or href
        elif tag == "link" and "canonical" in rel:
            self.canonical = self.canonical or href

    def end(self, tag: str) -> None:
        """Take an element's end, which says nothing."""

    def data(self, text: str) -> None:
        """Take text, which says nothing."""

    def close(self) -> None:
        """Take the end of the page."""

    def markup(self, address: WebAddress) -> Markup:
        """Return what was gathered, links made absolute."""
        base = _resolved(address, self.base) or address if self.base else address
        found = (_resolved(base, reference) for reference in self.references)
        links = tuple(dict.fromkeys(str(one) for one in found if one is not None))
        canonical = _resolved(base, self.canonical) if self.canonical else None
        return Markup(links=links if self.directives.follow else (), canonical=canonical, directives=self.directives)

    def _read_meta(self, attributes: dict[str, str]) -> None:
        if attributes.get("name", "").strip().lower() in ("robots", AGENT.lower()):
            self.directives &= directives_of(attributes.get("content", ""))


def _resolved(base: WebAddress, reference: str) -> WebAddress | None:
    try:
        return resolve(base, reference)
    except DocumentError:
        return None
