"""One parser process as its owner sees it: started, asked, timed, and ended."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import ValidationError

from assistant.ingestion.sandbox.confinement import CPU_SECONDS
from assistant.ingestion.sandbox.wire import TASKS, Answer, BrokenFrame, Frames, Task, frame, write_all

_ROOT = Path(__file__).resolve().parents[3]
"""Where this very package lies, whatever else of its name is installed."""

_START_SECONDS = 60.0
_END_SECONDS = 2.0
_PROGRAM = """
import sys
sys.path[:] = sys.argv[2:]
sys.modules["numpy"] = None
from assistant.ingestion.sandbox.worker import main
main(int(sys.argv[1]))
"""
"""openpyxl would import numpy if it could, at the cost of time and of threads, to know types that no cell has."""

_CPU_SPENT = f"took more than {CPU_SECONDS} seconds of processor time; split it, or export it again in another format"
_STUCK = "was not read within {:g} seconds; split it, or export it again in another format"
_DIED = "made its parser die ({}), as damaged or far too large files do; repair it or export it again"
_ENDED = "lost its parser, which the system ended, most likely for want of memory; free some and ingest again"
_NOT_STARTED = "was not read since no parser process could be started; check the installation and the free memory"


class ParserFailed(Exception):
    """The process is no more; `str()` of this says what the task at hand did to it, and the remedy."""


class ParserProcess:
    """A running parser; any failure ends it, and it is not used again after that."""

    def __init__(self) -> None:
        """Start it and wait until it is ready, which takes a good part of a second.

        Raises:
            ParserFailed: It could not be started.
        """
        paths = [str(_ROOT), *(str(Path(entry).resolve()) for entry in sys.path)]
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-B", "-X", "utf8", "-c", _PROGRAM, str(os.getpid()), *paths],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # Nothing of the owner's environment: it may hold keys, and a parser needs none of it.
                env={},
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            raise ParserFailed(_NOT_STARTED) from error
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._tasks, self._answers = self._process.stdin.fileno(), self._process.stdout.fileno()
        self._frames = Frames(self._answers)
        try:
            next(self._received(1, _START_SECONDS))
        except ParserFailed as error:
            raise ParserFailed(_NOT_STARTED) from error

    @property
    def process_id(self) -> int:
        """The process id, for whoever watches memory."""
        return self._process.pid

    def answers(self, tasks: Sequence[Task], seconds: float) -> Iterator[Answer]:
        """Yield the answer to each task in order; after one that `is_last` there come no more.

        Args:
            tasks: What to parse.
            seconds: How long each of them may take.

        Raises:
            ParserFailed: The task whose turn it was took too long or made the process die.
        """
        try:
            write_all(self._tasks, frame(TASKS.dump_json(list(tasks), exclude_defaults=True)))
        except OSError as error:
            raise self._failed() from error
        for content in self._received(len(tasks), seconds):
            try:
                answer = Answer.model_validate_json(content)
            except ValidationError as error:
                self.close()
                raise ParserFailed(_DIED.format("it answered nonsense")) from error
            yield answer
            if answer.is_last:
                self.close()
                return

    def kill(self) -> None:
        """End the process from another thread; the one that waits for answers finds the line closed."""
        self._process.kill()

    def close(self) -> None:
        """End the process, whatever it is doing, and forget it."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _received(self, count: int, seconds: float) -> Iterator[bytes]:
        """Yield so many frames, each within the time given since the one before it was taken."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            deadline = time.monotonic() + seconds
            while count:
                for content in self._whole():
                    count -= 1
                    yield content
                    deadline = time.monotonic() + seconds
                if count and not selector.select(max(0.0, deadline - time.monotonic())):
                    self.close()
                    raise ParserFailed(_STUCK.format(seconds))
                if count and not self._frames.receive():
                    raise self._failed()

    def _whole(self) -> list[bytes]:
        try:
            return list(self._frames.whole())
        except BrokenFrame as error:
            self.close()
            raise ParserFailed(_DIED.format(str(error))) from error

    def _failed(self) -> ParserFailed:
        """Return why the process closed its end."""
        try:
            status = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            status = 0
        self.close()
        if -status == signal.SIGXCPU:
            return ParserFailed(_CPU_SPENT)
        if -status == signal.SIGKILL:
            return ParserFailed(_ENDED)
        how = signal.strsignal(-status) if status < 0 else None
        return ParserFailed(_DIED.format(how or f"exit status {status}"))
