"""Markdown and plain text files."""

import re
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders.blocks import join
from assistant.ingestion.loaders.cleaning import decode
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.fields import described
from assistant.ingestion.loaders.limits import MAX_CHARACTERS, TOO_LONG, parsing
from assistant.ingestion.loaders.markdown import front_matter, plain_markdown
from assistant.ingestion.loaders.wrapped import paragraphs

_STAR_IN_WORD = re.compile(r"(?<=\w)\*(?=\w)")
_STAND_IN = "\ue000"
"""Stands for the star of `2*3*4` while Markdown is parsed, which would take it for emphasis."""


def read_markdown(raw: bytes, path: Path) -> Content:
    """Read Markdown without its inline markup; front matter may hold what `loaders.fields` knows.

    Raises:
        DocumentError: The bytes are no text, or a date of the front matter is none.
    """
    with parsing(path, "Markdown"):
        fields, body = front_matter(_lines(raw, path), path)
        return described(_plain(body, fields), fields, path)


def read_text(raw: bytes, path: Path) -> Content:
    """Read plain text: wrapped lines become paragraphs, underlined or numbered titles become headings.

    Raises:
        DocumentError: The bytes are no text.
    """
    with parsing(path, "text"):
        return Content(text=join(paragraphs(_lines(raw, path).replace("\xa0", " ").split("\n"))))


def _lines(raw: bytes, path: Path) -> str:
    """Return the text with Unix line ends; one that is too long is refused before anyone works on it."""
    text = decode(raw, path).replace("\r\n", "\n")
    if len(text) > MAX_CHARACTERS:
        raise DocumentError(path, TOO_LONG)
    return text


def _plain(body: str, fields: Mapping[str, object]) -> str:
    return plain_markdown(_STAR_IN_WORD.sub(_STAND_IN, body), fields).replace(_STAND_IN, "*")
