"""Connections to addresses that were checked before, and one deadline for everything that is read from them.

The name behind a connection is resolved by `resolve_within` alone. What connects here gets numbers, so that an answer
of the name service that changes in between (DNS rebinding) is never asked for.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Self

import httpcore

from assistant.errors import DocumentError
from assistant.ingestion.crawler.addresses import Address, plain

Resolver = Callable[[str, int], Sequence[str]]
"""From a host name and a port to the addresses of the host, in the order to try them."""

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
RESOLVE_SECONDS = 5.0
_MAX_ADDRESSES = 16
_ADDRESSES_TRIED = 3

SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@dataclass(frozen=True)
class Deadline:
    """A moment on the monotonic clock by which something must have ended."""

    moment: float

    @classmethod
    def after(cls, seconds: float) -> Self:
        """Return the moment that many seconds from now."""
        return cls(time.monotonic() + seconds)

    def within(self, seconds: float) -> "Deadline":
        """Return this moment, or the one that many seconds from now where that is earlier."""
        return Deadline(min(self.moment, time.monotonic() + seconds))

    def remaining_seconds(self) -> float:
        """Return how long there is left, zero where it has passed."""
        return max(0.0, self.moment - time.monotonic())

    def cap(self, timeout: float | None, expired: type[Exception]) -> float:
        """Return a timeout that does not reach beyond the deadline; raises `expired` where it has passed."""
        remaining = self.remaining_seconds()
        if remaining <= 0:
            raise expired("the time for this page is up")
        return remaining if timeout is None else min(timeout, remaining)


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the operating system for the addresses of a host.

    Raises:
        OSError: It knows none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def resolve_within(resolver: Resolver, host: str, port: int, deadline: Deadline) -> list[Address]:
    """Ask a resolver once, in a thread of its own since name services may hang; each address is returned once.

    Raises:
        DocumentError: There is no answer in time, or none that holds addresses.
    """
    answers: queue.SimpleQueue[Sequence[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolver(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name=f"resolve {host}").start()
    try:
        answer = answers.get(timeout=deadline.within(RESOLVE_SECONDS).remaining_seconds())
        if isinstance(answer, Exception):
            raise DocumentError(host, "no such host; check its name") from answer
        addresses = list(dict.fromkeys(plain(ip_address(one)) for one in answer[:_MAX_ADDRESSES]))
    except queue.Empty as error:
        raise DocumentError(host, "the name service did not answer in time; try again later") from error
    except ValueError as error:
        raise DocumentError(host, "the name service answered with something that is no address") from error
    if not addresses:
        raise DocumentError(host, "the name service knows no address of this host; check its name")
    return addresses


class PinnedBackend(httpcore.NetworkBackend):
    """Connects to the given addresses, whatever host it is asked for."""

    def __init__(self, addresses: Sequence[Address], deadline: Deadline) -> None:
        """Take addresses that were found fit to connect to, in the order to try them."""
        self._addresses = addresses[:_ADDRESSES_TRIED]
        self._deadline = deadline
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 - the addresses of the host are known already
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address that answers."""
        failure: Exception = httpcore.ConnectError("no address to connect to")
        for address in self._addresses:
            capped = self._deadline.cap(timeout, httpcore.ConnectTimeout)
            try:
                stream = self._sockets.connect_tcp(str(address), port, capped, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure


class _TimedStream(httpcore.NetworkStream):
    """A stream on which no read or write outlasts the deadline, however often bytes drip in."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.cap(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._deadline.cap(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        capped = self._deadline.cap(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, capped), self._deadline)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as in httpcore
        return self._stream.get_extra_info(info)
