"""Evaluates whole answers on a set of tasks: what is found, cited, said, left unsaid, and supported."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import fmean

from assistant.answerability.curves import area_under_risk_coverage
from assistant.bootstrap import open_prompts
from assistant.evaluation.homes import asked_home
from assistant.evaluation.outcomes import Outcome, ask_task
from assistant.evaluation.tasks import Task, read_tasks
from assistant.indexing.embedding import Progress, quiet
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Value


class AnswersRun(Value):
    """The figures of a set of tasks, and the outcomes behind them."""

    figures: dict[str, float | int]
    outcomes: tuple[Outcome, ...]


def evaluate_answers(
    settings: Settings,
    file: Path,
    *,
    corpus: Path | None = None,
    kept: Path | None = None,
    limit: int | None = None,
    progress: Progress | None = None,
) -> AnswersRun:
    """Ask the tasks of a file, or the first `limit`, of the live home or of one made of a corpus.

    Raises:
        DocumentError: A file is missing or not in the expected form.
        ConfigurationError: `kept` holds something else than the corpus.
    """
    tasks = read_tasks(file, limit)
    with asked_home(settings, corpus, kept, progress) as assistant:
        outcomes = ask_tasks(assistant, tasks, progress or quiet, left_out=address_left_out(settings))
    return AnswersRun(figures=figures_of(outcomes), outcomes=outcomes)


def ask_tasks(
    assistant: Assistant, tasks: Sequence[Task], progress: Progress = quiet, left_out: str = ""
) -> tuple[Outcome, ...]:
    """Return the outcome of each task, in order; `left_out` as in `check_sentences`."""
    outcomes = []
    for number, task in enumerate(tasks, start=1):
        outcomes.append(ask_task(assistant, task, left_out))
        progress("Asking", number, len(tasks))
    return tuple(outcomes)


def address_left_out(settings: Settings) -> str:
    """Return the house's words in the place of an address that is not shown."""
    return open_prompts(settings).say("link_left_out")


class Risk(Value):
    """The area under the risk-coverage curve of `judged` questions, lower is better; `chance` is that of any order.

    Answering is wrong where there is no answer, or where none of the relevant texts was found.
    """

    by_confidence: float
    by_cosine: float
    chance: float
    judged: int


def risk_of(outcomes: Sequence[Outcome]) -> Risk | None:
    """Return how well the confidence, and the best cosine alone, tell whether to answer; None with nothing to tell."""
    judged = [one for one in outcomes if one.answerability != "conversational"]
    right = [can_be_right(one) for one in judged]
    if not judged:
        return None
    return Risk(
        by_confidence=area_under_risk_coverage([one.confidence for one in judged], right),
        by_cosine=area_under_risk_coverage([one.cosine for one in judged], right),
        chance=1 - sum(right) / len(right),
        judged=len(judged),
    )


def can_be_right(outcome: Outcome) -> bool:
    """Tell whether answering would be right: there is an answer, and a relevant text was found where any is named."""
    return outcome.answerability == "answerable" and (outcome.recall is None or outcome.recall > 0)


def figures_of(outcomes: Sequence[Outcome]) -> dict[str, float | int]:
    """Return the figures of a run, each in 0..1, 0 where nothing could be measured.

    * `recall@5`: share of the relevant documents among the five best found, over tasks that name some.
    * `citation_precision`, `citation_recall`: share of cited documents that are relevant, and of relevant ones that are
      cited, over answered tasks that name some.
    * `token_f1`, `rouge_l`: words shared with the reference answer (SQuAD's F1; F1 of the longest common subsequence),
      over answered tasks that are answerable and have one.
    * `answered`: share of all tasks that got at least one cited sentence.
    * `abstained_when_unanswerable`, `abstained_when_answerable`: share of either kind that got none. Conversational
      tasks belong to neither; tasks answerable in part count as answerable.
    * `supported_sentences`: share of the cited sentences shown that hold against the stored text, see
      `check_sentences`.
    * `n`: the number of tasks.
    """
    shown = sum(one.sentences for one in outcomes)
    return {
        "recall@5": _mean(one.recall for one in outcomes),
        "citation_precision": _mean(one.citation_precision for one in outcomes),
        "citation_recall": _mean(one.citation_recall for one in outcomes),
        "token_f1": _mean(one.token_f1 for one in outcomes),
        "rouge_l": _mean(one.rouge_l for one in outcomes),
        "answered": _mean(float(one.answered) for one in outcomes),
        "abstained_when_unanswerable": _mean(
            float(not one.answered) for one in outcomes if one.answerability == "unanswerable"
        ),
        "abstained_when_answerable": _mean(
            float(not one.answered) for one in outcomes if one.answerability == "answerable"
        ),
        "supported_sentences": round(sum(one.supported for one in outcomes) / shown, 4) if shown else 0.0,
        "n": len(outcomes),
    }


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return round(fmean(known), 4) if known else 0.0
