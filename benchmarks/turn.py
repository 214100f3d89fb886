"""Times each step of a turn without a language model, at growing numbers of passages.

The yardstick, measured in the same run and interleaved with the turns, is the bare minimum a retrieval system does:
embed the question and ask Chroma, nothing else. Passages are the paragraphs of the sample knowledge base with their
words shuffled, and their vectors are random mixtures of real ones, so that 50,000 can be indexed in a minute.

    python -m benchmarks.turn [--sizes 1000 10000 50000] [--embedder onnx:all-MiniLM-L6-v2]
"""

import argparse
import random
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any, cast

import numpy as np

from assistant.bootstrap import open_assistant
from assistant.embedders import open_embedder
from assistant.evaluation.metrics import percentile
from assistant.indexing.custody import IndexCustody
from assistant.indexing.generations import GenerationKeeper
from assistant.indexing.projection import open_projection
from assistant.ingestion.cutting import cut
from assistant.ports import Embedder, Vectors
from assistant.records import Draft
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from assistant.types import Chunk, LoadedDocument
from benchmarks.machine import report

QUESTIONS = [
    "How long do I have to return something?",
    "What does delivery to Switzerland cost?",
    "How do I pair my headphones with a second device?",
    "Does the warranty cover the battery?",
    "Can I pay by invoice as a business customer?",
    "My parcel has not arrived, what now?",
]
PASSAGES_A_DOCUMENT = 50
WARM_UP, SAMPLES = 20, 200


def seed_texts() -> list[str]:
    files = sorted(shipped_folder("knowledge_base").rglob("*.md"))
    paragraphs = [part for file in files for part in file.read_text(encoding="utf-8").split("\n\n")]
    return [part for part in paragraphs if len(part.split()) > 15]


def fill(settings: Settings, embedder: Embedder, count: int) -> None:
    """Store `count` passages, with their vectors in the cache, and project them as an ingest would."""
    rng, generator = random.Random(7), np.random.default_rng(7)
    seeds = seed_texts()
    known = embedder.embed_documents(seeds)
    stores = open_stores(settings)
    generation = GenerationKeeper(stores, cut).begin(settings.embedder, embedder)
    for number in range(count // PASSAGES_A_DOCUMENT):
        parts = [
            " ".join(rng.sample(words := rng.choice(seeds).split(), len(words))) for _ in range(PASSAGES_A_DOCUMENT)
        ]
        text = "\n\n".join(parts)
        chunks, at = [], 0
        for ordinal, part in enumerate(parts):
            chunks.append(Chunk(ordinal=ordinal, heading="", start=at, end=at + len(part)))
            at += len(part) + 2
        document = LoadedDocument(source=f"/{number}", name=f"{number}.md", title=f"Document {number}", text=text)
        draft = Draft(document=document, checksum="0", fingerprint=embedder.fingerprint, chunks=tuple(chunks))
        stores.revisions.publish(stores.revisions.stage([draft]))
    mixed = generator.normal(size=(count, len(seeds))).astype(np.float32) ** 5 @ known
    mixed /= np.linalg.norm(mixed, axis=1, keepdims=True)
    digests = [one.digest for one in stores.catalog.all_passages()]
    stores.vector_cache.put(embedder.fingerprint, dict(zip(digests, cast("list[Vectors]", list(mixed)), strict=False)))
    open_projection(stores, generation, embedder).catch_up()
    custody = IndexCustody(stores, lambda _name: embedder, lambda: None)
    custody.count_as_opened(generation)
    custody.close()
    stores.close()


def measure(settings: Settings, count: int) -> dict[str, Any]:
    embedder = open_embedder(settings)
    fill(settings, embedder, count)
    steps: dict[str, list[float]] = defaultdict(list)
    with open_assistant(settings) as bot:
        stores = open_stores(settings)
        generation = stores.generations.live()
        assert generation is not None
        bot.warm_up()
        bare = bot._stores.vectors(generation.number)  # the yardstick shares the open Chroma
        for sample in range(WARM_UP + SAMPLES):
            question = f"{random.Random(sample).choice(QUESTIONS)} {sample}"
            started = time.perf_counter()
            bare.search(embedder.embed_query(question), 5)
            yardstick = (time.perf_counter() - started) * 1000
            started = time.perf_counter()
            reply = bot.reply(question)
            whole = (time.perf_counter() - started) * 1000
            if sample >= WARM_UP:
                steps["embed + Chroma"].append(yardstick)
                steps["whole turn"].append(whole)
                for step, milliseconds in reply.timings_ms.items():
                    steps[step].append(milliseconds)
        stores.close()
    figures = {f"{step} p50": round(median(times), 2) for step, times in steps.items()}
    ratio = median(steps["whole turn"]) / median(steps["embed + Chroma"])
    return {
        "passages": count,
        **figures,
        "whole turn p95": round(percentile(steps["whole turn"], 0.95), 2),
        "ratio p50": round(ratio, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    arguments = parser.parse_args()
    rows = []
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as home:
            settings = Settings(home=Path(home), embedder=arguments.embedder, responders=("extractive",))
            rows.append(measure(settings, size))
    flat = [
        {"step": step, **{f"{row['passages']:,}": row[step] for row in rows}} for step in rows[0] if step != "passages"
    ]
    report(f"turn-{arguments.embedder.partition(':')[0]}", flat)


if __name__ == "__main__":
    main()
