"""Retrieval side by side with other frameworks: same passages, weights, questions and depth, in one interleaved run.

    python -m benchmarks.peers install
    python -m benchmarks.peers run [--sets scifact mtrag_cloud mtrag_govt squad2] [--data ../shared/data/retrieval]
        [--peers langchain_chroma txtai_hybrid ...] [--questions 300] [--timed 60] [--sample 300]

Each contender is a process in an environment of its own (`benchmarks/peers_venvs.py`) that runs one file of
`benchmarks/peers_adapters/`. Quality: passages come with their vectors, which are computed once by the same weights
(each contender's own class is checked against them), questions are embedded by each contender; rankings are read
`DEPTH` passages deep and mapped to documents. Speed: the contenders take turns question by question, in shuffled
order, at `TIMED_DEPTH`, embedding included; the clock runs inside the contender. Ingest: a sample of the first set is
embedded and indexed by each contender itself, in turns. Memory: resident after a set is indexed; one process serves
all sets, so the first set's figure is the cleanest. Beside wall time stands CPU time, which other load disturbs less.
What is made is kept under PEERS_CACHE (~/.cache/assistant-peers): a second run costs only the measuring.
"""

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean, median
from typing import Any, NamedTuple

from assistant.embedders.packaged import packaged_folder
from assistant.evaluation.metrics import ndcg, percentile, recall
from benchmarks.machine import report, table
from benchmarks.peers_process import ContenderFailed, ContenderProcess
from benchmarks.peers_sets import PeerSet, prepare
from benchmarks.peers_venvs import CACHE, install, python_of

DEPTH = 50
"""Passages read for quality: several may belong to one document, and ten documents are judged."""

TIMED_DEPTH = 10
WARM_UP = 5
VERIFIED_TEXTS = 50
LEAST_COSINE = 0.9999
THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")

Row = dict[str, Any]


class Entry(NamedTuple):
    """A contender: its adapter, the environment it runs in (empty: this one), and further variables."""

    adapter: str
    environment: str
    variables: Mapping[str, str] = {}


def _ours(embedder: str) -> Entry:
    home = CACHE / "homes" / embedder.partition(":")[0]
    return Entry("ours", "", {"PEERS_EMBEDDER": embedder, "PEERS_HOME": str(home)})


CONTENDERS: dict[str, Entry] = {
    "ours_onnx": _ours("onnx:all-MiniLM-L6-v2"),
    "ours_torch": _ours("sentence-transformers:all-MiniLM-L6-v2"),
    "langchain_chroma": Entry("langchain_chroma", "langchain"),
    "langchain_ensemble": Entry("langchain_ensemble", "langchain"),
    "llama_index_vector": Entry("llama_index_vector", "llama-index"),
    "llama_index_fusion": Entry("llama_index_fusion", "llama-index"),
    "haystack_hybrid": Entry("haystack_hybrid", "haystack"),
    "txtai_hybrid": Entry("txtai_hybrid", "txtai"),
}
OURS = [name for name, entry in CONTENDERS.items() if not entry.environment]
LEFT_OUT: dict[str, str] = {
    "haiku_rag": "haiku.rag 0.6.0, which pip finds for Python 3.11, embeds only by Ollama, OpenAI or VoyageAI:"
    " it cannot load the weights that all others share, and a server made for it would be timed instead"
}
APPROXIMATE = {"ours_onnx"}
"""Embeds in int8; its cosine to the given vectors is printed but need not be as near as that of full precision."""


def start(name: str, logs: Path, threads: Mapping[str, str]) -> ContenderProcess:
    """Start the process of a contender; `threads` are variables that bound how many it computes with."""
    entry = CONTENDERS[name]
    python = python_of(entry.environment) if entry.environment else Path(sys.executable)
    command: list[str | Path] = [python, "-m", "benchmarks.peers_adapters", entry.adapter]
    return ContenderProcess(name, command, {**threads, **entry.variables}, logs / f"{name}.log")


def load(process: ContenderProcess) -> Row:
    """Let a contender load its model; returns how long its imports and all of the start took."""
    loaded = process.do("load", model=str(packaged_folder()))
    return {
        "import s": loaded["import_seconds"],
        "start s": loaded["import_seconds"] + loaded["load_seconds"],
        "start cpu s": loaded["cpu_seconds"],
    }


