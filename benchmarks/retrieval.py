"""Prints the retrieval table over every judged set of a folder: dense, keyword, both by plain rank fusion, and ours.

    python -m benchmarks.retrieval --data ../shared/data/retrieval --cache ~/.cache/assistant-retrieval

Each folder below `--data` with `corpus.jsonl[.gz]`, `qrels.tsv` and `queries*.jsonl` is a set, and each of its files of
queries a block of the table. `queries_conversation.jsonl` carries the turns before a question. All methods see the same
home in the same run; plain fusion is reciprocal rank with k = 60 over the same two rankings, and costs what both cost.
With `--cache` the ingested homes are kept, so that a second run need not embed the corpora again.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.homes import asked_home
from assistant.evaluation.metrics import percentile
from assistant.evaluation.retrieval import DEPTH, QueryOutcome, ask_queries, figures_of, score_ranking
from assistant.evaluation.sets import Qrels, read_qrels, read_queries
from assistant.retrieval import Mode
from assistant.service import Assistant
from assistant.settings import Settings
from benchmarks.machine import report

RANK_CONSTANT = 60
MODES: dict[Mode, str] = {"dense": "dense", "keyword": "keyword", "hybrid": "ours"}


def sets_of(folder: Path, wanted: Sequence[str]) -> Iterator[Path]:
    """Yield the folders that are judged sets, small ones first: their figures come soonest."""
    found = [one.parent for one in folder.glob("*/qrels.tsv") if not wanted or one.parent.name in wanted]
    yield from sorted(found, key=lambda one: sum(path.stat().st_size for path in one.glob("corpus.jsonl*")))


def query_files(folder: Path, qrels: Qrels) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each file of queries with those that are judged; a file that repeats another is left out."""
    seen: list[list[dict[str, Any]]] = []
    for path in sorted(folder.glob("queries*.jsonl")):
        asked = read_queries(path, qrels)
        if asked not in seen:
            seen.append(asked)
            yield path.stem, asked


def measure(bot: Assistant, asked: list[dict[str, Any]], qrels: Qrels) -> dict[str, tuple[QueryOutcome, ...]]:
    """Return the outcomes of each method."""
    found = {name: ask_queries(bot, asked, qrels, mode) for mode, name in MODES.items()}
    fused = tuple(
        plainly_fused(dense, keyword, qrels[dense.id])
        for dense, keyword in zip(found["dense"], found["keyword"], strict=True)
    )
    return {"dense": found["dense"], "keyword": found["keyword"], "plain RRF": fused, "ours": found["ours"]}


def plainly_fused(dense: QueryOutcome, keyword: QueryOutcome, gains: dict[str, int]) -> QueryOutcome:
    """Fuse the documents of two outcomes by reciprocal rank."""
    scores: dict[str, float] = {}
    for outcome in (dense, keyword):
        for rank, document in enumerate(outcome.documents, start=1):
            scores[document] = scores.get(document, 0.0) + 1.0 / (RANK_CONSTANT + rank)
    ranking = sorted(scores, key=lambda document: -scores[document])
    return dense.model_copy(
        update={
            "documents": tuple(ranking),
            "scores": score_ranking(ranking, gains),
            "milliseconds": dense.milliseconds + keyword.milliseconds,
        }
    )


def rows_of(name: str, queries: str, methods: dict[str, tuple[QueryOutcome, ...]]) -> Iterator[dict[str, Any]]:
    for method, outcomes in methods.items():
        figures = figures_of(outcomes)
        yield {
            "set": name,
            "queries": queries.removeprefix("queries").strip("_") or "default",
            "n": len(outcomes),
            "method": method,
            **{metric: figures[metric] for metric in (f"ndcg@{DEPTH}", "recall@5", "recall@10", "mrr@10")},
            "p50 ms": percentile([one.milliseconds for one in outcomes], 0.50),
            "p95 ms": percentile([one.milliseconds for one in outcomes], 0.95),
        }


def parser_of(description: str | None) -> argparse.ArgumentParser:
    """Return what reads the options of a benchmark on judged sets."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data/retrieval"))
    parser.add_argument("--cache", type=Path, help="a folder for ingested homes; without it they are temporary")
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    parser.add_argument("--set", action="append", default=[], help="only this set; may be repeated")
    parser.add_argument("--limit", type=int, help="only so many queries of each set or file")
    return parser


def main() -> None:
    parser = parser_of(__doc__)
    arguments = parser.parse_args()
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as temporary:
        homes = (arguments.cache or Path(temporary)) / arguments.embedder.replace("/", "-").replace(":", "-")
        for folder in sets_of(arguments.data, arguments.set):
            qrels = read_qrels(folder / "qrels.tsv")
            settings = Settings(embedder=arguments.embedder)
            with asked_home(settings, folder, homes / folder.name) as bot:
                for queries, asked in query_files(folder, qrels):
                    block = list(rows_of(folder.name, queries, measure(bot, asked[: arguments.limit], qrels)))
                    print(
                        "  ".join(f"{row['method']} {row[f'ndcg@{DEPTH}']:.3f}" for row in block), folder.name, queries
                    )
                    rows += block
    if not rows:
        parser.error(f"{arguments.data} holds no judged set")
    report("retrieval", rows)


if __name__ == "__main__":
    main()
