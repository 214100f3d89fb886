"""A model of its own for a company: trained on its pairs, judged on pairs held out, and kept only if it wins."""

import json
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.errors import ConfigurationError
from assistant.ports import Embedder, Vectors
from assistant.records import StepReport
from assistant.tuning.fitting import MOST_PAIRS
from assistant.tuning.judging import Ranks, ranks, verdict
from assistant.tuning.pairs import Pair, held_out
from assistant.tuning.splitting import Split, folds, judging_weights
from assistant.tuning.steps import Ground
from assistant.tuning.tasks import Task, build_tasks
from assistant.types import Passage

Train = Callable[[str, Sequence[tuple[str, str]], Path], None]
"""Trains the model of a name on pairs of question and text, and writes it to a folder."""

STEP = "fine-tuned model"
FOLDER = "models"
PREFIX = "tuned-"
ORIGIN = "tuned_from.json"
LEAST_PAIRS = 100
SCHEME = "sentence-transformers"


def fine_tuned(
    ground: Ground, name: str, home: Path, *, train: Train, open_embedder: Callable[[str], Embedder], seed: int = 0
) -> tuple[StepReport, str | None]:
    """Train the model of an embedder further; returns what was found, and the new embedder's name if it won.

    Raises:
        ConfigurationError: The embedder is not one whose model can be trained.
        BackendError: The model failed.
    """
    began = time.monotonic()
    model = trainable(name)
    pairs = list(ground.pairs)
    if len(pairs) > MOST_PAIRS:
        pairs = held_out(pairs, MOST_PAIRS / len(pairs), seed, "question")[1]
    if len(pairs) < LEAST_PAIRS:
        reason = f"{len(pairs)} questions with a known passage are too few; {LEAST_PAIRS} are needed"
        return StepReport(name=STEP, accepted=False, reason=reason), None
    part = folds(pairs, ground.coverage, seed)[0]
    folder = _new_folder(home)
    ground.progress("training", 0, 1)
    train(model, training_texts(part.learnt, pairs, ground.passages), folder)
    (folder / ORIGIN).write_text(json.dumps({"embedder": name}), encoding="utf-8")
    ground.progress("judging", 0, 1)
    report = _compared(ground, pairs, part, open_embedder(f"{SCHEME}:{folder}"))
    if not report.accepted:
        shutil.rmtree(folder)
        return report.model_copy(update={"seconds": round(time.monotonic() - began, 1)}), None
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    kept = {"stored_bytes": size, "seconds": round(time.monotonic() - began, 1)}
    return report.model_copy(update=kept), f"{SCHEME}:{folder}"


def trainable(name: str) -> str:
    """Return the model behind an embedder's name.

    Raises:
        ConfigurationError: It cannot be trained here.
    """
    scheme, _, model = name.partition(":")
    if scheme not in (SCHEME, "onnx", "transformers"):
        raise ConfigurationError(f"the model of {name} is a service's; only a local one can be fine-tuned")
    return model.removesuffix("-int8") if scheme == "onnx" else model


def origin_of(name: str) -> str | None:
    """Return the embedder that a fine-tuned one was made from; None where it is not one of ours."""
    file = Path(name.partition(":")[2]) / ORIGIN
    return str(json.loads(file.read_text(encoding="utf-8"))["embedder"]) if file.is_file() else None


def remove_models(home: Path, keep: Sequence[str] = ()) -> list[str]:
    """Remove the fine-tuned models of a state folder, but for those of some embedders; returns their names."""
    kept = {Path(one.partition(":")[2]).name for one in keep}
    found = sorted(one for one in (home / FOLDER).glob(f"{PREFIX}*") if one.name not in kept)
    for one in found:
        shutil.rmtree(one)
    return [one.name for one in found]


def training_texts(learnt: Sequence[Pair], pairs: Sequence[Pair], passages: Sequence[Passage]) -> list[tuple[str, str]]:
    """Return questions with a text that does not hold their own words: a twin's, or the passage without headings."""
    by_id = {one.id: one for one in passages}
    same: dict[str, list[Pair]] = {}
    for one in learnt:
        same.setdefault(one.answer, []).append(one)
    repeated = {one.answer for one in pairs if len(same.get(one.answer, ())) > 1}
    found = []
    for number, one in enumerate(learnt):
        if one.passage_id not in by_id:
            continue
        passage = by_id[one.passage_id]
        twins = [other for other in same[one.answer] if other.passage_id != one.passage_id]
        if one.is_indexed and one.answer in repeated and twins:
            found.append((one.question, by_id[twins[number % len(twins)].passage_id].indexed_text))
        else:
            found.append((one.question, passage.text if one.is_indexed else passage.indexed_text))
    return found


def _new_folder(home: Path) -> Path:
    """Return a folder with a name that no other model ever had: an embedder is known by its name while it is open."""
    (home / FOLDER).mkdir(exist_ok=True)
    return (home / FOLDER / f"{PREFIX}{secrets.token_hex(4)}").resolve()


def _compared(ground: Ground, pairs: Sequence[Pair], part: Split, embedder: Embedder) -> StepReport:
    """Judge the new model against the one in use, on the same questions among documents embedded by each."""

    def embedded(passages: Sequence[Passage]) -> Mapping[str, Vectors]:
        vectors = embedder.embed_documents([one.indexed_text for one in passages])
        return dict(zip((one.id for one in passages), vectors, strict=True))

    before, seen = _places(build_tasks(pairs, ground.passages, ground.embedder, ground.vectors_of), part)
    after, _ = _places(build_tasks(pairs, ground.passages, embedder, embedded), part)
    weights = judging_weights(seen, ground.coverage)
    return verdict(STEP, before, after, weights, learnt_from=len(part.learnt))


def _places(tasks: Sequence[Task], part: Split) -> tuple[Ranks, list[bool]]:
    seen = set(part.seen)
    judging = [one for one in (task.only(part.judged) for task in tasks) if one.pairs]
    places = np.concatenate([ranks(one) for one in judging])
    return places, [pair in seen for one in judging for pair in one.pairs]
