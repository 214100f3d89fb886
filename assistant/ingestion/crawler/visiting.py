"""One visit to one page: politely, by the site's rules, and only for what changed."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from assistant.errors import DocumentError
from assistant.ingestion.crawler.fetching import Fetcher, Request, Response
from assistant.ingestion.crawler.markup import Directives, Markup, directives_of, read_markup
from assistant.ingestion.crawler.media import as_utf8, suffix_of
from assistant.ingestion.crawler.pages import CrawlLimits, PageStatus, Validators, WebPage
from assistant.ingestion.crawler.pinned import Deadline
from assistant.ingestion.crawler.robots import Disallowed, RobotsFiles
from assistant.ingestion.crawler.sitemaps import modified_at
from assistant.ingestion.crawler.urls import WebAddress

MAX_RETRY_AFTER_SECONDS = 10.0

_BUSY = frozenset({429, 503})
_GONE = frozenset({404, 410})
_REASONS = {
    401: "asks for a sign-in; publish the page, or export it to a file and ingest that",
    403: "is forbidden to us; ask the site's owner to let CustomerAssistant in",
}
_NO_MARKUP = Markup(links=(), canonical=None, directives=Directives())


@dataclass(frozen=True)
class Visit:
    """What became of a page, where it was in the end, and which page it names as its original.

    `excluded` tells that the site does not want it fetched or indexed, `moved` that it is there for good.
    """

    page: WebPage
    address: WebAddress
    canonical: WebAddress | None = None
    excluded: bool = False
    moved: bool = False


class Visitor:
    """Visits pages one at a time. Remembers when it was where, and what each site's robots.txt says."""

    def __init__(self, fetcher: Fetcher, known: Mapping[str, Validators], limits: CrawlLimits) -> None:
        """Fetch with the given fetcher, on the conditions of what is known, at the pace of the limits."""
        self._fetcher = fetcher
        self._known = known
        self._limits = limits
        self._robots = RobotsFiles(fetcher)
        self._free_at: dict[str, float] = {}

    def visit(self, address: WebAddress, check: Callable[[WebAddress], None]) -> Visit:
        """Fetch a page where it changed. Never raises: a failure is an outcome.

        `check` raises DocumentError for an address, also one that a redirect leads to, that is out of scope.
        """
        try:
            check(address)
            response = self._fetch(address, check)
            return replace(self._outcome(response), moved=response.moved)
        except DocumentError as error:
            page = WebPage(url=str(address), status="failed", reason=error.reason)
            return Visit(page, address, excluded=isinstance(error, Disallowed))

    def pace(self, address: WebAddress) -> None:
        """Wait until the site may be asked again, and check that it may be asked for this at all.

        Raises:
            Disallowed: Its robots.txt says no.
        """
        robots = self._robots.of(address, Deadline.after(self._limits.page_seconds))
        robots.check(address)
        delay = min(max(self._limits.delay_seconds, robots.delay_seconds()), self._limits.max_delay_seconds)
        now = time.monotonic()
        wait = self._free_at.get(address.site, now) - now
        self._free_at[address.site] = max(now, now + wait) + delay
        if wait > 0:
            self._fetcher.sleep(wait)

    def _fetch(self, address: WebAddress, check: Callable[[WebAddress], None]) -> Response:
        self.pace(address)
        deadline = Deadline.after(self._limits.page_seconds)

        def admit(hop: WebAddress) -> None:
            if hop != address:
                check(hop)
                self._robots.of(hop, deadline).check(hop)

        request = Request(str(address), deadline=deadline, admit=admit, conditions=self._conditions, want=_wanted)
        response = self._fetcher.fetch(request)
        wait = _retry_after_seconds(response)
        if (
            response.status in _BUSY
            and wait is not None
            and wait < min(MAX_RETRY_AFTER_SECONDS, deadline.remaining_seconds())
        ):
            self._fetcher.sleep(wait)
            response = self._fetcher.fetch(request)
        return response

    def _conditions(self, address: WebAddress) -> dict[str, str]:
        known = self._known.get(str(address), Validators())
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value and value.isprintable() and value.isascii()}

    def _outcome(self, response: Response) -> Visit:
        address, url = response.address, str(response.address)
        if response.status == 200:
            return self._fetched(response)
        if response.status == 304 and url in self._known:
            known = self._known[url]
            page = WebPage(
                url=url,
                status="unchanged",
                etag=response.headers.get("etag", known.etag),
                last_modified=response.headers.get("last-modified", known.last_modified),
                links=known.links,
            )
            return Visit(page, address)
        if response.status in _GONE:
            reason = f"answers {response.status}; the page is not there any more"
            return Visit(WebPage(url=url, status="gone", reason=reason), address)
        reason = _REASONS.get(response.status, f"answers {response.status}; open it in a browser to see why")
        if response.status in _BUSY or response.status >= 500:
            reason = f"answers {response.status}; try again later"
        raise DocumentError(url, reason)

    def _fetched(self, response: Response) -> Visit:
        address, url = response.address, str(response.address)
        content_type = response.headers.get("content-type", "")
        suffix = suffix_of(url, address.path, content_type)
        if not response.body.strip():
            raise DocumentError(url, "holds nothing; check the page in a browser")
        body = as_utf8(response.body, suffix, content_type)
        markup = read_markup(body, address) if suffix in (".html", ".htm") else _NO_MARKUP
        directives = markup.directives & directives_of(response.headers.get("x-robots-tag", ""))
        links = markup.links if directives.follow else ()
        if not directives.index:
            status: PageStatus = "gone" if url in self._known else "failed"
            page = WebPage(url=url, status=status, links=links, reason="asks not to be indexed; ask the site's owner")
            return Visit(page, address, excluded=True)
        page = WebPage(
            url=url,
            status="fetched",
            body=body,
            suffix=suffix,
            etag=response.headers.get("etag", ""),
            last_modified=response.headers.get("last-modified", ""),
            links=links,
        )
        return Visit(page, address, markup.canonical)


def _wanted(response: Response) -> None:
    suffix_of(str(response.address), response.address.path, response.headers.get("content-type", ""))


def _retry_after_seconds(response: Response) -> float | None:
    told = response.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    moment = modified_at(told)
    return max(0.0, moment.timestamp() - time.time()) if moment else None
