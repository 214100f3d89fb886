"""What a contender is to the driver: a process that reads one JSON object a line and writes one back.

    {"do": "load", "model": FOLDER}                    -> {"import_seconds", "load_seconds", "cpu_seconds" of both}
    {"do": "ingest", "passages": FILE, "vectors": FILE or null, "limit": N or null}
                                                       -> {"passages", "seconds", "cpu_seconds", "rss_mb"}
    {"do": "verify", "passages": FILE, "vectors": FILE, "limit": N}    -> {"least_cosine"}
    {"do": "ask", "question": TEXT, "depth": K}        -> {"documents", "seconds", "cpu_seconds"}

An answer of {"error": TEXT} means that the command failed. Only numpy is needed beside the contender's own packages.
"""

import json
import os
import sys
import time
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Passage(NamedTuple):
    """What every contender indexes: the same ids and texts in the same order."""

    id: str
    document: str
    text: str


class Contender(ABC):
    """One framework, set up as its own documentation does."""

    passages_file: Path | None = None
    """Where the passages of `ingest` were read from; the documents they were cut from lie beside it."""

    @abstractmethod
    def load(self, model: str) -> None:
        """Make the embedding class from a model folder; the framework has been imported already."""

    @abstractmethod
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed passages by the framework's own class, shape (len(texts), dimension)."""

    @abstractmethod
    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        """Index passages in a store of their own, forgetting earlier ones.

        Given vectors are what `embed` returns for the texts, computed once for all contenders; None means to embed.
        """

    @abstractmethod
    def ask(self, question: str, depth: int) -> list[str]:
        """Return passage ids or document names, best first. The framework's own class embeds the question, always."""


class Clock:
    """Wall and CPU seconds of a `with` block, of all threads of this process."""

    def __enter__(self) -> Self:
        self._began, self._cpu_began = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu_seconds = time.process_time() - self._cpu_began

    def read(self) -> dict[str, Any]:
        """Return both."""
        return {"seconds": self.seconds, "cpu_seconds": self.cpu_seconds}


class Server:
    """Answers the driver's commands with a contender."""

    def __init__(self, contender: Contender, import_seconds: float) -> None:
        """Take the contender and how long its imports took."""
        self._contender = contender
        self._import_seconds = import_seconds
        self._documents: dict[str, str] = {}

    def answer(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carry out one command."""
        match command.pop("do"):
            case "load":
                return self._load(**command)
            case "ingest":
                return self._ingest(**command)
            case "verify":
                return self._verify(**command)
            case "ask":
                return self._ask(**command)
            case unknown:
                return {"error": f"unknown command {unknown!r}"}

    def _load(self, model: str) -> dict[str, Any]:
        with Clock() as clock:
            self._contender.load(model)
        return {
            "import_seconds": self._import_seconds,
            "load_seconds": clock.seconds,
            "cpu_seconds": time.process_time(),
        }

    def _ingest(self, passages: str, vectors: str | None, limit: int | None) -> dict[str, Any]:
        given = whole_documents(read_passages(Path(passages)), limit)
        known = None if vectors is None else np.load(vectors)[: len(given)]
        self._contender.passages_file = Path(passages)
        with Clock() as clock:
            self._contender.ingest(given, known)
        self._documents = {passage.id: passage.document for passage in given}
        return {"passages": len(given), "rss_mb": rss_mb()} | clock.read()

    def _verify(self, passages: str, vectors: str, limit: int) -> dict[str, Any]:
        given = read_passages(Path(passages))
        known = np.load(vectors)
        rows = np.linspace(0, len(given) - 1, min(limit, len(given))).astype(int)
        own = np.asarray(self._contender.embed([given[row].text for row in rows]), dtype=np.float32)
        lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(known[rows], axis=1)
        return {"least_cosine": float((np.einsum("ij,ij->i", own, known[rows]) / lengths).min())}

    def _ask(self, question: str, depth: int) -> dict[str, Any]:
        with Clock() as clock:
            found = self._contender.ask(question, depth)
        return {"documents": [self._documents.get(one, one) for one in found]} | clock.read()


def serve(make: Callable[[], Contender]) -> None:
    """Answer commands until standard input ends; `make` does the imports, which are timed.

    What the framework prints, in Python or below it, goes to standard error.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        began = time.perf_counter()
        contender = make()
        server = Server(contender, time.perf_counter() - began)
        for line in sys.stdin:
            try:
                answer = server.answer(json.loads(line))
            except Exception as error:  # the edge of the process: the driver tells what failed
                traceback.print_exc()
                answer = {"error": f"{type(error).__name__}: {error}"}
            print(json.dumps(answer), file=answers, flush=True)


def read_passages(path: Path) -> list[Passage]:
    """Read passages from a file of JSON lines."""
    with path.open(encoding="utf-8") as lines:
        return [Passage(**json.loads(line)) for line in lines]


def whole_documents(passages: list[Passage], limit: int | None) -> list[Passage]:
    """Return the first `limit` passages, and the rest of the last one's document; all without a limit."""
    if limit is None or limit >= len(passages):
        return passages
    last = passages[limit - 1].document
    return passages[: next((at for at in range(limit, len(passages)) if passages[at].document != last), None)]


def rss_mb() -> float:
    """Return the resident memory of this process."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
