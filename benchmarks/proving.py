"""What the proofs of reliability share: a fast embedder without a model, documents to order, and an audit of a home."""

import hashlib
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant.ingestion.cutting import cut
from assistant.knowledge import KnowledgeBase
from assistant.ports import Vectors
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import LoadedDocument

DIMENSION = 64
TRACE_BYTES = 64
PARAGRAPH_WORDS = 40
WORDS = tuple(f"{first}{second}{third}" for first in "bdfgklm" for second in "aeiou" for third in ("rnt", "sk", "lop"))
"""Made-up words, which no stemmer and no list of stop words touches."""

EMBEDDERS = ("words:one", "words:two")

_WORD = re.compile(r"\S+")


class WordEmbedder:
    """Sums a random unit vector for each word: texts that share words are near each other, in any process.

    Every text that was embedded is kept in `embedded`, and its digest is appended to the file `marks` if there is one.
    """

    dimension = DIMENSION
    max_tokens = PARAGRAPH_WORDS * 2

    def __init__(self, name: str, marks: Path | None = None) -> None:
        """Tell one embedder from another by `name`: the same words have other vectors."""
        self.fingerprint = f"{name}:{DIMENSION}"
        self.embedded: list[str] = []
        self._marks = marks

    def token_spans(self, text: str) -> list[tuple[int, int]]:
        """Return the words."""
        return [match.span() for match in _WORD.finditer(text)]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return a row for each text, and remember that it was asked for."""
        digests = [digest_of(text) for text in texts]
        self.embedded.extend(digests)
        rows = [self.embed_query(text) for text in texts]
        if self._marks is not None:
            with self._marks.open("a", encoding="ascii") as file:
                file.writelines(f"{one}\n" for one in digests)
        return np.stack(rows) if rows else np.empty((0, DIMENSION), np.float32)

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a text."""
        total = np.zeros(DIMENSION, np.float32)
        for one in text.lower().split() or [""]:
            total += _word_vector(self.fingerprint, one)
        return total / np.float32(np.linalg.norm(total))


@lru_cache(maxsize=50_000)
def _word_vector(fingerprint: str, word: str) -> Vectors:
    seed = int.from_bytes(hashlib.sha256(f"{fingerprint} {word}".encode()).digest()[:8], "big")
    return np.random.default_rng(seed).normal(size=DIMENSION).astype(np.float32)


def digest_of(text: str) -> str:
    """Return the name of an embedded text in the vector cache."""
    return hashlib.sha256(text.encode()).hexdigest()


def paragraph(sign: str, words: int = PARAGRAPH_WORDS) -> str:
    """Return a paragraph that follows from its sign alone, and has a word that no other has."""
    rng = random.Random(sign)
    return f"{unique_word(sign)} {' '.join(rng.choices(WORDS, k=words))}."


def unique_word(sign: str) -> str:
    """Return the word that tells a paragraph from all others."""
    return "zq" + hashlib.sha256(sign.encode()).hexdigest()[:12].translate(str.maketrans("0123456789", "ghjkmnpqrs"))


def document(name: str, version: int, passages: int) -> LoadedDocument:
    """Return a document whose every paragraph becomes a passage of its own."""
    parts = [f"## Part {number}\n\n{paragraph(f'{name}/{version}/{number}')}" for number in range(passages)]
    return LoadedDocument(
        source=f"made:{name}",
        name=f"{name}.md",
        title=f"About {name}",
        text="\n\n".join(parts),
        media_type="text/markdown",
    )


@contextmanager
def opened(
    home: Path,
    embedder: str = EMBEDDERS[0],
    *,
    marks: Path | None = None,
    open_embedder: Callable[[str], WordEmbedder] | None = None,
) -> Iterator[tuple[Stores, KnowledgeBase, WordEmbedder]]:
    """Open a home as the assistant does, but for the embedder; at the end it is closed in order."""
    made: dict[str, WordEmbedder] = {}

    def embedder_of(name: str) -> WordEmbedder:
        return made.setdefault(name, open_embedder(name) if open_embedder else WordEmbedder(name, marks))

    stores = open_stores(Settings(home=home))
    knowledge = KnowledgeBase(stores, embedder_name=embedder, embedder_is_chosen=False, open_embedder=embedder_of)
    try:
        yield stores, knowledge, embedder_of(knowledge.embedder_name())
    finally:
        knowledge.close()
        stores.close()


