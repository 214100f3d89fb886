"""How much one file may ask of this machine, and how a parser's failure becomes an error with a reason."""

import csv
import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import DocumentError

MAX_FILE_BYTES = 50 * 1024 * 1024
MAX_CHARACTERS = 5_000_000
MAX_PDF_PAGES = 3_000
MAX_ZIP_MEMBERS = 2_000
MAX_ZIP_BYTES = 200 * 1024 * 1024
MAX_ZIP_RATIO = 200

_PARSER_FAILURES: tuple[type[Exception], ...] = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    EOFError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
)
"""What parsers are known to raise on files that are not what their name says."""

TOO_LARGE = f"is larger than {MAX_FILE_BYTES // 2**20} MB; split it into smaller files"
TOO_LONG = f"holds more than {MAX_CHARACTERS:,} characters; split it into smaller files"
EMPTY = "is empty"
NOT_REGULAR = "is a pipe, a device or a socket, not a file; remove it or name another file"


@contextmanager
def parsing(path: Path | str, kind: str, *vendor: type[Exception]) -> Iterator[None]:
    """Turn the failures of a parser, and its `vendor`'s own, into a DocumentError about `path`.

    Raises:
        DocumentError: The file cannot be opened, or does not hold a readable document of this `kind`.
    """
    try:
        yield
    except OSError as error:
        raise DocumentError(
            path, f"cannot be opened: {error.strerror or error}; check the file and its rights"
        ) from error
    except (*_PARSER_FAILURES, *vendor) as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise DocumentError(path, f"is not a readable {kind} file ({detail}); repair it or export it again") from error


@contextmanager
def opened(path: Path) -> Iterator[tuple[io.BufferedReader, int]]:
    """Open a regular file and tell its size in bytes; a pipe or a device is refused without waiting for it.

    Raises:
        DocumentError: It cannot be opened or is no regular file.
    """
    with parsing(path, "document"):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise DocumentError(path, NOT_REGULAR)
            yield file, status.st_size


def read_file(path: Path) -> bytes:
    """Return the bytes of a regular file that is neither empty nor larger than `MAX_FILE_BYTES`.

    Raises:
        DocumentError: It is, or it cannot be opened.
    """
    with opened(path) as (file, _):
        return checked_bytes(file.read(MAX_FILE_BYTES + 1), path)


def checked_bytes(raw: bytes, path: Path | str) -> bytes:
    """Return what a file holds unless that is nothing or too much.

    Raises:
        DocumentError: It is.
    """
    if not raw:
        raise DocumentError(path, EMPTY)
    if len(raw) > MAX_FILE_BYTES:
        raise DocumentError(path, TOO_LARGE)
    return raw
