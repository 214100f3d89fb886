"""A few parser processes that read ahead of whoever takes the documents."""

import threading
from collections import deque
from collections.abc import Generator, Iterable, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from queue import SimpleQueue
from types import TracebackType
from typing import Self

from assistant.errors import DocumentError
from assistant.ingestion.archives import member_bytes
from assistant.ingestion.files import SourceFile, check_readable
from assistant.ingestion.sandbox.process import ParserFailed, ParserProcess
from assistant.ingestion.sandbox.wire import Answer, Task
from assistant.types import LoadedDocument

Outcome = LoadedDocument | DocumentError | None
"""A document, None where its author opted out, or the reason why it cannot be read."""

WALL_SECONDS = 30.0
_WORKERS = 2
_AHEAD_FILES = 64
_AHEAD_BYTES = 32 * 1024 * 1024
_BATCH_FILES = 16
_BATCH_BYTES = 256 * 1024
"""Small files travel together, since each message costs its owner more than most of them take to parse."""

_CLOSED = "was not read since the run ended"


@dataclass
class _Job:
    file: SourceFile
    size_bytes: int
    outcome: "Future[Outcome]" = field(default_factory=Future)


class ParserPool:
    """Parses files in processes of their own, which start when first needed and stay until the pool is closed."""

    def __init__(self, *, workers: int = _WORKERS, wall_seconds: float = WALL_SECONDS) -> None:
        """Allow so many processes at once, and so many seconds to each file."""
        self._workers = workers
        self._wall_seconds = wall_seconds
        self._batches: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self._readers: list[_Reader] = []
        self._is_closed = False

    def __enter__(self) -> Self:
        """Return the pool itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the processes."""
        self.close()

    def load_all(self, files: Iterable[SourceFile]) -> Generator[tuple[SourceFile, Outcome], None, None]:
        """Yield each file with what came of it, in the order given, while the next ones are being read.

        At most 64 files or 32 MB are read ahead. A file that hangs or kills its process is given up alone.
        """
        waiting: deque[_Job] = deque()
        batch: list[_Job] = []
        try:
            for file in files:
                job = _job(file)
                waiting.append(job)
                if not job.outcome.done():
                    batch.append(job)
                if len(batch) >= _BATCH_FILES or sum(one.size_bytes for one in batch) >= _BATCH_BYTES:
                    batch = self._send(batch)
                while _is_enough(waiting):
                    batch = self._send(batch)
                    yield self._taken(waiting)
            self._send(batch)
            while waiting:
                yield self._taken(waiting)
        finally:
            for job in waiting:
                job.outcome.cancel()

    def process_ids(self) -> list[int]:
        """Return the ids of the processes that run now, for whoever watches their memory."""
        return [found for reader in self._readers if (found := reader.process_id()) is not None]

    def close(self) -> None:
        """End the processes for good; what was still to be read by then gets a reason instead of a document."""
        self._is_closed = True
        for _ in self._readers:
            self._batches.put(None)
        for reader in self._readers:
            reader.stop()
        self._readers = []

    def _send(self, batch: list[_Job]) -> list[_Job]:
        """Hand a batch to the readers, one more of which is started while all of them are busy."""
        if self._is_closed:
            for job in batch:
                job.outcome.cancel()
        elif batch:
            self._readers = [reader for reader in self._readers if reader.is_alive()]
            is_busy = all(reader.is_busy for reader in self._readers)
            self._batches.put(batch)
            if is_busy and len(self._readers) < self._workers:
                self._readers.append(_Reader(self._batches, self._wall_seconds))
        return []

    def _taken(self, waiting: deque[_Job]) -> tuple[SourceFile, Outcome]:
        job = waiting.popleft()
        try:
            return job.file, job.outcome.result()
        except CancelledError:
            return job.file, DocumentError(job.file.source, _CLOSED)


def _job(file: SourceFile) -> _Job:
    """Return the job to read a file; one that cannot even be looked at is done at once."""
    job = _Job(file, 0)
    try:
        check_readable(file)
        job.size_bytes = member_bytes(file.path, file.member) if file.member else file.path.stat().st_size
    except OSError as error:
        job.outcome.set_result(DocumentError(file.source, f"cannot be opened: {error.strerror}; check its rights"))
    except DocumentError as error:
        job.outcome.set_result(error)
    return job


def _is_enough(waiting: Sequence[_Job]) -> bool:
    return len(waiting) >= _AHEAD_FILES or (len(waiting) > 1 and sum(job.size_bytes for job in waiting) > _AHEAD_BYTES)


class _Reader:
    """A thread that owns one process: the system ends the process if this thread ends."""

    def __init__(self, batches: "SimpleQueue[list[_Job] | None]", wall_seconds: float) -> None:
        self.is_busy = True
        self._batches = batches
        self._wall_seconds = wall_seconds
        self._process: ParserProcess | None = None
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="parser", daemon=True)
        self._thread.start()

    def process_id(self) -> int | None:
        process = self._process
        return process.process_id if process is not None else None

    def is_alive(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the process, and wait for the thread."""
        self._is_stopped = True
        if (process := self._process) is not None:
            process.kill()
        self._thread.join()

    def _run(self) -> None:
        try:
            while (batch := self._next()) is not None:
                self._read(batch)
        except BaseException:
            # Only then: at an orderly end the queue holds the word to end for the other readers.
            self._give_up()
            raise
        finally:
            if self._process is not None:
                self._process.close()

    def _give_up(self) -> None:
        """Answer what waits in the queue: this thread ends for a reason nobody foresaw, and leaves no one waiting."""
        while not self._batches.empty():
            for job in self._batches.get() or []:
                if job.outcome.set_running_or_notify_cancel():
                    job.outcome.set_result(DocumentError(job.file.source, _CLOSED))

    def _next(self) -> list[_Job] | None:
        self.is_busy = not self._batches.empty()
        batch = self._batches.get()
        self.is_busy = True
        return batch

    def _read(self, batch: list[_Job]) -> None:
        """Read all files of a batch; after one that ended the process, the rest goes to a new one."""
        left = deque(job for job in batch if job.outcome.set_running_or_notify_cancel())
        try:
            while left and not self._is_stopped:
                self._read_some(left)
        finally:
            for job in left:
                job.outcome.set_result(DocumentError(job.file.source, _CLOSED))

    def _read_some(self, left: "deque[_Job]") -> None:
        try:
            process = self._process = self._process or ParserProcess()
            if self._is_stopped:
                return
            tasks = [Task.of(job.file.path, job.file.member) for job in left]
            for answer in process.answers(tasks, self._wall_seconds):
                job = left.popleft()
                job.outcome.set_result(_outcome(job.file, answer))
                if answer.is_last:
                    self._process = None
        except ParserFailed as error:
            self._process = None
            job = left.popleft()
            job.outcome.set_result(DocumentError(job.file.source, str(error), lasting=False))


def _outcome(file: SourceFile, answer: Answer) -> Outcome:
    if answer.reason:
        return DocumentError(file.source, answer.reason)
    if answer.document is None:
        return None
    return answer.document.model_copy(update={"source": file.source, "name": file.name})
