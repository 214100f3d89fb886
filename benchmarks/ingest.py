"""Passages a second of a whole ingest against the bare encoder on the same texts, in the same run.

    python -m benchmarks.ingest [FOLDER] [--embedder sentence-transformers:all-MiniLM-L6-v2]

Without a folder the sample knowledge base is read. Ingest and encoder take turns, so that noise hits both.
"""

import argparse
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from assistant.bootstrap import open_assistant
from assistant.embedders import open_embedder
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from benchmarks.machine import report

ROUNDS = 3


def texts_of(settings: Settings) -> list[str]:
    stores = open_stores(settings)
    texts = [one.indexed_text for one in stores.catalog.all_passages()]
    stores.close()
    return texts


def one_round(folder: Path, embedder: str) -> dict[str, float]:
    """Ingest into an empty home, ingest again unchanged, then encode the same texts bare."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), embedder=embedder)
        encoder = open_embedder(settings)
        encoder.embed_query("load the model before the clock starts")
        with open_assistant(settings) as bot:
            bot.search("load the model before the clock starts")
            started = time.perf_counter()
            first = bot.ingest(folder)
            whole = time.perf_counter() - started
            started = time.perf_counter()
            again = bot.ingest(folder)
            unchanged = time.perf_counter() - started
        texts = texts_of(settings)
        started = time.perf_counter()
        encoder.embed_documents(texts)
        bare = time.perf_counter() - started
    return {
        "documents": float(first.documents),
        "passages": float(first.passages),
        "ingest passages/s": first.passages / whole,
        "bare encoder passages/s": len(texts) / bare,
        "share of bare": (first.passages / whole) / (len(texts) / bare),
        "unchanged documents/s": again.unchanged / unchanged,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=shipped_folder("knowledge_base"))
    parser.add_argument("--embedder", default="sentence-transformers:all-MiniLM-L6-v2")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    arguments = parser.parse_args()
    rounds = [one_round(arguments.folder, arguments.embedder) for _ in range(arguments.rounds)]
    row: dict[str, Any] = {"embedder": arguments.embedder}
    row |= {name: round(median(one[name] for one in rounds), 2) for name in rounds[0]}
    report(f"ingest-{arguments.embedder.partition(':')[0]}", [row])


if __name__ == "__main__":
    main()
