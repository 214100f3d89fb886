"""The web chat knows a customer by a token that is given once, and by a cookie from then on."""

import re
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.customers.limits import Visitor
from assistant.entrypoints.sign_in import COOKIE, held_by
from assistant.entrypoints.ui.chat_view import ChatView
from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant, document
from tests.tokens import KEY, OLD_KEY, token

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> MemoryAssistant:
    settings = Settings(home=tmp_path_factory.mktemp("home"), customer_token_key=SecretStr(KEY))
    return MemoryAssistant([RETURNS], settings=settings)


@pytest.fixture(scope="module")
def opened(bot: MemoryAssistant) -> Iterator[TestClient]:
    with TestClient(build_app(bot.as_assistant(), bot.settings), follow_redirects=False) as client:
        yield client


@pytest.fixture
def client(opened: TestClient) -> TestClient:
    opened.cookies.clear()
    return opened


def cookies_of(client: TestClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@pytest.mark.parametrize("by_form", [True, False])
def test_a_token_is_exchanged_for_a_cookie(client: TestClient, bot: MemoryAssistant, by_form: bool) -> None:
    given = token(sub=f"c-{by_form}", name="Ana <b>")
    posted = {"data": {"token": given}} if by_form else {"json": {"token": given}}
    answer = client.post("/sign-in", **posted)  # type: ignore[arg-type]
    assert answer.status_code == (303 if by_form else 204)
    assert answer.headers.get("location", "/") == "/"
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(re.split("; ", cookie))
    assert 500 < int(re.findall(r"Max-Age=(\d+)", cookie)[0]) <= 600
    assert given not in cookie
    view = ChatView(bot.as_assistant()).seen_by(cookies_of(client))
    assert "Ana &lt;b&gt;" in view.who()
    mine = view.find_or_start("none")
    assert bot.conversation(mine.id).customer == f"c-{by_form}"


def test_a_token_opens_once_and_its_owners_second_click_does_no_harm(client: TestClient) -> None:
    given = token(sub="c-2")
    assert client.post("/sign-in", json={"token": given}).status_code == 204
    again = client.post("/sign-in", json={"token": given})
    assert (again.status_code, "set-cookie" in again.headers) == (204, False)
    client.cookies.clear()
    stolen = client.post("/sign-in", json={"token": given})
    assert (stolen.status_code, "set-cookie" in stolen.headers) == (401, False)
    assert "used before" in stolen.json()["error"]["message"]


def test_another_customer_takes_the_browser_over(client: TestClient, bot: MemoryAssistant) -> None:
    client.post("/sign-in", json={"token": token(sub="c-3")})
    first = cookies_of(client)
    client.post("/sign-in", json={"token": token(sub="c-4")})
    assert bot.sign_in.customer(held_by(first)) == ""
    assert bot.sign_in.customer(held_by(cookies_of(client))) == "c-4"


def test_signing_out_ends_the_session_everywhere(client: TestClient, bot: MemoryAssistant) -> None:
    client.post("/sign-in", json={"token": token(sub="c-5")})
    held = cookies_of(client)
    out = client.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert bot.sign_in.customer(held_by(held)) == ""
    assert client.post("/sign-out").status_code == 303


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"token": 1}', "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b"token=", "application/x-www-form-urlencoded", 400),
        (b"token=a.b.c", "application/x-www-form-urlencoded", 401),
        (b"\xff\xfe", "text/plain", 400),
        (b"token=" + b"x" * 100_000, "application/x-www-form-urlencoded", 401),
    ],
)
def test_what_proves_nothing_gets_no_cookie(client: TestClient, content: bytes, kind: str, status: int) -> None:
    answer = client.post("/sign-in", content=content, headers={"content-type": kind})
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, False)


def test_a_wrong_token_and_one_in_the_address_open_nothing(client: TestClient) -> None:
    assert client.post("/sign-in", json={"token": token(key=OLD_KEY)}).status_code == 401
    for path in ("/sign-in", "/"):
        assert COOKIE not in client.get(path, params={"token": token()}).cookies
    assert client.post("/sign-in", params={"token": token()}).status_code == 400


@pytest.mark.parametrize("cookies", ["", f"{COOKIE}=x", f"{COOKIE}=", "a=b; ;;=", f"{COOKIE}=\x00", "\x7f=;"])
def test_other_cookies_are_nobodys(bot: MemoryAssistant, cookies: str) -> None:
    view = ChatView(bot.as_assistant()).seen_by(cookies)
    assert view.who() == ""


def test_a_customers_conversation_is_shown_to_nobody_else(bot: MemoryAssistant) -> None:
    chat = ChatView(bot.as_assistant(), Visitor(customer="c-6"))
    mine = chat.find_or_start("none").id
    list(chat.answer(mine, "How many days to return items?"))
    turn = bot.turns(mine)[0]
    for other in (ChatView(bot.as_assistant()), ChatView(bot.as_assistant(), Visitor(customer="c-7"))):
        assert other.find(mine) is None
        assert "30 days" not in other.show(mine).history
        other.rate(mine, turn.id, "like")
        other.give_back(mine)
        list(other.answer(mine, "Let me in"))
    assert bot.turns(mine) == [turn]
    assert "30 days" in chat.show(mine).history


def test_without_keys_nobody_signs_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    bot = MemoryAssistant(settings=Settings(home=tmp_path_factory.mktemp("home")))
    with TestClient(build_app(bot.as_assistant(), bot.settings)) as client:
        refused = client.post("/sign-in", json={"token": token()})
    assert (refused.status_code, refused.json()["error"]["message"]) == (401, "customers cannot sign in here")