def quality(process: ContenderProcess, given: PeerSet) -> Row:
    """Ask every question once and score the documents found."""
    scores: dict[str, list[float]] = defaultdict(list)
    for number, text in given.questions:
        found = list(dict.fromkeys(process.do("ask", question=text, depth=DEPTH)["documents"]))
        scores["nDCG@10"].append(ndcg(found, given.qrels[number], 10))
        scores["recall@5"].append(recall(found, given.qrels[number], 5))
    return {name: round(fmean(values), 4) for name, values in scores.items()}


def latencies(processes: Sequence[ContenderProcess], questions: Sequence[str], rounds: int) -> dict[str, Row]:
    """Time each retrieval by contender; whoever comes before whom changes at every question."""
    order, rng = list(processes), random.Random(7)
    walls: dict[str, list[float]] = defaultdict(list)
    cpus: dict[str, list[float]] = defaultdict(list)
    for process in processes:
        for text in questions[:WARM_UP]:
            process.do("ask", question=text, depth=TIMED_DEPTH)
    for _ in range(rounds):
        for text in questions:
            rng.shuffle(order)
            for process in order:
                answer = process.do("ask", question=text, depth=TIMED_DEPTH)
                walls[process.name].append(1000 * answer["seconds"])
                cpus[process.name].append(1000 * answer["cpu_seconds"])
    return {
        name: {"p50 ms": percentile(times, 0.5), "p95 ms": percentile(times, 0.95), "cpu ms": median(cpus[name])}
        for name, times in walls.items()
    }


def ingest_rates(processes: Sequence[ContenderProcess], given: PeerSet, sample: int, rounds: int) -> dict[str, Row]:
    """Let each contender embed and index a sample itself; medians over rounds."""
    walls: dict[str, list[float]] = defaultdict(list)
    cpus: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for process in processes:
            done = process.do("ingest", passages=str(given.passages), vectors=None, limit=sample)
            walls[process.name].append(done["passages"] / done["seconds"])
            cpus[process.name].append(1000 * done["cpu_seconds"] / done["passages"])
            print(f"  {process.name}: {walls[process.name][-1]:.1f} passages/s", flush=True)
    return {
        name: {"ingest passages/s": median(rates), "ingest cpu ms/passage": median(cpus[name])}
        for name, rates in walls.items()
    }


def measure_quality(process: ContenderProcess, given: PeerSet) -> Row:
    """Let a contender index all passages with the vectors that are given to all, and score it."""
    done = process.do("ingest", passages=str(given.passages), vectors=str(given.vectors), limit=None)
    row = {"rss MB": round(done["rss_mb"])} | quality(process, given)
    print(f"  {process.name}: nDCG@10 {row['nDCG@10']}, recall@5 {row['recall@5']}", flush=True)
    return row


def all_of(
    processes: Sequence[ContenderProcess], action: Callable[[ContenderProcess], Row], jobs: int
) -> dict[ContenderProcess, Row]:
    """Do something untimed with each contender, `jobs` at once. One that fails is told, and left out from there on."""

    def attempt(process: ContenderProcess) -> Row | None:
        try:
            return action(process)
        except ContenderFailed as failure:
            LEFT_OUT[process.name] = str(failure)
            print(f"  {failure}", flush=True)
            return None

    with ThreadPoolExecutor(jobs) as pool:
        rows = list(pool.map(attempt, processes))
    return {process: row for process, row in zip(processes, rows, strict=True) if row is not None}


