"""Customers sign in to the web chat: the token of the company's site once, then a cookie that scripts cannot read."""

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from assistant.customers.sessions import SignedIn
from assistant.entrypoints.browsers import cookie_of
from assistant.entrypoints.problems import InvalidRequestError

if TYPE_CHECKING:
    from assistant.service import Assistant

COOKIE = "assistant_session"


def held_by(cookies: str) -> str:
    """Return what a header `Cookie` holds of ours; empty is nothing."""
    return cookie_of(cookies, COOKIE)


def build_sign_in_router(assistant: "Assistant") -> APIRouter:
    """Return `POST /sign-in` and `POST /sign-out`.

    A form of the company's site leads a browser here with the field `token`, and on to the chat; the chat's own script
    sends JSON with what stood behind the `#` of its address. A token in a query is not read: it would lie in logs.
    """
    router = APIRouter(include_in_schema=False)

    @router.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        """Begin a session."""
        token, is_form = await _posted(request)
        begin, held = assistant.sign_in.begin, held_by(request.headers.get("cookie", ""))
        begun = await run_in_threadpool(begin, token, held)
        response: Response = RedirectResponse("/", 303) if is_form else Response(status_code=204)
        return _with_cookie(response, begun, request)

    @router.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        """End the session of this browser."""
        response = RedirectResponse("/", 303)
        if held := held_by(request.headers.get("cookie", "")):
            await run_in_threadpool(assistant.sign_in.end, held)
            response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response

    return router


def _with_cookie(response: Response, begun: SignedIn | None, request: Request) -> Response:
    response.headers["Cache-Control"] = "no-store"
    if begun is not None:
        response.set_cookie(
            COOKIE,
            begun.secret,
            max_age=begun.seconds,
            path="/",
            httponly=True,
            # Lax: a link of the company's site leads to the chat of who is signed in already.
            samesite="lax",
            secure=request.url.scheme == "https",
        )
    return response


async def _posted(request: Request) -> tuple[str, bool]:
    """Return the token of a request, and whether a form sent it.

    Raises:
        InvalidRequestError: There is none.
    """
    body = (await request.body()).decode("utf-8", "replace")
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    token: object = parse_qs(body).get("token", [""])[0] if is_form else _field(body)
    if not isinstance(token, str) or not token:
        raise InvalidRequestError("a field 'token' is needed, in a form or in JSON", param="token")
    return token, is_form


def _field(body: str) -> object:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return read.get("token") if isinstance(read, dict) else ""
