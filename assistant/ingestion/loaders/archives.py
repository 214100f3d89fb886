"""Looks at an Office file before any parser does: it must be a sound zip of bounded size."""

import zipfile
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from assistant.errors import DocumentError

MAX_MEMBERS = 2_000
MAX_RATIO = 100
MAX_TOTAL_BYTES = 200_000_000
_RATIO_FROM_BYTES = 1_000_000
"""Below this size a member may be compressed as well as it likes."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def check_archive(path: Path, part: str) -> None:
    """Make sure that an Office file may be unpacked, and holds `part`, the one that names its kind.

    Raises:
        DocumentError: It is encrypted, damaged, of another kind, or would unpack to too much.
    """
    with path.open("rb") as file:
        if file.read(4) == _OLD_OFFICE:
            raise DocumentError(path, f"encrypted or in an old format; save it as {path.suffix} without a password")
    try:
        with ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise DocumentError(path, f"not a {path.suffix} file, or damaged") from error
    if part not in {member.filename for member in members}:
        raise DocumentError(path, f"not a {path.suffix} file, or damaged: it has no {part}")
    _check_sizes(path, members)


def _check_sizes(path: Path, members: list[ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise DocumentError(path, f"holds {len(members):,} parts; at most {MAX_MEMBERS:,} are read")
    total = sum(member.file_size for member in members)
    if total > MAX_TOTAL_BYTES:
        raise DocumentError(path, f"would unpack to {total / 1e6:,.0f} MB; at most {MAX_TOTAL_BYTES // 10**6} are read")
    for member in members:
        ratio = member.file_size / max(1, member.compress_size)
        if member.file_size > _RATIO_FROM_BYTES and ratio > MAX_RATIO:
            raise DocumentError(path, f"its part {member.filename} unpacks to {ratio:,.0f} times its size")
        if member.flag_bits & 1:
            raise DocumentError(path, "encrypted; save it without a password")
