"""Tells a file whose suffix lies about it by its first bytes."""

from pathlib import Path

from assistant.errors import DocumentError

_SIGNATURES = (
    (b"%PDF-", "PDF", (".pdf",)),
    (b"PK\x03\x04", "zip or Office", (".docx", ".pptx", ".xlsx", ".odt", ".epub")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old or encrypted Office", (".doc", ".xls", ".docx", ".pptx", ".xlsx")),
    (b"{\\rtf", "RTF", (".rtf", ".doc")),
    (b"\x89PNG\r\n", "PNG picture", ()),
    (b"\xff\xd8\xff", "JPEG picture", ()),
    (b"GIF8", "GIF picture", ()),
    (b"\x1f\x8b\x08", "gzip", ()),
    (b"7z\xbc\xaf\x27\x1c", "7z", ()),
    (b"Rar!\x1a\x07", "RAR", ()),
    (b"\x7fELF", "program", ()),
    (b"MZ\x90\x00", "program", ()),
    (b"SQLite format 3\x00", "SQLite", ()),
)


def check_signature(raw: bytes, path: Path) -> None:
    """Refuse a file that begins as another kind of file does than its suffix says.

    Raises:
        DocumentError: It does; the reason names the kind that it is.
    """
    for sign, kind, suffixes in _SIGNATURES:
        if raw.startswith(sign) and path.suffix.lower() not in suffixes:
            remedy = (
                f"rename it to end in {suffixes[0]}" if len(suffixes) == 1 else "give it its true name, or remove it"
            )
            raise DocumentError(path, f"is a {kind} file, whatever its name says; {remedy}")
