"""Random lives of conversations: kills, timeouts, duplicates and races on two replicas, and what did not hold in them.

python -m benchmarks.handoffs --runs 2000
python -m benchmarks.handoffs --runs 200 --database postgresql://...  # an empty database
"""

import argparse
import json
import logging
import time
from pathlib import Path

from assistant.stores.database import Database
from tests.integration.test_handoff_machine import run_lives


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=30, help="The most that happens in one run.")
    parser.add_argument("--database", default="", help="postgresql://...; empty is a SQLite file for each run.")
    parser.add_argument("--json", type=Path, help="Write the figures here as well.")
    options = parser.parse_args()
    logging.disable(logging.ERROR)
    url = options.database.replace("postgresql://", "postgresql+psycopg://", 1)
    if url:
        database = Database(url)
        database.migrate()
        database.close()
    started = time.perf_counter()
    violations, what = 0, ""
    try:
        steps = dict(run_lives(options.runs, options.steps, url=url, seed_is_fixed=False))
    except AssertionError as error:
        # Hypothesis ends at the first, and shows the shortest way to it.
        violations, what, steps = 1, str(error), {}
        raise
    finally:
        seconds = time.perf_counter() - started
        print(f"{options.runs} runs in {seconds:.0f} s, violations = {violations}")
    for name, times in sorted(steps.items(), key=lambda one: -one[1]):
        print(f"  {times:7,} {name}")
    if options.json:
        figures = {"runs": options.runs, "seconds": round(seconds, 1), "violations": violations, "steps": steps}
        options.json.write_text(json.dumps(figures | {"first": what}, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
