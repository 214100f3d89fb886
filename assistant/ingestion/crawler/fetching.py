"""One safe GET: every host is resolved once, checked, and connected to at exactly the address that was checked."""

import contextlib
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import certifi
import httpcore

from assistant.errors import DocumentError
from assistant.ingestion.crawler.addresses import Address, PrivateHosts
from assistant.ingestion.crawler.bodies import BodyTooLarge, read_capped
from assistant.ingestion.crawler.markup import AGENT
from assistant.ingestion.crawler.names import literal_address
from assistant.ingestion.crawler.pages import MAX_PAGE_BYTES
from assistant.ingestion.crawler.pinned import (
    CONNECT_SECONDS,
    READ_SECONDS,
    Deadline,
    PinnedBackend,
    Resolver,
    resolve_within,
    system_resolver,
)
from assistant.ingestion.crawler.urls import WebAddress, parse, resolve

MAX_REDIRECTS = 5


class Refused(DocumentError):
    """The address is not one that may be connected to; nothing was sent."""


_ACCEPT = "text/html,application/xhtml+xml,application/pdf,text/markdown,text/plain;q=0.9,*/*;q=0.5"
_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TIMEOUTS = {"connect": CONNECT_SECONDS, "read": READ_SECONDS, "write": READ_SECONDS}
_WITH_BODY = 200


def _admit_all(_address: WebAddress) -> None:
    """Refuse nothing."""


def _no_conditions(_address: WebAddress) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True)
class Response:
    """What a server answered at the end of all redirects. Header names are in lower case; only a 200 has a body.

    `moved` tells that there were redirects and all of them are permanent.
    """

    address: WebAddress
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    moved: bool = False


@dataclass(frozen=True)
class Request:
    """What to get, and on which terms.

    `admit` is asked before each hop of a chain of redirects and raises DocumentError to refuse it, `conditions` gives
    the extra headers of a hop, `want` sees status and headers before the body is read and raises to refuse it.
    """

    url: str
    deadline: Deadline
    max_bytes: int = MAX_PAGE_BYTES
    truncate: bool = False
    admit: Callable[[WebAddress], None] = _admit_all
    conditions: Callable[[WebAddress], Mapping[str, str]] = _no_conditions
    want: Callable[[Response], object] = lambda _response: None


