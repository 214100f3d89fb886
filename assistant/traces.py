"""Looks for texts that must be gone in every byte of every file of a state folder, and files what was found."""

import json
import mmap
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.settings import TENANTS
from assistant.types import Value

RECEIPTS = "receipts"
"""Holds the proofs of erasures, in the state folder."""


def files_of(home: Path) -> list[Path]:
    """Return the files of a state folder. What tenants keep in it is theirs, and may well hold the same sentence."""
    theirs = home / TENANTS
    found = (one for one in home.rglob("*") if theirs not in one.parents)
    return [one for one in found if one.is_file() and not one.is_symlink()]


def forms(text: str) -> Iterable[bytes]:
    """Return the ways in which a text may lie on disk: as it is, and as JSON writes it."""
    return dict.fromkeys([text.encode(errors="replace"), json.dumps(text)[1:-1].encode()])


def hits(file: Path, traces: Sequence[bytes]) -> int:
    """Return how many of the traces a file holds."""
    if not traces or file.stat().st_size == 0:
        return 0
    with file.open("rb") as content, mmap.mmap(content.fileno(), 0, access=mmap.ACCESS_READ) as everything:
        return sum(everything.find(one) >= 0 for one in traces)


def file_receipt(home: Path, name: str, receipt: Value) -> None:
    """Keep the proof of an erasure in a state folder."""
    folder = home / RECEIPTS
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.json").write_text(receipt.model_dump_json(indent=2), encoding="utf-8")
