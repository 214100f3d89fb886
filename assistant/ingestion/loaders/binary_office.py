"""The binary formats of Office before 2007: .xls and .doc."""

import io
import re
import struct
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import DocumentError
from assistant.ingestion.loaders.blocks import join, literal, table
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.sheets import sections, shown
from assistant.ingestion.loaders.tables import sheet_to_markdown

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Cell, Sheet

_LOCKED = "is encrypted; save a copy without a password"
_WORD_MAGIC = 0xA5EC
_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200
_PIECES_AT = 0x01A2
_COMPRESSED = 0x40000000
_CELL, _PARAGRAPH = "\x07", "\r"
_FIELD_CODE = re.compile("\x13[^\x13-\x15]*\x14|\x13[^\x13-\x15]*\x15")
_SIGNS = str.maketrans(
    {"\x0b": "\n", "\x0c": "\r", "\x0e": "\r", "\x1e": "-", "\x1f": None, "\x14": None, "\x15": None}
)


def read_binary_excel(raw: bytes, path: Path) -> Content:
    """Read the values of an .xls workbook; with several sheets, each is a section.

    Raises:
        DocumentError: The file is no such workbook, or is protected by a password.
    """
    from xlrd import XLRDError, open_workbook
    from xlrd.biffh import XLRDError as BiffError
    from xlrd.compdoc import CompDocError

    with parsing(path, "Excel", XLRDError, BiffError, CompDocError):
        try:
            workbook = open_workbook(file_contents=raw, logfile=io.StringIO())
        except XLRDError as error:
            if "encrypted" in str(error).lower():
                raise DocumentError(path, _LOCKED) from error
            raise
        # What its author hid is not for customers.
        return sections(
            (sheet.name, sheet_to_markdown(_rows(sheet, workbook)))
            for sheet in workbook.sheets()
            if not sheet.visibility
        )


def _rows(sheet: "Sheet", workbook: "Book") -> Iterator[list[str]]:
    return ([_value(cell, workbook) for cell in sheet.row(number)] for number in range(sheet.nrows))


def _value(cell: "Cell", workbook: "Book") -> str:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR
    from xlrd.xldate import XLDateError, xldate_as_datetime

    if cell.ctype == XL_CELL_ERROR:
        return ""
    if cell.ctype == XL_CELL_BOOLEAN:
        return shown(bool(cell.value))
    if cell.ctype == XL_CELL_DATE:
        try:
            return shown(xldate_as_datetime(cell.value, workbook.datemode))
        except (XLDateError, ValueError, OverflowError):
            return shown(cell.value)
    return shown(cell.value)


def read_binary_word(raw: bytes, path: Path) -> Content:
    """Read the running text and the tables of a .doc file of Word 97 to 2003; headings are not told apart.

    Raises:
        DocumentError: The file is no such document, or is protected by a password.
    """
    from olefile import OleFileIO
    from olefile.olefile import OleFileError

    with parsing(path, "Word", OleFileError):
        if not raw.startswith(b"\xd0\xcf\x11\xe0"):
            raise ValueError("it does not begin as Word files do")
        with OleFileIO(io.BytesIO(raw)) as file:
            main = file.openstream("WordDocument").read()
            magic, flags = struct.unpack_from("<H", main)[0], struct.unpack_from("<H", main, 10)[0]
            if magic != _WORD_MAGIC:
                raise DocumentError(path, "is of Word 95 or older; open it in Word or LibreOffice and save it as .docx")
            if flags & _ENCRYPTED:
                raise DocumentError(path, _LOCKED)
            pieces = file.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
        return Content(text=join(_word_blocks(_running_text(main, pieces))))


def _running_text(main: bytes, tables: bytes) -> str:
    """Return the characters of the document itself, which come before those of its notes and headers.

    The layout is that of [MS-DOC]: section 2.5 (Fib), 2.9.38 (Clx), 2.8.35 (PlcPcd), 2.9.73 (FcCompressed).
    """
    start, size = struct.unpack_from("<II", main, _PIECES_AT)
    table_of_pieces = _piece_table(tables[start : start + size])
    count = (len(table_of_pieces) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", table_of_pieces)
    (length,) = struct.unpack_from("<I", main, 0x4C)
    parts = []
    for number in range(count):
        (at,) = struct.unpack_from("<I", table_of_pieces, 4 * (count + 1) + 8 * number + 2)
        characters = max(0, min(ends[number + 1], length) - ends[number])
        if at & _COMPRESSED:
            begin = (at & ~_COMPRESSED) // 2
            parts.append(main[begin : begin + characters].decode("cp1252", "replace"))
        else:
            parts.append(main[at : at + 2 * characters].decode("utf-16-le", "replace"))
    return "".join(parts)


def _piece_table(clx: bytes) -> bytes:
    """Return the table of pieces, which follows any number of property lists."""
    at = 0
    while clx[at] == 0x01:
        at += 3 + int(struct.unpack_from("<H", clx, at + 1)[0])
    if clx[at] != 0x02:
        raise ValueError("it has no table of text pieces")
    return clx[at + 5 : at + 5 + int(struct.unpack_from("<I", clx, at + 1)[0])]


def _word_blocks(text: str) -> Iterator[str]:
    """Yield paragraphs, and each run of table rows as one table: a cell ends with a mark, a row with one more."""
    while (shorter := _FIELD_CODE.sub("", text)) != text:
        text = shorter
    lines = text.translate(_SIGNS).replace(f"{_CELL}{_CELL}", f"{_CELL}{_CELL}{_PARAGRAPH}").split(_PARAGRAPH)
    for is_row, run in groupby(_rejoined(lines), key=lambda line: _CELL in line):
        if is_row:
            yield table([[one_line(cell) for cell in line.rstrip(_CELL).split(_CELL)] for line in run])
        else:
            yield from (literal(line.strip()) for line in run)


def _rejoined(lines: list[str]) -> Iterator[str]:
    """Yield lines, those of a cell with several paragraphs put back together as far as the row's end shows them."""
    row = ""
    for line in lines:
        if row or _CELL in line:
            row = f"{row} {line}" if row else line
            if row.endswith(_CELL * 2):
                yield row
                row = ""
        else:
            yield line
    yield row
