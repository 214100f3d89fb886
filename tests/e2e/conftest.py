"""Real servers and a real browser. A story fails if its page asks a foreign address or logs an error."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pydantic import SecretStr

from assistant import Assistant, Settings, open_assistant
from assistant.entrypoints.web import build_app
from tests.homes import LendModel
from tests.tokens import KEY

KNOWLEDGE = Path(__file__).parents[2] / "knowledge_base"
TOKEN = "token-of-the-stories"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()

OpenPage = Callable[..., Page]

LEAVING = "AbortError: signal is aborted without reason"
"""Gradio breaks off its own stream when a page is left or loaded anew; a slow browser still tells of that."""

PATIENCE_MS = 40_000
"""A page of a hundred turns takes long to draw on two slow cores that other tests need too."""
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def eventually(check: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something holds; returns whether it did in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if check():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory, lend_model: LendModel) -> Iterator[Assistant]:
    """The whole assistant, on its embedded stores, without a language model."""
    settings = Settings(
        home=lend_model(tmp_path_factory.mktemp("home")),
        embedder="onnx:all-MiniLM-L6-v2",
        responders=("extractive",),
        staff_token=SecretStr(TOKEN),
        assistant_name="Halvorn help desk",
        customer_token_key=SecretStr(KEY),
    )
    with open_assistant(settings) as opened:
        opened.ingest(KNOWLEDGE / "policies", KNOWLEDGE / "shipping")
        opened.warm_up()
        yield opened


@pytest.fixture(scope="session")
def site(bot: Assistant) -> Iterator[str]:
    with running(build_app(bot, bot.settings)) as address:
        assert httpx.get(f"{address}/readyz").status_code == 200
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = next((found for name in names if (found := shutil.which(name))), None)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """Opens pages, each in a browser profile of its own, and watches what they do."""
    faults: list[str] = []
    contexts = []

    def open_one(address: str, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("request", lambda request: faults.append(request.url) if _is_foreign(request.url) else None)
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: None if LEAVING in str(error) else faults.append(str(error)))
        page.goto(address)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert faults == []


def _is_foreign(url: str) -> bool:
    return not url.startswith(("http://127.0.0.1:", "data:", "blob:"))


class Trap(ThreadingHTTPServer):
    """A server that an attacker would own; it keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _TrapHandler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _TrapHandler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Trap)
        self.server.asked.append(self.path)
        self.send_response(204)
        self.end_headers()

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)
