"""Asks the questions of `tests/content/questions.jsonl` and counts right, wrong and missing answers.

    python -m benchmarks.answers [--responders extractive] [--responders llama-cpp:SmolLM2-135M-Instruct]
        [--readers none small] [--limit N]

For questions that the documents answer: how many were answered, and in how many a cited span, or its document section,
holds every string that the answer needs. For the others: how many were answered all the same. Then the risk-coverage
table of the evidence threshold, by the last reader. All responders and readers see the same home in the same run.
"""

import argparse
import json
import tempfile
import time
from itertools import product
from pathlib import Path
from typing import Any

from assistant.bootstrap import open_assistant
from assistant.evaluation.metrics import percentile
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.types import Message, Reply
from benchmarks.machine import report, table

QUESTIONS = Path(__file__).parent.parent / "tests" / "content" / "questions.jsonl"


def read_questions(limit: int | None) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines() if line.strip()]
    return rows[:: max(1, len(rows) // limit)] if limit else rows


def holds(reply: Reply, bot: Assistant, needed: list[str], around: int) -> bool:
    """Tell whether the cited spans, widened by `around` characters, hold every needed string."""
    texts = []
    for one in reply.citations:
        document = bot.document(one.document, one.revision)
        assert document is not None
        assert document.text[one.start : one.end] == one.quote
        texts.append(document.text[max(0, one.start - around) : one.end + around])
    return all(any(string in text for text in texts) for string in needed)


def measure(settings: Settings, questions: list[dict[str, Any]]) -> tuple[dict[str, Any], list[tuple[float, bool]]]:
    answered = right = near = wrongly = 0
    times: list[float] = []
    confidences = []
    with open_assistant(settings) as bot:
        bot.warm_up()
        for row in questions:
            history = [Message(**message) for message in row.get("history", [])]
            started = time.perf_counter()
            reply = bot.reply(row["question"], history=history)
            times.append((time.perf_counter() - started) * 1000)
            evidence = reply.circumstances.evidence if reply.circumstances is not None else None
            confidences.append((evidence.confidence if evidence is not None else 0.0, bool(row["answerable"])))
            if row["answerable"]:
                answered += bool(reply.citations)
                right += bool(reply.citations) and holds(reply, bot, row["must_contain"], 0)
                near += bool(reply.citations) and holds(reply, bot, row["must_contain"], 600)
            else:
                wrongly += bool(reply.citations)
    total = sum(row["answerable"] for row in questions)
    return {
        "responders": ",".join(settings.responders),
        "reader": settings.reader,
        "answerable": total,
        "answered": answered / total,
        "quote holds answer": right / total,
        "passage holds answer": near / total,
        "right of answered": near / max(1, answered),
        "unanswerable": len(questions) - total,
        "answered all the same": wrongly / max(1, len(questions) - total),
        "turn p50 ms": percentile(times, 0.5),
        "turn p95 ms": percentile(times, 0.95),
    }, confidences


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--responders", action="append")
    parser.add_argument("--readers", nargs="+", default=["none", "small"])
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    parser.add_argument("--limit", type=int)
    arguments = parser.parse_args()
    questions = read_questions(arguments.limit)
    rows: list[dict[str, Any]] = []
    confidences: list[tuple[float, bool]] = []
    with tempfile.TemporaryDirectory() as home:
        base = Settings(home=Path(home), embedder=arguments.embedder)
        with open_assistant(base) as bot:
            bot.ingest(shipped_folder("knowledge_base"))
        for one, reader in product(arguments.responders or ["extractive"], arguments.readers):
            chosen = base.model_copy(update={"responders": tuple(one.split(",")), "reader": reader})
            row, confidences = measure(chosen, questions)
            rows.append(row)
    risk = [
        {
            "threshold": threshold,
            "answerable answered": sum(c >= threshold for c, known in confidences if known)
            / max(1, rows[0]["answerable"]),
            "unanswerable answered": sum(c >= threshold for c, known in confidences if not known)
            / max(1, rows[0]["unanswerable"]),
        }
        for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    ]
    print(table(risk))
    report("answers", rows)


if __name__ == "__main__":
    main()
