"""URLs in one spelling, so that a page is fetched once and no trick of spelling leads elsewhere.

They are taken apart by the grammar of RFC 3986, appendix B, rather than by `urllib`, which drops tabs and line ends
without a word.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from assistant.errors import DocumentError
from assistant.ingestion.crawler.names import canonical_host

MAX_URL_CHARACTERS = 2_000

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PARTS = re.compile(r"(?:([^:/?#]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[^\[\]]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?")
_FORBIDDEN = re.compile("[\x00-\x20\x7f-\xa0\\\\\u2028\u2029\ud800-\udfff]")
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_UNWANTED_PARAMETER = re.compile(
    r"(?:utm_\w*|gclid|gbraid|wbraid|fbclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|jsessionid|phpsessid"
    r"|session_?id|aspsessionid\w*)(?:=.*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class WebAddress:
    """A canonical http(s) URL, taken apart. `target` is path and query, `site` the host with a port of its own."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def site(self) -> str:
        """The host, and its port where it is not the scheme's own."""
        return self.host if self.port == _DEFAULT_PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and site."""
        return f"{self.scheme}://{self.site}"

    @property
    def target(self) -> str:
        """Path and query, as a request line asks for them."""
        return f"{self.path}?{self.query}" if self.query else self.path

    def __str__(self) -> str:
        """Return the whole URL."""
        return f"{self.origin}{self.target}"


def parse(url: str) -> WebAddress:
    """Check a URL and bring it into one spelling: no fragment, no default port, no tracking or session parameters.

    Raises:
        DocumentError: It is no http(s) URL, is too long, carries a user, or hides something in its spelling.
    """
    if len(url) > MAX_URL_CHARACTERS:
        raise DocumentError(shown(url), f"is longer than {MAX_URL_CHARACTERS:,} characters; use a shorter URL")
    if _FORBIDDEN.search(url):
        raise DocumentError(shown(url), "holds a space, a backslash or a control character; percent-encode it")
    found = _PARTS.fullmatch(url)
    scheme = (found[1] or "").lower() if found else ""
    if found is None or scheme not in _DEFAULT_PORTS:
        raise DocumentError(shown(url), "is not a web address; only http:// and https:// are crawled")
    host, port = _split_authority(url, found[2] or "", _DEFAULT_PORTS[scheme])
    return WebAddress(scheme, host, port, _canonical_path(found[3]), _canonical_query(found[4] or ""))


def resolve(base: WebAddress, reference: str) -> WebAddress:
    """Return what a link on the page `base` leads to.

    Raises:
        DocumentError: It does not lead to a page of the web.
    """
    trimmed = reference.strip(" \t\r\n\f").replace(" ", "%20")
    if len(trimmed) > MAX_URL_CHARACTERS or _FORBIDDEN.search(trimmed):
        return parse(trimmed)
    try:
        return parse(urljoin(str(base), trimmed))
    except ValueError as error:
        raise DocumentError(shown(trimmed), f"is not a valid URL ({error})") from error


def shown(url: str) -> str:
    """Return a URL fit for a log or a report: printable, and not too long."""
    return "".join(one if one.isprintable() else f"\\x{ord(one):02x}" for one in url[:300])


def _split_authority(url: str, authority: str, default_port: int) -> tuple[str, int]:
    if "@" in authority:
        raise DocumentError(shown(url), "carries a user name; leave out what stands before the @")
    found = _AUTHORITY.fullmatch(authority)
    if found is None or not found[1]:
        raise DocumentError(shown(url), "names no host; write https://host/path")
    port = int(found[2]) if found[2] else default_port
    if not 0 < port < 65_536:
        raise DocumentError(shown(url), "names a port that does not exist; leave it out or use one of 1 to 65535")
    try:
        return canonical_host(found[1]), port
    except ValueError as error:
        raise DocumentError(shown(url), f"cannot be crawled: {error}") from error


def _canonical_path(path: str) -> str:
    kept: list[str] = []
    segments = _PATH_SESSION.sub("", _escaped(path, safe="/%:@!$&'()*+,;=~")).split("/")
    for segment in segments:
        if segment == "..":
            del kept[max(1, len(kept) - 1) :]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept) if len(kept) > 1 else "/"


def _canonical_query(query: str) -> str:
    kept = [one for one in query.split("&") if one and not _UNWANTED_PARAMETER.fullmatch(one)]
    return _escaped("&".join(kept), safe="/%:@!$&'()*+,;=?~")


def _escaped(text: str, *, safe: str) -> str:
    return _ESCAPE.sub(_normal_escape, quote(_STRAY_PERCENT.sub("%25", text), safe=safe))


def _normal_escape(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return character if character in _UNRESERVED else f"%{found[1].upper()}"
