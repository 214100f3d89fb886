"""Markdown and plain text files."""

from pathlib import Path

from assistant.ingestion.loaders.blocks import join
from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.markdown import front_matter, is_excluded, plain_markdown
from assistant.ingestion.loaders.wrapped import paragraphs


def read_markdown(path: Path) -> Content:
    """Read Markdown without its inline markup; front matter may give `title`, `language`, and `ingest: false`."""
    with parsing(path, "Markdown"):
        fields, body = front_matter(decode(path.read_bytes(), path).replace("\r\n", "\n"), path)
        title, language = (one_line(str(fields.get(key) or "")) for key in ("title", "language"))
        return Content(text=plain_markdown(body), title=title, language=language, wanted=not is_excluded(fields))


def read_text(path: Path) -> Content:
    """Read plain text: wrapped lines become paragraphs, underlined or numbered titles become headings."""
    with parsing(path, "text"):
        return Content(text=join(paragraphs(decode(path.read_bytes(), path).replace("\r\n", "\n").split("\n"))))
