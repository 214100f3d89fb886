"""Times what happens before a language model is asked: embed the question, search both indexes, fuse, rank, judge.

    python -m benchmarks.latency [--sizes 10000 100000] [--embedder onnx:all-MiniLM-L6-v2]

Threads and the garbage collector are set as `assistant serve` sets them. No question is asked twice, so that its vector
is not remembered. Beside the time on the clock stands that of the processor, which a busy machine changes less.
Passages are made as in `benchmarks.turn`.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from assistant.bootstrap import open_assistant
from assistant.embedders import open_embedder
from assistant.entrypoints.serving import compute_on_one_core, spare_what_was_loaded
from assistant.evaluation.metrics import percentile
from assistant.settings import Settings
from benchmarks.machine import report
from benchmarks.turn import QUESTIONS, SAMPLES, WARM_UP, fill


def questions() -> list[str]:
    return [f"{random.Random(sample).choice(QUESTIONS)} {sample}" for sample in range(WARM_UP + SAMPLES)]


def timed(step: str, call: Callable[[str], object]) -> dict[str, Any]:
    """Ask every question; the first ones only warm up."""
    clock, processor = [], []
    for question in questions():
        begun, used = time.perf_counter(), time.process_time()
        call(question)
        clock.append((time.perf_counter() - begun) * 1000)
        processor.append((time.process_time() - used) * 1000)
    clock, processor = clock[WARM_UP:], processor[WARM_UP:]
    return {
        "step": step,
        "p50 ms": round(median(clock), 2),
        "p95 ms": round(percentile(clock, 0.95), 2),
        "processor p50 ms": round(median(processor), 2),
        "processor p95 ms": round(percentile(processor, 0.95), 2),
    }


def measure(settings: Settings, count: int) -> list[dict[str, Any]]:
    embedder = open_embedder(settings)
    fill(settings, embedder, count)
    with open_assistant(settings) as bot:
        bot.warm_up()
        spare_what_was_loaded()
        rows = [timed("embed", embedder.embed_query), timed("embed, search and rank", bot.find)]
    return [{"passages": count, **row} for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    arguments = parser.parse_args()
    compute_on_one_core()
    rows: list[dict[str, Any]] = []
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as home:
            rows += measure(Settings(home=Path(home), embedder=arguments.embedder), size)
    report("latency", rows)


if __name__ == "__main__":
    main()
