"""The proofs of reliability in short; at full length they are run by hand, as each benchmark says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import benchmarks
from benchmarks.damage import OUTCOMES
from benchmarks.kills import WRONG
from benchmarks.machine import RESULTS

SECONDS = 400
MOST_MEGABYTES = 900


def prove(name: str, *arguments: str) -> list[dict[str, Any]]:
    """Run a benchmark in a process of its own, since it forks; returns the rows of its report."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--name", f"{name}-short", *arguments]
    root = Path(benchmarks.__path__[0]).parent
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr
    rows: list[dict[str, Any]] = json.loads((RESULTS / f"{name}-short.json").read_text(encoding="utf-8"))["rows"]
    return rows


def test_nothing_is_lost_in_a_few_kills() -> None:
    last = prove("kills", "--kills", "4", "--large", "0")[-1]
    assert last["kills"] == 4
    assert {name: last[name] for name in ("not opened", *WRONG) if last[name]} == {}


def test_a_few_damaged_files_change_no_answer() -> None:
    last = prove("damage", "--variants", "4")[-1]
    assert sum(last[name] for name in OUTCOMES) == last["variants"] == 4
    assert (last["missed"], last["died"]) == (0, 0)
    assert last["least recall@10"] > 0.99


def test_a_thousand_passages_fit_in_memory() -> None:
    rows = prove("scale", "--sizes", "1200")
    assert max(row["peak rss MB"] for row in rows) < MOST_MEGABYTES
