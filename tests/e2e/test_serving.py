"""The server as a process: starts, says when it is ready, tells what is in its way, and stops when it is told to."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from assistant.entrypoints.web import serve
from assistant.errors import ConfigurationError
from tests.e2e.conftest import eventually
from tests.fake_assistant import MemoryAssistant

PROGRAM = """
import sys
from assistant.entrypoints.web import serve
from tests.fake_assistant import MemoryAssistant

bot = MemoryAssistant()
serve(bot.as_assistant(), bot.settings, port=int(sys.argv[1]))
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server() -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    root = Path(__file__).parents[2]
    with subprocess.Popen([sys.executable, "-c", PROGRAM, str(port)], cwd=root) as process:
        address = f"http://127.0.0.1:{port}"
        assert eventually(lambda: is_ready(address), 40)
        yield process, address
        process.kill()


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", timeout=2).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_even_while_a_page_is_open(
    server: tuple[subprocess.Popen[bytes], str], stop: signal.Signals
) -> None:
    process, address = server
    with httpx.stream("GET", f"{address}/gradio_api/heartbeat/somebody", timeout=40) as open_page:
        assert open_page.status_code == 200
        process.send_signal(stop)
        # After its period of grace; without one it would wait for as long as the page is open.
        assert process.wait(20) == 0


def test_a_taken_port_is_named_with_its_remedy() -> None:
    bot = MemoryAssistant()
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=rf"port {port} .* --port"):
            serve(bot.as_assistant(), bot.settings, port=port)


def test_an_address_of_another_machine_is_refused() -> None:
    bot = MemoryAssistant()
    with pytest.raises(ConfigurationError, match="--host"):
        serve(bot.as_assistant(), bot.settings, host="192.0.2.1", port=free_port())
