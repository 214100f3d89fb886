"""Looks after tantivy's files where its Python binding has no call for it: their checksums, and what a crash leaves.

A file ends with a footer in JSON that holds the CRC-32 of all before it, the footer's length, and a fixed number.
"""

import json
import struct
import zlib
from pathlib import Path
from typing import Any, BinaryIO

MAGIC = 1337
SEGMENT_FILES = ("fast", "fieldnorm", "idx", "pos", "store", "term")

_END = struct.Struct("<II")
_READ_BYTES = 1 << 20


def damaged_file(folder: Path) -> str:
    """Return what is wrong with the index in a folder, empty where every file it needs is there and whole.

    Files of segments that were never committed, or are no longer needed, are not looked at.
    """
    try:
        needed = [folder / name for segment in _committed(folder) for name in _names(segment)]
        return next((f"{file.name} is damaged" for file in needed if not _is_whole(file)), "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"its files cannot be read: {error!r}"


def remove_uncommitted_deletions(folder: Path) -> None:
    """Remove the lists of removed documents that a killed commit has left; call it while holding tantivy's lock.

    Their names follow from what was committed before, so the next commit would find its own name taken, for ever.
    """
    try:
        kept = {name for segment in _committed(folder) for name in _names(segment)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # What is wrong with it, whoever opens it will say.
        return
    for file in folder.glob("*.del"):
        if file.name not in kept:
            file.unlink()


def _committed(folder: Path) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
    return segments


def _names(segment: dict[str, Any]) -> list[str]:
    stem = segment["segment_id"].replace("-", "")
    deletes = segment["deletes"]
    removed = [] if deletes is None else [f"{stem}.{deletes['opstamp']}.del"]
    return [f"{stem}.{suffix}" for suffix in SEGMENT_FILES] + removed


def _is_whole(file: Path) -> bool:
    size = file.stat().st_size
    with file.open("rb") as content:
        content.seek(max(0, size - _END.size))
        end = content.read()
        if len(end) < _END.size:
            return False
        footer_bytes, magic = _END.unpack(end)
        body = size - _END.size - footer_bytes
        if magic != MAGIC or body < 0:
            return False
        content.seek(body)
        footer = json.loads(content.read(footer_bytes))
        content.seek(0)
        return bool(_crc(content, body) == footer["crc"])


def _crc(content: BinaryIO, left: int) -> int:
    value = 0
    while left and (piece := content.read(min(left, _READ_BYTES))):
        value = zlib.crc32(piece, value)
        left -= len(piece)
    return value
