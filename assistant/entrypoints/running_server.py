"""How the command line finds the server that runs on its state folder, and lets it do a job.

The server writes its address and a secret into a file that only the owner of the folder can read.
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.entrypoints.jobs import Job
from assistant.errors import AssistantError, BackendError, ConfigurationError
from assistant.indexing.embedding import Progress
from assistant.types import Value

FILE = "server.json"
CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 10.0


class RunningServer(Value):
    """Where a server listens, and what opens its door for jobs."""

    url: str
    token: str


@contextmanager
def announced(home: Path, host: str, port: int) -> Iterator[RunningServer]:
    """Write down where this process serves, for as long as it does."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    address = f"[{reachable}]" if ":" in reachable else reachable
    server = RunningServer(url=f"http://{address}:{port}", token=secrets.token_urlsafe(32))
    path = home / FILE
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(server.model_dump_json())
    try:
        yield server
    finally:
        path.unlink(missing_ok=True)


def find_server(home: Path) -> RunningServer | None:
    """Return the server that runs on a state folder; None where there is none, or it does not answer."""
    import httpx

    try:
        server = RunningServer.model_validate_json((home / FILE).read_text(encoding="utf-8"))
        headers = {"Authorization": f"Bearer {server.token}"}
        httpx.get(f"{server.url}/v1/jobs", headers=headers, timeout=ANSWER_SECONDS, trust_env=False).raise_for_status()
    except (OSError, ValueError, httpx.HTTPError):
        return None
    return server


def run_there(server: RunningServer, job: Job, progress: Progress | None) -> dict[str, Any]:
    """Let the server do a job, and return its report.

    Raises:
        AssistantError: The job failed there; ConfigurationError where it was asked for wrongly.
        BackendError: The server went away.
    """
    import httpx

    headers = {"Authorization": f"Bearer {server.token}"}
    timeout = httpx.Timeout(None, connect=CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout, trust_env=False) as client,
            client.stream("POST", f"{server.url}/v1/jobs", json=job.model_dump(), headers=headers) as response,
        ):
            response.raise_for_status()
            for line in response.iter_lines():
                if (report := _read(line, progress)) is not None:
                    return report
    except (httpx.HTTPError, ValueError) as error:
        raise BackendError("server", f"the running server did not finish the job ({error}); look at its log") from error
    raise BackendError("server", "the running server ended before the job did; run the command again")


def _read(line: str, progress: Progress | None) -> dict[str, Any] | None:
    """Return the report that a line of the answer holds; None where it tells of progress."""
    if not line.strip():
        return None
    message: dict[str, Any] = json.loads(line)
    if error := message.get("error"):
        kind = ConfigurationError if error.get("wrong_use") else AssistantError
        raise kind(str(error["message"]))
    if step := message.get("progress"):
        if progress is not None:
            progress(str(step[0]), int(step[1]), int(step[2]))
        return None
    report: dict[str, Any] = message["report"]
    return report
