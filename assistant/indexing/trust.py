"""Remembers what was in the folders of a generation when they were last closed in order.

Whoever finds them as they were need not look them over; after a crash, or a change by somebody else, they must be. That
holds after a process that only read, too: Chroma writes to its files whenever it opens them.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

MARK = "closed.json"

MAX_FILE_BYTES = 4 * 2**30
"""A larger file is not read: a torn index has been seen to claim terabytes."""


def doubts(generation_folder: Path, folders: Mapping[str, Path]) -> tuple[str, ...] | None:
    """Return the names of the folders that are not as they were left; None where the last end was not in order."""
    kept = _remembered(generation_folder / MARK)
    return None if kept is None else _altered(kept, folders)


def trust(generation_folder: Path, folders: Mapping[str, Path]) -> None:
    """Remember what is in the folders now; call it when nothing of them is open any more."""
    if generation_folder.is_dir():
        signatures = {name: _signature(folder) for name, folder in folders.items()}
        unfinished = generation_folder / f"{MARK}.new"
        unfinished.write_text(json.dumps(signatures), encoding="utf-8")
        unfinished.replace(generation_folder / MARK)


def distrust(generation_folder: Path) -> None:
    """Forget what was in the folders; call it before they are opened."""
    (generation_folder / MARK).unlink(missing_ok=True)


def _remembered(mark: Path) -> dict[str, str] | None:
    try:
        kept = json.loads(mark.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) else None


def _altered(kept: Mapping[str, str], folders: Mapping[str, Path]) -> tuple[str, ...]:
    signatures = {name: _signature(folder) for name, folder in folders.items()}
    return tuple(name for name, now in signatures.items() if not now or kept.get(name) != now)


def _signature(folder: Path) -> str:
    """Return a digest of every name and byte below a folder; empty where a file is too large to be right."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        if file.stat().st_size > MAX_FILE_BYTES:
            return ""
        digest.update(f"{file.relative_to(folder)}\n{file.stat().st_size}\n".encode(errors="surrogateescape"))
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()
