"""Rows of cells as Markdown: question-answer pairs become sections, anything else a pipe table."""

from collections.abc import Iterable, Sequence

from assistant.ingestion.loaders.blocks import literal
from assistant.ingestion.loaders.cleaning import one_line

_PAIRS = (("question", "answer"), ("q", "a"), ("prompt", "response"))

_MIN_REMARK_WORDS = 4


def rows_to_markdown(rows: Iterable[Sequence[str]]) -> str:
    """Return `## question` sections where the first row names such columns, else a pipe table; blank rows go."""
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return ""
    columns = _pair_columns(filled[0])
    return _pairs(filled[0], filled[1:], *columns) if columns else pipe_table(filled)


def sheet_to_markdown(rows: Iterable[Sequence[str]]) -> str:
    """Return a sheet as its tables, which blank rows part, with the titles above them as paragraphs."""
    regions: list[list[Sequence[str]]] = [[]]
    for row in rows:
        if any(row):
            regions[-1].append(row)
        elif regions[-1]:
            regions.append([])
    tables: list[list[Sequence[str]]] = []
    for region in filter(None, regions):
        if tables and _goes_on(tables[-1], region):
            tables[-1] += region
        else:
            tables.append(region)
    return "\n\n".join(_titled(one) for one in tables)


def _goes_on(table: Sequence[Sequence[str]], region: Sequence[Sequence[str]]) -> bool:
    """Tell whether rows behind a blank one belong to the table before it: they fill none but its columns."""
    above, below = _columns(table), _columns(region)
    return len(above) > 1 and len(below) > 1 and len(table) > 1 and below <= above


def _columns(rows: Iterable[Sequence[str]]) -> set[int]:
    return {column for row in rows for column, cell in enumerate(row) if cell}


def _titled(rows: Sequence[Sequence[str]]) -> str:
    """Return rows as a table; those with one cell that come before the first with several are its title."""
    alone = len(rows) if len(rows) == 1 else 0
    first = next((number for number, row in enumerate(rows) if len(_columns([row])) > 1), alone)
    titles = [literal(one_line(" ".join(row))) for row in rows[:first]]
    return "\n\n".join(filter(None, [*titles, rows_to_markdown(rows[first:])]))


def pipe_table(rows: Sequence[Sequence[str]]) -> str:
    """Return a pipe table whose header is the first row; columns that are empty throughout are left out."""
    width = max(len(row) for row in rows)
    padded = [[*map(_cell, row), *[""] * (width - len(row))] for row in rows]
    kept = [column for column in range(width) if any(row[column] for row in padded)]
    lines = [f"| {' | '.join(row[column] for column in kept)} |" for row in padded]
    return "\n".join([lines[0], f"|{' --- |' * len(kept)}", *lines[1:]])


def _cell(text: str) -> str:
    return one_line(text).replace("|", "/")


def _pair_columns(header: Sequence[str]) -> tuple[int, int] | None:
    names = [name.casefold() for name in header]
    for question, answer in _PAIRS:
        if question in names and answer in names:
            return names.index(question), names.index(answer)
    return None


def _pairs(header: Sequence[str], rows: Sequence[Sequence[str]], question: int, answer: int) -> str:
    unasked: list[str] = []
    sections: list[str] = []
    for row in rows:
        asked, answered = (row[column] if column < len(row) else "" for column in (question, answer))
        if answered:
            text = literal("\n".join([answered, *_remarks(header, row, (question, answer))]))
            (sections if asked else unasked).append(f"## {one_line(asked)}\n{text}" if asked else text)
    # Answers without a question come first: anywhere else they would seem to answer the question before them.
    return "\n\n".join([*unasked, *sections])


def _remarks(header: Sequence[str], row: Sequence[str], taken: tuple[int, int]) -> list[str]:
    """Return what other columns add in words, each under its name; numbers and labels are for who keeps the list."""
    others = [(name, cell) for column, (name, cell) in enumerate(zip(header, row, strict=False)) if column not in taken]
    return [f"{one_line(name)}: {one_line(cell)}" for name, cell in others if len(cell.split()) >= _MIN_REMARK_WORDS]
