"""Rows and columns: Excel workbooks, CSV, and JSON lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.packages import office_package
from assistant.ingestion.loaders.tables import rows_to_markdown, sheet_to_markdown
from assistant.types import audience_names, plain_names


def read_excel(raw: bytes, path: Path) -> Content:
    """Read the values that the workbook shows; with several sheets, each is a section.

    Raises:
        DocumentError: The file is no workbook.
    """
    with parsing(path, "Excel"):
        return sections(_sheets(office_package(raw, path)))


def sections(sheets: Iterable[tuple[str, str]]) -> Content:
    """Return sheets, each a name and its text, as one text: those that hold something, under their names if several."""
    filled = [(name, text) for name, text in sheets if text]
    if len(filled) == 1:
        return Content(text=filled[0][1])
    return Content(text="\n\n".join(f"# {one_line(name)}\n\n{text}" for name, text in filled))


def _sheets(package: io.BytesIO) -> Iterator[tuple[str, str]]:
    from openpyxl import load_workbook

    with closing(load_workbook(package, read_only=True, data_only=True)) as workbook:
        for sheet in workbook.worksheets:
            # What its author hid is not for customers.
            if sheet.sheet_state != "visible":
                continue
            # Some programs write a wrong sheet size, which would hide rows.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            yield sheet.title, sheet_to_markdown([shown(value) for value in row] for row in rows)


def shown(value: object) -> str:
    """Return a cell's value as a reader expects it: whole numbers without a point, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def read_csv(raw: bytes, path: Path) -> Content:
    """Read comma, semicolon, tab or bar separated values.

    Raises:
        DocumentError: The file is not text in rows.
    """
    with parsing(path, "CSV"):
        text = decode(raw, path)
        if "\x00" in text:
            raise ValueError("binary data")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
        return _table(rows, path)


def _delimiter(text: str) -> str:
    """Return the separator that the first line has most of, outside quotes."""
    outside = "".join(text.lstrip().split("\n", 1)[0].split('"')[::2])
    return max(",;\t|", key=outside.count)


def read_json_lines(raw: bytes, path: Path) -> Content:
    """Read one JSON object a line; keys are columns, in the order in which they first occur.

    Raises:
        DocumentError: A line holds something else.
    """
    with parsing(path, "JSON lines"):
        lines = decode(raw, path).split("\n")
        records = [_record(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    columns = list(dict.fromkeys(key for record in records for key in record))
    return _table([columns, *([one.get(key, "") for key in columns] for one in records)], path)


def _table(rows: Sequence[Sequence[str]], path: Path) -> Content:
    """Return rows with whom they are for and what about, where the first row names columns for that.

    A file is one document: rows of several products make it one about each of them.

    Raises:
        DocumentError: Its rows are for different audiences.
    """
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    names = [name.strip().casefold() for name in filled[0]] if filled else []

    def column(*wanted: str) -> list[str] | None:
        places = [place for place, name in enumerate(names) if name in wanted]
        if not places:
            return None
        return [", ".join(row[place] for place in places if place < len(row)) for row in filled[1:]]

    audiences = sorted({audience_names([cell]) for cell in column("audience", "audiences") or [""]})
    if len(audiences) > 1:
        raise DocumentError(path, "has rows for different audiences; keep those of each audience in a file of its own")
    products = [plain_names([cell]) for cell in column("product", "products") or [""]]
    return Content(
        text=rows_to_markdown(rows),
        audience=", ".join(audiences[0]) if audiences else "",
        products=plain_names(one for some in products for one in some) if all(products) else (),
    )


def _record(number: int, line: str) -> dict[str, str]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {number}: {error.msg}") from error
    if not isinstance(record, dict):
        raise ValueError(f"line {number} is not an object")
    return {key: value if isinstance(value, str) else _as_text(value) for key, value in record.items()}


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else shown(value)
