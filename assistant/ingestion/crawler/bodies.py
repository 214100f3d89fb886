"""Reads what a server sends without trusting how much it will be, packed or not."""

import zlib
from collections.abc import Iterable

_GZIP_WINDOW = 31
"""zlib's way to say: a gzip header and a window of 32 KB."""


class BodyTooLarge(ValueError):
    """There is more to read than was allowed."""


def read_capped(chunks: Iterable[bytes], *, max_bytes: int, packed: bool, truncate: bool = False) -> bytes:
    """Join chunks, unpacking gzip where `packed`, to at most `max_bytes` of content.

    Never more than that is held in memory. `truncate` keeps the beginning of what is larger instead of refusing it.

    Raises:
        BodyTooLarge: There is more, and `truncate` is False.
        ValueError: It is not whole gzip.
    """
    unpacker = zlib.decompressobj(_GZIP_WINDOW) if packed else None
    pieces: list[bytes] = []
    size = 0
    for chunk in chunks:
        piece = _unpack(unpacker, chunk, max_bytes - size + 1) if unpacker else chunk
        pieces.append(piece)
        size += len(piece)
        if size > max_bytes:
            if truncate:
                return b"".join(pieces)[:max_bytes]
            raise BodyTooLarge(f"is larger than {max_bytes:,} bytes")
        if unpacker and unpacker.eof:
            break
    if unpacker and size and not unpacker.eof:
        raise ValueError("the packed content breaks off")
    return b"".join(pieces)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes, max_bytes: int) -> bytes:
    try:
        return unpacker.decompress(chunk, max_bytes)
    except zlib.error as error:
        raise ValueError("the packed content is broken") from error
