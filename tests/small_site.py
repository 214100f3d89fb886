"""A well-behaved site on loopback: pages by path, validators, a log of what was asked for."""

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assistant.ingestion.crawler import CrawlLimits, Fetcher, Scope, Validators, WebPage, crawl
from tests.hostile_web import Listener, answer


def html(*links: str, head: str = "", text: str = "Returns are free.") -> bytes:
    """Return a page that links to the given references."""
    body = "".join(f'<a href="{link}">more</a>' for link in links)
    return f"<html><head>{head}</head><body><p>{text}</p>{body}</body></html>".encode()


@dataclass
class SmallSite:
    """Answers `pages`, either a body or a whole HTTP answer; paths in `etags` answer 304 where the tag is known."""

    pages: dict[str, bytes]
    etags: dict[str, str] = field(default_factory=dict)
    headers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    listener: Listener = field(init=False)

    def __post_init__(self) -> None:
        self.listener = Listener(lambda _client, _path: None)
        self.listener._answer = self._answer  # type: ignore[method-assign]

    def url(self, path: str = "/", host: str = "site.test") -> str:
        """Return the URL of a path."""
        return f"http://{host}:{self.listener.port}{path}"

    def fetcher(self) -> Fetcher:
        """Return a fetcher that finds any host here, and sleeps in no time."""
        return Fetcher(
            private_hosts=[f"127.0.0.1:{self.listener.port}"],
            resolver=lambda _host, _port: ["127.0.0.1"],
            sleep=self.slept.append,
        )

    def crawl(
        self, start: str = "/", scope: Scope = "site", known: Mapping[str, Validators] | None = None, **limits: object
    ) -> dict[str, WebPage]:
        """Crawl from a path; return the pages by path, in order."""
        bounds = CrawlLimits.model_validate({"delay_seconds": 0, **limits})
        self.asked.clear()
        pages = list(crawl(self.url(start), scope=scope, known=known or {}, limits=bounds, fetcher=self.fetcher()))
        by_path = {page.url.replace(self.url(""), ""): page for page in pages}
        assert len(by_path) == len(pages), "a page came twice"
        return by_path

    def _answer(self, client: socket.socket) -> None:
        with client:
            head = client.recv(65_536).decode("latin-1")
            path = head.split(" ")[1]
            self.asked.append(path)
            client.sendall(self._reply(path, head))

    def _reply(self, path: str, head: str) -> bytes:
        page = self.pages.get(path)
        if page is None:
            return answer(b"", status="404 Not Found")
        if page.startswith(b"HTTP/"):
            return page
        etag = self.etags.get(path, "")
        headers = [*self.headers.get(path, ()), *([f"ETag: {etag}"] if etag else [])]
        if etag and f"If-None-Match: {etag}\r\n" in head:
            return answer(b"", *headers, status="304 Not Modified")
        return answer(page, *headers, content_type="" if "Content-Type" in "".join(headers) else "text/html")


@contextmanager
def small_site(pages: dict[str, bytes], **options: Any) -> Iterator[SmallSite]:  # noqa: ANN401 - as SmallSite takes
    """Serve a site until the block ends."""
    site = SmallSite(pages, **options)
    try:
        yield site
    finally:
        site.listener.close()
