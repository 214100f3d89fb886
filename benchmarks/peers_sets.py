"""What every contender is given: passages as the assistant cuts them, and their vectors, made once and kept.

A set is a folder in the layout of BEIR. Its state folder is made again when the corpus, the weights or the assistant's
code have changed; what was embedded by the same weights before is not embedded again.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

import assistant
from assistant import bootstrap
from assistant.embedders import open_embedder
from assistant.embedders.packaged import sha256_of
from assistant.evaluation.sets import Qrels, read_corpus, read_jsonl, read_qrels
from assistant.ports import Embedder, Vectors
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


class KnownEmbedder:
    """Returns vectors that are known for passages; questions and other texts go to the real embedder."""

    def __init__(self, real: Embedder, known: dict[str, Vectors], *, fingerprint: str = "") -> None:
        """Take the real embedder, a vector for each text of a passage, and the name of those vectors if it differs."""
        self._real = real
        self._known = known
        self.fingerprint = fingerprint or real.fingerprint
        self.dimension, self.max_tokens = real.dimension, real.max_tokens

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """As the embedder itself."""
        return self._real.token_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Look the texts up."""
        new = [text for text in texts if text not in self._known]
        known = self._known | dict(zip(new, self._real.embed_documents(new), strict=True)) if new else self._known
        return np.stack([known[text] for text in texts])

    def embed_query(self, text: str) -> Vectors:
        """Embed for real."""
        return self._real.embed_query(text)


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
    fingerprint = open_embedder(Settings(embedder=EMBEDDER)).fingerprint
    made_from = f"{fingerprint} {sha256_of(source)} {_code_digest()}"
    stamp = kept / "made_from"
    before = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
    if before != made_from:
        kept.mkdir(parents=True, exist_ok=True)
        known = _known(kept) if before.startswith(f"{fingerprint} ") else {}
        _make(folder, kept, known, homes / folder.name if homes else None)
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


def _code_digest() -> str:
    """Digest the assistant's code: a change of any of it may change what a state folder holds."""
    package = Path(assistant.__file__).parent
    files = sorted(package.rglob("*.py"))
    return hashlib.sha256("".join(sha256_of(file) for file in files).encode()).hexdigest()


def _known(kept: Path) -> dict[str, Vectors]:
    texts = (row["text"] for row in read_jsonl(kept / "passages.jsonl"))
    return dict(zip(texts, np.load(kept / "vectors.npy"), strict=True))


def _make(folder: Path, kept: Path, known: dict[str, Vectors], ready: Path | None) -> None:
    documents = list(read_corpus(folder))
    _write(kept / "documents.jsonl", [document.model_dump(mode="json") for document in documents])
    shutil.rmtree(kept / "home", ignore_errors=True)
    settings = Settings(home=kept / "home", embedder=EMBEDDER, responders=("extractive",))
    if ready is not None and ready.is_dir():
        shutil.copytree(ready, settings.home)
    else:
        embedder = KnownEmbedder(open_embedder(settings), known)
        with (
            patch.object(bootstrap, "open_embedder", lambda _settings: embedder),
            bootstrap.open_assistant(settings) as bot,
        ):
            bot.ingest_documents(documents)
    stores = open_stores(settings)
    passages = list(stores.catalog.all_passages())
    vectors = stores.vector_cache.get(live_fingerprint(settings), [one.digest for one in passages])
    stores.close()
    np.save(kept / "vectors.npy", np.stack([vectors[one.digest] for one in passages]).astype(np.float32))
    rows = [{"id": one.id, "document": one.document, "text": one.indexed_text} for one in passages]
    _write(kept / "passages.jsonl", rows)


def live_fingerprint(settings: Settings) -> str:
    """Return which embedder's vectors a state folder serves."""
    stores = open_stores(settings)
    generation = stores.generations.live()
    stores.close()
    assert generation is not None, f"{settings.home} holds no index"
    return generation.fingerprint


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
