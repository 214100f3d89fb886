"""The walk: from a page, a sitemap or the start of a site to every page that is in scope."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping

from assistant.errors import DocumentError
from assistant.ingestion.crawler.fetching import Fetcher
from assistant.ingestion.crawler.frontier import Frontier, Stop
from assistant.ingestion.crawler.pages import CrawlLimits, PageStatus, Scope, Validators, WebPage
from assistant.ingestion.crawler.pinned import Deadline
from assistant.ingestion.crawler.sitemaps import SitemapFailure, as_http_date, is_newer, walk_sitemap
from assistant.ingestion.crawler.urls import WebAddress, parse, shown
from assistant.ingestion.crawler.visiting import Visit, Visitor

_LOGGER = logging.getLogger(__name__)
_SITEMAP_PATH = re.compile(r"/[^/]*sitemap[^/]*\.xml(?:\.gz)?$", re.IGNORECASE)


def scope_of(url: str, site: bool) -> Scope:
    """Tell what to crawl from: a URL that ends like a sitemap is one, else a page, or the whole site where asked."""
    path = url.partition("#")[0].partition("?")[0]
    if _SITEMAP_PATH.search(path):
        return "sitemap"
    return "site" if site else "page"


def crawl(
    start: str, *, scope: Scope, known: Mapping[str, Validators], limits: CrawlLimits, fetcher: Fetcher
) -> Iterator[WebPage]:
    """Yield what became of the pages in scope, each once, as the walk comes to them.

    `known` holds the pages of an earlier crawl of the same start by their URLs. Those that are not come to are asked
    for at the end, so that the ones that are gone are told. Pages that robots.txt disallows, or that ask not to be
    indexed, are passed over unless they are known or the start itself.
    """
    try:
        address = parse(start)
    except DocumentError as error:
        yield WebPage(url=shown(start), status="failed", reason=error.reason)
        return
    yield from _Walk(address, known, limits, fetcher, scope).pages()


class _Walk:
    """One crawl: where it has been, where it still wants to go, and how much of its limits is used."""

    def __init__(
        self, start: WebAddress, known: Mapping[str, Validators], limits: CrawlLimits, fetcher: Fetcher, scope: Scope
    ) -> None:
        self._start = start
        self._known = known
        self._limits = limits
        self._fetcher = fetcher
        self._scope = scope
        self._frontier = Frontier(start, limits)
        self._visitor = Visitor(fetcher, known, limits)
        self._deadline = Deadline.after(limits.total_seconds)
        self._outcomes: dict[str, PageStatus] = {}
        self._originals: set[str] = set()
        self._asked = 0
        self._warned = False

    def pages(self) -> Iterator[WebPage]:
        """Yield the pages in scope, then those known that were not come to."""
        yield from self._listed() if self._scope == "sitemap" else self._visit(Stop(self._start))
        if self._scope == "page":
            return
        yield from self._linked()
        for url in self._known:
            self._offer(url, self._limits.max_depth)
        yield from self._linked()

    def _linked(self) -> Iterator[WebPage]:
        """Visit what is queued, and what that links to, breadth first."""
        while (stop := self._frontier.take()) is not None:
            if str(stop.address) in self._outcomes:
                continue
            if self._stops():
                return
            yield from self._visit(stop)

    def _listed(self) -> Iterator[WebPage]:
        """Visit what a sitemap lists, but for pages that did not change since they were last fetched."""
        for entry in walk_sitemap(self._fetcher, str(self._start), self._admit_sitemap, self._deadline):
            if isinstance(entry, SitemapFailure):
                yield WebPage(url=shown(entry.url), status="failed", reason=entry.reason)
                continue
            stop = _stop(entry.url, 0, entry.lastmod)
            if stop is None or not self._frontier.accept(stop):
                continue
            known = self._known.get(str(stop.address))
            if known is not None and entry.lastmod and not is_newer(entry.lastmod, known.last_modified):
                self._outcomes[str(stop.address)] = "unchanged"
                yield WebPage(url=str(stop.address), status="unchanged", **known.model_dump())
            elif self._stops():
                return
            else:
                yield from self._visit(stop)

    def _visit(self, stop: Stop) -> Iterator[WebPage]:
        asked = str(stop.address)
        if asked in self._outcomes:
            return
        self._asked += 1
        visit = self._visitor.visit(stop.address, self._check(stop))
        reached = str(visit.address)
        is_new = reached not in self._outcomes
        self._outcomes[asked] = visit.page.status
        if reached != asked and asked in self._known:
            yield _redirected(asked, visit)
        if is_new:
            self._outcomes[reached] = visit.page.status
            if stop.address == self._start:
                self._frontier.move_to(visit.address)
            if self._scope == "site":
                for link in visit.page.links:
                    self._offer(link, stop.depth + 1)
            yield from self._settled(visit, stop)

    def _settled(self, visit: Visit, stop: Stop) -> Iterator[WebPage]:
        """Yield a page, or the one that it names as its original."""
        page, is_known = visit.page, visit.page.url in self._known
        if visit.excluded and not is_known and stop.address != self._start:
            _LOGGER.debug("passed over: %s: %s", page.url, page.reason)
            return
        original = self._original(visit)
        if original is not None:
            self._originals.add(str(original))
            yield from self._visit(Stop(original, stop.depth))
            if self._outcomes.get(str(original)) in ("fetched", "unchanged"):
                if is_known:
                    yield WebPage(url=page.url, status="gone", reason=f"is a copy of {original}")
                return
        if page.status == "fetched" and not page.last_modified:
            page = page.model_copy(update={"last_modified": as_http_date(stop.lastmod)})
        yield page

    def _original(self, visit: Visit) -> WebAddress | None:
        """Return the other page that a page names as its original, where that is to be believed.

        Sites that name their front page on every page mean something else, and the original of a copy is one itself.
        """
        named = visit.canonical
        if named is None or self._scope == "page" or visit.page.url in self._originals or self._is_spent():
            return None
        if str(named) == visit.page.url or named.site != visit.address.site or named.target == "/":
            return None
        return named

    def _check(self, stop: Stop) -> Callable[[WebAddress], None]:
        """Return what keeps redirects in scope; the start alone may lead to another host."""
        return _allow if stop.address == self._start else self._frontier.check

    def _admit_sitemap(self, address: WebAddress) -> None:
        self._frontier.check(address)
        self._visitor.pace(address)

    def _offer(self, url: str, depth: int) -> None:
        stop = _stop(url, depth)
        if stop is not None:
            self._frontier.offer(stop)

    def _is_spent(self) -> bool:
        return self._asked >= self._limits.max_pages or self._deadline.remaining_seconds() <= 0

    def _stops(self) -> bool:
        """Tell whether a limit keeps the crawl from going on to a further page, and log it once."""
        if self._is_spent() and not self._warned:
            self._warned = True
            _LOGGER.warning("%s has more than the %d pages crawled; raise the limits", self._start, self._asked)
        return self._is_spent()


def _allow(_address: WebAddress) -> None:
    """Refuse nothing."""


def _redirected(asked: str, visit: Visit) -> WebPage:
    """Tell what became of a known page that leads elsewhere: a sign-in or a notice of repairs does not replace it."""
    if visit.moved:
        return WebPage(url=asked, status="gone", reason=f"has moved to {visit.address}")
    return WebPage(url=asked, status="failed", reason=f"leads to {visit.address} for the time being; try again later")


def _stop(url: str, depth: int, lastmod: str = "") -> Stop | None:
    try:
        return Stop(parse(url), depth, lastmod)
    except DocumentError:
        return None
