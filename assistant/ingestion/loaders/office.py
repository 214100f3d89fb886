"""Word documents and PowerPoint slides, in the order in which people read them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.blocks import literal
from assistant.ingestion.loaders.cleaning import one_line
from assistant.ingestion.loaders.content import Content, with_page_signs
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.packages import office_package
from assistant.ingestion.loaders.tables import pipe_table
from assistant.ingestion.loaders.word_lists import WordLists
from assistant.ingestion.loaders.word_text import WORD, boxes, cell_words, words

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph
    from lxml.etree import _Element
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide
    from pptx.table import Table as SlideTable

_HEADING_STYLE = re.compile(r"heading (\d)", re.IGNORECASE)
_LIST_ITEM = re.compile(r" *(?:-|\d+\.) ")
_CONTENT_CONTROLS = (f"{WORD}sdt", f"{WORD}sdtContent")


def read_word(raw: bytes, path: Path) -> Content:
    """Read paragraphs, headings, lists and tables of a .docx file.

    Raises:
        DocumentError: The file is no Word document.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    with parsing(path, "Word", OpcError, LxmlError):
        document = Document(office_package(raw, path))
        return Content(text=_joined(_word_blocks(document.element.body, document, WordLists(document))))


def _joined(blocks: Iterator[str]) -> str:
    """Join blocks with blank lines; items of one list stay together."""
    text = ""
    for block in blocks:
        if block.strip():
            in_list = _LIST_ITEM.match(block) and _LIST_ITEM.match(text.rpartition("\n")[2])
            text += f"\n{block}" if in_list else f"\n\n{block}"
    return text


def _word_blocks(parent: "_Element", part: "WordDocument", lists: WordLists) -> Iterator[str]:
    from docx.oxml.table import CT_Tbl
    from docx.oxml.text.paragraph import CT_P
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in parent.iterchildren():
        if isinstance(child, CT_P):
            yield _word_paragraph(Paragraph(child, part), lists)
            for box in boxes(child):
                yield from _word_blocks(box, part, lists)
        elif isinstance(child, CT_Tbl):
            yield _word_table(Table(child, part))
        elif child.tag in _CONTENT_CONTROLS:
            yield from _word_blocks(child, part, lists)


def _word_paragraph(paragraph: "Paragraph", lists: WordLists) -> str:
    text = words(paragraph._p).strip()
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    heading = _HEADING_STYLE.match(style)
    if not text:
        return ""
    if style == "Title":
        return f"# {one_line(text)}"
    if heading:
        return f"{'#' * min(6, int(heading[1]))} {one_line(text)}"
    sign = lists.sign(paragraph)
    return f"{sign} {one_line(text)}" if sign else literal(text)


def _word_table(table: "Table") -> str:
    """Return a table in which a merged cell stands in every place that it spans, so that each row tells all."""
    rows = []
    for row in table.rows:
        cells = [cell._tc for cell in row.cells]
        # A cell as wide as its table is a title, not a value of every column.
        rows.append([cell_words(cell) for cell in (cells if len(set(cells)) > 1 else cells[:1])])
    return pipe_table(rows) if any(any(cell.strip() for cell in row) for row in rows) else ""


def read_slides(raw: bytes, path: Path) -> Content:
    """Read a .pptx file: each slide is a page and a section, with its text and tables.

    Notes and hidden slides are left out: they were made for the one who speaks, not for those who are shown the slides.

    Raises:
        DocumentError: The file is no PowerPoint presentation.
    """
    from lxml.etree import LxmlError
    from pptx import Presentation
    from pptx.exc import PythonPptxError

    with parsing(path, "PowerPoint", PythonPptxError, LxmlError):
        slides = Presentation(office_package(raw, path)).slides
        return Content(text=with_page_signs(_joined(_slide_blocks(slide)) for slide in slides), has_pages=True)


def _slide_blocks(slide: "Slide") -> Iterator[str]:
    if slide._element.get("show") in ("0", "false"):
        return
    title = slide.shapes.title
    if title is not None and title.text_frame.text.strip():
        yield f"## {one_line(title.text_frame.text)}"
    for shape in slide.shapes:
        if title is None or shape.shape_id != title.shape_id:
            yield from _shape_blocks(shape)


def _slide_rows(table: "SlideTable") -> list[list[str]]:
    """Return the cells of a table, a merged one in every place that it spans."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    for top, row in enumerate(table.rows):
        for left, cell in enumerate(row.cells):
            if cell.is_merge_origin:
                for below in rows[top : top + cell.span_height]:
                    right = min(len(below), left + cell.span_width)
                    below[left:right] = [cell.text] * (right - left)
    return rows


def _shape_blocks(shape: "BaseShape") -> Iterator[str]:
    from pptx.shapes.autoshape import Shape
    from pptx.shapes.graphfrm import GraphicFrame
    from pptx.shapes.group import GroupShape

    if isinstance(shape, GroupShape):
        for inner in shape.shapes:
            yield from _shape_blocks(inner)
    elif isinstance(shape, GraphicFrame) and shape.has_table:
        rows = _slide_rows(shape.table)
        if any(any(cell.strip() for cell in row) for row in rows):
            yield pipe_table(rows)
    elif isinstance(shape, Shape):
        lines = [one_line(paragraph.text) for paragraph in shape.text_frame.paragraphs]
        filled = [line for line in lines if line]
        yield from (f"- {line}" for line in filled) if len(filled) > 1 else filled
