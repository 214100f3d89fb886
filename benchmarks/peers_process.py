"""A contender's process as the driver sees it."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "LANGSMITH_TRACING": "false",
    "DO_NOT_TRACK": "1",
}
"""No contender may fetch a model or report home while it is timed."""


class ContenderFailed(Exception):
    """A contender answered with an error or ended; the message holds what it said."""


class ContenderProcess:
    """Starts a contender and exchanges one line of JSON at a time with it."""

    def __init__(self, name: str, command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> None:
        """Start `command`; its standard error goes to the file `log`."""
        self.name = name
        self._log = log
        with log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                encoding="utf-8",
                env={**os.environ, **OFFLINE, **environment},
                cwd=Path(__file__).parent.parent,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def do(self, what: str, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401 - as JSON has it
        """Send one command and return its answer.

        Raises:
            ContenderFailed: The contender reports an error, or has ended.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # Where it has ended, reading tells so.
        with suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps({"do": what} | arguments) + "\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            tail = self._log.read_text(encoding="utf-8", errors="replace")[-600:]
            raise ContenderFailed(f"{self.name} ended during {what!r}: {tail.strip()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise ContenderFailed(f"{self.name} failed at {what!r}: {answer['error']}")
        return answer

    def close(self) -> None:
        """End the process: close its input, and kill it if it does not go."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(timeout=10)
        self._process.stdout.close()
