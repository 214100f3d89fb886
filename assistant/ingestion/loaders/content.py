"""What a reader of one format hands back, before it becomes a document."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

PAGE_SIGN = "\ufdd0"
"""Stands before the first character of a page until the text is clean; Unicode reserves it for such private use."""


@dataclass(frozen=True)
class Content:
    """Markdown-like text of one file: `#` headings, `- ` bullets, pipe tables, and no inline markup.

    `title` is empty where the format does not tell one; `wanted` is False where the author opted out. With
    `has_pages`, one `PAGE_SIGN` stands in the text for the begin of each page.
    """

    text: str
    title: str = ""
    language: str = ""
    wanted: bool = True
    has_pages: bool = False
    audience: str = ""
    products: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    approved_for: tuple[str, ...] = ()
    owner: str = ""


def with_page_signs(pages: Iterable[str]) -> str:
    """Return the texts of pages as one, with the signs of those that hold nothing before the next that does."""
    parts, signs = [], ""
    for page in pages:
        signs += PAGE_SIGN
        if words := page.replace(PAGE_SIGN, "").strip():
            parts.append(signs + words)
            signs = ""
    return "\n\n".join(parts) + signs


def without_page_signs(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the text without its page signs, and the character offset in it at which each of the pages begins."""
    pages = text.split(PAGE_SIGN)
    starts, offset = [], 0
    for page in pages[:-1]:
        offset += len(page)
        starts.append(offset)
    return "".join(pages), tuple(starts)
