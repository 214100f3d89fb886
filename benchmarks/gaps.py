"""`python -m benchmarks.gaps --data DIR`: which questions are told to ask the same, and how long it takes.

`benchmarks/gap_questions.jsonl` holds ten phrasings of each of eight matters of a shop, in very different words.
`DIR/clinc150` holds `data_full.json` (Larson et al., EMNLP 2019), `DIR/banking77` holds `test.csv` (Casanueva et al.,
2020); of each, ten messages of each of 20 intents are taken, chosen by a fixed seed, and of CLINC150 of all 150.

Figures are of pairs: precision is the share of pairs told to be one matter that are, recall the share of those that are
one matter that are told; `largest` is the mean share of a matter that its largest gap holds. `plain` compares questions
by their own vectors alone, at the threshold that is best for the three small sets together; `daily` lets the questions
arrive in five parts.
"""

import argparse
import csv
import json
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from assistant.embedders import open_embedder
from assistant.learning import clustering
from assistant.learning.clustering import cluster
from assistant.ports import Vectors
from assistant.query_vectors import query_vectors
from assistant.settings import Settings
from benchmarks.machine import report

EMBEDDER = "onnx:all-MiniLM-L6-v2"
OWN = Path(__file__).with_name("gap_questions.jsonl")
PHRASINGS, MATTERS = 10, 20
PARTS = 5
MANY = 5000
PLAIN_THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55)

Rows = list[tuple[str, str]]
"""Questions, each with its matter."""

Labels = Callable[[Vectors], Sequence[int]]


def sets(data: Path) -> dict[str, Rows]:
    clinc = [tuple(row) for row in json.loads((data / "clinc150" / "data_full.json").read_text("utf-8"))["test"]]
    with (data / "banking77" / "test.csv").open(encoding="utf-8", newline="") as file:
        banking = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    own = [json.loads(line) for line in OWN.read_text(encoding="utf-8").splitlines()]
    return {
        "shop": [(one["text"], one["gap"]) for one in own],
        "clinc150, 20 intents": _some(clinc, MATTERS, seed=1),
        "banking77, 20 intents": _some(banking, MATTERS, seed=2),
        "clinc150, 150 intents": _some(clinc, 150, seed=1),
    }


def _some(rows: Rows, matters: int, seed: int) -> Rows:
    names = sorted({matter for _, matter in rows})
    random.Random(seed).shuffle(names)
    kept: dict[str, Rows] = {name: [] for name in names[:matters]}
    for text, matter in rows:
        if len(kept.get(matter, [0] * PHRASINGS)) < PHRASINGS:
            kept[matter].append((text, matter))
    return [row for own in kept.values() for row in own]


def plain(least: float) -> Labels:
    def labels(vectors: Vectors) -> Sequence[int]:
        clusters = clustering._Clusters(vectors, [None] * len(vectors), frozenset())
        clusters.merge(least)
        return clusters.labels()

    return labels


def at_once(vectors: Vectors) -> Sequence[int]:
    return cluster(vectors, [None] * len(vectors))


def daily(vectors: Vectors) -> Sequence[int]:
    """Let questions arrive in parts, in an order that mixes the matters; each part joins the groups from before."""
    order = np.random.default_rng(0).permutation(len(vectors))
    groups: list[int | None] = []
    for part in np.array_split(order, PARTS):
        groups += [None] * len(part)
        groups = list(cluster(vectors[order[: len(groups)]], groups))
    back = dict(zip(order.tolist(), groups, strict=True))
    return [int(back[row] or 0) for row in range(len(vectors))]


def figures(labels: Sequence[int], matters: Sequence[str]) -> dict[str, float]:
    told, true = np.array(labels), np.unique(matters, return_inverse=True)[1]
    upper = np.triu_indices(len(told), 1)
    together, same = (told[:, None] == told)[upper], (true[:, None] == true)[upper]
    right = float((together & same).sum())
    precision, recall = right / max(1, together.sum()), right / same.sum()
    largest = [np.unique(told[true == one], return_counts=True)[1].max() / (true == one).sum() for one in set(true)]
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {"precision": precision, "recall": recall, "f1": f1, "largest": float(np.mean(largest))}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    data = parser.parse_args().data
    embedder = open_embedder(Settings(embedder=EMBEDDER))
    known = sets(data)
    vectors = {name: query_vectors(embedder, [text for text, _ in rows]) for name, rows in known.items()}
    matters = {name: [matter for _, matter in rows] for name, rows in known.items()}
    small = list(known)[:3]
    best = max(
        PLAIN_THRESHOLDS, key=lambda one: sum(figures(plain(one)(vectors[name]), matters[name])["f1"] for name in small)
    )
    ways: dict[str, Labels] = {f"plain, {best}": plain(best), "coloured": at_once, "daily": daily}
    rows: list[dict[str, Any]] = [
        {"set": name, "questions": len(known[name]), "way": way} | figures(labels(vectors[name]), matters[name])
        for name in known
        for way, labels in ways.items()
    ]
    report("gaps", rows)
    repeated = np.concatenate(list(vectors.values()))
    many = np.resize(repeated, (MANY, repeated.shape[1])) + np.random.default_rng(0).normal(
        scale=0.02, size=(MANY, repeated.shape[1])
    )
    many = (many / np.linalg.norm(many, axis=1, keepdims=True)).astype(np.float32)
    began = time.perf_counter()
    gaps = len(set(at_once(many)))
    report("gaps_many", [{"questions": MANY, "gaps": gaps, "seconds": time.perf_counter() - began}])


if __name__ == "__main__":
    main()
