"""Judges a change of documents, prompts or models by the run that was accepted last."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Protocol

import numpy as np

from assistant.evaluation.answers import figures_of
from assistant.evaluation.outcomes import Outcome
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.types import Value

TOLERANCE = 0.01
"""A figure may fall by this much."""

RESAMPLES = 2000
CERTAINTY = 0.95
"""The share of resampled sets in which a figure must have fallen for the fall to be more than chance."""

BASELINE_KEY_CHARS = 32


class Baselines(Protocol):
    """Where accepted runs are kept, by the set they were made on."""

    def accepted(self, key: str) -> str | None:
        """Return the run accepted last on a set; None where none was."""

    def accept(self, key: str, run: str) -> None:
        """Keep a run in place of the one accepted before."""


class AcceptedRun(Value):
    """The figures of a run, the scores of each question by its id, and what it was made with.

    No question and no answer is kept: what is erased from the knowledge base must not live on here.
    """

    made_with: dict[str, str]
    figures: dict[str, float | int]
    scores: dict[str, dict[str, float]]
    passed: dict[str, bool]


class Comparison(Value):
    """A metric before and after over the questions that both runs have, and whether the fall counts."""

    metric: str
    before: float
    after: float
    certainty: float
    regressed: bool


class Verdict(Value):
    """What a gate found. `passed` is False where a metric regressed."""

    passed: bool
    has_baseline: bool
    accepted: bool
    tolerance: float
    figures: dict[str, float | int]
    before: dict[str, float | int]
    changed_settings: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    newly_failing: tuple[str, ...]
    newly_passing: tuple[str, ...]


def run_of(outcomes: Sequence[Outcome], made_with: Mapping[str, str]) -> AcceptedRun:
    """Return what is kept of the outcomes of a set."""
    return AcceptedRun(
        made_with=dict(made_with),
        figures=figures_of(outcomes),
        scores={one.id: _scores(one) for one in outcomes},
        passed={one.id: has_passed(one) for one in outcomes if one.answerability != "conversational"},
    )


def judge(
    now: AcceptedRun, before: AcceptedRun | None, questions: Mapping[str, str], tolerance: float = TOLERANCE
) -> Verdict:
    """Compare a run with the one accepted before it; `questions` gives the words of each id.

    A metric has regressed if its mean over the questions of both runs fell by more than `tolerance`, and if it also
    fell in at least 95 % of 2,000 sets drawn from the same questions with replacement (the paired bootstrap of Efron
    and Tibshirani, 1993). One or two questions that turn bad in a set are thus told, and fail nothing.
    """
    if before is None:
        comparisons: tuple[Comparison, ...] = ()
    else:
        comparisons = tuple(_compare(metric, before, now, tolerance) for metric in _metrics(before, now))
    was = before.passed if before else {}
    both = [one for one in now.passed if one in was]
    return Verdict(
        passed=not any(one.regressed for one in comparisons),
        has_baseline=before is not None,
        accepted=False,
        tolerance=tolerance,
        figures=now.figures,
        before=before.figures if before else {},
        changed_settings=_changes(before.made_with, now.made_with) if before else (),
        comparisons=comparisons,
        newly_failing=tuple(questions[one] for one in both if was[one] and not now.passed[one]),
        newly_passing=tuple(questions[one] for one in both if now.passed[one] and not was[one]),
    )


def has_passed(outcome: Outcome) -> bool:
    """Tell whether an outcome is what was wanted: no answer where there is none, else one that cites a relevant text.

    Where a task names no relevant document, any answer that holds against the stored text will do.
    """
    if outcome.answerability == "unanswerable":
        return not outcome.answered
    if outcome.relevant:
        return bool(set(outcome.relevant).intersection(outcome.cited))
    return outcome.answered and outcome.supported == outcome.sentences


def made_with(assistant: Assistant, settings: Settings) -> dict[str, str]:
    """Return what a run depends on besides the documents' text: models, generation, prompts."""
    status = assistant.status()
    return {
        "embedder": str(status["embedder"]),
        "generation": str(status["generation"]),
        "documents": str(status["documents"]),
        "passages": str(status["passages"]),
        "tuned": str(status["tuned"]) or "nothing",
        "responders": ",".join(settings.responders) or "by what is available",
        **{f"prompt {name}": checksum for name, checksum in _prompts(settings).items()},
    }


def _prompts(settings: Settings) -> dict[str, str]:
    """Return the checksum of each template as it is used: the operator's where there is one, else that shipped."""
    folders: list[Path] = [shipped_folder("prompts"), *([settings.prompts] if settings.prompts else [])]
    used = {path.name: path for folder in folders for path in sorted(folder.glob("*.j2"))}
    return {name: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for name, path in sorted(used.items())}


def _scores(outcome: Outcome) -> dict[str, float]:
    """Return what the gate watches, higher is better; an answerable question left unanswered scores 0."""
    scores: dict[str, float | None] = {"recall@5": outcome.recall}
    if outcome.answerability == "unanswerable":
        scores["abstained_when_unanswerable"] = float(not outcome.answered)
    elif outcome.answerability == "answerable":
        scores["answered_when_answerable"] = float(outcome.answered)
        scores["citation_recall"] = (outcome.citation_recall or 0.0) if outcome.relevant else None
        scores["token_f1"] = outcome.token_f1 if outcome.answered else 0.0
    if outcome.sentences:
        scores["supported_sentences"] = outcome.supported / outcome.sentences
    return {name: round(score, 6) for name, score in scores.items() if score is not None}


def _metrics(before: AcceptedRun, now: AcceptedRun) -> list[str]:
    """Return the metrics that both runs can be compared by, in a fixed order."""
    held = [{name for scores in run.scores.values() for name in scores} for run in (before, now)]
    return sorted(held[0] & held[1])


def _compare(metric: str, before: AcceptedRun, now: AcceptedRun, tolerance: float) -> Comparison:
    pairs = [
        (before.scores[one][metric], scores[metric])
        for one, scores in now.scores.items()
        if metric in scores and metric in before.scores.get(one, {})
    ]
    if not pairs:
        return Comparison(metric=metric, before=0.0, after=0.0, certainty=0.0, regressed=False)
    then, later = fmean(one for one, _ in pairs), fmean(one for _, one in pairs)
    certainty = certainty_of_fall([after - earlier for earlier, after in pairs])
    return Comparison(
        metric=metric,
        before=round(then, 4),
        after=round(later, 4),
        certainty=round(certainty, 4),
        regressed=then - later > tolerance and certainty >= CERTAINTY,
    )


def certainty_of_fall(differences: Sequence[float]) -> float:
    """Return the share of resampled sets whose mean difference is below 0; the same differences give the same share."""
    changes = np.asarray(differences)
    drawn = np.random.default_rng(0).integers(0, len(changes), size=(RESAMPLES, len(changes)))
    return float((changes[drawn].mean(axis=1) < 0).mean())


def _changes(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    names = [*before, *(name for name in now if name not in before)]
    changed = (name for name in names if before.get(name) != now.get(name))
    return tuple(f"{name}: {before.get(name, 'none')} -> {now.get(name, 'none')}" for name in changed)
