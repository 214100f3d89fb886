"""Measures how well the assistant knows which questions its documents answer: risk, coverage, calibration.

    python -m benchmarks.answerability --data ../shared/data [--homes DIR] [--sets own,squad2] [--limit N] [--ship]

A question is answered rightly where the right passage is among the five found, and wrongly where it is not, or where
there is none. Five scores decide which questions to answer: the best cosine, the fused score, the formula that was used
before, the shipped model (fitted here on the other sets, never on the one that it is measured on, nor on squad2, whose
licence forbids it), and that model fitted further to the set's own documents. `--ship` writes the shipped model, fitted
on all sets that may be learnt from. `--homes` keeps indexes and features, and measures only what is not there.

Beside each score stands by what share its area is less than that of the best cosine, with the 95 % interval over drawn
samples of the questions, and what share that is of what the perfect order of the questions would gain.
"""

import argparse
import math
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.answerability import model as answerability_model
from assistant.answerability.curves import area_under_risk_coverage, auroc, calibration_error, risk_at
from assistant.answerability.fitting import RIDGE, Example, balanced, fit
from assistant.answerability.model import SHIPPED_FEATURES, AnswerabilityModel
from assistant.bootstrap import open_assistant
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.tuning.answerability import LEAST_QUESTIONS, adapt, rehearse
from assistant.tuning.pairs import written_pairs
from assistant.types.value import Value
from benchmarks.answerability_sets import Asked, QuestionSet, question_sets
from benchmarks.machine import report

DEPTH = 5
REHEARSED_WEIGHT = 100.0
"""Questions made of a set's documents weigh a third of those that people asked."""

COVERAGES = (0.5, 0.7, 0.8, 0.9)
Column = NDArray[np.float64]
SAMPLES, SEED = 1000, 7
"""So many samples of the questions are drawn, with replacement, for an interval."""

OLD_COVERAGE, OLD_COSINE, OLD_BIAS = 6.0, 8.0, -6.6
SHIPPED = Path(answerability_model.__file__).with_name("shipped.json")


class Judged(Value):
    """What one question found, and what was found in place of it with the right documents left out."""

    example: Example
    fused: float
    old: float
    near_miss: Example | None


class Measured(Value):
    """A set's questions, and those rehearsed on its documents."""

    judged: tuple[Judged, ...]
    rehearsed: tuple[Example, ...]


@contextmanager
def opened(homes: Path, one: QuestionSet) -> Iterator[Assistant]:
    with open_assistant(Settings(home=homes / one.name)) as bot:
        one.ingest(bot)
        bot.warm_up()
        yield bot


def measure(bot: Assistant, questions: Sequence[Asked]) -> Measured:
    knowledge, catalog = bot._knowledge, bot._stores.catalog
    passages = list(catalog.all_passages())
    ids: dict[str, set[str]] = {}
    for passage in passages:
        ids.setdefault(passage.document, set()).add(passage.id)
    judged = [judge(bot, asked, ids) for asked in questions]
    rehearsed = rehearse(knowledge.search, list(written_pairs(catalog, passages)), passages)
    return Measured(judged=tuple(one for one in judged if one.example.features), rehearsed=tuple(chain(*rehearsed)))


def judge(bot: Assistant, asked: Asked, ids: dict[str, set[str]]) -> Judged:
    query = bot._rewriter.standalone(asked.question, asked.history)
    found = bot._knowledge.search(query, DEPTH)
    evidence = found.evidence
    right = any(scored.passage.document in asked.relevant for scored in found.passages)
    near_miss = None
    if right:
        relevant = frozenset[str]().union(*(ids.get(name, ()) for name in asked.relevant))
        around = bot._knowledge.search(query.model_copy(update={"without": relevant}), DEPTH)
        if around.evidence.features:
            near_miss = Example(features=around.evidence.features, right=False)
    odds = OLD_COVERAGE * evidence.coverage + OLD_COSINE * evidence.cosine + OLD_BIAS
    return Judged(
        example=Example(features=evidence.features, right=right),
        fused=found.passages[0].score if found.passages else 0.0,
        old=1 / (1 + math.exp(-odds)),
        near_miss=near_miss,
    )


