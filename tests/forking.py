"""A process that has imported what the program imports, and forks to be the program, once for each line it reads.

Python and the libraries take a second or two of a core to start, most commands far less. Only modules are shared: each
command has a process, an environment, a folder, streams and an end of its own, as if it had been started.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
from pathlib import Path
from typing import Any

import alembic.command
import chromadb.api.rust
import httpx
import py3langid
import rich.progress
import sqlalchemy.dialects.sqlite
import tantivy
import tokenizers
import vaderSentiment.vaderSentiment

from assistant import entrypoints, ingestion, learning, signals, stores
from assistant.entrypoints.cli import main

LIBRARIES = (alembic, chromadb, httpx, py3langid, rich, sqlalchemy, tantivy, tokenizers, vaderSentiment)
"""What the program imports late. Not ONNX Runtime, which starts a thread: after a fork nobody would free its locks."""

PACKAGES = (ingestion, learning, signals, stores)
for package in PACKAGES:
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        importlib.import_module(module.name)
for name in ("doctor", "jobs", "quiet", "running_server"):
    importlib.import_module(f"{entrypoints.__name__}.{name}")

THREADS = Path("/proc/self/task")


def serve() -> None:
    """Fork for each request on standard input, and write the exit status of each command as a line."""
    assert not THREADS.exists() or len(list(THREADS.iterdir())) == 1, "a module that started a thread was imported"
    # What is there now is never garbage; looking at it would copy every page of it.
    gc.freeze()
    for line in iter(sys.stdin.readline, ""):
        request = json.loads(line)
        child = os.fork()
        if not child:
            become(request)
            return
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


def become(request: dict[str, Any]) -> None:
    """Be the program as a shell would have started it; ends this process in the ordinary way."""
    # It must not outlive the test that waits for it.
    signal.alarm(request["seconds"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    streams = Path(request["streams"])
    for number, (name, flags) in enumerate((("in", os.O_RDONLY), ("out", os.O_WRONLY), ("err", os.O_WRONLY))):
        opened = os.open(streams / name, flags)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False, buffering=1)
    sys.argv = ["assistant", *request["arguments"]]
    # Else it tells its users to type `python -m tests.assistant`.
    sys.modules["__main__"].__package__ = None
    main()


if __name__ == "__main__":
    serve()
