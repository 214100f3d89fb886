"""The assembled application, asked without a browser: who may see what, and what the pages allow a browser to do."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.entrypoints.staff_door import COOKIE
from assistant.entrypoints.web import build_app
from assistant.settings import Settings
from tests.fake_assistant import MemoryAssistant

TOKEN = "let-me-in-please"


def client_with(token: str | None) -> Iterator[TestClient]:
    settings = Settings(assistant_name="Test <desk>", staff_token=SecretStr(token) if token else None)
    bot = MemoryAssistant(settings=settings)
    with TestClient(build_app(bot.as_assistant(), settings), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    yield from client_with(TOKEN)


@pytest.fixture(scope="module")
def without_staff() -> Iterator[TestClient]:
    yield from client_with(None)


@pytest.fixture(autouse=True)
def signed_out(client: TestClient) -> None:
    client.cookies.clear()


def test_importing_the_server_does_not_import_gradio() -> None:
    code = "import sys, assistant.entrypoints.web; sys.exit('gradio' in sys.modules or 'torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_script_of_a_page_has_its_nonce(client: TestClient) -> None:
    pages = [client.get("/") for _ in range(2)]
    nonces = [re.findall(r"'nonce-([\w-]+)'", page.headers["content-security-policy"])[0] for page in pages]
    assert nonces[0] != nonces[1]
    for page, nonce in zip(pages, nonces, strict=True):
        scripts = re.findall(r"<script[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
    script_policy = re.findall(r"script-src ([^;]+)", pages[0].headers["content-security-policy"])[0]
    assert "unsafe-inline" not in script_policy


def test_a_page_points_to_no_foreign_address(client: TestClient) -> None:
    page = client.get("/").text
    loads = re.findall(r"""(?:src|href)=["'](https?:)?//""", page)
    assert loads == []
    assert "og:" not in page
    assert "Test &lt;desk&gt;" in page or "Test \\u003cdesk\\u003e" in page


def test_a_page_is_found_by_a_browser_that_compresses(client: TestClient) -> None:
    headers = {"accept": "text/html", "accept-encoding": "gzip, br"}
    assert "nonce=" in client.get("/", headers=headers).text


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/proxy=http://127.0.0.1:22",
        "/gradio_api/api/predict",
        "/gradio_api/call/x",
        "/gradio_api/deep_link",
        "/gradio_api/component_server",
        "/gradio_api/openapi.json",
        "/config",
        "/monitoring",
        "/login",
        "/docs",
        "/redoc",
        "/staff/gradio_api/upload",
    ],
)
def test_what_is_not_needed_is_closed(client: TestClient, path: str) -> None:
    for response in (client.get(path), client.post(path, content=b"{}")):
        assert response.status_code in (401, 404, 405), path


def test_without_a_token_there_is_no_staff_page(without_staff: TestClient) -> None:
    for path in ("/staff", "/staff/", "/staff/?token=x", "/staff/login", "/staff/gradio_api/queue/data"):
        assert without_staff.get(path).status_code == 404


def test_the_staff_page_asks_for_the_token(client: TestClient) -> None:
    assert client.get("/staff").headers["location"] == "/staff/"
    form = client.get("/staff/")
    assert form.status_code == 401
    assert 'action="/staff/login"' in form.text
    assert "Test &lt;desk&gt;" in form.text
    assert "gradio" not in form.text.lower()
    for path in ("/staff/gradio_api/info", "/staff/gradio_api/queue/data", "/staff/config", "/staff/theme.css"):
        assert client.get(path).status_code == 401
    assert client.post("/staff/gradio_api/queue/join", json={}).status_code == 401


@pytest.mark.parametrize("wrong", ["", "let-me-in", TOKEN + "x", "é"])
def test_a_wrong_token_does_not_open(client: TestClient, wrong: str) -> None:
    assert client.post("/staff/login", data={"token": wrong}).status_code == 401
    assert client.get("/staff/", params={"token": wrong}).status_code == 401
    assert client.get("/staff/", headers={"cookie": f"{COOKIE}={'0' * 64}"}).status_code == 401


@pytest.mark.parametrize("by_link", [True, False])
def test_the_token_opens_once_and_the_cookie_from_then_on(client: TestClient, by_link: bool) -> None:
    if by_link:
        link = client.get(f"/staff?token={TOKEN}").headers["location"]
        opened = client.get(link)
    else:
        opened = client.post("/staff/login", data={"token": TOKEN})
    assert opened.status_code == 303
    assert opened.headers["location"] == "/staff/"
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    page = client.get("/staff/")
    assert page.status_code == 200
    assert "gradio_config" in page.text


def test_the_api_lives_beside_the_pages(client: TestClient) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.post("/v1/chat/completions", json={"messages": [{"role": "user", "content": "Hello"}]})
    assert answer.json()["choices"][0]["message"]["content"]
    assert "/v1/chat/completions" in client.get("/v1/openapi.json").json()["paths"]
