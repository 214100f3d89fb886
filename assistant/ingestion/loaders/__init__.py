"""Reads one file into a document; the format is told by the file's suffix."""

import re
from collections.abc import Callable
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders.binary_office import read_binary_excel, read_binary_word
from assistant.ingestion.loaders.books import read_book
from assistant.ingestion.loaders.cleaning import clean, one_line
from assistant.ingestion.loaders.content import Content, without_page_signs
from assistant.ingestion.loaders.limits import MAX_CHARACTERS, TOO_LONG, checked_bytes, read_file
from assistant.ingestion.loaders.mail import read_mail
from assistant.ingestion.loaders.office import read_slides, read_word
from assistant.ingestion.loaders.open_document import read_open_document
from assistant.ingestion.loaders.pdf import read_pdf
from assistant.ingestion.loaders.prose import read_markdown, read_text
from assistant.ingestion.loaders.rich_text import read_rich_text
from assistant.ingestion.loaders.sheets import read_csv, read_excel, read_json_lines
from assistant.ingestion.loaders.signatures import check_signature
from assistant.ingestion.loaders.web import read_html
from assistant.types import LoadedDocument

LOADER_VERSION = "9"
"""Part of every checksum: raise it when a loader or the splitter changes, and the next ingest reads all files anew."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_READERS: dict[str, tuple[str, Callable[[bytes, Path], Content]]] = {
    ".md": ("text/markdown", read_markdown),
    ".markdown": ("text/markdown", read_markdown),
    ".txt": ("text/plain", read_text),
    ".html": ("text/html", read_html),
    ".htm": ("text/html", read_html),
    ".pdf": ("application/pdf", read_pdf),
    ".docx": (f"{_OFFICE}wordprocessingml.document", read_word),
    ".pptx": (f"{_OFFICE}presentationml.presentation", read_slides),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet", read_excel),
    ".doc": ("application/msword", read_binary_word),
    ".xls": ("application/vnd.ms-excel", read_binary_excel),
    ".odt": ("application/vnd.oasis.opendocument.text", read_open_document),
    ".rtf": ("application/rtf", read_rich_text),
    ".epub": ("application/epub+zip", read_book),
    ".eml": ("message/rfc822", read_mail),
    ".csv": ("text/csv", read_csv),
    ".jsonl": ("application/jsonl", read_json_lines),
}
SUFFIXES = frozenset(_READERS)

_TITLE_OR_CODE = re.compile(r"^(```|~~~).*?^\1$|^# ([^\n]+)$", re.DOTALL | re.MULTILINE)
_MAX_TITLE_CHARACTERS = 150
"""A title is embedded with every passage, so it must leave room for them."""


def load(path: Path, *, source: str, name: str) -> LoadedDocument | None:
    """Read a file into Markdown-like text; None where its front matter says `ingest: false`.

    Raises:
        DocumentError: The file is of an unknown type, empty, too large, protected, or not what its suffix says.
    """
    _known(path)
    return load_bytes(read_file(path), path, source=source, name=name)


def load_bytes(raw: bytes, path: Path, *, source: str, name: str) -> LoadedDocument | None:
    """Read what a file of the name `path` holds, as `load` does; the path itself is not opened.

    Raises:
        DocumentError: As `load` does.
    """
    media_type, read = _known(path)
    check_signature(checked_bytes(raw, path), path)
    content = read(raw, path)
    if not content.wanted:
        return None
    text, page_starts = without_page_signs(clean(content.text))
    page_starts = page_starts if content.has_pages else ()
    return LoadedDocument(
        source=source,
        name=name,
        title=_title(path, content.title, _checked(path, text)),
        text=text,
        language=content.language,
        media_type=media_type,
        audience=content.audience,
        products=content.products,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        page_starts=page_starts,
        approved_for=content.approved_for,
        owner=content.owner,
    )


def _known(path: Path) -> tuple[str, Callable[[bytes, Path], Content]]:
    known = _READERS.get(path.suffix.lower())
    if known is None:
        raise DocumentError(path, f"is of an unknown type; use one of {', '.join(sorted(SUFFIXES))}")
    return known


def _checked(path: Path, text: str) -> str:
    if not text.strip():
        raise DocumentError(path, "holds no text; put some in, or remove it")
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(path, TOO_LONG)
    return text


def _title(path: Path, told: str, text: str) -> str:
    heading = next((found[2] for found in _TITLE_OR_CODE.finditer(text) if found[2]), "")
    stem = one_line(re.sub(r"[-_]+", " ", path.stem))
    title = one_line(clean(told)) or one_line(heading) or stem[:1].upper() + stem[1:]
    return title if len(title) <= _MAX_TITLE_CHARACTERS else f"{title[: _MAX_TITLE_CHARACTERS - 1].rstrip()}…"
