"""Markdown and plain text files."""

import re
from pathlib import Path

from assistant.ingestion.loaders.blocks import join
from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.markdown import front_matter, is_excluded, plain_markdown
from assistant.ingestion.loaders.wrapped import paragraphs

_STAR_IN_WORD = re.compile(r"(?<=\w)\*(?=\w)")
_STAND_IN = "\ue000"
"""Stands for the star of `2*3*4` while Markdown is parsed, which would take it for emphasis."""


def read_markdown(path: Path) -> Content:
    """Read Markdown without its inline markup; front matter may give `title`, `language`, and `ingest: false`."""
    with parsing(path, "Markdown"):
        fields, body = front_matter(decode(path.read_bytes(), path).replace("\r\n", "\n"), path)
        title, language = (one_line(str(fields.get(key) or "")) for key in ("title", "language"))
        return Content(text=_plain(body), title=title, language=language, wanted=not is_excluded(fields))


def read_text(path: Path) -> Content:
    """Read plain text: wrapped lines become paragraphs, underlined or numbered titles become headings."""
    with parsing(path, "text"):
        return Content(text=join(paragraphs(decode(path.read_bytes(), path).replace("\r\n", "\n").split("\n"))))


def _plain(body: str) -> str:
    return plain_markdown(_STAR_IN_WORD.sub(_STAND_IN, body)).replace(_STAND_IN, "*")
