"""What every test gets: no network but loopback, and no setting of the machine it runs on."""

import gc
import os
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ["tests.homes", "tests.services"]

MANY_MODULES = 200
"""So many that were imported since the last look are worth another one; torch alone has more."""

_modules_known = 0


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Let the garbage collector pass over the libraries that were imported, as the server does.

    Else it looks through all of them again and again, for up to some seconds late in a run, in which nothing
    else happens: time limits pass.
    """
    global _modules_known
    leaves_file = nextitem is None or nextitem.path != item.path
    if leaves_file and len(sys.modules) > _modules_known + MANY_MODULES:
        _modules_known = len(sys.modules)
        gc.collect()
        gc.freeze()


LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    real = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:  # noqa: ANN401 - as in socket.connect
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"a test tried to reach {address[0]}")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("ASSISTANT_", "OPENAI_", "COHERE_", "CO_API")):
            monkeypatch.delenv(name)
