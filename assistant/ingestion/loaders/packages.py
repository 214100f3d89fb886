"""Documents that are zip files of XML parts: how they are unpacked and parsed without trusting them."""

import io
import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import DocumentError
from assistant.ingestion.loaders.limits import MAX_ZIP_BYTES, MAX_ZIP_MEMBERS, MAX_ZIP_RATIO

if TYPE_CHECKING:
    from lxml.etree import _Element

_OLE_SIGN = b"\xd0\xcf\x11\xe0"
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_DOCTYPES = tuple("<!DOCTYPE".encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
_STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_TRANSITIONAL = rb"http://schemas.openxmlformats.org/\1/2006/"
_ENCRYPTED_BIT = 0x1


def excess(members: Sequence[zipfile.ZipInfo]) -> str:
    """Tell what of a zip file is too much: its members, their total or how far they unpack. Empty if nothing is."""
    unpacked = sum(member.file_size for member in members)
    packed = max(1, sum(member.compress_size for member in members))
    if len(members) > MAX_ZIP_MEMBERS:
        return f"holds more than {MAX_ZIP_MEMBERS:,} members"
    if unpacked > MAX_ZIP_BYTES:
        return f"unpacks to far more than it should ({unpacked // 2**20:,} MB)"
    if unpacked / packed > MAX_ZIP_RATIO:
        return f"unpacks to far more than it should ({unpacked // packed:,} times its size)"
    return ""


def is_encrypted(member: zipfile.ZipInfo) -> bool:
    """Tell whether a member needs a password."""
    return bool(member.flag_bits & _ENCRYPTED_BIT)


def open_package(raw: bytes, path: Path) -> zipfile.ZipFile:
    """Open a document that is a zip file, after a look at what it would unpack to.

    Raises:
        DocumentError: It would unpack to too much, or it is protected by a password.
        zipfile.BadZipFile: It is no zip file at all.
    """
    if raw.startswith(_OLE_SIGN):
        raise DocumentError(path, "is encrypted or of an old format; save it in the new format without a password")
    package = zipfile.ZipFile(io.BytesIO(raw))
    members = package.infolist()
    if reason := excess(members):
        raise DocumentError(path, f"{reason}; save it again without embedded media")
    if any(is_encrypted(member) for member in members):
        raise DocumentError(path, "is encrypted; save a copy without a password")
    return package


def office_package(raw: bytes, path: Path) -> io.BytesIO:
    """Return an Office Open XML file that its library may be trusted with: no entities, and never the strict names.

    A DTD is forbidden in these files, so whoever put one in is up to something. The strict variant of the format
    differs in its namespaces alone, which are rewritten.

    Raises:
        DocumentError: It unpacks to too much, is protected by a password, or declares entities.
        zipfile.BadZipFile: It is no zip file at all.
    """
    with open_package(raw, path) as package:
        names = [name for name in package.namelist() if name.lower().endswith(_XML_SUFFIXES)]
        is_strict = False
        for name in names:
            part = package.read(name)
            if any(sign in part for sign in _DOCTYPES):
                raise DocumentError(path, f"declares entities in {name}, which no such file should; export it again")
            is_strict = is_strict or _STRICT.search(part) is not None
        return _as_transitional(package) if is_strict else io.BytesIO(raw)


def _as_transitional(package: zipfile.ZipFile) -> io.BytesIO:
    rewritten = io.BytesIO()
    with zipfile.ZipFile(rewritten, "w") as copy:
        for member in package.infolist():
            part = package.read(member)
            is_xml = member.filename.lower().endswith(_XML_SUFFIXES)
            copy.writestr(member.filename, _STRICT.sub(_TRANSITIONAL, part) if is_xml else part)
    rewritten.seek(0)
    return rewritten


def parse_xml(part: bytes) -> "_Element":
    """Parse XML with entities left alone, no DTD, no network, and libxml2's limits on depth and size.

    Raises:
        lxml.etree.LxmlError: It is not well-formed, or beyond the limits.
    """
    from lxml.etree import XMLParser, fromstring

    parser = XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    return fromstring(part, parser)
