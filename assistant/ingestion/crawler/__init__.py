"""Reads pages, sitemaps and whole sites of the web, without being led astray by any of them.

`crawl` walks; `Fetcher` is the only thing in the package that connects anywhere.
"""

from assistant.ingestion.crawler.crawl import crawl, scope_of
from assistant.ingestion.crawler.fetching import Fetcher
from assistant.ingestion.crawler.pages import CrawlLimits, PageStatus, Scope, Validators, WebPage

__all__ = ["CrawlLimits", "Fetcher", "PageStatus", "Scope", "Validators", "WebPage", "crawl", "scope_of"]
