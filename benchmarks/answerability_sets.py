"""Questions with and without an answer, over the documents that they are asked of."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from assistant.evaluation.sets import read_corpus
from assistant.service import Assistant
from assistant.shipped import shipped_folder
from assistant.types import LoadedDocument, Message
from benchmarks.answers import read_questions


class Asked(NamedTuple):
    """A question; `relevant` names the documents that answer it, none where nothing does."""

    question: str
    history: tuple[Message, ...]
    relevant: frozenset[str]


class QuestionSet(NamedTuple):
    """A set; the shipped model may be fitted on those whose licence allows it."""

    name: str
    may_be_learnt: bool
    ingest: Callable[[Assistant], None]
    questions: Callable[[], list[Asked]]


def question_sets(shared: Path) -> list[QuestionSet]:
    """Return all sets, in the order in which they are shown."""
    return [
        QuestionSet("own", True, _ingest_sample, _own_questions),
        *(
            QuestionSet(
                name, True, _corpus(shared / "retrieval" / name), _tasks(shared / f"answers/{name}_tasks.jsonl")
            )
            for name in ("mtrag_govt", "mtrag_cloud")
        ),
        QuestionSet("clapnq", True, _clapnq_corpus(shared / "answers/clapnq"), _clapnq(shared / "answers/clapnq")),
        QuestionSet("squad2", False, _corpus(shared / "retrieval/squad2"), _squad(shared / "retrieval/squad2")),
    ]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _corpus(folder: Path) -> Callable[[Assistant], None]:
    return lambda bot: _ingest(bot, list(read_corpus(folder)))


def _ingest(bot: Assistant, documents: Sequence[LoadedDocument]) -> None:
    if bot.status()["documents"] == 0:
        bot.ingest_documents(documents)


def _ingest_sample(bot: Assistant) -> None:
    bot.ingest(shipped_folder("knowledge_base"))


def _own_questions() -> list[Asked]:
    return [
        Asked(
            row["question"],
            tuple(Message(**message) for message in row.get("history", [])),
            frozenset(row.get("documents", ()) if row["answerable"] else ()),
        )
        for row in read_questions(None)
    ]


def _tasks(path: Path) -> Callable[[], list[Asked]]:
    """Read tasks of a conversation each; those that are only conversation have nothing to be looked up."""

    def read() -> list[Asked]:
        return [
            Asked(
                row["question"],
                tuple(
                    Message(speaker="customer" if one["speaker"] == "user" else "assistant", text=one["text"])
                    for one in row["history"]
                ),
                frozenset(() if "UNANSWERABLE" in row["answerability"] else row["relevant_ids"]),
            )
            for row in _rows(path)
            if "CONVERSATIONAL" not in row["answerability"]
        ]

    return read


def _squad(folder: Path) -> Callable[[], list[Asked]]:
    def read() -> list[Asked]:
        return [
            Asked(row["text"], (), frozenset(() if row["is_impossible"] else (row["source_doc"],)))
            for row in _rows(folder / "queries.jsonl")
        ]

    return read


def write_clapnq(folder: Path, into: Path) -> Path:
    """Write CLAP NQ as tasks of `assistant eval answers`, with their corpus; returns the file of tasks."""
    passages = _clapnq_passages(folder)
    corpus = [{"_id": name, "title": one["title"], "text": one["text"]} for name, one in passages.items()]
    tasks = [
        {
            "task_id": row["id"],
            "question": row["input"],
            "reference_answer": row["output"][0]["answer"] if known else "",
            "relevant_ids": [name] if known else [],
            "answerability": "ANSWERABLE" if known else "UNANSWERABLE",
        }
        for name, row, known in _clapnq_rows(folder)
    ]
    into.mkdir(parents=True, exist_ok=True)
    for file, objects in (("corpus.jsonl", corpus), ("tasks.jsonl", tasks)):
        (into / file).write_text("".join(f"{json.dumps(one)}\n" for one in objects), encoding="utf-8")
    return into / "tasks.jsonl"


def _clapnq_rows(folder: Path) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Yield each question with the name of its passage; a passage that two questions share is one document."""
    for kind in ("answerable", "unanswerable"):
        for row in _rows(folder / f"clapnq_dev_{kind}.jsonl"):
            name = hashlib.sha256(row["passages"][0]["text"].encode()).hexdigest()[:16]
            yield name, row, kind == "answerable"


def _clapnq_passages(folder: Path) -> dict[str, dict[str, Any]]:
    return {name: row["passages"][0] for name, row, _ in _clapnq_rows(folder)}


def _clapnq_corpus(folder: Path) -> Callable[[Assistant], None]:
    def ingest(bot: Assistant) -> None:
        _ingest(
            bot,
            [
                LoadedDocument(source=f"eval:{name}", name=name, title=one["title"], text=one["text"])
                for name, one in _clapnq_passages(folder).items()
            ],
        )

    return ingest


def _clapnq(folder: Path) -> Callable[[], list[Asked]]:
    def read() -> list[Asked]:
        return [
            Asked(row["input"], (), frozenset((name,) if known else ())) for name, row, known in _clapnq_rows(folder)
        ]

    return read
