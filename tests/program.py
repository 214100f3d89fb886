"""Runs the program `assistant` in a folder, with a bare environment and the packaged model."""

import atexit
import json
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import assistant
from tests.homes import EMBEDDER

PROGRAM = str(Path(sys.executable).with_name("assistant"))
SECONDS = 300


def environment_of(home: Path, **environment: str) -> dict[str, str]:
    """Return the environment that a command gets which is run in a folder."""
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "ASSISTANT_EMBEDDER": EMBEDDER, **environment}


def run_installed(home: Path, *arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program from its file, as a shell does."""
    return subprocess.run(
        [PROGRAM, *arguments],
        input=text,
        env=environment_of(home, **environment),
        cwd=home,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def run(home: Path, *arguments: str, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process that is forked from one which has imported its modules; see `tests.forking`."""
    with tempfile.TemporaryDirectory(prefix="assistant-") as folder:
        streams = Path(folder)
        (streams / "in").write_bytes(text.encode())
        for name in ("out", "err"):
            (streams / name).touch()
        request = {
            "arguments": arguments,
            "environment": environment_of(home, **environment),
            "folder": str(home),
            "streams": folder,
            "seconds": SECONDS,
        }
        status = _answer(json.dumps(request))
        out, err = ((streams / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return subprocess.CompletedProcess(arguments, status, out, err)


def output(home: Path, *arguments: str, **environment: str) -> dict[str, Any]:
    """Run a command that succeeds, and return the JSON document that it prints."""
    done = run(home, *arguments, "--json", **environment)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def _answer(request: str) -> int:
    forking = _forking()
    assert forking.stdin is not None
    assert forking.stdout is not None
    forking.stdin.write(f"{request}\n")
    forking.stdin.flush()
    return int(forking.stdout.readline())


@cache
def _forking() -> subprocess.Popen[str]:
    """Return the process that forks, which is started when it is first needed."""
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.forking"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"},
        cwd=Path(assistant.__path__[0]).parent,
    )
    atexit.register(_end, started)
    return started


def _end(forking: subprocess.Popen[str]) -> None:
    with forking:
        forking.kill()
