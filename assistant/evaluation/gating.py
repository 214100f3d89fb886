"""Runs a gate over a home: asks a set of tasks, compares with the accepted run, and accepts this one if told to."""

from pathlib import Path

from assistant.evaluation.answers import address_left_out, ask_tasks
from assistant.evaluation.gate import (
    BASELINE_KEY_CHARS,
    TOLERANCE,
    AcceptedRun,
    Baselines,
    Verdict,
    judge,
    made_with,
    run_of,
)
from assistant.evaluation.homes import asked_home
from assistant.evaluation.outcomes import Outcome
from assistant.evaluation.tasks import checksum_of, read_tasks
from assistant.indexing.embedding import Progress, quiet
from assistant.settings import Settings


def run_gate(
    settings: Settings,
    file: Path,
    baselines: Baselines,
    *,
    accept: bool = False,
    tolerance: float = TOLERANCE,
    progress: Progress | None = None,
) -> tuple[Verdict, tuple[Outcome, ...]]:
    """Ask a set of the home in the settings and judge the run by the one accepted last on the same set.

    With `accept` this run becomes the one that the next is judged by, whatever the verdict.

    Raises:
        DocumentError: The file is missing or not in the expected form, or the home is empty.
    """
    tasks = read_tasks(file)
    key = checksum_of(tasks)[:BASELINE_KEY_CHARS]
    with asked_home(settings, None) as assistant:
        outcomes = ask_tasks(assistant, tasks, progress or quiet, address_left_out(settings))
        run = run_of(outcomes, made_with(assistant, settings))
    kept = baselines.accepted(key)
    before = AcceptedRun.model_validate_json(kept) if kept is not None else None
    verdict = judge(run, before, {task.id: task.question for task in tasks}, tolerance)
    if accept:
        baselines.accept(key, run.model_dump_json())
        verdict = verdict.model_copy(update={"accepted": True})
    return verdict, outcomes