class Fetcher:
    """Gets pages of the public web, and of the private hosts it was told of. Keeps no cookies, knows no proxy."""

    def __init__(
        self,
        *,
        private_hosts: Sequence[str] = (),
        resolver: Resolver = system_resolver,
        trust: ssl.SSLContext | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take what opens private hosts, and for tests the name service, the trusted authorities and the clock.

        Raises:
            ConfigurationError: An entry of `private_hosts` is no host, address or network.
        """
        self._private_hosts = PrivateHosts(private_hosts)
        self._resolver = resolver
        self._given_trust = trust
        self.sleep = sleep

    def fetch(self, request: Request) -> Response:
        """Get a URL, following at most five redirects, each checked like the first.

        Raises:
            DocumentError: It is refused, or failed; the reason says which, and what to do.
        """
        address = parse(request.url)
        statuses: set[int] = set()
        for _ in range(MAX_REDIRECTS + 1):
            request.admit(address)
            response = self._exchange(address, request)
            if response.status not in _REDIRECTS:
                return replace(response, moved=bool(statuses) and statuses <= _PERMANENT)
            statuses.add(response.status)
            address = _redirected(response)
        raise DocumentError(request.url, f"redirects more than {MAX_REDIRECTS} times; use the URL it should end at")

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        if self._given_trust is not None:
            return self._given_trust
        # The system's authorities know those of an intranet; a bare container has none, and certifi stands in.
        trust = ssl.create_default_context()
        trust.load_verify_locations(certifi.where())
        return trust

    def _addresses(self, address: WebAddress, deadline: Deadline) -> list[Address]:
        literal = literal_address(address.host)
        found = [literal] if literal else resolve_within(self._resolver, address.host, address.port, deadline)
        if refusal := self._private_hosts.refusal(address.host, address.port, found):
            raise Refused(str(address), refusal)
        return found

    def _exchange(self, address: WebAddress, request: Request) -> Response:
        with _explained(address):
            backend = PinnedBackend(self._addresses(address, request.deadline), request.deadline)
            host = address.host.strip("[]").encode("ascii")
            origin = httpcore.Origin(address.scheme.encode("ascii"), host, address.port)
            trust = self._trust if address.scheme == "https" else None
            url = httpcore.URL(
                scheme=origin.scheme, host=origin.host, port=origin.port, target=address.target.encode("ascii")
            )
            connection = httpcore.HTTPConnection(origin, ssl_context=trust, network_backend=backend)
            headers = _headers(address, request.conditions(address))
            with (
                contextlib.closing(connection),
                connection.stream("GET", url, headers=headers, extensions={"timeout": _TIMEOUTS}) as answer,
            ):
                return _read(address, answer, request)


def _headers(address: WebAddress, conditions: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    named = {
        "Host": address.site,
        "User-Agent": f"{AGENT}/1.0",
        "Accept": _ACCEPT,
        "Accept-Encoding": "gzip",
        "Connection": "close",
        **conditions,
    }
    return [(name.encode("ascii"), value.encode("latin-1")) for name, value in named.items()]


def _read(address: WebAddress, answer: httpcore.Response, request: Request) -> Response:
    headers: dict[str, str] = {}
    for raw_name, raw_value in answer.headers:
        name, value = raw_name.decode("ascii").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    response = Response(address, answer.status, headers)
    if answer.status != _WITH_BODY:
        return response
    request.want(response)
    encoding = headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in ("gzip", "x-gzip", "identity"):
        raise DocumentError(str(address), f"is packed as {encoding[:40]!r}, which was not asked for")
    if not request.truncate and int(headers.get("content-length") or 0) > request.max_bytes:
        raise BodyTooLarge(f"is larger than {request.max_bytes:,} bytes")
    chunks = answer.iter_stream()
    body = read_capped(chunks, max_bytes=request.max_bytes, packed=encoding.endswith("gzip"), truncate=request.truncate)
    return Response(address, answer.status, headers, body)


def _redirected(response: Response) -> WebAddress:
    location = response.headers.get("location", "")
    if not location:
        raise DocumentError(str(response.address), f"answers {response.status} without saying where to go")
    with contextlib.suppress(UnicodeError):
        # A header is Latin-1 by the book and UTF-8 by habit.
        location = location.encode("latin-1").decode("utf-8")
    address = resolve(response.address, location)
    if response.address.scheme == "https" and address.scheme == "http":
        raise DocumentError(str(response.address), f"redirects from https to {address}; use that URL if you trust it")
    return address


@contextlib.contextmanager
def _explained(address: WebAddress) -> Iterator[None]:
    """Turn what httpcore and a body's reader raise into a DocumentError about the URL."""
    try:
        yield
    except Refused:
        raise
    except DocumentError as error:
        # Some of these name only the host.
        raise DocumentError(str(address), error.reason) from error
    except BodyTooLarge as error:
        raise DocumentError(str(address), f"{error}; publish it in smaller parts") from error
    except httpcore.TimeoutException as error:
        raise DocumentError(str(address), "did not answer in time; try again later") from error
    except httpcore.ProtocolError as error:
        raise DocumentError(str(address), f"does not speak proper HTTP ({_line(error)})") from error
    except httpcore.NetworkError as error:
        raise DocumentError(str(address), _network_reason(error)) from error
    except ValueError as error:
        raise DocumentError(str(address), f"cannot be read: {_line(error)}") from error


def _network_reason(error: httpcore.NetworkError) -> str:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return f"has no valid certificate for its name ({_line(error)})"
    if isinstance(error, httpcore.ConnectError):
        return f"cannot be reached ({_line(error)}); check the address"
    return f"broke off its answer ({_line(error)}); try again later"


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
