"""The plain Markdown that every loader writes: headings, paragraphs, list items, table rows. Nothing inline."""

import re
from collections.abc import Iterable, Sequence

_HEADING_SIGN = re.compile(r"^ {0,3}(?=#{1,6}[ \t])", re.MULTILINE)
_FENCE_SIGN = re.compile(r"^[ \t]*(?:`{3,}|~{3,})", re.MULTILINE)


def heading(level: int, text: str) -> str:
    """Return a heading line, empty for empty text."""
    words = " ".join(text.split())
    return f"{'#' * min(max(level, 1), 6)} {words}" if words else ""


def literal(text: str) -> str:
    """Return text whose lines cannot be taken for headings, which are set in, or fences, which lose their sign."""
    return _FENCE_SIGN.sub("", _HEADING_SIGN.sub("    ", text))


def row(cells: Iterable[str]) -> str:
    """Return one table row; line breaks inside a cell become spaces, bars become slashes."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells) + " |"


def table(rows: Sequence[Sequence[str]], *, has_header: bool = True) -> str:
    """Return a pipe table whose first row is its header; empty for no cells. Short rows are filled up.

    A table without a header gets an empty one, since pipe tables have no other form.
    """
    kept = [cells for cells in rows if any(cell.strip() for cell in cells)]
    if not kept:
        return ""
    width = max(len(cells) for cells in kept)
    kept = kept if has_header else [[], *kept]
    full = [row([*cells, *[""] * (width - len(cells))]) for cells in kept]
    return "\n".join([full[0], row(["-"] * width), *full[1:]])


def record(names: Sequence[str], cells: Sequence[str]) -> str:
    """Return a row as a list item that is understood without its table: `- Size: L; Price: 12`."""
    parts = []
    for number, cell in enumerate(cells):
        value = " ".join(cell.split())
        name = names[number].strip() if number < len(names) else ""
        if value:
            parts.append(f"{name}: {value}" if name else value)
    return f"- {'; '.join(parts)}" if parts else ""


def join(blocks: Iterable[str]) -> str:
    """Return blocks with one blank line between them."""
    return "\n\n".join(block for block in blocks if block.strip())
