"""Rewrites the shapes of HTML that Markdown does not have: layout tables, definition lists, lists in cells, powers."""

import re
from typing import TYPE_CHECKING

from assistant.ingestion.loaders.pictures import picture

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from bs4.element import NavigableString

_OF_TABLES = ["thead", "tbody", "tfoot", "tr", "td", "th", "caption"]
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
_LABELS = [*_HEADINGS, "div", "p"]
_NOTES = frozenset("note notes warning tip important caution hint attention danger".split())
_BLOCKS = ["p", "div", "ul", "ol", "dl", "table", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "figure"]
_HAS_STOP = re.compile(r"[.!?:;,…]\W*\Z")
_NOTE_SIGN = re.compile(r"\[?(?:\d{1,3}|[a-z]|[*†‡])\]?")
_POWER = re.compile(r"[+\-−–]?[\dnkm]+")
_MOST_TERM_CHARACTERS = 80


def plain_shapes(page: "BeautifulSoup") -> None:
    """Make of everything that Markdown cannot show something that it can, with the same words in the same order."""
    _unfold_layout(page)
    _name_notes(page)
    _write_powers(page)
    for one in page.find_all(["blockquote", "summary"]):
        one.name = "div"
    for one in reversed(page.select("td ul, td ol, th ul, th ol")):
        _in_one_line(one)
    for one in reversed(page.find_all("dl")):
        _define(one)
    for one in page.find_all("img"):
        if one.parent is not None and next(one.parent.stripped_strings, ""):
            one.replace_with(picture(str(one.get("alt") or "")))
        else:
            one.extract()


def _unfold_layout(page: "BeautifulSoup") -> None:
    """Turn tables that only place things into blocks: those around other tables, and those with one text a row."""
    for one in reversed(page.find_all("table")):
        rows = [row for row in one.find_all("tr") if row.find_parent("table") is one]
        cells = [row.find_all(["td", "th"], recursive=False) for row in rows]
        texts = [sum(bool(cell.get_text(strip=True)) for cell in row) for row in cells]
        is_icon_and_text = max(texts, default=0) <= 1 and any(len(row) > 1 for row in cells)
        is_one_cell = len(cells) == 1 and len(cells[0]) == 1
        is_placing = one.get("role") in ("presentation", "none") or one.find("table") is not None
        if is_placing or is_icon_and_text or is_one_cell:
            for part in [one, *one.find_all(_OF_TABLES)]:
                if part is one or part.find_parent("table") is None:
                    part.name = "div"


def _name_notes(page: "BeautifulSoup") -> None:
    """Write the label of a box before the text of it, as in `Note: Take care`."""
    for label in page.find_all(_LABELS):
        if label.find(_BLOCKS) is not None:
            continue
        said = label.get_text(strip=True).strip("[]:")
        first = _text_after(label) if said.lower() in _NOTES else None
        if first is not None and first.find_parent([*_HEADINGS, "li", "pre", "td", "th", "dt"]) is None:
            first.replace_with(f"{said}: {first.lstrip()}")
            label.extract()


def _text_after(element: "Tag") -> "NavigableString | None":
    """Return the first text behind an element, in the block around it."""
    around = element.parent.parent if element.parent is not None else None
    for text in element.find_all_next(string=True):
        parents = {id(parent) for parent in text.parents}
        if id(element) not in parents and text.strip():
            return text if around is None or id(around) in parents else None
    return None


def _write_powers(page: "BeautifulSoup") -> None:
    """Write 10 to the power of 2 as 10^2, for 102 is another number; signs of footnotes go."""
    for one in page.find_all("sup"):
        said = one.get_text(strip=True)
        if one.find("a") is not None and _NOTE_SIGN.fullmatch(said):
            one.extract()
        elif _POWER.fullmatch(said) and _before(one)[-1:].isalnum():
            one.insert(0, "^")


def _before(element: "Tag") -> str:
    before = element.previous_sibling
    return before.get_text() if before is not None else ""


def _in_one_line(listed: "Tag") -> None:
    """Write a list in a cell as one text, its items parted by semicolons where they do not end with a stop."""
    items = [" ".join(item.get_text(" ").split()) for item in listed.find_all("li", recursive=False)]
    if listed.name == "ol":
        items = [f"{number}. {item}" for number, item in enumerate(items, start=1)]
    said = [item if _HAS_STOP.search(item) else f"{item};" for item in items if item]
    listed.string = f" {' '.join(said).removesuffix(';')} "
    listed.name = "span"


def _define(listed: "Tag") -> None:
    """Write a term and what it means as `Term: meaning`; a question, and a term with more than a text, stand apart."""
    for meaning in listed.find_all("dd"):
        term = meaning.find_previous_sibling()
        said = term.get_text(" ", strip=True) if term is not None and term.name == "dt" else ""
        first = _first_text(meaning)
        if term is not None and first is not None and 0 < len(said) <= _MOST_TERM_CHARACTERS and said[-1] not in "?!.":
            _strip_start(first)
            first.insert(0, f"{' '.join(said.split()).rstrip(' :')}: ")
            term.extract()
        meaning.name = "div"
    for term in listed.find_all("dt"):
        term.name = "div"
    listed.name = "div"


def _strip_start(element: "Tag") -> None:
    first = element.find(string=True)
    if first is not None:
        first.replace_with(first.lstrip())


def _first_text(meaning: "Tag") -> "Tag | None":
    """Return the element whose text begins a meaning: itself or its first paragraph; None where it begins otherwise."""
    block = meaning.find(_BLOCKS)
    if block is None:
        return meaning
    lead = "".join(one.get_text(strip=True) for one in block.previous_siblings)
    if lead and block.parent is meaning:
        return meaning
    return block if block.name in ("p", "div") and block.find(_BLOCKS) is None else None
