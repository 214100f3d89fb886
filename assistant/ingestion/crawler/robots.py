"""robots.txt after RFC 9309: fetched once for each site, matched by Protego."""

import re
from dataclasses import dataclass

from protego import Protego

from assistant.errors import DocumentError
from assistant.ingestion.crawler.fetching import Fetcher, Refused, Request
from assistant.ingestion.crawler.markup import AGENT
from assistant.ingestion.crawler.pinned import Deadline
from assistant.ingestion.crawler.urls import WebAddress

MAX_ROBOTS_BYTES = 500 * 1024
ROBOTS_SECONDS = 5.0

_AGENT_LINE = re.compile(r"[ \t]*user[- ]?agent[ \t]*:?[ \t]*([^#\r\n]*)", re.IGNORECASE)
_OTHERS = "User-agent: another-crawler"


class Disallowed(DocumentError):
    """The site does not want the page to be fetched, or cannot say whether it does."""


@dataclass(frozen=True)
class Robots:
    """The rules of one site. Without rules everything is allowed, or nothing where `refusal` says why."""

    rules: Protego | None = None
    refusal: str = ""

    def check(self, address: WebAddress) -> None:
        """Make sure that a URL of this site may be fetched.

        Raises:
            Disallowed: It may not.
        """
        if self.refusal:
            raise Disallowed(str(address), self.refusal)
        if self.rules is not None and not self.rules.can_fetch(str(address), AGENT):
            reason = f"robots.txt disallows it for {AGENT}; ask the site's owner to allow it"
            raise Disallowed(str(address), reason)

    def delay_seconds(self) -> float:
        """Return the pause between requests that the site asks for, zero where it asks for none."""
        return (self.rules.crawl_delay(AGENT) or 0.0) if self.rules is not None else 0.0


class RobotsFiles:
    """The robots.txt of every site met in a crawl, fetched when first needed."""

    def __init__(self, fetcher: Fetcher) -> None:
        """Fetch with the given fetcher."""
        self._fetcher = fetcher
        self._known: dict[str, Robots] = {}

    def of(self, address: WebAddress, deadline: Deadline) -> Robots:
        """Return the rules of the site of a URL. Never raises: what cannot be read disallows everything."""
        if address.origin not in self._known:
            self._known[address.origin] = self._fetch(address, deadline.within(ROBOTS_SECONDS))
        return self._known[address.origin]

    def _fetch(self, address: WebAddress, deadline: Deadline) -> Robots:
        request = Request(f"{address.origin}/robots.txt", deadline=deadline, max_bytes=MAX_ROBOTS_BYTES, truncate=True)
        try:
            response = self._fetcher.fetch(request)
        except Refused as error:
            return Robots(refusal=error.reason)
        except DocumentError as error:
            return Robots(refusal=f"its robots.txt cannot be read, so nothing is crawled: {error.reason}")
        if response.status == 200:
            return Robots(rules=parse_robots(response.body))
        if response.status == 429 or response.status >= 500:
            return Robots(refusal=f"robots.txt answers {response.status}, so nothing is crawled; try again later")
        return Robots()


def parse_robots(body: bytes) -> Protego:
    """Read a robots.txt; groups for other crawlers are thrown together into one.

    Protego keeps every rule once for each agent of its group, so that half a megabyte of agents and rules would fill
    the memory.
    """
    lines = body.decode("utf-8-sig", "replace").splitlines()
    return Protego.parse("\n".join(_ours_or_others(line) for line in lines))


def _ours_or_others(line: str) -> str:
    found = _AGENT_LINE.match(line)
    if found is None:
        return line
    agent = found[1].strip().strip("*").lower()
    return line if agent in ("", AGENT.lower()) or agent.startswith(f"{AGENT.lower()}/") else _OTHERS
