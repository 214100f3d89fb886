"""Runs random histories of a knowledge base against a model; see tests/integration/test_knowledge_machine.py.

    python -m benchmarks.histories [--histories 60] [--steps 40] [--fixed-seed]

A broken invariant ends it with the shortest history that breaks it.
"""

import argparse
import time

from benchmarks.machine import report
from tests.integration.test_knowledge_machine import run_histories


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--histories", type=int, default=60)
    parser.add_argument("--steps", type=int, default=40, help="of each history")
    parser.add_argument("--fixed-seed", action="store_true")
    arguments = parser.parse_args()
    began = time.monotonic()
    counts = run_histories(arguments.histories, arguments.steps, arguments.fixed_seed)
    seconds = time.monotonic() - began
    rows = [{"rule": name, "carried out": count} for name, count in sorted(counts.items())]
    rows.append({"rule": "all", "carried out": sum(counts.values())})
    report("histories", [row | {"broken invariants": 0} for row in rows])
    print(f"{seconds / max(1, sum(counts.values())):.3f} s a step")


if __name__ == "__main__":
    main()
