"""Memory, seconds and disk at 10,000 and 100,000 passages, with embedding left out.

    python -m benchmarks.scale [--sizes 10000 100000]

Texts are drawn from 50,000 made-up words by Zipf's law; vectors are random unit vectors of 384 numbers. Each phase is a
process of its own: one ingests, one opens the home and answers, one does so while another has the home open, and one
after a kill, while the indexes are built anew.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from assistant.evaluation.metrics import percentile
from assistant.knowledge import KnowledgeBase
from assistant.ports import Vectors
from assistant.settings import Settings
from assistant.stores import KEYWORDS_FOLDER, Stores, open_stores
from assistant.types import LoadedDocument, Query
from benchmarks.machine import report

DIMENSION = 384
VOCABULARY = 50_000
WORDS_A_PASSAGE = 80
PASSAGES_A_DOCUMENT = 100
DOCUMENTS_AT_ONCE = 100
WARM_UP, QUESTIONS = 20, 300
WORDS_A_QUESTION = 6
PHASES = ("ingest", "answer", "answer beside another", "answer after a kill")


class RandomEmbedder:
    """Gives each text a random unit vector that follows from the text."""

    fingerprint = f"random:{DIMENSION}"
    dimension = DIMENSION
    max_tokens = WORDS_A_PASSAGE + 20

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the words, which are parted by single spaces or line ends."""
        spans, at = [], 0
        for word in text.replace("\n", " ").split(" "):
            if word:
                spans.append((at, at + len(word)))
            at += len(word) + 1
        return spans

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text."""
        rows = [self.embed_query(text) for text in texts]
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a text."""
        rng = np.random.default_rng(np.frombuffer(text.encode()[:64].ljust(64), np.uint64))
        vector = rng.standard_normal(DIMENSION, dtype=np.float32)
        return vector / np.float32(np.linalg.norm(vector))


def words(rng: np.random.Generator, count: int) -> list[str]:
    """Return words by Zipf's law."""
    drawn = np.minimum(rng.zipf(1.2, size=count), VOCABULARY)
    return [f"w{number}x" for number in drawn]


