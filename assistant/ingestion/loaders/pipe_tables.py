"""Pipe tables as site generators read them, written so that any parser of Markdown reads them as tables."""

import re
from collections.abc import Iterator, Sequence

_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_CODE = re.compile(r"(`+)[^`\n]+\1")
_BAR = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*(?:\||\+|$))+[ \t]*")
_EDGED = re.compile(r"[ \t]*\|.*\|[ \t]*")
_NO_ROW = re.compile(r"[ \t]*(?:#{1,6} |>|[-*+] |\d{1,9}[.)] |\{)")
_ITEM = re.compile(r"([ \t]*)(?:[-*+]|\d{1,9}[.)])[ \t]+(?=\S)")
_CODE_INDENT = 4


def whole_tables(text: str) -> str:
    """Return Markdown whose tables all have a header and as many columns in each row, none of them lost.

    A table without a header gets an empty one. Bars in code are protected. Lines of code are never a table.
    """
    if "|" not in text:
        return text
    kept: list[str] = []
    for lines, is_table in _runs(text.split("\n")):
        kept += _table(lines) if is_table and _may_be_table(lines, kept) else lines
    return "\n".join(kept)


def _runs(lines: Sequence[str]) -> Iterator[tuple[list[str], bool]]:
    """Yield neighbouring lines with bars, and each other line alone; a line of code has none."""
    run: list[str] = []
    fence = ""
    columns = [0]
    for line in lines:
        sign = _FENCE.match(line)
        is_code = bool(fence or sign) or _is_code(line, columns)
        if not is_code and not _NO_ROW.match(line) and _BAR.search(_CODE.sub("", line)):
            run.append(line)
            continue
        if run:
            yield run, True
            run = []
        yield [line], False
        if sign and not fence:
            fence = sign[1]
        elif sign and sign[1].startswith(fence):
            fence = ""
    if run:
        yield run, True


def _is_code(line: str, columns: list[int]) -> bool:
    """Tell whether a line is indented as code; `columns`, those where the open items' text begins, are kept."""
    if not line.strip():
        return False
    expanded = line.expandtabs(_CODE_INDENT)
    indent = len(expanded) - len(expanded.lstrip())
    while len(columns) > 1 and columns[-1] > indent:
        columns.pop()
    item = _ITEM.match(expanded)
    if indent - columns[-1] >= _CODE_INDENT:
        return item is None
    if item is not None:
        columns.append(item.end())
    return False


def _may_be_table(lines: Sequence[str], before: Sequence[str]) -> bool:
    """Tell whether lines with bars are a table: by their rule, by bars at both ends, or as a block of two or more."""
    if any(_RULE.fullmatch(line) for line in lines[:2]):
        return len(lines) > 1
    is_apart = not before or not before[-1].strip()
    if _EDGED.fullmatch(lines[0]):
        return len(lines) > 1 or (is_apart and len(_cells(lines[0])) > 1)
    return is_apart and len(lines) > 1


def _table(lines: Sequence[str]) -> list[str]:
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    rows = [_cells(line) for line in lines if not _RULE.fullmatch(line)]
    has_header = len(lines) > 1 and bool(_RULE.fullmatch(lines[1])) and not _RULE.fullmatch(lines[0])
    header = rows.pop(0) if has_header else []
    width = max((len(row) for row in rows), default=len(header))
    if header and not header[0] and len(header) == width + 1:
        header = header[1:]
    width = max(width, len(header))
    full = [[*row, *[""] * (width - len(row))] for row in [header, *rows]]
    written = [f"{indent}| {' | '.join(row)} |" for row in full]
    return [written[0], f"{indent}|{' - |' * width}", *written[1:]]


def _cells(line: str) -> list[str]:
    """Return the cells of a row, with the bars in its code protected."""
    guarded = _CODE.sub(lambda code: _BAR.sub(r"\\|", code.group()), line.strip())
    inner = guarded[1:] if guarded.startswith("|") else guarded
    if inner.endswith("|") and not inner.endswith("\\|"):
        inner = inner[:-1]
    return [cell.strip() for cell in _BAR.split(inner)]
