"""Which loader can read what a server sends."""

import codecs
import re
from email.message import Message
from pathlib import PurePosixPath

from assistant.errors import DocumentError
from assistant.ingestion.loaders import SUFFIXES

_OFFICE = "application/vnd.openxmlformats-officedocument."
_SUFFIX_OF_TYPE = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}presentationml.presentation": ".pptx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
}
_TOLD_BY_ENDING = {"text/plain": ".txt", "application/octet-stream": "", "binary/octet-stream": "", "": ".html"}
"""Types that servers give to anything, and what a URL without a known ending then holds."""

_MARKUP = frozenset({".html", ".htm"})
_DECLARED = re.compile(rb"charset\s*=|<\?xml[^>]+encoding", re.IGNORECASE)
_TEXT_SUFFIXES = frozenset({".html", ".htm", ".md", ".markdown", ".txt", ".csv", ".jsonl"})


def suffix_of(url: str, path: str, content_type: str) -> str:
    """Return the file suffix under which a loader reads this type, told by the type first, then by the URL's ending.

    Raises:
        DocumentError: No loader reads it.
    """
    media_type = content_type.partition(";")[0].strip().lower()
    suffix = _SUFFIX_OF_TYPE.get(media_type, "")
    if media_type in _TOLD_BY_ENDING:
        ending = PurePosixPath(path).suffix.lower()
        suffix = ending if ending in SUFFIXES else _TOLD_BY_ENDING[media_type]
    if suffix not in SUFFIXES:
        raise DocumentError(
            url, f"is of type {media_type[:80]!r}, which is not read; link to HTML, PDF, text or Office"
        )
    return suffix


def as_utf8(body: bytes, suffix: str, content_type: str) -> bytes:
    """Return a text in UTF-8 with a mark, where the server alone says that it is in another encoding.

    A page that declares its encoding itself is left as it is, and so is one that the server is wrong about.
    """
    charset = _charset(content_type)
    if suffix not in _TEXT_SUFFIXES or not charset or (suffix in _MARKUP and _DECLARED.search(body, 0, 2_048)):
        return body
    try:
        if codecs.lookup(charset).name in ("utf-8", "ascii"):
            return body
        return body.decode(charset).encode("utf-8-sig")
    except (LookupError, UnicodeError):
        return body


def _charset(content_type: str) -> str:
    header = Message()
    header["Content-Type"] = content_type
    return header.get_content_charset("")
