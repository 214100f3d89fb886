"""How much one file may ask of this machine, and how a parser's failure becomes an error with a reason."""

import csv
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
    NotImplementedError,
    RecursionError,
    EOFError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    csv.Error,
)
"""What parsers are known to raise on files that are not what their name says."""


@contextmanager
def parsing(path: Path, kind: str, *vendor: type[Exception]) -> Iterator[None]:
    """Turn the failures of a parser, and its `vendor`'s own, into a DocumentError about `path`.

    Raises:
        DocumentError: The file cannot be opened, or does not hold a readable document of this `kind`.
    """
    try:
        yield
    except OSError as error:
        raise DocumentError(path, f"cannot be opened: {error.strerror or error}") from error
    except (*_PARSER_FAILURES, *vendor) as error:
        detail = " ".join(str(error).split())[:200] or type(error).__name__
        raise DocumentError(path, f"is not a readable {kind} file ({detail}); repair it or export it again") from error


def check_file_size(path: Path) -> None:
    """Refuse a file that is empty or too large to read at once.

    Raises:
        DocumentError: It is.
    """
    with parsing(path, "document"):
        size = path.stat().st_size
    if size == 0:
        raise DocumentError(path, "is empty")
    if size > MAX_FILE_BYTES:
        raise DocumentError(path, f"is larger than {MAX_FILE_BYTES // 2**20} MB; split it into smaller files")


def check_zip(path: Path) -> None:
    """Refuse an Office file that would unpack to far more than it seems.

    Raises:
        DocumentError: It would, or it is no zip file at all.
    """
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MAX_ZIP_MEMBERS or unpacked > MAX_ZIP_BYTES or unpacked / packed > MAX_ZIP_RATIO:
        raise DocumentError(path, "unpacks to far more than an Office file should; save it again without embedded data")
