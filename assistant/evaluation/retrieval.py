"""Evaluates retrieval on a folder in the layout of BEIR, in a state folder of its own."""

import csv
import gzip
import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import fmean
from typing import IO, Any

from assistant.bootstrap import open_assistant
from assistant.errors import DocumentError
from assistant.evaluation.metrics import ndcg, percentile, recall, reciprocal_rank
from assistant.indexing.embedding import Progress
from assistant.retrieval import Mode, best_per_document
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import LoadedDocument, Message

DEPTH = 10
PASSAGES_READ = 50
"""Several passages may belong to one document, so more passages than documents are read."""

Qrels = dict[str, dict[str, int]]


def evaluate_retrieval(
    settings: Settings,
    folder: Path,
    *,
    queries: Path | None = None,
    mode: Mode = "hybrid",
    progress: Progress | None = None,
) -> dict[str, float | int]:
    """Ingest the corpus of `folder` into a temporary home, ask its judged queries, and return the figures.

    Reads `corpus.jsonl` or `corpus.jsonl.gz`, `qrels.tsv`, and `queries` or the folder's `queries.jsonl`.

    Raises:
        DocumentError: A file is missing or not in the expected form.
    """
    qrels = read_qrels(folder / "qrels.tsv")
    asked = [query for query in read_jsonl(queries or folder / "queries.jsonl") if str(query["_id"]) in qrels]
    with tempfile.TemporaryDirectory(prefix="assistant-eval-") as home:
        here = settings.model_copy(update={"home": Path(home), "database": "", "chroma": ""})
        with open_assistant(here) as assistant:
            report = assistant.ingest_documents(list(read_corpus(folder)), progress)
            assistant.warm_up()
            figures = _ask(assistant, asked, qrels, mode)
    return figures | {"passages": report.passages}


def _ask(assistant: Assistant, asked: list[dict[str, Any]], qrels: Qrels, mode: Mode) -> dict[str, float | int]:
    scores: dict[str, list[float]] = defaultdict(list)
    for query in asked:
        started = time.perf_counter()
        found = assistant.find(query["text"], PASSAGES_READ, mode, read_history(query))
        scores["milliseconds"].append((time.perf_counter() - started) * 1000)
        ranking = best_per_document([scored.passage for scored in found.passages])
        for name, score in _score(ranking, qrels[str(query["_id"])]).items():
            scores[name].append(score)
    times = scores.pop("milliseconds", [])
    figures: dict[str, float | int] = {name: round(fmean(values), 4) for name, values in scores.items()}
    return figures | {
        "queries": len(asked),
        "milliseconds_p50": round(percentile(times, 0.50), 2),
        "milliseconds_p95": round(percentile(times, 0.95), 2),
    }


def _score(ranking: list[str], gains: Mapping[str, int]) -> dict[str, float]:
    return {
        "ndcg@10": ndcg(ranking, gains, DEPTH),
        "recall@5": recall(ranking, gains, 5),
        "recall@10": recall(ranking, gains, DEPTH),
        "mrr@10": reciprocal_rank(ranking, gains, DEPTH),
    }


def read_history(query: Mapping[str, Any]) -> tuple[Message, ...]:
    """Return the earlier turns of a query, oldest first; speakers other than the user count as the assistant."""
    return tuple(
        Message(speaker="customer" if turn["speaker"] in ("user", "customer") else "assistant", text=turn["text"])
        for turn in query.get("history") or ()
    )


def read_corpus(folder: Path) -> Iterator[LoadedDocument]:
    """Yield the documents of a corpus; `_id` becomes their name. Documents without any text are left out."""
    plain = folder / "corpus.jsonl"
    for row in read_jsonl(plain if plain.exists() else folder / "corpus.jsonl.gz"):
        name, title, text = str(row["_id"]), row.get("title") or "", row.get("text") or ""
        if title.strip() or text.strip():
            yield LoadedDocument(source=f"eval:{name}", name=name, title=title, text=text if text.strip() else title)


def read_qrels(path: Path) -> Qrels:
    """Read judgements: query id, document id, gain, with a header row; queries without a relevant one are dropped.

    Raises:
        DocumentError: The file is missing, or a row does not hold three columns with a number last.
    """
    qrels: Qrels = defaultdict(dict)
    with _open(path) as file:
        for number, row in enumerate(csv.reader(file, delimiter="\t"), start=1):
            if number == 1 and row and not row[-1].lstrip("-").isdigit():
                continue
            try:
                query, document, gain = row[0], row[-2], int(row[-1])
            except (ValueError, IndexError) as error:
                raise DocumentError(path, f"line {number} is not `query-id<tab>corpus-id<tab>score`") from error
            qrels[query][document] = gain
    return {query: gains for query, gains in qrels.items() if any(gain > 0 for gain in gains.values())}


def read_jsonl(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSONL file, gzipped or not.

    Raises:
        DocumentError: The file is missing, or a line is not a JSON object.
    """
    with _open(path) as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DocumentError(path, f"line {number} is not JSON: {error.msg}") from error
            if not isinstance(row, dict):
                raise DocumentError(path, f"line {number} is not a JSON object")
            yield row


def _open(path: Path) -> IO[str]:
    try:
        return gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")
    except OSError as error:
        raise DocumentError(path, f"cannot be opened: {error.strerror}") from error
