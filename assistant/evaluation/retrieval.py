"""Evaluates retrieval on a folder in the layout of BEIR, in a state folder of its own."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.evaluation.homes import asked_home
from assistant.evaluation.metrics import ndcg, percentile, recall, reciprocal_rank
from assistant.evaluation.sets import Qrels, read_history, read_qrels, read_queries
from assistant.indexing.embedding import Progress, quiet
from assistant.retrieval import Mode, best_per_document
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Value

DEPTH = 10
PASSAGES_READ = 50
"""Several passages may belong to one document, so more passages than documents are read."""


class QueryOutcome(Value):
    """What one judged query found: documents, best first, their scores against the judgements, and how long it took."""

    id: str
    question: str
    documents: tuple[str, ...]
    relevant: tuple[str, ...]
    scores: dict[str, float]
    milliseconds: float


class RetrievalRun(Value):
    """The figures of a set, and the queries behind them."""

    figures: dict[str, float | int]
    outcomes: tuple[QueryOutcome, ...]


def evaluate_retrieval(
    settings: Settings,
    folder: Path,
    *,
    queries: Path | None = None,
    mode: Mode = "hybrid",
    kept: Path | None = None,
    progress: Progress | None = None,
) -> RetrievalRun:
    """Ingest the corpus of `folder` into a home of its own, temporary or `kept`, and ask its judged queries.

    Reads `corpus.jsonl` or `corpus.jsonl.gz`, `qrels.tsv`, and `queries` or the folder's `queries.jsonl`.

    Raises:
        DocumentError: A file is missing or not in the expected form.
        ConfigurationError: `kept` holds something else.
    """
    qrels = read_qrels(folder / "qrels.tsv")
    asked = read_queries(queries or folder / "queries.jsonl", qrels)
    with asked_home(settings, folder, kept, progress) as assistant:
        outcomes = ask_queries(assistant, asked, qrels, mode, progress or quiet)
        passages = int(assistant.status()["passages"])
    return RetrievalRun(figures=figures_of(outcomes) | {"passages": passages}, outcomes=outcomes)


def ask_queries(
    assistant: Assistant, asked: Sequence[Mapping[str, Any]], qrels: Qrels, mode: Mode, progress: Progress = quiet
) -> tuple[QueryOutcome, ...]:
    """Search for each query, in order, and score what it found."""
    outcomes = []
    for number, query in enumerate(asked, start=1):
        gains = qrels[str(query["_id"])]
        started = time.perf_counter()
        found = assistant.find(query["text"], PASSAGES_READ, mode, read_history(query))
        milliseconds = (time.perf_counter() - started) * 1000
        ranking = best_per_document([scored.passage for scored in found.passages])
        outcomes.append(
            QueryOutcome(
                id=str(query["_id"]),
                question=query["text"],
                documents=tuple(ranking),
                relevant=tuple(document for document, gain in gains.items() if gain > 0),
                scores=score_ranking(ranking, gains),
                milliseconds=milliseconds,
            )
        )
        progress("Asking", number, len(asked))
    return tuple(outcomes)


def figures_of(outcomes: Sequence[QueryOutcome]) -> dict[str, float | int]:
    """Return the means of all scores, the number of queries, and how long they took."""
    times = [one.milliseconds for one in outcomes]
    means = (
        {name: round(fmean(one.scores[name] for one in outcomes), 4) for name in outcomes[0].scores} if outcomes else {}
    )
    return means | {
        "queries": len(outcomes),
        "milliseconds_p50": round(percentile(times, 0.50), 2),
        "milliseconds_p95": round(percentile(times, 0.95), 2),
    }


def score_ranking(ranking: Sequence[str], gains: Mapping[str, int]) -> dict[str, float]:
    """Return every figure of one ranking of documents."""
    return {
        "ndcg@10": ndcg(ranking, gains, DEPTH),
        "recall@5": recall(ranking, gains, 5),
        "recall@10": recall(ranking, gains, DEPTH),
        "mrr@10": reciprocal_rank(ranking, gains, DEPTH),
    }
