"""Rows and columns: Excel workbooks, CSV, and JSON lines."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from assistant.ingestion.loaders.cleaning import decode
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import check_zip, parsing
from assistant.ingestion.loaders.tables import rows_to_markdown


def read_excel(path: Path) -> Content:
    """Read the values that the workbook shows; with several sheets, each is a section.

    Raises:
        DocumentError: The file is no workbook.
    """
    with parsing(path, "Excel"):
        check_zip(path)
        sheets = [(name, text) for name, text in _sheets(path) if text]
    if len(sheets) == 1:
        return Content(text=sheets[0][1])
    return Content(text="\n\n".join(f"# {name}\n\n{text}" for name, text in sheets))


def _sheets(path: Path) -> Iterator[tuple[str, str]]:
    from openpyxl import load_workbook

    with path.open("rb") as file:
        workbook = load_workbook(file, read_only=True, data_only=True)
        for sheet in workbook.worksheets:
            # Some programs write a wrong sheet size, which would hide rows.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(values_only=True)
            yield sheet.title, rows_to_markdown([_shown(value) for value in row] for row in rows)
        workbook.close()


def _shown(value: object) -> str:
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


def read_csv(path: Path) -> Content:
    """Read comma, semicolon, tab or bar separated values.

    Raises:
        DocumentError: The file is not text in rows.
    """
    with parsing(path, "CSV"):
        text = decode(path.read_bytes(), path)
        if "\x00" in text:
            raise ValueError("binary data")
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        return Content(text=rows_to_markdown(rows))


def _delimiter(text: str) -> str:
    """Return the separator that the first line has most of, outside quotes."""
    outside = "".join(text.lstrip().split("\n", 1)[0].split('"')[::2])
    return max(",;\t|", key=outside.count)


def read_json_lines(path: Path) -> Content:
    """Read one JSON object a line; keys are columns, in the order in which they first occur.

    Raises:
        DocumentError: A line holds something else.
    """
    with parsing(path, "JSON lines"):
        lines = decode(path.read_bytes(), path).split("\n")
        records = [_record(number, line) for number, line in enumerate(lines, start=1) if line.strip()]
    columns = list(dict.fromkeys(key for record in records for key in record))
    return Content(text=rows_to_markdown([columns, *([one.get(key, "") for key in columns] for one in records)]))


def _record(number: int, line: str) -> dict[str, str]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {number}: {error.msg}") from error
    if not isinstance(record, dict):
        raise ValueError(f"line {number} is not an object")
    return {key: value if isinstance(value, str) else _as_text(value) for key, value in record.items()}


def _as_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else _shown(value)
