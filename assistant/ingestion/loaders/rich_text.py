"""Rich Text Format (.rtf), which old word processors and many ticket systems export."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from assistant.ingestion.loaders.blocks import join, literal, table
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing

_TITLE = re.compile(r"\{\\title ([^{}\\]{1,300})\}")
_BULLET = re.compile(r"^[\s·•▪◦‣\uf0b7\uf0a7-]*[·•▪◦‣\uf0b7\uf0a7]\s*")
_LIST_TEXT = re.compile(r"\{\\\*?\\?(?:listtext|pntext)\b[^{}]{0,200}\}")
_FIELD_CODE = re.compile(r"\{\\\*\\fldinst\b[^{}]{0,2000}(?:\{[^{}]{0,2000}\}[^{}]{0,200}){0,4}\}")


def read_rich_text(raw: bytes, path: Path) -> Content:
    """Read paragraphs, list items and tables of an .rtf file.

    Raises:
        DocumentError: The file does not begin as RTF does.
    """
    from striprtf.striprtf import rtf_to_text

    with parsing(path, "RTF"):
        if not raw.lstrip().startswith(b"{\\rtf"):
            raise ValueError("it does not begin with {\\rtf")
        # RTF is ASCII by definition; what lies beyond is written as escapes.
        source = _FIELD_CODE.sub("", _LIST_TEXT.sub(r"\\u8226 ?\\u32 ?", raw.decode("cp1252", "replace")))
        title = _TITLE.search(source)
        text = _whole_characters(rtf_to_text(source, errors="replace"))  # type: ignore[no-untyped-call]
        return Content(text=join(_blocks(text)), title=one_line(title[1]) if title else "")


def _whole_characters(text: str) -> str:
    """Return text whose characters beyond 16 bits, which RTF writes as two halves, are put together."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _blocks(text: str) -> Iterator[str]:
    """Yield paragraphs, runs of list items, and tables, of which each row ends with a bar."""
    for kind, lines in groupby((line.strip() for line in text.split("\n")), key=_kind):
        if kind == "row":
            yield table([line.removesuffix("|").split("|") for line in lines])
        elif kind == "item":
            yield "\n".join(f"- {_BULLET.sub('', line)}" for line in lines)
        elif kind:
            yield from (literal(one_line(line)) for line in lines)


def _kind(line: str) -> str:
    if line.endswith("|"):
        return "row"
    if _BULLET.match(line):
        return "item"
    return "paragraph" if line else ""
