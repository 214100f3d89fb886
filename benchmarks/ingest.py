"""Ingest against the bare encoder on the same texts, against itself unchanged, and against a peer: all in one run.

    python -m benchmarks.ingest [--documents FOLDER] [--sample 200] [--rounds 3] [--peer langchain]
        [--embedder onnx:all-MiniLM-L6-v2 --embedder sentence-transformers:all-MiniLM-L6-v2]

Without a folder the sample knowledge base is read; `.tar.gz` archives in the folder are unpacked first. All take turns,
round by round, so that noise hits each of them. Models are loaded before any clock starts. `documents/s` counts files.
CPU seconds are those of this process and of children that have ended. For peers see `benchmarks/peers_ingest.py`.
"""

import argparse
import os
import shutil
import tarfile
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from assistant import bootstrap
from assistant.embedders import open_embedder
from assistant.ports import Embedder, Vectors
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from benchmarks.machine import report
from benchmarks.peers_ingest import PEERS, PeerIngest

DEFAULT_EMBEDDERS = ("onnx:all-MiniLM-L6-v2", "sentence-transformers:all-MiniLM-L6-v2")
Row = dict[str, Any]


class Stopwatch:
    """Wall and CPU seconds of a `with` block."""

    def __enter__(self) -> "Stopwatch":
        self._began, self._cpu_began = time.perf_counter(), cpu_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self._began
        self.cpu = cpu_seconds() - self._cpu_began


class CountingEmbedder:
    """An embedder that is loaded already, and counts how many texts it was given and how long it took."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts = 0
        self.seconds = 0.0
        embedder.embed_documents(["load the model before the clock starts"])
        self.fingerprint, self.dimension, self.max_tokens = (
            embedder.fingerprint,
            embedder.dimension,
            embedder.max_tokens,
        )

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """As the embedder itself."""
        return self._embedder.token_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """As the embedder itself, counted."""
        began = time.perf_counter()
        vectors = self._embedder.embed_documents(texts)
        self.seconds += time.perf_counter() - began
        self.texts += len(texts)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """As the embedder itself."""
        return self._embedder.embed_query(text)


def cpu_seconds() -> float:
    """Return the CPU time used so far by this process and by its children that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


@contextmanager
def documents_of(folder: Path, sample: int) -> Iterator[Path]:
    """Give a folder with copies of the documents: every n-th, so that about `sample` remain; 0 means all."""
    with tempfile.TemporaryDirectory() as scratch:
        unpacked, chosen = Path(scratch) / "unpacked", Path(scratch) / "documents"
        shutil.copytree(folder, unpacked, ignore=shutil.ignore_patterns("*.tar.gz"))
        archives = sorted(folder.glob("*.tar.gz"))
        if archives:
            # What lies beside archives describes them.
            shutil.rmtree(unpacked)
        for archive in archives:
            with tarfile.open(archive) as packed:
                packed.extractall(unpacked, filter="data")
        files = sorted(path for path in unpacked.rglob("*") if path.is_file())
        for file in files[:: max(1, len(files) // sample) if sample else 1]:
            target = chosen / file.relative_to(unpacked)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(file, target)
        yield chosen


def texts_of(settings: Settings) -> list[str]:
    stores = open_stores(settings)
    texts = [one.indexed_text for one in stores.catalog.all_passages()]
    stores.close()
    return texts


def our_round(documents: Path, name: str, encoder: CountingEmbedder) -> Row:
    """Ingest into an empty home, ingest again unchanged, then encode the same texts bare."""
    files = sum(1 for path in documents.rglob("*") if path.is_file())
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), embedder=name, responders=("extractive",))
        with patch.object(bootstrap, "open_embedder", lambda _settings: encoder):
            bot = bootstrap.open_assistant(settings)
        with bot:
            encoder.seconds = 0.0
            with Stopwatch() as whole:
                first = bot.ingest(documents)
            encoding, given = encoder.seconds, encoder.texts
            with Stopwatch() as unchanged:
                again = bot.ingest(documents)
            embedded_again = encoder.texts - given
        texts = texts_of(settings)
    with Stopwatch() as bare:
        encoder.embed_documents(texts)
    return {
        "documents/s": files / whole.seconds,
        "passages/s": first.passages / whole.seconds,
        "cpu ms/passage": 1000 * whole.cpu / first.passages,
        "cpu s": whole.cpu,
        "encoding share": encoding / whole.seconds,
        "bare passages/s": len(texts) / bare.seconds,
        "bare cpu ms/passage": 1000 * bare.cpu / len(texts),
        "share of bare": bare.seconds / whole.seconds,
        "unchanged documents/s": (again.unchanged + len(again.failed)) / unchanged.seconds,
        "embedded again": embedded_again,
    }


def peer_round(documents: Path, ingest: PeerIngest) -> Row:
    """Let a peer ingest into an empty store."""
    with tempfile.TemporaryDirectory() as store, Stopwatch() as whole:
        loaded, passages = ingest(documents, Path(store))
    return {
        "documents/s": loaded / whole.seconds,
        "passages/s": passages / whole.seconds,
        "cpu ms/passage": 1000 * whole.cpu / passages,
        "cpu s": whole.cpu,
    }


def keep(rounds: dict[str, list[Row]], name: str, row: Row) -> None:
    """Add a row and say so at once: a round of a thousand documents takes minutes, and may be broken off."""
    rounds.setdefault(name, []).append(row)
    print(f"{name}: {row['documents/s']:.2f} documents/s, {row['cpu s']:.1f} CPU s", flush=True)


def compared(rounds: dict[str, list[Row]], peer: str | None) -> list[Row]:
    """Return one row for each contender, medians over the rounds; ratios are medians of each round's own ratio."""
    columns = list(dict.fromkeys(column for rows in rounds.values() for row in rows for column in row))
    table = []
    for name, rows in rounds.items():
        line: Row = {"contender": name}
        line |= {one: median(row[one] for row in rows) if one in rows[0] else "" for one in columns}
        if peer:
            pairs = zip(rows, rounds[peer], strict=True)
            line[f"times {peer}"] = median(row["documents/s"] / other["documents/s"] for row, other in pairs)
        table.append(line)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=shipped_folder("knowledge_base"))
    parser.add_argument("--embedder", action="append", help="may be given several times")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sample", type=int, default=0, help="about so many of the documents; 0 for all")
    parser.add_argument("--peer", choices=sorted(PEERS))
    arguments = parser.parse_args()
    names: Sequence[str] = arguments.embedder or DEFAULT_EMBEDDERS
    with documents_of(arguments.documents, arguments.sample) as documents, tempfile.TemporaryDirectory() as models:
        encoders = {name: CountingEmbedder(open_embedder(Settings(home=Path(models), embedder=name))) for name in names}
        peer = PEERS[arguments.peer]() if arguments.peer else None
        rounds: dict[str, list[Row]] = {}
        for _ in range(arguments.rounds):
            for name, encoder in encoders.items():
                keep(rounds, name, our_round(documents, name, encoder))
            if peer:
                keep(rounds, arguments.peer, peer_round(documents, peer))
    report("ingest", compared(rounds, arguments.peer))


if __name__ == "__main__":
    main()