def compare(
    processes: Sequence[ContenderProcess], given: PeerSet, timed: int, rounds: int, jobs: int
) -> dict[ContenderProcess, Row]:
    """Run all contenders on one set and return a row for each. Only what is timed takes turns."""
    scored = all_of(processes, lambda process: measure_quality(process, given), jobs)
    rows = {process: {"set": given.name, "contender": process.name} | row for process, row in scored.items()}
    spread = given.questions[:: max(1, len(given.questions) // timed)][:timed]
    times = latencies(list(rows), [text for _, text in spread], rounds)
    return {process: row | times[process.name] for process, row in rows.items()}


def verified(process: ContenderProcess, given: PeerSet) -> Row:
    """Check that a contender's own embedding class makes the vectors that all are given.

    Raises:
        ContenderFailed: It does not, so that its quality would not be its own.
    """
    where = {"passages": str(given.passages), "vectors": str(given.vectors)}
    least = process.do("verify", **where, limit=VERIFIED_TEXTS)["least_cosine"]
    if least < LEAST_COSINE and process.name not in APPROXIMATE:
        raise ContenderFailed(f"{process.name} embeds differently: cosine {least:.5f}")
    return {"own vectors' cosine": round(least, 5)}


def summary(rows: Sequence[Row]) -> Row:
    """Return, for one set, our quality less the best peer's and the fastest peer's time over ours."""
    ours = [row for row in rows if row["contender"] in OURS]
    peers = [row for row in rows if row["contender"] not in OURS]
    margins = {
        f"{figure} over best peer": max(row[figure] for row in ours) - max(row[figure] for row in peers)
        for figure in ("nDCG@10", "recall@5")
    }
    fastest = min(row["p50 ms"] for row in peers)
    return {"set": rows[0]["set"]} | margins | {"times faster": fastest / min(row["p50 ms"] for row in ours)}


def run(arguments: argparse.Namespace) -> None:
    """Start all contenders once, compare them set by set, print and keep the tables."""
    for name in [one for one in arguments.peers if not _runnable(one)]:
        raise SystemExit(f"{name} is not installed; run `python -m benchmarks.peers install`")
    sets = [
        prepare(arguments.data / name, CACHE / "sets", arguments.questions, arguments.homes) for name in arguments.sets
    ]
    rows: list[Row] = []
    with ExitStack() as stack:
        threads = dict.fromkeys(THREAD_VARIABLES, str(arguments.threads)) if arguments.threads else {}
        logs = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        processes = [stack.enter_context(start(name, logs, threads)) for name in arguments.peers]
        alone = all_of(processes, lambda one: load(one) | verified(one, sets[0]), arguments.jobs)
        if arguments.sample:
            rates = ingest_rates(list(alone), sets[0], arguments.sample, arguments.rounds)
            alone = {process: row | rates[process.name] for process, row in alone.items()}
        report("peers_start", [{"contender": process.name} | row for process, row in alone.items()])
        for given in sets:
            print(f"{given.name}: {len(given.questions)} questions", flush=True)
            rows += compare(list(alone), given, arguments.timed, arguments.rounds, arguments.jobs).values()
            # After each set, since one takes minutes.
            report("peers", rows)
    for name, reason in LEFT_OUT.items():
        print(f"{name} is left out: {reason}")
    for given in sets:
        found = [row for row in rows if row["set"] == given.name]
        if {row["contender"] in OURS for row in found} == {True, False}:
            print(table([summary(found)]))


def _runnable(name: str) -> bool:
    environment = CONTENDERS[name].environment
    return not environment or python_of(environment).exists()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("install", help="make an environment for each peer")
    running = commands.add_parser("run", help="compare, print a table and write it as JSON")
    running.add_argument("--data", type=Path, default=Path("../shared/data/retrieval"))
    running.add_argument("--sets", nargs="+", default=["scifact", "mtrag_cloud", "mtrag_govt", "squad2"])
    running.add_argument("--peers", nargs="+", default=list(CONTENDERS), choices=list(CONTENDERS), metavar="NAME")
    running.add_argument("--questions", type=int, default=300, help="of each set, evenly spread; 0 for all")
    running.add_argument("--timed", type=int, default=60, help="how many of them are timed, in each round")
    running.add_argument("--rounds", type=int, default=2)
    running.add_argument("--sample", type=int, default=300, help="passages of the first set to ingest; 0 for none")
    running.add_argument(
        "--jobs", type=int, default=1, help="contenders at once where nothing is timed, but for starts"
    )
    running.add_argument("--threads", type=int, default=0, help="of each contender; 0 leaves each its own default")
    running.add_argument("--homes", type=Path, help="a folder of state folders that hold the sets already, by name")
    arguments = parser.parse_args()
    if arguments.command == "install":
        install([entry.environment for entry in CONTENDERS.values() if entry.environment])
    else:
        run(arguments)


if __name__ == "__main__":
    main()
