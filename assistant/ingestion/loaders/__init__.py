"""Reads one file into a document; the format is told by the file's suffix."""

import re
from collections.abc import Callable
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders.cleaning import clean, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import MAX_CHARACTERS, check_file_size
from assistant.ingestion.loaders.office import read_slides, read_word
from assistant.ingestion.loaders.pdf import read_pdf
from assistant.ingestion.loaders.prose import read_markdown, read_text
from assistant.ingestion.loaders.sheets import read_csv, read_excel, read_json_lines
from assistant.ingestion.loaders.web import read_html
from assistant.types import LoadedDocument

LOADER_VERSION = "1"
"""Part of every checksum: raise it when a loader or the splitter changes, and the next ingest reads all files anew."""

_OFFICE = "application/vnd.openxmlformats-officedocument."
_READERS: dict[str, tuple[str, Callable[[Path], Content]]] = {
    ".md": ("text/markdown", read_markdown),
    ".markdown": ("text/markdown", read_markdown),
    ".txt": ("text/plain", read_text),
    ".html": ("text/html", read_html),
    ".htm": ("text/html", read_html),
    ".pdf": ("application/pdf", read_pdf),
    ".docx": (f"{_OFFICE}wordprocessingml.document", read_word),
    ".pptx": (f"{_OFFICE}presentationml.presentation", read_slides),
    ".xlsx": (f"{_OFFICE}spreadsheetml.sheet", read_excel),
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
    known = _READERS.get(path.suffix.lower())
    if known is None:
        raise DocumentError(path, f"is of an unknown type; use one of {', '.join(sorted(SUFFIXES))}")
    check_file_size(path)
    media_type, read = known
    content = read(path)
    if not content.wanted:
        return None
    text = clean(content.text)
    return LoadedDocument(
        source=source,
        name=name,
        title=_title(path, content.title, _checked(path, text)),
        text=text,
        language=content.language or "en",
        media_type=media_type,
    )


def _checked(path: Path, text: str) -> str:
    if not text.strip():
        raise DocumentError(path, "holds no text")
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(path, f"holds more than {MAX_CHARACTERS:,} characters; split it into smaller files")
    return text


def _title(path: Path, told: str, text: str) -> str:
    heading = next((found[2] for found in _TITLE_OR_CODE.finditer(text) if found[2]), "")
    stem = one_line(re.sub(r"[-_]+", " ", path.stem))
    title = one_line(clean(told)) or one_line(heading) or stem[:1].upper() + stem[1:]
    return title if len(title) <= _MAX_TITLE_CHARACTERS else f"{title[: _MAX_TITLE_CHARACTERS - 1].rstrip()}…"
