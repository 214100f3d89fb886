"""A set of questions with the answers expected of them, one JSON object a line."""

import hashlib
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from assistant.errors import DocumentError
from assistant.evaluation.sets import BAD_HISTORY, read_history, read_jsonl
from assistant.types import Message, Value

Answerability = Literal["answerable", "unanswerable", "conversational"]

_LABELS: dict[str, Answerability] = {
    "ANSWERABLE": "answerable",
    "PARTIAL": "answerable",
    "UNANSWERABLE": "unanswerable",
    "CONVERSATIONAL": "conversational",
}


class Task(Value):
    """One question, with the turns before it and what a good answer is.

    `relevant_ids` are names of documents. A question that the documents answer in part is `answerable`; one that asks
    for nothing, such as "thank you", is `conversational`.
    """

    id: str
    question: str
    history: tuple[Message, ...] = ()
    reference_answer: str = ""
    relevant_ids: tuple[str, ...] = ()
    answerability: Answerability = "answerable"


def read_tasks(path: Path, limit: int | None = None) -> list[Task]:
    """Read a JSONL file of tasks, or the first `limit` of them.

    A line needs `question`; `history`, `reference_answer`, `relevant_ids`, `task_id` and `answerability` (a label, or a
    list whose first label counts; answerable where there is none) may follow.

    Raises:
        DocumentError: The file is missing, empty, or a line does not have this form.
    """
    tasks = list(islice(_tasks(path), limit))
    if not tasks:
        raise DocumentError(path, "holds no task; write one JSON object a line, with at least `question`")
    return tasks


def checksum_of(tasks: list[Task]) -> str:
    """Return the sha256 of a set of tasks, in whatever way its lines were written."""
    return hashlib.sha256("\n".join(task.model_dump_json() for task in tasks).encode()).hexdigest()


def _tasks(path: Path) -> Iterator[Task]:
    seen: set[str] = set()
    for number, row in enumerate(read_jsonl(path), start=1):
        task = _task(path, number, row)
        if task.id in seen:
            raise DocumentError(path, f"object {number} repeats the task {task.id!r}")
        seen.add(task.id)
        yield task


def _task(path: Path, number: int, row: Mapping[str, Any]) -> Task:
    question = row.get("question")
    if not isinstance(question, str) or not question.strip():
        raise DocumentError(path, f"object {number} has no `question`")
    relevant = row.get("relevant_ids") or []
    if not isinstance(relevant, list):
        raise DocumentError(path, f"object {number}: `relevant_ids` is not a list of document names")
    reference = row.get("reference_answer") or ""
    try:
        history = read_history(row)
    except (KeyError, TypeError, ValueError) as error:
        raise DocumentError(path, f"object {number}: {BAD_HISTORY}") from error
    return Task(
        id=str(row.get("task_id") or row.get("_id") or number),
        question=question,
        history=history,
        reference_answer=str(reference),
        relevant_ids=tuple(dict.fromkeys(str(one) for one in relevant)),
        answerability=_answerability(path, number, row.get("answerability")),
    )


def _answerability(path: Path, number: int, value: object) -> Answerability:
    if isinstance(value, list) and value:
        value = value[0]
    if value is None:
        return "answerable"
    label = _LABELS.get(str(value).upper())
    if label is None:
        raise DocumentError(path, f"object {number}: `answerability` {value!r} is not one of {', '.join(_LABELS)}")
    return label
