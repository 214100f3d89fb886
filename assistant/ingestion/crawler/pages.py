"""The values of a crawl: what it may ask for, what was known before, and what came back."""

import re
from pathlib import PurePosixPath
from typing import Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field

from assistant.types import Value

Scope = Literal["page", "sitemap", "site"]
PageStatus = Literal["fetched", "unchanged", "gone", "failed"]

MAX_PAGE_BYTES = 10 * 1024 * 1024


class CrawlLimits(Value):
    """How far one crawl may go. Every bound holds by itself; whichever comes first ends the crawl.

    `max_pages` counts requests for pages, `max_depth` the links followed from the start. Only the host of the start is
    crawled, and `extra_hosts` (`host` or `host:port`); `below_start` keeps to the folder of the start as well.
    `page_seconds` is the most that one page may take, redirects included, and `max_delay_seconds` the longest pause
    between two requests that a site's robots.txt may ask for.
    """

    max_pages: int = Field(default=500, gt=0)
    max_depth: int = Field(default=3, ge=0)
    extra_hosts: tuple[str, ...] = ()
    below_start: bool = False
    delay_seconds: float = Field(default=0.5, ge=0)
    max_delay_seconds: float = Field(default=10.0, ge=0)
    page_seconds: float = Field(default=20.0, gt=0)
    total_seconds: float = Field(default=1_800.0, gt=0)


class Validators(Value):
    """What a server said of a page when it was last fetched, and the links on it.

    With them an unchanged page costs an answer without a body, and can still be walked through.
    """

    etag: str = ""
    last_modified: str = ""
    links: tuple[str, ...] = ()


class WebPage(Value):
    """What became of one URL.

    `fetched` has a body, which a loader for files that end in `suffix` can read. `unchanged` is still what it was when
    its validators were kept. `gone` is not there any more, or asks not to be indexed. `failed` says in `reason` what
    happened and what to do; it says nothing about whether the page still exists.
    """

    url: str
    status: PageStatus
    body: bytes | None = Field(default=None, repr=False)
    suffix: str = ""
    etag: str = ""
    last_modified: str = ""
    links: tuple[str, ...] = Field(default=(), repr=False)
    reason: str = ""

    @property
    def file_name(self) -> str:
        """A name for a file of this page: the end of its URL, in letters that any file system takes."""
        path = unquote(urlsplit(self.url).path)
        stem = PurePosixPath(path).stem or urlsplit(self.url).hostname or "page"
        return f"{re.sub(r'[^A-Za-z0-9_-]+', '-', stem).strip('-')[:80] or 'page'}{self.suffix}"

    @property
    def validators(self) -> Validators:
        """What to keep for the next crawl, where the page was fetched or is unchanged."""
        return Validators(etag=self.etag, last_modified=self.last_modified, links=self.links)
