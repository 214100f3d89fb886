"""Times searches within filters of growing strictness, beside searches without one and Chroma's own `where`.

Passages are random words and vectors in clusters. Of the documents a share is about each of the products asked for.
All ways answer the same questions in the same run, one after the other; figures are milliseconds.

    python -m benchmarks.filters [--sizes 10000 50000]
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import numpy as np

from assistant.eligibility import Eligibility
from assistant.embedders.vectors import unit_rows
from assistant.evaluation.metrics import percentile
from assistant.filtering import FilteredIndexes
from assistant.indexing.generations import GenerationKeeper
from assistant.indexing.projection import open_projection
from assistant.ingestion.cutting import cut
from assistant.ports import Vectors
from assistant.records import Draft
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import FOR_EVERYBODY, Chunk, Filter, LoadedDocument, Match
from benchmarks.machine import report
from benchmarks.proving import WordEmbedder

SHARES = (0.5, 0.1, 0.01, 0.001)
PASSAGES_A_DOCUMENT = 10
WORDS_A_PASSAGE = 60
CLUSTERS, DIMENSION = 200, 384
LIMIT = 50
SAMPLES = 40


class _Embedder(WordEmbedder):
    """Names a dimension; its vectors are never asked for, as all are in the cache."""

    dimension = DIMENSION


def fill(stores: Stores, count: int) -> Vectors:
    """Store passages with vectors, teach the indexes, and give Chroma's own collection their products."""
    rng, generator = random.Random(7), np.random.default_rng(7)
    words = [f"word{number}" for number in range(20_000)]
    odds = list(accumulate(1 / (1 + rank) for rank in range(len(words))))
    embedder = _Embedder("words:filters")
    generation = GenerationKeeper(stores, cut).begin("words:filters", embedder)
    drafts = []
    for number in range(count // PASSAGES_A_DOCUMENT):
        parts = [" ".join(rng.choices(words, cum_weights=odds, k=WORDS_A_PASSAGE)) for _ in range(PASSAGES_A_DOCUMENT)]
        chunks, at = [], 0
        for ordinal, part in enumerate(parts):
            chunks.append(Chunk(ordinal=ordinal, heading="", start=at, end=at + len(part)))
            at += len(part) + 2
        about = ("any", *(f"share {share}" for share in SHARES if number % round(1 / share) == 0))
        document = LoadedDocument(
            source=f"/{number}", name=f"{number}", title=f"D{number}", text="\n\n".join(parts), products=about
        )
        mine = embedder.fingerprint
        drafts.append(Draft(document=document, checksum="0", fingerprint=mine, chunks=tuple(chunks)))
    for start in range(0, len(drafts), 200):
        stores.revisions.publish(stores.revisions.stage(drafts[start : start + 200]))
    centres = generator.normal(size=(CLUSTERS, DIMENSION))
    vectors = unit_rows(centres[generator.integers(0, CLUSTERS, count)] + generator.normal(size=(count, DIMENSION)))
    passages = list(stores.catalog.all_passages())
    digests = [one.digest for one in passages]
    stores.vector_cache.put(embedder.fingerprint, dict(zip(digests, cast("list[Vectors]", list(vectors)), strict=True)))
    open_projection(stores, generation, embedder).catch_up()
    return unit_rows(centres[generator.integers(0, CLUSTERS, SAMPLES)] + generator.normal(size=(SAMPLES, DIMENSION)))


def chroma_with_metadata(stores: Stores, folder: Path) -> Any:  # noqa: ANN401 - chromadb has no types of use here
    """Return a collection of Chroma's own with the same vectors, and each passage's products as metadata."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    collection = client.create_collection("rival", configuration={"hnsw": {"space": "cosine", "ef_search": 128}})
    kinds, attributes = stores.attributes.read(_Embedder("words:filters").fingerprint)
    rows = list(stores.vector_cache.of_passages(_Embedder("words:filters").fingerprint))
    for start in range(0, len(rows), 1000):
        some = rows[start : start + 1000]
        metadata = [dict.fromkeys(attributes[kinds[passage_id]].products, True) for passage_id, _ in some]
        vectors = np.stack([np.frombuffer(vector, dtype=np.float32) for _, vector in some])
        collection.add(ids=[one for one, _ in some], embeddings=vectors, metadatas=cast("Any", metadata))
    return collection


def timed(search: Callable[[int], object]) -> dict[str, float]:
    """Return the median and the 95th percentile, and what the first search, which fills memory, took."""
    began = time.perf_counter()
    search(0)
    first = (time.perf_counter() - began) * 1000
    taken = []
    for sample in range(SAMPLES):
        began = time.perf_counter()
        search(sample)
        taken.append((time.perf_counter() - began) * 1000)
    return {"first": first, "p50": percentile(taken, 0.5), "p95": percentile(taken, 0.95)}


def measure(count: int, folder: Path) -> list[dict[str, Any]]:
    stores = open_stores(Settings(home=folder / "home"))
    questions = fill(stores, count)
    live = stores.generations.live()
    assert live is not None
    eligibility = Eligibility(attributes=stores.attributes, changes=stores.changes, fingerprint=live.fingerprint)
    indexes = FilteredIndexes(
        vectors=stores.vectors(live.number),
        keywords=stores.keywords(live.number),
        eligibility=eligibility,
        cache=stores.vector_cache,
        fingerprint=live.fingerprint,
    )
    exact = stores.exact_vectors(live.fingerprint, DIMENSION)
    rival = chroma_with_metadata(stores, folder / "rival")
    asked = [" ".join(f"word{random.Random(one).randrange(3000)}" for _ in range(5)) for one in range(SAMPLES)]
    rows = []
    for share in (1.0, *SHARES):
        row: dict[str, Any] = {"passages": count, "share": share}
        for name, figures in _ways(indexes, rival, questions, asked, share):
            row |= {f"{name} {key}": value for key, value in figures.items()}
        row["recall"] = recall(indexes, exact.search, questions, _only(share), eligibility)
        print(row, flush=True)
        rows.append(row)
    stores.close()
    return rows


def _only(share: float) -> Filter:
    return FOR_EVERYBODY if share == 1 else Filter(product=f"share {share}")


def _ways(
    indexes: FilteredIndexes,
    rival: Any,  # noqa: ANN401 - as above
    questions: Vectors,
    asked: list[str],
    share: float,
) -> Iterator[tuple[str, dict[str, float]]]:
    only, where = _only(share), None if share == 1 else {f"share {share}": True}

    def dense(sample: int) -> object:
        return indexes.dense(questions[sample], LIMIT, only)

    def keyword(sample: int) -> object:
        return indexes.keyword(asked[sample], LIMIT, only)

    def chroma(sample: int) -> object:
        vector = questions[sample][None]
        return rival.query(query_embeddings=vector, n_results=LIMIT, where=where, include=["distances"])

    yield "dense", timed(dense)
    yield "keyword", timed(keyword)
    yield "chroma where", timed(chroma)


def recall(
    indexes: FilteredIndexes,
    search: Callable[[Vectors, int], list[Match]],
    questions: Vectors,
    only: Filter,
    eligibility: Eligibility,
) -> float:
    """Return the share of the truly nearest admitted passages that were found, by comparing with every vector."""
    selection = eligibility.select(only)
    found = wanted = 0
    for question in questions[:10]:
        everything = [one.passage_id for one in search(question, 10**6)]
        admitted = selection.admits(everything)[0] if selection is not None else [True] * len(everything)
        best = [one for one, is_in in zip(everything, admitted, strict=True) if is_in][:LIMIT]
        found += len({one.passage_id for one in indexes.dense(question, LIMIT, only)}.intersection(best))
        wanted += len(best)
    return found / wanted


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 50_000])
    sizes = parser.parse_args().sizes
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            rows += measure(size, Path(folder))
    report("filters", rows)


if __name__ == "__main__":
    main()
