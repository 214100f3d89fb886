"""Tells browsers apart, so that one visitor's many messages are not taken for those of a whole office."""

import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "assistant_browser"
SECONDS = 86_400
"""As long as messages are counted; it says nothing about who somebody is, and nothing else is kept under it."""


def cookie_of(cookies: str, name: str) -> str:
    """Return a cookie of a header `Cookie`; empty where it holds none of that name."""
    try:
        found = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return found.value if found is not None else ""


class MarkedBrowsers:
    """Gives a browser that opens the page a random mark, in a cookie that scripts cannot read."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the application of the chat."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; the page itself brings the mark where there is none."""
        cookies = Headers(scope=scope).get("cookie", "") if scope["type"] == "http" else ""
        is_page = scope["type"] == "http" and scope["method"] == "GET" and scope["path"].rstrip("/") == ""
        if not is_page or cookie_of(cookies, COOKIE):
            await self._app(scope, receive, send)
            return
        is_secure = Request(scope).url.scheme == "https"

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", _cookie(is_secure))
            await send(message)

        await self._app(scope, receive, marked)


def _cookie(is_secure: bool) -> str:
    mark = f"{COOKIE}={secrets.token_urlsafe(16)}; Max-Age={SECONDS}; Path=/; HttpOnly; SameSite=Lax"
    return f"{mark}; Secure" if is_secure else mark
