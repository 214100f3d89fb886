"""What a reader of one format hands back, before it becomes a document."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Content:
    """Markdown-like text of one file: `#` headings, `- ` bullets, pipe tables, and no inline markup.

    `title` is empty where the format does not tell one; `wanted` is False where the author opted out.
    """

    text: str
    title: str = ""
    language: str = ""
    wanted: bool = True