def documents(passages: int) -> Iterator[LoadedDocument]:
    """Yield documents that are cut into so many passages in all."""
    rng = np.random.default_rng(7)
    for number in range(passages // PASSAGES_A_DOCUMENT):
        parts = [
            f"## P{part}\n\nn{number}p{part} {' '.join(words(rng, WORDS_A_PASSAGE - 10))}."
            for part in range(PASSAGES_A_DOCUMENT)
        ]
        yield LoadedDocument(source=f"made:{number}", name=f"{number}.md", title=f"D{number}", text="\n\n".join(parts))


@contextmanager
def opened(home: Path) -> Iterator[tuple[Stores, KnowledgeBase]]:
    """Open a home with the random embedder."""
    stores = open_stores(Settings(home=home))
    knowledge = KnowledgeBase(
        stores, embedder_name="random:words", embedder_is_chosen=False, open_embedder=lambda _name: RandomEmbedder()
    )
    try:
        yield stores, knowledge
    finally:
        knowledge.close()
        stores.close()


def resident_mb() -> float:
    """Return how much memory this process holds now, its own and that shared with files."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return round(pages * resource.getpagesize() / 2**20)


def peak_mb() -> float:
    """Return the most memory that this process has held."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def ingest(home: Path, passages: int) -> dict[str, float]:
    """Take everything in, a hundred documents at a time; then one more document."""
    some: list[LoadedDocument] = []
    began = time.perf_counter()
    with opened(home) as (_, knowledge):
        for one in documents(passages):
            some.append(one)
            if len(some) == DOCUMENTS_AT_ONCE:
                knowledge.ingest_documents(some)
                some = []
        knowledge.ingest_documents(some)
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        knowledge.ingest_documents([LoadedDocument(source="made:one", name="one.md", title="One", text="One more.")])
        one_more = time.perf_counter() - began
        held = resident_mb()
        began = time.perf_counter()
    return {
        "seconds": seconds,
        "passages/s": passages / seconds,
        "one more document s": one_more,
        "close s": time.perf_counter() - began,
        "rss MB": held,
    }


def answer(home: Path, _passages: int) -> dict[str, float]:
    """Open the home, and ask."""
    rng = np.random.default_rng(11)
    questions = [" ".join(words(rng, WORDS_A_QUESTION)) for _ in range(WARM_UP + QUESTIONS)]
    began = time.perf_counter()
    with opened(home) as (stores, knowledge):
        knowledge.search(Query(text=questions[0]))
        first = time.perf_counter() - began
        whole = timed(lambda question: knowledge.search(Query(text=question)), questions)
        live = stores.generations.live()
        assert live is not None
        keywords = stores.keywords(live.number)
        by_keyword = timed(lambda question: keywords.search(question, 50), questions)
        held = resident_mb()
    return {
        "first answer s": first,
        "search p50 ms": median(whole),
        "search p95 ms": percentile(whole, 0.95),
        "keywords p50 ms": median(by_keyword),
        "rss MB": held,
    }


def timed(search: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    """Return the milliseconds of each search but the first few."""
    taken = []
    for question in questions:
        began = time.perf_counter()
        search(question)
        taken.append((time.perf_counter() - began) * 1000)
    return taken[WARM_UP:]


def answer_beside(home: Path, passages: int) -> dict[str, float]:
    """Ask while another process has the home open."""
    holding = (
        "import sys; from benchmarks.scale import *\n"
        "with opened(Path(sys.argv[1])) as (stores, _):\n"
        "    assert stores.owns_home(); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holding, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        figures = answer(home, passages)
        other.communicate()
    return figures


def answer_after_kill(home: Path, passages: int) -> dict[str, float]:
    """Ask while the dense index is built anew, and wait for that."""
    (home / "indexes" / "1" / "closed.json").unlink()
    began = time.perf_counter()
    figures = answer(home, passages)
    return figures | {"seconds": time.perf_counter() - began}


RUN: dict[str, Callable[[Path, int], dict[str, float]]] = dict(
    zip(PHASES, (ingest, answer, answer_beside, answer_after_kill), strict=True)
)


def in_process(phase: str, home: Path, passages: int) -> dict[str, Any]:
    """Run a phase in a process of its own; returns its figures."""
    command = [sys.executable, "-m", "benchmarks.scale", "--phase", phase, str(home), str(passages)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def disk_mb(folder: Path) -> dict[str, float]:
    """Return the sizes of the parts of a home."""
    sizes = {"sqlite MB": 0, "chroma MB": 0, "keywords MB": 0}
    parts = (("chroma", "chroma MB"), (KEYWORDS_FOLDER, "keywords MB"))
    for file in folder.rglob("*"):
        if file.is_file():
            part = next((name for folder, name in parts if folder in file.parts), "sqlite MB")
            sizes[part] += os.stat(file).st_size
    return {part: round(size / 2**20, 1) for part, size in sizes.items()}


COLUMNS = (
    "seconds", "passages/s", "one more document s", "close s", "first answer s", "search p50 ms", "search p95 ms",
    "keywords p50 ms", "rss MB", "peak rss MB", "sqlite MB", "chroma MB", "keywords MB",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--name", default="scale")
    parser.add_argument("--phase", nargs=3, metavar=("PHASE", "HOME", "PASSAGES"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.phase:
        phase, home, passages = arguments.phase
        figures = RUN[phase](Path(home), int(passages))
        print(json.dumps(figures | {"peak rss MB": peak_mb()}))
        return
    rows: list[dict[str, Any]] = []
    for passages in arguments.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            home = Path(scratch) / "home"
            for phase in PHASES:
                figures = in_process(phase, home, passages) | disk_mb(home)
                print(passages, phase, json.dumps(figures), flush=True)
                rows.append({"passages": passages, "phase": phase} | {one: figures.get(one, "") for one in COLUMNS})
    report(arguments.name, rows)


if __name__ == "__main__":
    main()
