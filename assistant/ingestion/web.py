"""Web addresses as sources: what a crawl brings becomes files for the loaders; only changed pages are fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from assistant.ingestion.crawler import CrawlLimits, Fetcher, Validators, WebPage, crawl, scope_of
from assistant.ingestion.files import SourceFile
from assistant.ingestion.loaders import LOADER_VERSION
from assistant.ingestion.splitting import SPLITTER_VERSION
from assistant.ports import WebPages
from assistant.records import KnownPage
from assistant.types import FailedSource, Value

VERSION = f"{LOADER_VERSION}/{SPLITTER_VERSION}"


class WebOptions(Value):
    """How to read web addresses: each alone or, with `whole_site`, with what it leads to, and how far."""

    whole_site: bool = False
    limits: CrawlLimits = CrawlLimits()
    private_hosts: tuple[str, ...] = ()


@dataclass
class Gathered:
    """What a crawl found, by URL; `known_before` counts the pages that were stored from these addresses before."""

    files: list[SourceFile] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    failed: list[FailedSource] = field(default_factory=list)
    known_before: int = 0
    _pages: dict[str, list[KnownPage]] = field(default_factory=dict)

    def take(self, start: str, page: WebPage, folder: Path) -> None:
        """Sort a page into what it means for its document; the body of a new one goes into a file of the folder."""
        if page.status in ("fetched", "unchanged"):
            kept = KnownPage(url=page.url, **page.validators.model_dump())
            self._pages.setdefault(start, []).append(kept)
        if page.status == "fetched":
            file = folder / str(len(self.files)) / page.file_name
            file.parent.mkdir(parents=True)
            file.write_bytes(page.body or b"")
            self.files.append(SourceFile(path=file, source=page.url, name=_name_of(page.url)))
        elif page.status == "unchanged":
            self.unchanged.append(page.url)
        elif page.status == "gone":
            self.gone.append(page.url)
        else:
            self.failed.append(FailedSource(source=page.url, reason=page.reason))

    def remember(self, store: WebPages, failed: Iterable[str]) -> None:
        """Keep what servers said of the pages that are now stored: those that could not be read are asked for again."""
        broken = set(failed)
        for start, pages in self._pages.items():
            store.remember(start, VERSION, [one for one in pages if one.url not in broken])
        store.forget(self.gone)


def is_url(source: str) -> bool:
    """Tell a web address from a path."""
    return source.lower().startswith(("http://", "https://"))


def gather(urls: Sequence[str], store: WebPages, stored: set[str], folder: Path, options: WebOptions) -> Gathered:
    """Crawl from addresses; bodies go into files of the folder.

    Only pages whose documents are `stored` count as known: any other is fetched whole.

    Raises:
        ConfigurationError: One of the private hosts is not written as it should be.
    """
    found = Gathered()
    fetcher = Fetcher(private_hosts=options.private_hosts)
    for url in urls:
        pages = {one.url: one for one in store.known(url, VERSION) if one.url in stored}
        known = {one: Validators(**page.model_dump(exclude={"url"})) for one, page in pages.items()}
        found.known_before += len(known)
        scope = scope_of(url, site=options.whole_site)
        for page in crawl(url, scope=scope, known=known, limits=options.limits, fetcher=fetcher):
            found.take(url, page, folder)
    return found


def _name_of(url: str) -> str:
    """Return how a page is called in citations: its address without what all addresses have."""
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")
