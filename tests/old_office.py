"""Writes the smallest .doc and .xls files that are still right, which no library does."""

import struct

SECTOR = 512
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_MIN_STREAM = 4096


def compound_file(streams: dict[str, bytes]) -> bytes:
    """Return the container of old Office files, [MS-CFB] version 3; streams are filled up with zeros to 4,096 bytes."""
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


def word_97(text: str, *, flags: int = 0, magic: int = 0xA5EC) -> bytes:
    """Make a .doc file of one piece of 16-bit text."""
    body, head = text.encode("utf-16-le"), bytearray(2048)
    struct.pack_into("<H", head, 0, magic)
    struct.pack_into("<H", head, 10, flags)
    struct.pack_into("<I", head, 0x4C, len(text))
    pieces = struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, len(head), 0)
    clx = b"\x01\x02\x00\xff\xff" + b"\x02" + struct.pack("<I", len(pieces)) + pieces
    struct.pack_into("<II", head, 0x01A2, 0, len(clx))
    return compound_file({"WordDocument": bytes(head) + body, "0Table": clx})


def excel_2(rows: list[list[str | float]]) -> bytes:
    """Make an .xls file as Excel 2 wrote them: no container, one sheet."""
    cells = (_cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))
    return _record(9, struct.pack("<HH", 2, 0x10)) + b"".join(cells) + _record(10, b"")


def _cell(row: int, column: int, value: str | float) -> bytes:
    if isinstance(value, str):
        return _record(4, struct.pack("<HH3xB", row, column, len(value)) + value.encode("ascii"))
    return _record(3, struct.pack("<HH3xd", row, column, value))


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
