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
    body = bytearray()
    for chunk in chunks:
        body += _unpack(unpacker, chunk, max_bytes - len(body) + 1) if unpacker else chunk
        if len(body) > max_bytes:
            if truncate:
                return bytes(body[:max_bytes])
            raise BodyTooLarge(f"is larger than {max_bytes:,} bytes")
        if unpacker and unpacker.eof:
            break
    if unpacker and body and not unpacker.eof:
        raise ValueError("the packed content breaks off")
    return bytes(body)


def _unpack(unpacker: "zlib._Decompress", chunk: bytes, max_bytes: int) -> bytes:
    try:
        return unpacker.decompress(chunk, max_bytes)
    except zlib.error as error:
        raise ValueError("the packed content is broken") from error
