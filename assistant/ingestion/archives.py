"""Zip archives as folders of documents: listed and read without trusting what they say about themselves."""

import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from assistant.errors import DocumentError
from assistant.ingestion.loaders.limits import MAX_FILE_BYTES, MAX_ZIP_BYTES, TOO_LARGE, opened, parsing
from assistant.ingestion.loaders.packages import excess, is_encrypted

ARCHIVE_SUFFIX = ".zip"
_NESTED = (ARCHIVE_SUFFIX, ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".jar")
_END_RECORD = b"PK\x05\x06"
_END_RECORD_BYTES = 22
_LOCATOR_64 = b"PK\x06\x07"
_LOCATOR_64_BYTES = 20
_MAX_COMMENT_BYTES = 65_535
_MAX_DIRECTORY_BYTES = 2 * 1024 * 1024
"""Zip's directory becomes Python objects of several times its size, in the process that serves."""

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_LOCAL_SIGN = b"PK\x03\x04"
_STEP_BYTES = 256 * 1024
_DRIVE = re.compile(r"[A-Za-z]:")
_HOSTILE = "holds a member that leads out of it or is a link ({}); zip the files themselves again"


def members(archive: Path) -> dict[str, zipfile.ZipInfo]:
    """Return the files of an archive by name; hidden ones, and what a Mac adds, are passed over.

    The list is kept until the archive changes, so that asking for each member in turn stays cheap.

    Raises:
        DocumentError: It is no zip file, holds too much, or holds a member whose name leads out of it.
    """
    with parsing(archive, "zip"):
        status = archive.stat()
    return _members(archive, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _members(archive: Path, _changed_ns: int, size: int) -> dict[str, zipfile.ZipInfo]:
    if size > MAX_ZIP_BYTES:
        raise DocumentError(archive, f"is larger than {MAX_ZIP_BYTES // 2**20} MB; split it into smaller archives")
    with opened(archive) as (file, _), parsing(archive, "zip"):
        _check_directory(file, size, archive)
        with zipfile.ZipFile(file) as listing:
            found = listing.infolist()
    if reason := excess(found):
        raise DocumentError(archive, f"{reason}; split it into smaller archives, or unpack it into the folder")
    for member in found:
        if _leads_out(member):
            raise DocumentError(archive, _HOSTILE.format(ascii(member.filename[:80])))
    return {member.filename: member for member in found if not member.is_dir() and not _is_hidden(member.filename)}


def _check_directory(file: BinaryIO, size: int, archive: Path) -> None:
    """Refuse an archive whose directory is too large to read, before anyone reads it."""
    file.seek(max(0, size - _END_RECORD_BYTES - _MAX_COMMENT_BYTES - _LOCATOR_64_BYTES))
    tail = file.read()
    at = tail.rfind(_END_RECORD)
    if at < 0 or len(tail) < at + _END_RECORD_BYTES:
        raise ValueError("its end is missing")
    (directory_bytes,) = struct.unpack_from("<I", tail, at + 12)
    if _LOCATOR_64 in tail[max(0, at - _LOCATOR_64_BYTES) : at] or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise DocumentError(archive, "has a list of members that is too long; split it into smaller archives")


def _leads_out(member: zipfile.ZipInfo) -> bool:
    name = member.orig_filename.replace("\\", "/")
    is_path_outside = name.startswith("/") or ".." in name.split("/") or "\x00" in name or _DRIVE.match(name)
    return bool(is_path_outside) or stat.S_ISLNK(member.external_attr >> 16)


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def is_nested(name: str) -> bool:
    """Tell whether a member is an archive of its own, which is not opened."""
    return name.lower().endswith(_NESTED)


def member_bytes(archive: Path, name: str) -> int:
    """Return how large a member says to be, in bytes; 0 where there is none.

    Raises:
        DocumentError: The archive cannot be read.
    """
    member = members(archive).get(name)
    return member.file_size if member is not None else 0


def stream_member(archive: Path, name: str) -> Iterator[bytes]:
    """Yield the bytes of a member, unpacked, in pieces of at most 256 KB, and never more than `MAX_FILE_BYTES`.

    Raises:
        DocumentError: There is no such member, it is encrypted or too large, or it is not what the directory says.
    """
    place = f"{archive}!/{name}"
    member = members(archive).get(name)
    if member is None:
        raise DocumentError(place, "is no longer in its archive; ingest again")
    if is_encrypted(member):
        raise DocumentError(place, "is encrypted; zip it again without a password")
    if member.file_size > MAX_FILE_BYTES:
        raise DocumentError(place, TOO_LARGE)
    with opened(archive) as (file, _), parsing(place, "zip"):
        checksum = length = 0
        for piece in _unpacked(file, member):
            checksum, length = zlib.crc32(piece, checksum), length + len(piece)
            if length > member.file_size:
                break
            yield piece
        if (checksum, length) != (member.CRC, member.file_size):
            raise ValueError("its content does not match its checksum")


def _unpacked(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(member.header_offset)
    sign, name_bytes, extra_bytes = _LOCAL_HEADER.unpack(file.read(_LOCAL_HEADER.size))
    if sign != _LOCAL_SIGN:
        raise ValueError("a member is not where the directory says")
    file.seek(name_bytes + extra_bytes, os.SEEK_CUR)
    if member.compress_type == zipfile.ZIP_STORED:
        yield from _packed(file, member.compress_size)
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(_packed(file, member.compress_size))
    else:
        raise ValueError("it is compressed in an unusual way")


def _packed(file: BinaryIO, left_bytes: int) -> Iterator[bytes]:
    while left_bytes and (piece := file.read(min(left_bytes, _STEP_BYTES))):
        left_bytes -= len(piece)
        yield piece


def _inflated(pieces: Iterator[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        rest = piece
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _STEP_BYTES)
            rest = inflater.unconsumed_tail
    yield inflater.flush()
