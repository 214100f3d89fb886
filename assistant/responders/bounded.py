"""Bounds what is read of a service's answer, in bytes: one that is endless, or unpacks to gigabytes, ends as an error.

Nothing compressed is asked for. What is compressed all the same is refused, because a few kilobytes of it can fill
the memory before anybody has looked at them.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import httpx2

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Of one answer on the wire. A stream takes some 300 bytes a token, so that this is more than any model writes."""

PLAIN = {"Accept-Encoding": "identity"}


class Overlong(Exception):
    """An answer is larger than it may be, or compressed."""


class _Counted:
    """Passes a stream on until it has become too long."""

    def __init__(self, stream: Any) -> None:  # noqa: ANN401 - of httpx or httpx2, which share no type
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for part in self._stream:
            read += len(part)
            if read > MAX_BODY_BYTES:
                raise Overlong(f"more than {MAX_BODY_BYTES} bytes")
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class _Counted1(_Counted, httpx.AsyncByteStream):
    """For httpx, which refuses streams of other types."""


class _Counted2(_Counted, httpx2.AsyncByteStream):
    """For httpx2, likewise."""


async def _bound1(response: httpx.Response) -> None:
    _refuse_packed(response.headers.get("content-encoding", ""))
    response.stream = _Counted1(response.stream)


async def _bound2(response: httpx2.Response) -> None:
    _refuse_packed(response.headers.get("content-encoding", ""))
    response.stream = _Counted2(response.stream)


def _refuse_packed(encoding: str) -> None:
    if encoding.strip().lower() not in ("", "identity"):
        raise Overlong(f"compressed ({encoding}), which was not asked for")


def bounded_httpx(timeout_seconds: float) -> httpx.AsyncClient:
    """Return a client for Cohere's SDK."""
    hooks = {"response": [_bound1]}
    return httpx.AsyncClient(timeout=timeout_seconds, headers=PLAIN, event_hooks=hooks, follow_redirects=True)


def bounded_httpx2(timeout_seconds: float) -> httpx2.AsyncClient:
    """Return a client for OpenAI's SDK."""
    hooks = {"response": [_bound2]}
    return httpx2.AsyncClient(timeout=timeout_seconds, headers=PLAIN, event_hooks=hooks, follow_redirects=True)
