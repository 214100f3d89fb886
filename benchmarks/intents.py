"""`python -m benchmarks.intents --data DIR`: intents beside logistic regression on the same vectors.

`DIR/banking77` holds `train.csv` and `test.csv` (Casanueva et al., 2020), `DIR/clinc150` holds `data_full.json`
(Larson et al., EMNLP 2019). CLINC150 is learnt with its 100 training messages that are out of scope, and without them.
The threshold of the logistic regression is the one on its largest probability that gets most of a held-out fifth right,
with the same expected share of messages out of scope; where there are none to hold out it refuses nothing.
"""

import argparse
import csv
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from assistant.embedders import open_embedder
from assistant.intents.examples import Example, ExampleSet
from assistant.intents.features import Floats
from assistant.intents.fitting import Foreign, fit, foreign_messages
from assistant.intents.gating import expected_share
from assistant.intents.scoring import score
from assistant.intents.store import to_bytes
from assistant.query_vectors import query_vectors
from assistant.settings import Settings
from assistant.types import IntentGuess
from benchmarks.machine import report

EMBEDDER = "onnx:all-MiniLM-L6-v2"
FEW = 10
SINGLE = 300
"""So many messages are told their intents one by one, for the time."""


class Task(NamedTuple):
    """What is learnt from, and what is asked."""

    name: str
    learnt: list[Example]
    asked: list[Example]


def tasks(data: Path) -> list[Task]:
    banking, asked = _csv(data / "banking77" / "train.csv"), _csv(data / "banking77" / "test.csv")
    clinc = json.loads((data / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    parts = {
        name: [Example(text, None if name.startswith("oos") else intent) for text, intent in rows]
        for name, rows in clinc.items()
    }
    clinc_asked = parts["test"] + parts["oos_test"]
    return [
        Task("banking77", banking, asked),
        Task("clinc150", parts["train"] + parts["oos_train"], clinc_asked),
        Task("clinc150, none out of scope", parts["train"], clinc_asked),
        Task(f"banking77, {FEW} an intent", _few(banking), asked),
        Task(f"clinc150, {FEW} an intent", _few(parts["train"]), clinc_asked),
    ]


def _csv(path: Path) -> list[Example]:
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row["text"], row["category"]) for row in csv.DictReader(file)]


def _few(examples: Sequence[Example]) -> list[Example]:
    """Return the first examples of each intent: no choice that could be tuned."""
    seen: dict[str | None, int] = {}
    kept = []
    for one in examples:
        seen[one.intent] = seen.get(one.intent, 0) + 1
        if seen[one.intent] <= FEW:
            kept.append(one)
    return kept


class Vectors:
    """Embeds each text once."""

    def __init__(self, home: Path) -> None:
        self._embedder = open_embedder(Settings(home=home, embedder=EMBEDDER))
        self._known: dict[str, Floats] = {}

    def of(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts as questions, one row for each."""
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, query_vectors(self._embedder, new), strict=True))
        return np.stack([self._known[text] for text in texts])


def ours(task: Task, vectors: Vectors) -> dict[str, Any]:
    began = time.process_time()
    learnt = ExampleSet(tuple(dict.fromkeys(task.learnt)))
    foreign = foreign_messages()
    model = fit(
        learnt,
        vectors.of([one.text for one in learnt.examples]),
        foreign=Foreign(foreign, vectors.of(foreign)),
        fingerprint=EMBEDDER,
    )
    seconds = time.process_time() - began
    texts = [one.text for one in task.asked]
    asked = vectors.of(texts)
    guesses = model.guess_all(texts, asked)
    began = time.perf_counter()
    for text, vector in zip(texts[:SINGLE], asked[:SINGLE], strict=True):
        model.guess(text, vector)
    each = (time.perf_counter() - began) / min(SINGLE, len(texts)) * 1000
    return {"cpu_seconds": seconds, "ms_each": each, "mb": len(to_bytes(model)) / 1e6, **_figures(task, guesses)}


def logistic(task: Task, vectors: Vectors) -> dict[str, Any]:
    began = time.process_time()
    inside = [one for one in task.learnt if one.intent is not None]
    outside = [one for one in task.learnt if one.intent is None]
    threshold = _threshold(inside, outside, vectors) if outside else 0.0
    model = LogisticRegression(C=10, max_iter=300).fit(vectors.of([one.text for one in inside]), _names(inside))
    seconds = time.process_time() - began
    chances = model.predict_proba(vectors.of([one.text for one in task.asked]))
    guesses = [
        IntentGuess(intent=name if chance >= threshold else None, nearest=name, confidence=min(1.0, chance))
        for name, chance in zip(model.classes_[chances.argmax(axis=1)], chances.max(axis=1), strict=True)
    ]
    return {"cpu_seconds": seconds, "ms_each": 0.0, "mb": 0.0, **_figures(task, guesses)}


def _threshold(inside: Sequence[Example], outside: Sequence[Example], vectors: Vectors) -> float:
    order = np.random.default_rng(0).permutation(len(inside))
    held = [inside[place] for place in order[: len(order) // 5]]
    learnt = [inside[place] for place in order[len(order) // 5 :]]
    model = LogisticRegression(C=10, max_iter=300).fit(vectors.of([one.text for one in learnt]), _names(learnt))
    chances = model.predict_proba(vectors.of([one.text for one in held]))
    right = model.classes_[chances.argmax(axis=1)] == np.array(_names(held))
    sure, foreign = chances.max(axis=1), model.predict_proba(vectors.of([one.text for one in outside])).max(axis=1)
    share = expected_share(len(inside), len(outside))
    worth = [
        (1 - share) * float((right & (sure >= line)).mean()) + share * float((foreign < line).mean()) for line in sure
    ]
    return float(sure[int(np.argmax(worth))])


def _names(examples: Sequence[Example]) -> list[str]:
    return [str(one.intent) for one in examples]


def _figures(task: Task, guesses: Sequence[IntentGuess]) -> dict[str, Any]:
    found = score(task.asked, guesses)
    closed = [guess.nearest == one.intent for one, guess in zip(task.asked, guesses, strict=True) if one.intent]
    wanted = ("accuracy", "in_scope_accuracy", "out_of_scope_recall")
    return {"nearest_right": float(np.mean(closed)), **{name: found.get(name, "") for name in wanted}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/intents"))
    parser.add_argument("--home", type=Path, default=Path("var"), help="Where the exported model is kept.")
    parser.add_argument("--only", default="", help="Only the sets whose name begins so.")
    chosen = parser.parse_args()
    vectors = Vectors(chosen.home)
    rows = []
    for task in tasks(chosen.data):
        if not task.name.startswith(chosen.only):
            continue
        for method, run in (("ours", ours), ("logistic regression", logistic)):
            rows.append({"set": task.name, "method": method, **run(task, vectors)})
            print(rows[-1], flush=True)
    report("intents", rows)


if __name__ == "__main__":
    main()
