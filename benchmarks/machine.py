"""Says on which machine a figure was measured, and keeps it."""

import json
import os
import platform
import resource
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def describe() -> dict[str, Any]:
    """Return cores, load and Python; every result carries them."""
    return {
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "processor": platform.machine(),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as an aligned text table, columns in the order of the first row."""
    columns = list(rows[0])
    cells = [columns] + [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(columns))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells)


def report(name: str, rows: list[dict[str, Any]]) -> None:
    """Print a table and write it as JSON, with the machine, below `benchmarks/results`."""
    machine = describe()
    print(table(rows))
    print(", ".join(f"{key} {value}" for key, value in machine.items()))
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({"machine": machine, "rows": rows}, indent=1), encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
