"""Writes the container of the old Office formats: [MS-CFB], version 3, streams of at least 4,096 bytes."""

import struct

SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MIN_STREAM = 4096


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return a compound file with these streams, each filled up with zeros to a whole number of sectors."""
    padded = {name: content.ljust(_MIN_STREAM, b"\0") for name, content in streams.items()}
    padded = {name: content + bytes(-len(content) % SECTOR) for name, content in padded.items()}
    table: list[int] = []
    entries = [_entry("Root Entry", 5, _END, 0, child=1)]
    for number, (name, content) in enumerate(padded.items(), start=1):
        start, count = len(table), len(content) // SECTOR
        table += [*range(start + 1, start + count), _END]
        right = number + 1 if number < len(padded) else _FREE
        entries.append(_entry(name, 2, start, len(content), right=right))
    directory_at = len(table)
    directory = b"".join(entries) + _entry("", 0, 0, 0) * (-len(entries) % 4)
    count = len(directory) // SECTOR
    table += [*range(directory_at + 1, directory_at + count), _END, _TABLE]
    assert len(table) <= SECTOR // 4
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_at, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<I", len(table) - 1) + struct.pack("<I", _FREE) * 108
    body = b"".join(padded.values()) + directory
    return header + body + struct.pack("<128I", *table, *[_FREE] * (128 - len(table)))


def _entry(name: str, kind: int, start: int, size: int, *, child: int = _FREE, right: int = _FREE) -> bytes:
    encoded = (name + "\0").encode("utf-16-le") if name else b""
    return (
        encoded.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, right, child)
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )
