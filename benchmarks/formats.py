"""How much of a file's words each loader finds, and whether one FAQ is found equally well in three formats.

    python -m benchmarks.formats FOLDER [--embedder onnx:all-MiniLM-L6-v2] [--files]

FOLDER holds `docling/FORMAT/sources` with `docling/FORMAT/groundtruth/*.md`, and `debian_faq` with `html/`, a text and
a PDF. The expected Markdown is another converter's output, so a recall of 1 is neither possible nor wanted: it counts
what that converter found, be it furniture or the words inside pictures.

`recall` is the share of the expected words, counted with repetition, that the text holds; `precision` the share of the
text's words that are expected; `cells` the share of the expected table cells that stand in a row of a pipe table.
"""

import argparse
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean, median
from typing import Any

from assistant.bootstrap import open_assistant
from assistant.errors import DocumentError
from assistant.ingestion.files import SourceFile, discover
from assistant.ingestion.loaders import SUFFIXES
from assistant.ingestion.sandbox import ParserPool
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import LoadedDocument
from benchmarks.machine import report

LIMIT = 5
FOUND_SHARE = 0.8
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[((?:[^\[\]]|\[[^\]]*\])*)\]\([^)]*\)")
_WORD = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"^(?:Chapter )?[\d.]+\.\s+")


def words(text: str) -> Counter[str]:
    """Count the words that a reader sees: no link targets, no comments, no entities."""
    import html

    seen = html.unescape(_LINK.sub(r"\1", _COMMENT.sub(" ", text)))
    return Counter(_WORD.findall(seen.replace("\\_", "_").casefold()))


def cells(text: str) -> Counter[str]:
    """Count the cells of all pipe tables, each as its words."""
    rows = [line.strip().strip("|") for line in text.split("\n") if line.strip().startswith("|")]
    found = (" ".join(words(cell.replace("\\", "")).elements()) for one in rows for cell in one.split("|"))
    return Counter(cell for cell in found if cell)


def share(expected: Counter[str], found: Counter[str]) -> float:
    return (expected & found).total() / expected.total() if expected else 1.0


def expectation(source: Path) -> str | None:
    """Return the expected Markdown of a source, None where nobody wrote one."""
    truths = source.parents[1] / "groundtruth"
    for name in (f"{source.name}.md", f"{source.stem}.md"):
        if (truths / name).exists():
            return (truths / name).read_text(encoding="utf-8")
    return None


def judged(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield one row for each source with an expectation."""
    files = [file for file in discover([folder]) if file.path.parent.name == "sources" and expectation(file.path)]
    with ParserPool() as pool:
        began = time.perf_counter()
        for file, outcome in pool.load_all(files):
            seconds, began = time.perf_counter() - began, time.perf_counter()
            yield {"file": file.name, "format": file.path.suffix, "seconds": seconds, **judgement(file, outcome)}


def judgement(file: SourceFile, outcome: LoadedDocument | DocumentError | None) -> dict[str, Any]:
    if not isinstance(outcome, LoadedDocument):
        return {"failed": outcome.reason if outcome is not None else "opted out"}
    expected = expectation(file.path) or ""
    text = f"{outcome.title}\n{outcome.text}"
    figures = {"recall": share(words(expected), words(text)), "precision": share(words(outcome.text), words(expected))}
    return figures | ({"cells": share(cells(expected), cells(outcome.text))} if cells(expected) else {})


def summed_up(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each format: how many files, how many failed, and the mean and median of the figures."""
    found = []
    for suffix in sorted({row["format"] for row in rows} | set(SUFFIXES)):
        of_it = [row for row in rows if row["format"] == suffix]
        read = [row for row in of_it if "recall" in row]
        recalls, with_tables = [row["recall"] for row in read], [row["cells"] for row in read if "cells" in row]
        found.append(
            {
                "format": suffix,
                "n": len(of_it),
                "failed": len(of_it) - len(read),
                "recall": fmean(recalls) if recalls else "",
                "median": median(recalls) if recalls else "",
                "worst": min(recalls) if recalls else "",
                "precision": fmean(row["precision"] for row in read) if read else "",
                "cells": fmean(with_tables) if with_tables else "",
            }
        )
    return [row for row in found if row["n"]]


def questions(folder: Path) -> list[tuple[str, list[str]]]:
    """Return each question of the FAQ with the first words of its answer, as the HTML pages have them."""
    import warnings

    from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning

    warnings.filterwarnings("ignore", category=XMLParsedAsHTMLWarning)
    found = []
    for page in sorted(folder.glob("html/*.html")):
        for heading in BeautifulSoup(page.read_bytes(), "lxml").find_all(("h2", "h3")):
            asked = _NUMBER.sub("", " ".join(heading.get_text().split()))
            paragraph = heading.find_next("p")
            answer = _WORD.findall(paragraph.get_text().casefold())[:25] if paragraph is not None else []
            if asked.endswith("?") and len(answer) >= 8:
                found.append((asked, answer))
    return found


def rank_of(bot: Assistant, asked: str, answer: list[str]) -> int:
    """Return at which place, counted from 1, a passage holds the begin of the answer; 0 where none does."""
    for rank, hit in enumerate(bot.search(asked, limit=LIMIT), start=1):
        if share(Counter(answer), words(hit.passage.text)) >= FOUND_SHARE:
            return rank
    return 0


def parity(folder: Path, embedder: str) -> list[dict[str, Any]]:
    """Ask every question of each format's own index."""
    asked = questions(folder)
    rows = []
    for kind, source in (
        ("html", folder / "html"),
        ("txt", next(folder.glob("*.txt"))),
        ("pdf", next(folder.glob("*.pdf"))),
    ):
        with tempfile.TemporaryDirectory() as home, open_assistant(Settings(home=Path(home), embedder=embedder)) as bot:
            passages = bot.ingest(source).passages
            ranks = [rank_of(bot, question, answer) for question, answer in asked]
        found = [rank for rank in ranks if rank]
        rows.append(
            {
                "FAQ as": kind,
                "questions": len(asked),
                "passages": passages,
                "found first": sum(rank == 1 for rank in ranks) / len(asked),
                f"found in {LIMIT}": len(found) / len(asked),
                "MRR": sum(1 / rank for rank in found) / len(asked),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    parser.add_argument("--files", action="store_true", help="also print a line for each file, the worst first")
    parser.add_argument("--no-parity", action="store_true")
    arguments = parser.parse_args()
    rows = list(judged(arguments.folder / "docling"))
    if arguments.files:
        for row in sorted(rows, key=lambda one: one.get("recall", 0.0)):
            figures = " ".join(f"{key} {row[key]:.3f}" for key in ("recall", "precision", "cells") if key in row)
            print(f"{row['file']}: {row.get('failed', figures)}")
    report("formats", summed_up(rows))
    if not arguments.no_parity:
        report("formats-parity", parity(arguments.folder / "debian_faq", arguments.embedder))


if __name__ == "__main__":
    main()
