"""What stands between the network and the pages: a body limit, security headers, and closed doors. Plain ASGI.

Nothing here buffers a response, except the pages themselves, whose scripts get a nonce that the policy names.
"""

import json
import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.entrypoints.problems import problem

MAX_BODY_BYTES = 1_000_000

GRADIO_CALLS = ("queue/", "run/", "heartbeat/", "cancel", "reset", "info", "startup-events", "app_id", "theme.css")
"""What the pages need of Gradio's own API. Uploads, files, proxies, links and recordings are not among it."""

CLOSED = ("login", "logout", "monitoring", "svelte", "robots.txt", "config", "pwa_icon")
"""Gradio's other pages, which nobody needs here."""

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_SCRIPT = re.compile(rb"<script(?=[\s>])")
_SOCIAL = re.compile(rb"<meta\s+(?:property=\"og:|name=\"twitter:)[^>]*>")
"""Cards for social networks that Gradio writes about itself."""


class BodyLimit:
    """Answers 413 as soon as more than `limit` bytes of a request body have arrived, whatever its headers promise."""

    def __init__(self, app: ASGIApp, limit: int = MAX_BODY_BYTES) -> None:
        """Guard `app`."""
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes in; the moment it is too much, the rest is neither read nor answered by the app."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self._limit:
            await _refuse(send, 413, "The request body is too large.")
            return
        await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        answered = False

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._limit:
                return {"type": "http.disconnect"}
            return message

        async def checked(message: Message) -> None:
            nonlocal answered
            if received <= self._limit:
                await send(message)
            elif not answered:
                answered = True
                await _refuse(send, 413, "The request body is too large.")

        await self._app(scope, counted, checked)


class ClosedDoors:
    """Answers 404 where Gradio serves what this assistant does not use: uploads, files, proxies, developer pages."""

    def __init__(self, app: ASGIApp) -> None:
        """Guard a Gradio application."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is open."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", "")).strip("/")
        if scope["type"] == "http" and _is_closed(path):
            await _refuse(send, 404, "Not Found")
            return
        await self._app(scope, receive, send)


def _is_closed(path: str) -> bool:
    if path.startswith("gradio_api"):
        return not path.removeprefix("gradio_api").lstrip("/").startswith(GRADIO_CALLS)
    return path.partition("/")[0] in CLOSED


class SecurityHeaders:
    """Sends a strict content policy with every page: no foreign address is ever asked, no foreign script ever runs.

    Scripts need a nonce that is new for each page. `unsafe-eval` stays, because Gradio compiles its templates in the
    browser; `unsafe-inline` is for style attributes only.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Guard `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers; give the scripts of a page their nonce."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        page = _Page(send, nonce)
        await self._app(_uncompressed(scope), receive, page.send)


class _Page:
    """The sending side of one response: holds back the bytes of an HTML page, and of nothing else."""

    def __init__(self, send: Send, nonce: str) -> None:
        self._send = send
        self._nonce = nonce
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", _policy(self._nonce))
            if headers.get("content-type", "").startswith("text/html") and "content-encoding" not in headers:
                headers.setdefault("Cache-Control", "no-store")
                self._start = message
                return
        elif self._start is not None:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()
            return
        await self._send(message)

    async def _finish(self) -> None:
        assert self._start is not None
        body = _SOCIAL.sub(b"", self._body)
        body = _SCRIPT.sub(f'<script nonce="{self._nonce}"'.encode(), body)
        headers = MutableHeaders(scope=self._start)
        if self._body:
            headers["content-length"] = str(len(body))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": body})


def _policy(nonce: str) -> str:
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "frame-src 'none'",
            "worker-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
            "base-uri 'self'",
        )
    )


def _uncompressed(scope: Scope) -> Scope:
    """Ask the app for a plain page where a page is wanted: a compressed one could not be given its nonce."""
    headers = Headers(scope=scope)
    if "text/html" not in headers.get("accept", "text/html"):
        return scope
    kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
    return {**scope, "headers": kept}


async def _refuse(send: Send, status: int, message: str) -> None:
    body = json.dumps(problem(status, message)).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, (b"connection", b"close")]})
    await send({"type": "http.response.body", "body": body})