def kept(homes: Path, one: QuestionSet, limit: int) -> Measured:
    """Return what was measured of a set before, or measure it now and keep it beside its home."""
    file = homes / f"{one.name}.measured.json"
    if not file.exists():
        questions = one.questions()
        with opened(homes, one) as bot:
            measured = measure(bot, questions[:: max(1, len(questions) // limit)])
        file.write_text(measured.model_dump_json(), encoding="utf-8")
    return Measured.model_validate_json(file.read_text(encoding="utf-8"))


def shipped(sets: Sequence[Measured], ridge: float) -> AnswerabilityModel:
    """Fit on people's questions, their near misses, and rehearsed ones; every set weighs the same."""
    examples: list[Example] = []
    for one in sets:
        rows = [judged.example for judged in one.judged]
        rows += [judged.near_miss for judged in one.judged if judged.near_miss is not None]
        examples += balanced(rows)
        examples += balanced(one.rehearsed, REHEARSED_WEIGHT)
    return fit(examples, features=SHIPPED_FEATURES, ridge=ridge)


def rows_of(name: str, measured: Measured, model: AnswerabilityModel) -> list[dict[str, Any]]:
    right = [judged.example.right for judged in measured.judged]
    features = [judged.example.features for judged in measured.judged]
    scores = {
        "cosine": [one.get("cosine", 0.0) for one in features],
        "fused score": [judged.fused for judged in measured.judged],
        "old formula": [judged.old for judged in measured.judged],
        "shipped model": [model.probability(one) for one in features],
    }
    if sum(one.right for one in measured.rehearsed) >= LEAST_QUESTIONS:
        fitted = adapt(measured.rehearsed, model)
        scores["fitted to it"] = [fitted.probability(one) for one in features]
    return [
        {
            "set": name,
            "questions": len(right),
            "right": sum(right) / len(right),
            "score": method,
            "AURC": area_under_risk_coverage(values, right),
            **gain(values, scores["cosine"], right),
            "AUROC": auroc(values, right),
            **{f"risk@{coverage:.0%}": risk_at(values, right, coverage) for coverage in COVERAGES},
            "ECE": calibration_error(values, right) if method not in ("cosine", "fused score") else math.nan,
        }
        for method, values in scores.items()
    ]


def gain(values: Sequence[float], baseline: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    """Tell by what share the area under the risk-coverage curve is less than a baseline's, in the same samples."""
    generator = np.random.default_rng(SEED)
    columns = [np.asarray(one, dtype=float) for one in (values, baseline, right)]
    samples = (generator.integers(0, len(right), len(right)) for _ in range(SAMPLES))
    drawn = [_less(*(column[rows] for column in columns)) for rows in samples]
    own, theirs, least = (area_under_risk_coverage(one, columns[2]) for one in columns)
    return {
        "less": _less(*columns),
        "from": float(np.quantile(drawn, 0.025)),
        "to": float(np.quantile(drawn, 0.975)),
        "of the gain there is": (theirs - own) / (theirs - least) if theirs > least else 0.0,
    }


def _less(values: Column, baseline: Column, right: Column) -> float:
    return 1 - area_under_risk_coverage(values, right) / area_under_risk_coverage(baseline, right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--homes", type=Path)
    parser.add_argument("--sets", default="own,mtrag_govt,mtrag_cloud,clapnq,squad2")
    parser.add_argument("--limit", type=int, default=10_000)
    parser.add_argument("--ridge", type=float, default=RIDGE)
    parser.add_argument("--ship", action="store_true")
    arguments = parser.parse_args()
    chosen = [one for one in question_sets(arguments.data) if one.name in arguments.sets.split(",")]
    with tempfile.TemporaryDirectory() as temporary:
        homes = arguments.homes or Path(temporary)
        measured = {one.name: kept(homes, one, arguments.limit) for one in chosen}
    learnt = {one.name: measured[one.name] for one in chosen if one.may_be_learnt}
    rows = []
    for name, results in measured.items():
        others = [other for key, other in learnt.items() if key != name]
        if others:
            rows += rows_of(name, results, shipped(others, arguments.ridge))
    if arguments.ship:
        whole = shipped(list(learnt.values()), arguments.ridge)
        SHIPPED.write_text(whole.model_dump_json(indent=1) + "\n", encoding="utf-8")
    report("answerability", rows)


if __name__ == "__main__":
    main()