def passages_of(documents: Iterable[LoadedDocument], embedder: WordEmbedder) -> Counter[tuple[str, int, str, str]]:
    """Return what a clean ingest holds: source, place, heading and text of every passage."""
    return Counter(
        (one.source, chunk.ordinal, chunk.heading, one.text[chunk.start : chunk.end])
        for one in documents
        for chunk in cut(one, embedder)
    )


def audit(stores: Stores, documents: Iterable[LoadedDocument], embedder: WordEmbedder) -> dict[str, int]:
    """Compare a home, which is open, with what it should hold; every figure should be 0."""
    live = stores.generations.live()
    assert live is not None
    sources = {one.id: one.source for one in stores.catalog.summaries()}
    found = list(stores.catalog.all_passages())
    held = Counter((sources[one.document_id], one.ordinal, one.heading, one.text) for one in found)
    wanted = passages_of(documents, embedder)
    ids = {one.id for one in found}
    logged = set(stores.changes.every_id(live.fingerprint))
    dense, keyword = stores.vectors(live.number), stores.keywords(live.number)
    folders = {int(one.name) for one in (stores.home / "indexes").iterdir() if one.is_dir()}
    return {
        "duplicates": sum((held - Counter(held.keys())).values()),
        "missing": sum((wanted - held).values()),
        "surplus": sum((held - wanted).values()),
        "catalog": len(ids ^ logged),
        "dense": len(ids ^ set(dense.ids())) + abs(dense.count() - len(ids)),  # type: ignore[attr-defined]
        "keyword": len(ids ^ set(keyword.ids())) + abs(keyword.count() - len(ids)),  # type: ignore[attr-defined]
        "folders": len(folders ^ {one.number for one in stores.generations.all()}),
    }


def traces_of(documents: Iterable[LoadedDocument], embedders: Iterable[WordEmbedder]) -> list[bytes]:
    """Return bytes that prove the presence of documents: their own words, and the beginnings of their vectors."""
    traces: list[bytes] = []
    embedders = list(embedders)
    for one in documents:
        for chunk in cut(one, embedders[0]):
            text = one.text[chunk.start : chunk.end]
            traces.append(text.split()[0].encode())
            embedded = "\n".join(part for part in (one.title, chunk.heading, text) if part)
            traces.extend(other.embed_query(embedded).tobytes()[:TRACE_BYTES] for other in embedders)
    return traces


def files_with(home: Path, traces: Sequence[bytes]) -> list[str]:
    """Return the files of a home that hold any of the traces."""
    files = [one for one in home.rglob("*") if one.is_file()]
    return [one.relative_to(home).as_posix() for one in files if _holds_any(one.read_bytes(), traces)]


def _holds_any(content: bytes, traces: Sequence[bytes]) -> bool:
    return any(one in content for one in traces)


def acknowledged(home: Path) -> set[str]:
    """Return the ids of the passages that SQL calls visible, read past the assistant's own code."""
    query = """
        SELECT p.id FROM passages p JOIN documents d ON d.id = p.document_id AND d.revision = p.revision
        WHERE d.live AND NOT p.held AND p.fingerprint = (SELECT fingerprint FROM generations WHERE state = 'live')
    """
    return {one for (one,) in _rows(home, query)}


def cached_digests(home: Path) -> set[tuple[str, str]]:
    """Return embedder and digest of every vector that SQL holds."""
    return {(fingerprint, digest) for fingerprint, digest in _rows(home, "SELECT fingerprint, checksum FROM vectors")}


def _rows(home: Path, query: str) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(home / "assistant.sqlite3")
    try:
        return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        # Killed before the tables were made.
        return []
    finally:
        connection.close()


def total(rows: Sequence[Mapping[str, int]], name: str) -> int:
    """Return the sum of one figure of all rows."""
    return sum(row.get(name, 0) for row in rows)


def document_ids(home: Path, sources: Iterable[str]) -> set[str]:
    """Return the ids of the documents with these sources."""
    wanted = set(sources)
    return {one for one, source in _rows(home, "SELECT id, source FROM documents") if source in wanted}
