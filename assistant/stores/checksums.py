"""Verifies the checksums that tantivy writes at the end of each of its files; its Python binding has no call for it.

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
        segments = json.loads((folder / "meta.json").read_text(encoding="utf-8"))["segments"]
        needed = [folder / name for segment in segments for name in _names(segment)]
        return next((f"{file.name} is damaged" for file in needed if not _is_whole(file)), "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return f"its files cannot be read: {error!r}"


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
        return _crc(content, body) == footer["crc"]


def _crc(content: BinaryIO, left: int) -> int:
    value = 0
    while left and (piece := content.read(min(left, _READ_BYTES))):
        value = zlib.crc32(piece, value)
        left -= len(piece)
    return value
