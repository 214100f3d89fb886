"""PDF files: pages of lines, put back together into paragraphs."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import DocumentError
from assistant.ingestion.loaders.cleaning import clean, one_line
from assistant.ingestion.loaders.content import PAGE_SIGN, Content
from assistant.ingestion.loaders.limits import MAX_PDF_PAGES, parsing
from assistant.ingestion.loaders.pdf_tables import with_tables

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

_EDGE_LINES = 2
_MIN_PAGES_FOR_REPEATS = 3
_MIN_CONTENTS_LINES = 5
_SHORT = 0.8
_MAX_HEADING_CHARACTERS = 70
_MAX_QUESTION = 240
_MAX_HEADING_WORDS = 10
_CHARACTERS = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", PAGE_SIGN: None})
_PAGE_NUMBER = re.compile(
    r"(?:page\s+|seite\s+|p\.\s*)?[-–]?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*[-–]?(?:\s*(?:of|/)\s*\d+)?", re.I
)
_BULLET = re.compile(r"^[•●○▪■◦‣∙·*–-]\s+")
_ITEM = re.compile(r"^(?:- |\d{1,3}[.)]\s|\([a-z0-9]\)\s)")
_ROW = re.compile(r"\| .*\|$")
_TORN = re.compile(rf"\n\n(?={PAGE_SIGN}*- )|(?<=\|)\n\n(?=\| )")
"""Between items of a list, and between rows of a table, which a page's end parts for good."""

_NUMBERED_HEADING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,3})*\.?|[A-Z]\.(?:\d{1,3}\.?)*|Chapter \d+\.?)\s+[A-Z]")
_DEEP_NUMBER = re.compile(r"^\d{1,2}\.\d{1,3}(?:\.\d{1,3})*\.?\s+[A-Z(]")
_DOT_LEADER = re.compile(r"(?:\s*\.){4,}\s*\d*$")
_CONTENTS_LINE = re.compile(r"(?:\s*\.){4,}\s*(?:\d{1,4}|[ivxlc]{1,6})$")
"""A line of a table of contents: it would be found instead of the section that it points to."""


