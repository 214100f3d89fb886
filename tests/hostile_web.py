"""A web that means harm: URLs that lead astray, a server that misbehaves, and traps that count their callers."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import unquote

from assistant.ingestion.crawler import CrawlLimits, Fetcher, WebPage, crawl, scope_of

PAGE = b"<html><head><title>Returns</title></head><body><main><p>Returns are free.</p></main></body></html>"
Act = Callable[[socket.socket, str], None]


@dataclass
class Listener:
    """A loopback TCP server that hands each connection to `act`, with the path that was asked for."""

    act: Act
    host: str = "127.0.0.1"
    port: int = 0
    paths: list[str] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((self.host, self.port))
        self._socket.listen(64)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._answer, args=(client,), daemon=True).start()

    def _answer(self, client: socket.socket) -> None:
        with client, suppress(OSError):
            client.settimeout(40)
            head = b""
            while b"\r\n\r\n" not in head and (more := client.recv(65_536)):
                head += more
            path = head.split(b" ")[1].decode("latin-1") if head.count(b" ") > 1 else ""
            self.paths.append(path)
            self.act(client, path)


def answer(body: bytes = b"", *headers: str, status: str = "200 OK", content_type: str = "text/html") -> bytes:
    """Return a whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    if content_type:
        lines.append(f"Content-Type: {content_type}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def _drip(client: socket.socket, start: bytes, piece: bytes) -> None:
    client.sendall(start)
    for _ in range(400):
        time.sleep(0.1)
        client.sendall(piece)


def _flood(client: socket.socket, start: bytes, piece: bytes, count: int = 200_000) -> None:
    client.sendall(start)
    for _ in range(count):
        client.sendall(piece)


def _bomb() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = bytes(2**20)
    return b"".join(packer.compress(zeros) for _ in range(200)) + packer.flush()


_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
_CHUNKED = _OK + b"Transfer-Encoding: chunked\r\n\r\n"
_ENDLESS_CHUNK = b"10000\r\n" + b"a" * 65_536 + b"\r\n"

STATIC: dict[str, bytes] = {
    "/page": answer(PAGE),
    "/empty": answer(b""),
    "/no-content": answer(b"", status="204 No Content", content_type=""),
    "/image": answer(b"\x89PNG\r\n", content_type="image/png"),
    "/program": answer(b"MZ\x00\x00", content_type="application/octet-stream"),
    "/sign-in": answer(b"", status="401 Unauthorized"),
    "/teapot": answer(b"", status="418 I'm a teapot"),
    "/unasked-304": answer(b"", status="304 Not Modified"),
    "/nowhere": answer(b"", status="302 Found"),
    "/busy": answer(b"", "Retry-After: 86400", status="503 Service Unavailable"),
    "/noindex": answer(PAGE, "X-Robots-Tag: noindex"),
    "/cookie": answer(b"", "Set-Cookie: a=b", "Location: /page", status="302 Found"),
    "/broken-gzip": answer(b"\x1f\x8b\x08\x00nonsense", "Content-Encoding: gzip"),
    "/half-gzip": answer(gzip.compress(PAGE * 99)[:-30], "Content-Encoding: gzip"),
    "/brotli": answer(b"\x0b\x02\x80", "Content-Encoding: br"),
    "/twice-gzip": answer(gzip.compress(gzip.compress(PAGE)), "Content-Encoding: gzip, gzip"),
    "/huge-length": _OK + b"Content-Length: 99999999999\r\n\r\n",
    "/false-length": _OK + b"Content-Length: 5000\r\n\r\n<p>short",
    "/two-lengths": _OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    "/bad-length": _OK + b"Content-Length: -5\r\n\r\nhello",
    "/false-chunks": _CHUNKED + b"ffffffffffffffff\r\nshort\r\n0\r\n\r\n",
    "/bad-chunks": _CHUNKED + b"zz\r\nhello\r\n0\r\n\r\n",
    "/not-http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "/nothing": b"",
    "/split-header": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n: x\r\n\r\nhello",
    "/deep.html": answer(b"<html><body>" + b"<div>" * 200_000 + b"deep"),
    "/page-sitemap.xml": answer(PAGE),
    "/entities.xml-sitemap.xml": answer(
        b'<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]><urlset>&b;</urlset>'
    ),
}


@dataclass
class HostileSite:
    """Misbehaves by path; `/to/URL` redirects to the percent-encoded URL."""

    robots: bytes = answer(b"", status="404 Not Found")

    def __call__(self, client: socket.socket, path: str) -> None:
        """Answer one request."""
        if path == "/robots.txt":
            client.sendall(self.robots)
        elif path.startswith("/to/"):
            location = unquote(path.removeprefix("/to/"), encoding="latin-1")
            client.sendall(answer(b"", f"Location: {location}", status="302 Found"))
        elif path.startswith("/loop"):
            client.sendall(answer(b"", f"Location: {path}x", status="301 Moved Permanently"))
        elif path in STATIC:
            client.sendall(STATIC[path])
        elif path in PESTERING:
            PESTERING[path](client)
        else:
            client.sendall(answer(b"", status="404 Not Found"))


PESTERING: dict[str, Callable[[socket.socket], None]] = {
    "/bomb": lambda client: client.sendall(answer(_bomb(), "Content-Encoding: gzip")),
    "/oversize": lambda client: _flood(client, _CHUNKED, _ENDLESS_CHUNK),
    "/header-flood": lambda client: _flood(client, b"HTTP/1.1 200 OK\r\n", b"X-Flood: " + b"a" * 8_000 + b"\r\n"),
    "/long-header": lambda client: _flood(client, b"HTTP/1.1 200 OK\r\nX-Long: ", b"a" * 65_536),
    "/continue-flood": lambda client: _flood(client, b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000),
    "/tiny-chunks": lambda client: _flood(client, _CHUNKED, b"1\r\na\r\n" * 10_000),
    "/silence": lambda _client: time.sleep(40),
    "/slow-head": lambda client: _drip(client, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "/slow-body": lambda client: _drip(client, _OK + b"Content-Length: 100000\r\n\r\n", b"a"),
}


@dataclass(frozen=True)
class Form:
    """One hostile URL. `says` is part of the verdict that it must end with, `slow` that it takes the whole patience."""

    name: str
    url: str
    says: str
    slow: bool = False


@dataclass
class HostileWeb:
    """The sites, the traps, and a name service that sides with the attacker.

    Crawlers are welcome at `site`, unwanted at `closed`, and kept waiting for robots.txt and pages at `sluggish`.
    """

    site: Listener
    closed: Listener
    sluggish: Listener
    traps: Sequence[Listener]
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def trapped(self) -> int:
        """How many connections reached a trap."""
        return sum(trap.connections for trap in self.traps)

    def resolve(self, host: str, _port: int) -> Sequence[str]:
        """Answer as the attacker's name service would; `rebind.test` answers differently every other time."""
        self.asked[host] = self.asked.get(host, 0) + 1
        if host == "rebind.test":
            return ["127.0.0.1"] if self.asked[host] % 2 else ["127.0.0.2"]
        if host == "slow.test":
            time.sleep(6)
        if host not in NAMES:
            raise socket.gaierror(f"unknown: {host}")
        return NAMES[host]

    def fetcher(self) -> Fetcher:
        """Return a fetcher for which the sites alone, on their ports, are open."""
        open_ports = [one.port for one in (self.site, self.closed, self.sluggish)]
        return Fetcher(private_hosts=[f"127.0.0.1:{port}" for port in open_ports], resolver=self.resolve)

    def verdict(self, form: Form, page_seconds: float = 20.0) -> list[WebPage]:
        """Crawl one form, as a single page or as the sitemap that it ends like."""
        limits = CrawlLimits(delay_seconds=0, page_seconds=page_seconds, max_pages=5)
        return list(
            crawl(form.url, scope=scope_of(form.url, site=False), known={}, limits=limits, fetcher=self.fetcher())
        )

    def forms(self) -> Iterator[Form]:
        """Yield all forms, aimed at this site and these traps."""
        trap, site = self.traps[0].port, self.site.port
        for spelling, says in SPELLINGS.items():
            yield Form(f"host {spelling}", f"http://{spelling}:{trap}/", says)
        for name, says in {"rebind.test": "", **{name: "address" for name in NAMES if name != "site.test"}}.items():
            yield Form(f"name {name}", f"http://{name}:{site if name == 'rebind.test' else trap}/page", says)
        closed, sluggish = (f"http://site.test:{one.port}/" for one in (self.closed, self.sluggish))
        yield Form("robots deny", f"{closed}page", "robots.txt disallows")
        yield Form("redirect to robots that deny", f"http://site.test:{site}/to/{closed}page", "robots.txt disallows")
        yield Form("robots and page drip", f"{sluggish}slow-body", "robots.txt cannot be read", slow=True)
        for name, (url, says) in TRICKS.items():
            yield Form(name, url.format(trap=trap, site=site), says, slow=name in SLOW)
        for name, (target, says) in REDIRECTS.items():
            target = target.format(trap=trap, site=site).replace("%", "%25").replace(" ", "%20").replace("?", "%3F")
            yield Form(f"redirect {name}", f"http://site.test:{site}/to/{target.replace('#', '%23')}", says)
        for path, says in PATHS.items():
            yield Form(f"answer {path}", f"http://site.test:{site}/{path}", says, slow=path in SLOW)


NAMES: dict[str, list[str]] = {
    "site.test": ["127.0.0.1"],
    "loopback.test": ["127.0.0.1"],
    "private.test": ["10.0.0.8"],
    "metadata.test": ["169.254.169.254"],
    "mixed.test": ["93.184.216.34", "127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "nat64.test": ["64:ff9b::7f00:1"],
    "zone.test": ["fe80::1%lo"],
    "unique-local.test": ["fd00::1"],
    "localhost.": ["127.0.0.1"],
    "localhost": ["127.0.0.1", "::1"],
    "multicast.test": ["224.0.0.1"],
    "nonsense.test": ["not an address"],
    "silent.test": [],
}

_NUMBER = "four decimal numbers"
SPELLINGS: dict[str, str] = {
    "127.0.0.1": "loopback",
    "127.0.0.2": "loopback",
    "127.255.255.254": "loopback",
    "127.0.0.1.": "loopback",
    "127.1": _NUMBER,
    "127.0.1": _NUMBER,
    "2130706433": _NUMBER,
    "0x7f000001": _NUMBER,
    "0x7f.0.0.1": _NUMBER,
    "0X7F.0.0.0x1": _NUMBER,
    "0177.0.0.1": _NUMBER,
    "017700000001": _NUMBER,
    "127.0.0.01": _NUMBER,
    "127.0.0.1.0": _NUMBER,
    "127.0.0.256": _NUMBER,
    "4294967297": _NUMBER,
    "0": _NUMBER,
    "0.0.0.0": "unspecified",
    "10.1.2.3": "private",
    "172.16.0.1": "private",
    "192.168.0.1": "private",
    "100.64.0.1": "private",
    "100.100.100.200": "metadata",
    "169.254.169.254": "metadata",
    "169.254.0.7": "link-local",
    "198.18.0.1": "reserved",
    "192.0.2.1": "documentation",
    "224.0.0.1": "multicast",
    "255.255.255.255": "reserved",
    "[::1]": "loopback",
    "[0:0:0:0:0:0:0:1]": "loopback",
    "[::]": "unspecified",
    "[::ffff:127.0.0.1]": "loopback",
    "[::ffff:7f00:1]": "loopback",
    "[::127.0.0.1]": "reserved",
    "[::ffff:0:127.0.0.1]": "reserved",
    "[64:ff9b::127.0.0.1]": "loopback",
    "[64:ff9b:1::7f00:1]": "reserved",
    "[2002:7f00:1::]": "tunnel",
    "[2001:0:7f00:1::80ff:fffe]": "tunnel",
    "[2001:db8::1]": "documentation",
    "[2606:4700::5efe:127.0.0.1]": "loopback",
    "[fe80::1]": "link-local",
    "[fe80::1%25lo]": "IPv6",
    "[fec0::1]": "site-local",
    "[fd00:ec2::254]": "metadata",
    "[ff02::1]": "multicast",
    "[::1": "no host",
    "[127.0.0.1]": "IPv6",
    "１２７.０.０.１": "loopback",
    "①②⑦.⓪.⓪.①": "loopback",
    "127。0。0。1": "loopback",
    "127．0．0．1": "loopback",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ": "loopback",
    "localhost": "loopback",
    "LOCALHOST": "loopback",
    "%31%32%37.0.0.1": _NUMBER,
    "127.0.0.1%00.site.test": "valid name",
    "١٢٧.٠.٠.١": "",
    "xn--80ak6aa92e.-bad": "valid name",
}

TRICKS: dict[str, tuple[str, str]] = {
    "user before trap": ("http://site.test@127.0.0.1:{trap}/", "user name"),
    "user and password": ("http://a:b@127.0.0.1:{trap}/", "user name"),
    "two at signs": ("http://site.test:80@127.0.0.1:{trap}@site.test/", "user name"),
    "fragment before at": ("http://127.0.0.1:{trap}#@site.test/", "loopback"),
    "backslash": ("http://site.test\\@127.0.0.1:{trap}/", "backslash"),
    "backslashes for slashes": ("http:\\\\127.0.0.1:{trap}/", "backslash"),
    "line end": ("http://site.test\r\nHost: 127.0.0.1:{trap}/", "control"),
    "tab in host": ("http://127.0.\t0.1:{trap}/", "control"),
    "leading space": (" http://127.0.0.1:{trap}/", "space"),
    "space in host": ("http://site.test 127.0.0.1:{trap}/", "space"),
    "null": ("http://127.0.0.1:{trap}/\x00", "control"),
    "line separator": ("http://127.0.0.1:{trap}/\u2028x", "control"),
    "soft hyphen": ("http://local\u00adhost:{trap}/", "loopback"),
    "surrogate": ("http://127.0.0.1:{trap}/\ud800", "control"),
    "no host": ("http:///127.0.0.1:{trap}/", "no host"),
    "one slash": ("http:/127.0.0.1:{trap}/", "no host"),
    "no slash": ("http:127.0.0.1:{trap}/", "no host"),
    "no scheme": ("//127.0.0.1:{trap}/", "web address"),
    "port zero": ("http://127.0.0.1:0/", "port"),
    "port too large": ("http://127.0.0.1:99999/", "port"),
    "port in words": ("http://127.0.0.1:http/", "no host"),
    "port twice": ("http://site.test:80:{trap}/", "no host"),
    "port of another service": ("http://93.184.216.34:25/", "port 25"),
    "file": ("file:///etc/passwd", "web address"),
    "file with host": ("file://127.0.0.1:{trap}/etc/passwd", "web address"),
    "ftp": ("ftp://127.0.0.1:{trap}/", "web address"),
    "gopher": ("gopher://127.0.0.1:{trap}/_GET%20/", "web address"),
    "dict": ("dict://127.0.0.1:{trap}/info", "web address"),
    "data": ("data:text/html,<p>hello", "web address"),
    "jar": ("jar:http://127.0.0.1:{trap}!/", "web address"),
    "view-source": ("view-source:http://127.0.0.1:{trap}/", "web address"),
    "javascript": ("javascript:alert(1)", "web address"),
    "unix socket": ("http+unix://%2Fvar%2Frun%2Fdocker.sock/info", "web address"),
    "https to loopback": ("https://127.0.0.1:{trap}/", "loopback"),
    "too long": ("http://127.0.0.1:{trap}/" + "a" * 5_000, "longer"),
    "sitemap with entities": ("http://site.test:{site}/entities.xml-sitemap.xml", "document type"),
    "sitemap that is none": ("http://site.test:{site}/page-sitemap.xml", "not a readable sitemap"),
    "https where there is none": ("https://site.test:{site}/page", "in time"),
    "https to silence": ("https://site.test:{site}/silence", "in time"),
    "name that takes long": ("http://slow.test:{trap}/", "name service did not answer"),
}

REDIRECTS: dict[str, tuple[str, str]] = {
    "to loopback": ("http://127.0.0.1:{trap}/", "loopback"),
    "to short loopback": ("http://127.1:{trap}/", _NUMBER),
    "to IPv6 loopback": ("http://[::1]:{trap}/", "loopback"),
    "to metadata": ("http://169.254.169.254/latest/meta-data/", "metadata"),
    "to a private name": ("http://loopback.test:{trap}/", "loopback"),
    "without a scheme": ("//127.0.0.1:{trap}/", "loopback"),
    "with a user": ("http://site.test@127.0.0.1:{trap}/", "user name"),
    "with backslashes": ("/\\127.0.0.1:{trap}/", "backslash"),
    "to a file": ("file:///etc/passwd", "web address"),
    "in two hops": ("/to/http://127.0.0.1:{trap}/", "loopback"),
    "to rebinding": ("http://rebind.test:{site}/to/http://rebind.test:{site}/page", ""),
    "to another port": ("http://site.test:{trap}/", "loopback"),
    "to a silent name": ("http://silent.test/", "name service"),
}

PATHS: dict[str, str] = {
    "empty": "nothing",
    "no-content": "204",
    "image": "image/png",
    "program": "not read",
    "sign-in": "sign-in",
    "teapot": "418",
    "unasked-304": "304",
    "nowhere": "where to go",
    "busy": "503",
    "noindex": "indexed",
    "loop": "redirects more than",
    "cookie": "fetched",
    "deep.html": "fetched",
    "missing": "not there",
    "broken-gzip": "packed",
    "half-gzip": "breaks off",
    "brotli": "br",
    "twice-gzip": "gzip, gzip",
    "huge-length": "larger",
    "false-length": "HTTP",
    "two-lengths": "HTTP",
    "bad-length": "HTTP",
    "false-chunks": "HTTP",
    "bad-chunks": "HTTP",
    "not-http": "HTTP",
    "nothing": "HTTP",
    "split-header": "HTTP",
    "bomb": "larger",
    "oversize": "larger",
    "header-flood": "HTTP",
    "long-header": "HTTP",
    "continue-flood": "",
    "tiny-chunks": "",
    "silence": "in time",
    "slow-head": "in time",
    "slow-body": "in time",
}
SLOW = frozenset(
    {
        "https where there is none",
        "https to silence",
        "name that takes long",
        "continue-flood",
        "tiny-chunks",
        "silence",
        "slow-head",
        "slow-body",
    }
)


@contextmanager
def hostile_web(site: HostileSite | None = None) -> Iterator[HostileWeb]:
    """Serve the hostile site and the traps until the block ends."""

    def spring(client: socket.socket, _path: str) -> None:
        client.sendall(answer(b"<p>secret", "ETag: trap"))

    def drip(client: socket.socket, _path: str) -> None:
        _drip(client, _OK + b"Content-Length: 100000\r\n\r\n", b"#")

    denying = HostileSite(robots=answer(b"User-agent: *\nDisallow: /\n", content_type="text/plain"))
    sites = [Listener(site or HostileSite()), Listener(denying), Listener(drip)]
    traps = [Listener(spring)]
    traps += [Listener(spring, "127.0.0.2", port) for port in (sites[0].port, traps[0].port)]
    with suppress(OSError):
        traps.append(Listener(spring, "::1", traps[0].port))
    try:
        yield HostileWeb(site=sites[0], closed=sites[1], sluggish=sites[2], traps=traps)
    finally:
        for one in (*sites, *traps):
            one.close()
