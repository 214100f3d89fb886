"""Looks an index over from outside: in a child process, since a broken one can kill whoever opens it.

The child reads jobs from standard input, each a line of JSON, and answers each with a line of JSON: its findings.
"""

import base64
import json
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from assistant.errors import BackendError
from assistant.ports import Vectors
from assistant.types import Value

if TYPE_CHECKING:
    from assistant.stores.chroma import ChromaClient

NEIGHBOURS = 10
NEAR_ENOUGH = 1e-3
"""How far from 1 a passage's similarity to its own vector may be. One that is crowded out of its neighbourhood by
others with the same vector is not unreachable."""

_CHILD = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from assistant.indexing import probe; probe.main()"


class Findings(Value):
    """What is wrong with an index; `problem` says why it could not be looked over at all."""

    missing: tuple[str, ...] = ()
    ghosts: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    problem: str = ""

    @property
    def clean(self) -> bool:
        """Tell whether nothing is wrong."""
        return not (self.missing or self.ghosts or self.unreachable or self.problem)

    @property
    def lags(self) -> bool:
        """Tell whether it could be read, and holds something else than it should."""
        return bool(self.missing or self.ghosts) and not self.problem


class VectorJob(Value):
    """Which dense index to look over, what it should hold, and which passages to search for by their own vectors."""

    location: str
    collection: str
    expected: tuple[str, ...]
    sample: tuple[str, ...]
    vectors: str
    dimension: int


class KeywordJob(Value):
    """Which keyword index to look over, what it should hold, and by which terms to search for which passages."""

    folder: str
    expected: tuple[str, ...]
    sample: dict[str, tuple[str, ...]]


class FillJob(Value):
    """Passages for a dense index; with the last of them comes the number of the last change that it then knows."""

    location: str
    collection: str
    ids: tuple[str, ...]
    vectors: str
    dimension: int
    position: int | None = None


def packed(vectors: Vectors) -> str:
    """Return vectors as text that JSON takes."""
    return base64.b64encode(np.ascontiguousarray(vectors, dtype=np.float32).tobytes()).decode()


def look_over_vectors(job: VectorJob) -> Findings:
    """Compare a dense index with what it should hold, and search for the sample.

    Raises:
        BackendError: The index cannot be read.
    """
    from assistant.stores.chroma import ChromaClient, ChromaVectorIndex

    client = ChromaClient(job.location)
    try:
        index = ChromaVectorIndex(client, job.collection)
        missing, ghosts = _compare(index.ids(), job.expected)
        rows = _unpacked(job.vectors, job.dimension)
        lost = [
            one
            for one, row in zip(job.sample, rows, strict=True)
            if one not in missing and not _reachable(index, one, row)
        ]
    finally:
        client.close()
    return Findings(missing=tuple(missing), ghosts=tuple(ghosts), unreachable=tuple(lost))


def look_over_keywords(job: KeywordJob) -> Findings:
    """Compare a keyword index with what it should hold, and search for the sample.

    Raises:
        BackendError: The index cannot be read.
    """
    from assistant.stores.keywords import TantivyKeywordIndex
    from assistant.stores.tantivy_files import damaged_file

    if Path(job.folder).exists() and (problem := damaged_file(Path(job.folder))):
        return Findings(problem=problem)
    index = TantivyKeywordIndex(Path(job.folder))
    missing, ghosts = _compare(index.ids(), job.expected)
    lost = [one for one, stems in job.sample.items() if one not in missing and not index.holds(one, stems)]
    return Findings(missing=tuple(missing), ghosts=tuple(ghosts), unreachable=tuple(lost))


def fill(job: FillJob, clients: "dict[str, ChromaClient]") -> Findings:
    """Put passages into a dense index; its client stays open, in `clients`, until the last of them.

    Raises:
        BackendError: The index cannot be written to.
    """
    from assistant.stores.chroma import ChromaClient, ChromaVectorIndex

    client = clients.setdefault(job.location, ChromaClient(job.location))
    index = ChromaVectorIndex(client, job.collection)
    index.upsert(job.ids, _unpacked(job.vectors, job.dimension))
    if job.position is not None:
        index.set_position(job.position)
        clients.pop(job.location).close()
    return Findings()


class Prober:
    """A child process that looks indexes over or fills them, job after job; one that dies of a job is replaced.

    What kills or stalls the child is a finding, not an error. It starts in the background, when first made.
    """

    def __init__(self, timeout_seconds: float) -> None:
        """Give each job so much time."""
        self._timeout_seconds = timeout_seconds
        self._complaints = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - see close
        self._child = self._start()

    def __enter__(self) -> Self:
        """Return the prober itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self.close()

    def do(self, job: VectorJob | KeywordJob | FillJob) -> Findings:
        """Return what the child finds; nothing where it has filled an index."""
        request = json.dumps({"kind": type(job).__name__, "job": job.model_dump()})
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        try:
            self._child.stdin.write(f"{request}\n")
            self._child.stdin.flush()
        except OSError:
            return self._died()
        with selectors.DefaultSelector() as selector:
            selector.register(self._child.stdout, selectors.EVENT_READ)
            if not selector.select(self._timeout_seconds):
                self._restart()
                return Findings(problem=f"no answer within {self._timeout_seconds:.0f} s")
        answer = self._child.stdout.readline()
        return Findings.model_validate_json(answer) if answer.endswith("\n") else self._died()

    def close(self) -> None:
        """End the child, whatever it is doing."""
        self._end()
        self._complaints.close()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", _CHILD, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )

    def _died(self) -> Findings:
        status = self._child.wait(self._timeout_seconds)
        self._complaints.seek(0)
        last = (self._complaints.read().strip().splitlines() or ["no message"])[-1]
        self._restart()
        return Findings(problem=f"opening it ended the process with status {status} ({last[:200]})")

    def _restart(self) -> None:
        self._end()
        self._complaints.seek(0)
        self._complaints.truncate()
        self._child = self._start()

    def _end(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def main() -> None:
    """Be the child."""
    clients: dict[str, ChromaClient] = {}
    for line in sys.stdin:
        request: dict[str, Any] = json.loads(line)
        try:
            match request["kind"]:
                case "VectorJob":
                    findings = look_over_vectors(VectorJob(**request["job"]))
                case "KeywordJob":
                    findings = look_over_keywords(KeywordJob(**request["job"]))
                case _:
                    findings = fill(FillJob(**request["job"]), clients)
        except BackendError as error:
            findings = Findings(problem=str(error))
        sys.stdout.write(f"{findings.model_dump_json()}\n")
        sys.stdout.flush()


def _unpacked(vectors: str, dimension: int) -> Vectors:
    return np.frombuffer(base64.b64decode(vectors), dtype=np.float32).reshape(-1, dimension)


def _compare(held: Sequence[str], expected: Sequence[str]) -> tuple[set[str], set[str]]:
    found, wanted = set(held), set(expected)
    return wanted - found, found - wanted


def _reachable(index: Any, passage_id: str, vector: Vectors) -> bool:  # noqa: ANN401 - chromadb is imported late
    matches = index.search(vector, NEIGHBOURS)
    own = [one.score for one in matches if one.passage_id == passage_id]
    if own:
        return bool(own[0] > 1 - NEAR_ENOUGH)
    return len(matches) == NEIGHBOURS and matches[-1].score > 1 - NEAR_ENOUGH
