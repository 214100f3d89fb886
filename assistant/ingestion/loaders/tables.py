"""Rows of cells as Markdown: question-answer pairs become sections, anything else a pipe table."""

from collections.abc import Iterable, Sequence

from assistant.ingestion.loaders.blocks import literal
from assistant.ingestion.loaders.cleaning import one_line

_PAIRS = (("question", "answer"), ("q", "a"), ("prompt", "response"))


def rows_to_markdown(rows: Iterable[Sequence[str]]) -> str:
    """Return `## question` sections where the first row names such columns, else a pipe table; blank rows go."""
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        return ""
    columns = _pair_columns(filled[0])
    return _pairs(filled[1:], *columns) if columns else pipe_table(filled)


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


def _pairs(rows: Sequence[Sequence[str]], question: int, answer: int) -> str:
    pairs = [[row[column] if column < len(row) else "" for column in (question, answer)] for row in rows]
    # Answers without a question come first: anywhere else they would seem to answer the question before them.
    unasked = [literal(answered) for asked, answered in pairs if answered and not asked]
    sections = [f"## {one_line(asked)}\n{literal(answered)}" for asked, answered in pairs if answered and asked]
    return "\n\n".join([*unasked, *sections])