def read_pdf(raw: bytes, path: Path) -> Content:
    """Read the text layer of a PDF.

    Raises:
        DocumentError: The file is encrypted, has no text layer or too many pages, or is no PDF.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    with parsing(path, "PDF"):
        try:
            document = PdfDocument(raw)
        except PdfiumError as error:
            if "password" in str(error).lower():
                raise DocumentError(path, "is encrypted; save a copy without a password") from error
            raise ValueError(str(error)) from error
        with closing(document):
            if len(document) > MAX_PDF_PAGES:
                raise DocumentError(path, f"has more than {MAX_PDF_PAGES} pages; split it")
            title = one_line(document.get_metadata_value("Title"))
            pages = [_page_text(document, number) for number in range(len(document))]
    if not any(page.strip() for page in pages):
        raise DocumentError(path, "holds no text, only images; run it through text recognition (OCR) first")
    text = paragraphs(_lines(pages))
    return Content(text=text, title=title if _is_real_title(title) else "", has_pages=True)


def _page_text(document: "PdfDocument", number: int) -> str:
    with closing(document[number]) as page, closing(page.get_textpage()) as text:
        # PDFium marks a hyphen at a line's end with a character of its own.
        words = with_tables(text.get_text_bounded(), text)
        return clean(re.sub("[\x02\ufffe]\\s*", "-\n", words)).translate(_CHARACTERS)


def _is_real_title(title: str) -> bool:
    made_up = re.search(r"\.\w{2,4}$|^microsoft |^untitled|^slide 1$", title, re.IGNORECASE)
    return bool(re.search(r"[^\W\d]{3}", title)) and not made_up


def _lines(pages: Sequence[str]) -> list[str]:
    """Return the lines of all pages without running headers, footers and page numbers; a page begins with its sign."""
    split = [[line.strip() for line in page.split("\n")] for page in pages]
    seen = Counter(key for lines in split for key in {_shape(line) for line in _edges(lines)})
    often = max(_MIN_PAGES_FOR_REPEATS, len(pages) // 2 + 1)
    repeated = {key for key, count in seen.items() if count >= often}
    kept: list[str] = []
    for lines in split:
        kept.append(PAGE_SIGN)
        if _is_contents(lines):
            continue
        edges = {line for line in _edges(lines) if _shape(line) in repeated or _PAGE_NUMBER.fullmatch(line)}
        body = (line for line in lines if line not in edges)
        # An empty line in its place keeps what was before it from running into what comes after it.
        kept += ["" if _CONTENTS_LINE.search(line) else _BULLET.sub("- ", line) for line in body]
    return (
        kept
        if any(line not in ("", PAGE_SIGN) for line in kept)
        else [line for lines in split for line in (PAGE_SIGN, *lines)]
    )


def _is_contents(lines: Sequence[str]) -> bool:
    """Tell whether a page is part of a table of contents."""
    pointing = sum(bool(_CONTENTS_LINE.search(line)) for line in lines)
    return pointing >= _MIN_CONTENTS_LINES and pointing * 3 > sum(bool(line) for line in lines)


def _edges(lines: Sequence[str]) -> list[str]:
    filled = [line for line in lines if line]
    return [*filled[:_EDGE_LINES], *filled[-_EDGE_LINES:]]


def _shape(line: str) -> str:
    return re.sub(r"(?<![\d.])\d+(?![\d.])", "0", line)


def paragraphs(lines: Sequence[str]) -> str:
    """Join wrapped lines into paragraphs; short lines that look like titles become `## ` headings.

    A `PAGE_SIGN` among the lines moves to the first character of its page, be it in the middle of a paragraph.
    """
    lines = _with_whole_questions(lines)
    lengths = sorted(len(line) for line in lines if line not in ("", PAGE_SIGN))
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    blocks: list[str] = []
    is_open = False
    signs = ""
    for line, following in _with_following(lines):
        if line == PAGE_SIGN:
            signs += line
        elif not line:
            is_open = False
        elif _ROW.match(line):
            blocks.append(signs + line)
            is_open, signs = False, ""
        else:
            is_heading = (not is_open or _DEEP_NUMBER.match(line)) and _is_heading(line, following)
            if is_open and not is_heading and not _ITEM.match(line):
                blocks[-1] = _glued(blocks[-1], line, signs)
            else:
                blocks.append(f"{signs}## {line}" if is_heading else signs + line)
            is_open = not is_heading and not _ends_paragraph(line, width)
            signs = ""
    return _TORN.sub("\n", "\n\n".join(blocks)) + signs


def _with_whole_questions(lines: Sequence[str]) -> list[str]:
    """Return the lines with each numbered question that was too long for one put together: it is a heading."""
    whole: list[str] = []
    for line in lines:
        last = whole[-1] if whole else ""
        is_rest = line.endswith("?") and not _DEEP_NUMBER.match(line) and len(last) + len(line) < _MAX_QUESTION
        if is_rest and _DEEP_NUMBER.match(last) and last[-1] not in ".?!:;":
            whole[-1] = f"{last} {line}"
        else:
            whole.append(line)
    return whole


def _with_following(lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with the next that is no page sign, empty after the last."""
    following = ""
    pairs = []
    for line in reversed(lines):
        pairs.append((line, following))
        following = following if line == PAGE_SIGN else line
    return reversed(pairs)


def _glued(paragraph: str, line: str, signs: str) -> str:
    if re.search(r"[^\W\d]-$", paragraph) and line[:1].islower():
        return paragraph[:-1] + signs + line
    return f"{paragraph} {signs}{line}"


def _ends_paragraph(line: str, width: int) -> bool:
    if _DOT_LEADER.search(line):
        return True
    return line.rstrip("\"')”’").endswith((".", ":", "!", "?")) and len(line) < _SHORT * width


def _is_heading(line: str, following: str) -> bool:
    if _DEEP_NUMBER.match(line) and line.endswith("?") and len(line) < _MAX_QUESTION:
        return True
    words = line.split()
    if len(line) > _MAX_HEADING_CHARACTERS or len(words) > _MAX_HEADING_WORDS or _DOT_LEADER.search(line):
        return False
    if line[-1] in ".,;:!" or following[:1].islower() or (_ITEM.match(line) and not _NUMBERED_HEADING.match(line)):
        return False
    if _NUMBERED_HEADING.match(line):
        return True
    long_words = [word for word in words if len(word) > 3]
    titled = sum(word[0].isupper() for word in long_words) * 2 > len(long_words)
    return line[0].isupper() and titled and len(following) > len(line)
