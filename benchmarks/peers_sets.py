"""What every contender is given: passages as the assistant cuts them, and their vectors, made once and kept.

A set is a folder in the layout of BEIR. Its passages and vectors are made again when the corpus, the assistant's way
of cutting, or the weights have changed.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.bootstrap import open_assistant
from assistant.embedders import open_embedder
from assistant.embedders.packaged import sha256_of
from assistant.evaluation.retrieval import Qrels, read_corpus, read_jsonl, read_qrels
from assistant.ingestion.plan import checksum
from assistant.settings import Settings
from assistant.stores import open_stores

EMBEDDER = "sentence-transformers:all-MiniLM-L6-v2"
"""Embeds the passages: the same weights, engine and precision as in the peers' own classes."""


@dataclass(frozen=True)
class PeerSet:
    """One set: questions with their judgements, and the files that contenders read."""

    name: str
    passages: Path
    vectors: Path
    questions: tuple[tuple[str, str], ...]
    qrels: Qrels


def prepare(folder: Path, cache: Path, count: int, homes: Path | None = None) -> PeerSet:
    """Return a set with about `count` questions (0: all), its passages and vectors made if they are missing.

    Args:
        folder: The set.
        cache: Where passages and vectors are kept.
        count: How many of the judged questions to ask, evenly spread.
        homes: A folder of state folders, by name of the set, that hold the corpus already; they are only read.
    """
    kept = cache / folder.name
    source = _corpus(folder)
    made_from = checksum(f"{sha256_of(source)} {open_embedder(Settings(embedder=EMBEDDER)).fingerprint}")
    stamp = kept / "made_from"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != made_from:
        kept.mkdir(parents=True, exist_ok=True)
        _make(folder, kept, homes / folder.name if homes else None)
        stamp.write_text(made_from, encoding="utf-8")
    qrels = read_qrels(folder / "qrels.tsv")
    asked = [(str(row["_id"]), row["text"]) for row in read_jsonl(folder / "queries.jsonl")]
    judged = [one for one in asked if one[0] in qrels]
    spread = np.linspace(0, len(judged) - 1, min(count or len(judged), len(judged))).astype(int)
    questions = tuple(judged[row] for row in spread)
    return PeerSet(folder.name, kept / "passages.jsonl", kept / "vectors.npy", questions, qrels)


def _corpus(folder: Path) -> Path:
    plain = folder / "corpus.jsonl"
    return plain if plain.exists() else folder / "corpus.jsonl.gz"


def _make(folder: Path, kept: Path, ready: Path | None) -> None:
    documents = list(read_corpus(folder))
    _write(kept / "documents.jsonl", [document.model_dump(mode="json") for document in documents])
    with tempfile.TemporaryDirectory() as scratch:
        settings = Settings(home=Path(scratch), embedder=EMBEDDER, responders=("extractive",))
        if ready is not None and ready.is_dir():
            shutil.copytree(ready, scratch, dirs_exist_ok=True)
        else:
            with open_assistant(settings) as assistant:
                assistant.ingest_documents(documents)
        stores = open_stores(settings)
        passages = list(stores.catalog.all_passages())
        known = stores.vector_cache.get(open_embedder(settings).fingerprint, [one.digest for one in passages])
        stores.close()
    np.save(kept / "vectors.npy", np.stack([known[one.digest] for one in passages]).astype(np.float32))
    rows = [{"id": one.id, "document": one.document, "text": one.indexed_text} for one in passages]
    _write(kept / "passages.jsonl", rows)


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
