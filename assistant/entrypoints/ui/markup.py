"""Turns untrusted text into safe HTML: everything is escaped first, then a few harmless marks become our own tags.

There is no tag here that can ask the network for something: no image, link, style or form, whatever the text holds.
"""

import re
from collections.abc import Callable, Sequence
from html import escape

Cite = Callable[[int], str]
"""Renders the mark of source number n."""

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_CODE = re.compile(r"`([^`\n]+)`")
_CITE = re.compile(r"\[(\d{1,3})\]")
_HEADING = re.compile(r"^#{1,6}\s+")
_BULLET = re.compile(r"^\s*[-*•]\s+")
_STEP = re.compile(r"^\s*(\d{1,3})[.)]\s+")
_RULE = re.compile(r"^[\s|:-]+$")
_LISTS = {"bullets": ("ul", _BULLET), "steps": ("ol", _STEP)}

MAX_DEPTH = 3
"""Lists are nested so deep; what is indented further stands in the last of them."""


def tag(name: str, content: str, **attributes: str | int | bool) -> str:
    """Return an element around safe `content`; attribute values are escaped, `class_` and `aria_x` lose their `_`.

    An attribute that is True stands alone, one that is False is left out.
    """
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(attribute)
        elif value is not False:
            parts.append(f'{attribute}="{escape(str(value))}"')
    return f"<{' '.join(parts)}>{content}</{name}>"


def inline(text: str, cite: Cite | None = None) -> str:
    """Return one line of untrusted text as HTML: bold, code and, with `cite`, source marks."""
    safe = _CODE.sub(r"<code>\1</code>", _BOLD.sub(r"<strong>\1</strong>", escape(text)))
    if cite is None:
        return safe
    return _CITE.sub(lambda found: cite(int(found.group(1))), safe)


def blocks(text: str, cite: Cite | None = None) -> str:
    """Return untrusted text as HTML paragraphs, lists and tables; what is indented under an item stands in it."""
    return _blocks(text.splitlines(), cite, 0)


def plain(text: str) -> str:
    """Return untrusted text as HTML that looks exactly as it was typed."""
    return escape(text).replace("\n", "<br>")


def _blocks(lines: Sequence[str], cite: Cite | None, depth: int) -> str:
    rendered = []
    for kind, group in _group(lines):
        if kind in _LISTS:
            rendered.append(_list(kind, group, cite, depth))
        else:
            rendered.append(_RENDER[kind](group, cite))
    return "".join(rendered)


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if line.lstrip().startswith("|"):
        return "table"
    if _BULLET.match(line):
        return "bullets"
    return "steps" if _STEP.match(line) else "paragraph"


def _group(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Join neighbouring lines of a kind; a list holds what is indented deeper than its first item, and blank lines."""
    groups: list[tuple[str, list[str]]] = []
    for line in lines:
        kind = _kind(line)
        last, group = groups[-1] if groups else ("", [])
        if _goes_on(last, group, kind, line):
            group.append(line)
        else:
            groups.append((kind, [line]))
    return groups


def _goes_on(last: str, group: Sequence[str], kind: str, line: str) -> bool:
    """Tell whether a line belongs to the group before it; behind a blank line the number 1 begins another list."""
    if last in _LISTS and (kind == "blank" or _indent(line) > _indent(group[0])):
        return True
    begins_anew = kind == "steps" and group and not group[-1].strip() and line.lstrip().startswith(("1.", "1)"))
    return last == kind and not begins_anew


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _list(kind: str, lines: Sequence[str], cite: Cite | None, depth: int) -> str:
    """Return a list with its items, each with what is indented under it, so many levels deep as can be told apart."""
    name, sign = _LISTS[kind]
    margin = _indent(lines[0])
    items: list[list[str]] = []
    for line in lines:
        if sign.match(line) and (_indent(line) <= margin or depth >= MAX_DEPTH):
            items.append([line])
        else:
            items[-1].append(line)
    rendered = []
    for first, *under in items:
        under = under if depth < MAX_DEPTH else [line.lstrip() for line in under]
        rendered.append(tag("li", inline(sign.sub("", first), cite) + _blocks(under, cite, depth + 1)))
    numbered = _STEP.match(lines[0])
    start: dict[str, str | int | bool] = {"start": int(numbered[1])} if numbered else {}
    return tag(name, "".join(rendered), **start)


def _paragraph(lines: Sequence[str], cite: Cite | None) -> str:
    return tag("p", "<br>".join(inline(_HEADING.sub("", line.strip()), cite) for line in lines))


def _table(lines: Sequence[str], cite: Cite | None) -> str:
    ruled = len(lines) > 1 and bool(_RULE.match(lines[1]))
    rows = []
    for number, line in enumerate(lines):
        if not _RULE.match(line):
            cell = "th" if ruled and number == 0 else "td"
            rows.append(tag("tr", "".join(tag(cell, inline(text, cite)) for text in _cells(line))))
    return tag("div", tag("table", "".join(rows)), class_="table")


def _cells(line: str) -> list[str]:
    """Split a table row; what follows its last bar, such as a source mark, joins the last cell."""
    cells = [cell.strip() for cell in line.strip().removeprefix("|").split("|")]
    tail = cells.pop() if len(cells) > 1 else ""
    if tail:
        cells[-1] = f"{cells[-1]} {tail}"
    return cells


def _blank(_: Sequence[str], __: Cite | None) -> str:
    return ""


_RENDER: dict[str, Callable[[Sequence[str], Cite | None], str]] = {
    "blank": _blank,
    "table": _table,
    "paragraph": _paragraph,
}

_THUMB = (
    "M7 11v9H4a1 1 0 0 1-1-1v-7a1 1 0 0 1 1-1h3Z"
    "m0 0 4-8a2.5 2.5 0 0 1 2.5 2.5V9H19a2 2 0 0 1 2 2.3l-1.1 7a2 2 0 0 1-2 1.7H7"
)
_ICONS = {
    "like": f'<path d="{_THUMB}"/>',
    "dislike": f'<path transform="rotate(180 12 12)" d="{_THUMB}"/>',
    "document": '<path d="M14 3H6a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1V8l-5-5Zm0 0v5h5M9 13h6M9 17h6"/>',
    "person": '<path d="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 9a8 8 0 0 1 16 0"/>',
    "chat": '<path d="M4 5h16v11H9l-5 4V5Z"/>',
}


def icon(name: str) -> str:
    """Return a line drawing of our own, hidden from screen readers."""
    return (
        '<svg class="icon" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" '
        f'stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{_ICONS[name]}</svg>'
    )
