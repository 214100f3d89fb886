"""Which pages a crawl goes to, in which order, and where it stops being led on."""

from collections import Counter, deque
from dataclasses import dataclass
from pathlib import PurePosixPath

from assistant.errors import DocumentError
from assistant.ingestion.crawler.pages import CrawlLimits
from assistant.ingestion.crawler.urls import WebAddress

MAX_QUERIES_PER_PATH = 30
"""A calendar or a search gives one path endless queries."""

MAX_SEGMENTS = 16
MAX_SAME_SEGMENT = 2
"""A relative link in the wrong place makes /a/b/a/b/a/b/... without end."""

_WAITING_PER_PAGE = 20
_NO_PAGES = frozenset(
    ".7z .avi .bmp .bz2 .css .dmg .eot .exe .gif .gz .ico .iso .jpeg .jpg .js .m4a .mov .mp3 .mp4 .msi .otf .png .rar "
    ".svg .tar .tgz .tif .tiff .ttf .wav .webm .webp .woff .woff2 .xml .zip".split()
)


@dataclass(frozen=True)
class Stop:
    """A page to go to: how many links it is away from the start, and when it changed as far as a sitemap says."""

    address: WebAddress
    depth: int = 0
    lastmod: str = ""


class Frontier:
    """A queue that takes each page once, and no page outside the crawl's scope or in a trap."""

    def __init__(self, start: WebAddress, limits: CrawlLimits) -> None:
        """Keep to the host of the start and to those of the limits."""
        self._limits = limits
        self._sites = {start.site, *(one.lower() for one in limits.extra_hosts)}
        self._folder = start.path[: start.path.rindex("/") + 1]
        self._waiting: deque[Stop] = deque()
        self._seen: set[str] = set()
        self._queries: Counter[str] = Counter()

    def move_to(self, start: WebAddress) -> None:
        """Take in the site and the folder that the start redirected to."""
        self._sites.add(start.site)
        self._folder = start.path[: start.path.rindex("/") + 1]

    def check(self, address: WebAddress) -> None:
        """Make sure that a page lies within the scope of the crawl.

        Raises:
            DocumentError: It does not.
        """
        if address.site not in self._sites:
            raise DocumentError(str(address), "is on another host than the crawl; name it as an extra host")
        if self._limits.below_start and not address.path.startswith(self._folder):
            raise DocumentError(str(address), f"is outside {self._folder}, to which the crawl is limited")

    def accept(self, stop: Stop) -> bool:
        """Mark a page as seen; False where it was before, is out of scope or too deep, or looks like a trap."""
        address = stop.address
        if stop.depth > self._limits.max_depth or str(address) in self._seen or self._is_trap(address):
            return False
        try:
            self.check(address)
        except DocumentError:
            return False
        self._queries[f"{address.origin}{address.path}"] += 1
        self._seen.add(str(address))
        return True

    def offer(self, stop: Stop) -> None:
        """Queue a page that is acceptable, as long as the queue is not many times what the limits let be fetched."""
        if len(self._waiting) < self._limits.max_pages * _WAITING_PER_PAGE and self.accept(stop):
            self._waiting.append(stop)

    def take(self) -> Stop | None:
        """Return the next page, first come first served; None when there is none left."""
        return self._waiting.popleft() if self._waiting else None

    def _is_trap(self, address: WebAddress) -> bool:
        segments = [one for one in address.path.split("/") if one]
        repeated = max(Counter(segments).values(), default=0)
        return (
            len(segments) > MAX_SEGMENTS
            or repeated > MAX_SAME_SEGMENT
            or PurePosixPath(address.path).suffix.lower() in _NO_PAGES
            or self._queries[f"{address.origin}{address.path}"] >= MAX_QUERIES_PER_PATH
        )
