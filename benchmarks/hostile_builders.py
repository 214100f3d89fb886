"""Files that were made to break a parser, each by one function; small on disk, whatever they unpack to."""

import io
import os
import random
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

Builder = Callable[[Path], object]

LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    + "]>"
)
EXTERNAL = (
    '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">'
    '<!ENTITY y SYSTEM "http://127.0.0.1:9/">]>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_ODT = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text"))
_SHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def text(content: str | bytes) -> Builder:
    """Return a builder that writes the content."""
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


def zipped(*members: tuple[str, str | bytes], password: bool = False, symlink: bool = False) -> Builder:
    """Return a builder of a zip file; `password` only marks its members as encrypted, `symlink` as links."""

    def build(path: Path) -> None:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                member = zipfile.ZipInfo(name)
                member.compress_type = zipfile.ZIP_DEFLATED
                if symlink:
                    member.external_attr = (stat.S_IFLNK | 0o777) << 16
                archive.writestr(member, content)
        if password:
            raw = bytearray(path.read_bytes())
            for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
                at = raw.find(sign)
                while at >= 0:
                    raw[at + offset] |= 1
                    at = raw.find(sign, at + 1)
            path.write_bytes(raw)

    return build


def word(document: str, *more: tuple[str, str | bytes]) -> Builder:
    """Return a builder of a .docx file with the XML given as its main part."""
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r" Type="{office}" Target="word/document.xml"/></Relationships>'
    )
    return zipped(("[Content_Types].xml", types), ("_rels/.rels", relations), ("word/document.xml", document), *more)


def word_body(body: str, prolog: str = "") -> Builder:
    """Return a builder of a .docx file with this body."""
    return word(f"{prolog}<w:document {_WORD}><w:body>{body}</w:body></w:document>")


def open_document(body: str, prolog: str = "") -> Builder:
    """Return a builder of an .odt file with this text body."""
    content = f"{prolog}<office:document-content {_ODT}><office:body><office:text>{body}"
    return zipped(("content.xml", f"{content}</office:text></office:body></office:document-content>"))


def workbook(sheet: str, prolog: str = "") -> Builder:
    """Return a builder of an .xlsx file, one sheet of which is the XML given."""

    def build(path: Path) -> None:
        from openpyxl import Workbook

        made = io.BytesIO()
        Workbook().save(made)
        with zipfile.ZipFile(made) as package:
            parts = [(name, package.read(name)) for name in package.namelist() if "sheet1" not in name]
        body = f"{prolog}<worksheet {_SHEET}><sheetData>{sheet}</sheetData></worksheet>"
        zipped(*parts, ("xl/worksheets/sheet1.xml", body))(path)

    return build


def book(opf: str, *more: tuple[str, str | bytes]) -> Builder:
    """Return a builder of an .epub file with this package document."""
    container = '<container xmlns="urn:x"><rootfiles><rootfile full-path="a.opf"/></rootfiles></container>'
    return zipped(("META-INF/container.xml", container), ("a.opf", opf), *more)


def pdf(*objects: bytes) -> bytes:
    """Return a PDF of these objects, the first of which is its catalog; the cross-references are left to repair."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def pdf_pages(count: int) -> bytes:
    """Return a PDF of so many pages, all of them the same object."""
    kids = b"3 0 R " * count
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (count, kids),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>",
    )


def pdf_stream(content: bytes, filters: bytes = b"/FlateDecode") -> bytes:
    """Return a PDF of one page, drawn by the packed content stream given."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R "
        b"/Resources << /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(content), filters, content),
    )


def flate_bomb(levels: int, megabytes: int) -> bytes:
    """Return a PDF whose content is packed several times over."""
    content = b"BT /F 9 Tf " + b"(x) Tj " * (megabytes * 2**20 // 7)
    for _ in range(levels):
        content = zlib.compress(content, 9)
    return pdf_stream(content, b"[" + b" /FlateDecode" * levels + b" ]")


def locked_pdf(path: Path) -> None:
    """Write a PDF that needs a password."""
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_encryption(owner_password="owner", user_password="user")
    made.output(str(path))


def looping_pdf() -> bytes:
    """Return a PDF whose page tree contains itself."""
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 9 /Kids [2 0 R 2 0 R 2 0 R] >>")


def nested_zip() -> bytes:
    """Return a zip in a zip in a zip, of zeros."""
    content, name = bytes(10_000_000), "zeros.txt"
    for level in range(4):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        content, name = packed.getvalue(), f"level{level}.zip"
    return content


def overlapping_zip(path: Path) -> None:
    """Write a zip whose thousand members are all the same bytes, as Fifield's bomb does."""
    zipped(("a.txt", bytes(2_000_000)))(path)
    raw = path.read_bytes()
    at, end = raw.find(b"PK\x01\x02"), raw.find(b"PK\x05\x06")
    entry = raw[at:end]
    tail = bytearray(raw[end:])
    struct.pack_into("<HHI", tail, 8, 1000, 1000, len(entry) * 1000)
    path.write_bytes(raw[:at] + entry * 1000 + tail)


def lying_zip(path: Path) -> None:
    """Write a zip whose directory says that a member of 30 MB has 100 bytes."""
    zipped(("a.txt", b"a" * 30_000_000))(path)
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.find(b"PK\x01\x02") + 24, 100)
    path.write_bytes(raw)


def long_directory_zip(path: Path) -> None:
    """Write a zip with a hundred thousand empty members."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(100_000):
            archive.writestr(zipfile.ZipInfo(f"{number}.txt"), b"")


def truncated(build: Builder, share: float = 0.6) -> Builder:
    """Return a builder that leaves the end of another's file out."""

    def cut(path: Path) -> None:
        build(path)
        raw = path.read_bytes()
        path.write_bytes(raw[: max(1, int(len(raw) * share))])

    return cut


def flipped(build: Builder, seed: int = 7) -> Builder:
    """Return a builder that changes one byte in a hundred of another's file."""

    def flip(path: Path) -> None:
        build(path)
        raw, chance = bytearray(path.read_bytes()), random.Random(seed)
        for _ in range(len(raw) // 100):
            raw[chance.randrange(16, len(raw))] ^= 1 << chance.randrange(8)
        path.write_bytes(raw)

    return flip


def pipe(path: Path) -> None:
    """Make a named pipe, which nobody ever writes to."""
    os.mkfifo(path)


def link(target: str) -> Builder:
    """Return a builder of a symbolic link."""
    return lambda path: path.symlink_to(target)


def sparse(size_bytes: int) -> Builder:
    """Return a builder of a file of zeros that takes no room on disk."""

    def build(path: Path) -> None:
        with path.open("wb") as file:
            file.truncate(size_bytes)

    return build
