"""Lets every service fail in every way, under time limits as in life, and prints how each turn ended.

    python -m benchmarks.faults [--first-token 1] [--between-tokens 0.5] [--answer 3]

Each fault of `tests/faulty_services.py` meets each kind of responder twice: with the extractive one behind it, as
always, and alone. `late` is how far a turn went beyond its deadline; `raw errors` and `half as whole` must be 0. In the
table, a turn ends in an `answer`, in an answer that says it is not whole (`told`), or in honest words without one.
"""

import argparse
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.machine import report
from tests.faulty_services import FAULTS, KINDS, SECOND, WHOLE, Fault, Limits, Outcome, turn_with
from tests.wire import Answer


def ending(outcome: Outcome) -> str:
    """Say how a turn ended; `half as whole` is what must not be."""
    reply = outcome.reply
    if not reply.citations:
        return "honest words"
    if not reply.complete:
        return "told"
    return "answer" if SECOND in reply.text else "half as whole"


def one(name: str, kind: str, home: Path, limits: Limits, *, floor: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"fault": name, "responder": kind, "floor": floor, "raw error": ""}
    try:
        outcome = turn_with(FAULTS[name], kind, home, limits, floor=floor)
    except Exception as error:
        # What a customer would get as an error; the point of the table is that there is none.
        return row | {"raw error": type(error).__name__, "ending": "raw error", "seconds": 0.0, "stored": ""}
    stored = ",".join(turn.status for turn in outcome.turns)
    return row | {"ending": ending(outcome), "seconds": round(outcome.seconds, 2), "stored": stored}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first-token", type=float, default=1.0)
    parser.add_argument("--between-tokens", type=float, default=0.5)
    parser.add_argument("--answer", type=float, default=3.0)
    chosen = parser.parse_args()
    limits = Limits(chosen.first_token, chosen.between_tokens, chosen.answer)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for kind in KINDS:  # importing a vendor's packages takes seconds, once
            turn_with(Fault((Answer(WHOLE),)), kind, home, Limits(30, 30, 30), floor=True)
        rows = [
            one(name, kind, home, limits, floor=floor) for name in FAULTS for kind in KINDS for floor in (True, False)
        ]
    report("faults", rows)
    counts = Counter(row["ending"] for row in rows)
    late = max(row["seconds"] for row in rows) - limits.answer
    print(f"{len(rows)} turns: {dict(counts)}; latest {late:+.2f} s beyond its deadline of {limits.answer:g} s")
    print(f"raw errors {counts['raw error']}, half as whole {counts['half as whole']}")


if __name__ == "__main__":
    main()
