"""Lets the support team in and nobody else: the token once, then a cookie that scripts cannot read."""

import hashlib
import hmac
import html
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from pydantic import SecretStr
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "assistant_staff"
SECONDS_SIGNED_IN = 12 * 3600

_FORM = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Staff · {name}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f4f6f8, #0f1519);
  color: light-dark(#17212b, #e6edf1); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }}
form {{ width: min(22rem, 88vw); padding: 2rem; border-radius: 16px; background: light-dark(#fff, #182127);
  border: 1px solid light-dark(#dde3e8, #2b3840); }}
h1 {{ margin: 0 0 .25rem; font-size: 1.25rem; }}
p {{ margin: 0 0 1.25rem; color: light-dark(#566573, #9fb0ba); font-size: .9rem; }}
label {{ display: block; font-weight: 600; font-size: .85rem; margin-bottom: .35rem; }}
input, button {{ font: inherit; width: 100%; box-sizing: border-box; padding: .65rem .8rem; border-radius: 10px; }}
input {{ border: 1px solid light-dark(#b9c4cd, #43535d); background: transparent; color: inherit; }}
button {{ margin-top: 1rem; border: 0; background: #0b6e69; color: #fff; font-weight: 600; cursor: pointer; }}
:focus-visible {{ outline: 3px solid light-dark(#0b6e69, #3aa6a0); outline-offset: 2px; }}
.wrong {{ color: light-dark(#a3261b, #ff9a8f); }}
</style>
</head>
<body>
<main>
<form method="post" action="/staff/login">
<h1>{name}</h1>
<p>Staff page. The token was printed when the assistant was started.</p>
{wrong}
<label for="token">Staff token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>"""


class StaffDoor:
    """Wraps the staff page: without the cookie, pages lead to the login form and everything else is refused."""

    def __init__(self, app: ASGIApp, token: SecretStr, name: str) -> None:
        """Guard `app` with `token`; `name` is shown on the form."""
        self._app = app
        self._token = token
        self._name = name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the page to those who hold the cookie."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        rest = scope["path"].removeprefix(scope.get("root_path", "")).strip("/")
        response: Response | None = None
        if rest == "login" and request.method == "POST":
            response = self._admit(await _posted_token(request), request)
        elif given := request.query_params.get("token"):
            response = self._admit(given, request)
        elif not self._holds_cookie(request.headers):
            is_page = request.method == "GET" and rest in ("", "login")
            response = self._form(401) if is_page else Response(status_code=401)
        elif rest == "login":
            response = RedirectResponse("/staff/", 303)
        await (response or self._app)(scope, receive, send)

    def _admit(self, given: str, request: Request) -> Response:
        if not hmac.compare_digest(given.encode(), self._token.get_secret_value().encode()):
            return self._form(401, wrong="This token is not right.")
        response = RedirectResponse("/staff/", 303)
        response.set_cookie(
            COOKIE,
            self._proof(),
            max_age=SECONDS_SIGNED_IN,
            path="/staff",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return response

    def _holds_cookie(self, headers: Headers) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        return cookie is not None and hmac.compare_digest(cookie.value.encode(), self._proof().encode())

    def _proof(self) -> str:
        """Return what the cookie holds: it follows from the token, and the token does not follow from it."""
        return hmac.new(self._token.get_secret_value().encode(), b"staff page", hashlib.sha256).hexdigest()

    def _form(self, status: int, wrong: str = "") -> HTMLResponse:
        note = f'<p class="wrong" role="alert">{html.escape(wrong)}</p>' if wrong else ""
        return HTMLResponse(_FORM.format(name=html.escape(self._name), wrong=note), status)


async def _posted_token(request: Request) -> str:
    fields = parse_qs((await request.body()).decode("utf-8", "replace"))
    return fields.get("token", [""])[0]
