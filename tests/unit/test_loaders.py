"""Loaders, on files made by the programs' own libraries."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.ingestion.loaders import load
from assistant.types import LoadedDocument


def read(path: Path) -> LoadedDocument:
    document = load(path, source=path.as_posix(), name=path.name)
    assert document is not None
    return document


def write(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_markdown_keeps_structure_and_drops_inline_marks(tmp_path: Path) -> None:
    top = "---\ntitle: Sending back\nlanguage: de\n---\n"
    text = f"{top}# Returns\n\n**Bold** [link](http://x.y) `code` snake_case 2*3*4\n"
    document = read(write(tmp_path / "a.md", text + "\n* one\n* two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"))
    assert (document.title, document.language) == ("Sending back", "de")
    assert "# Returns\n\nBold link code snake_case 2*3*4\n" in document.text
    assert "- one\n- two" in document.text
    assert "| 1 | 2 |" in document.text


def test_paragraphs_of_a_list_item_stand_apart_and_its_lists_close(tmp_path: Path) -> None:
    text = "1. Open it.\n\n1. Choose:\n\n   - Red\n   - Blue\n\n   ![](x.png)\n   _A picture_\n\n   Then wait.\n"
    document = read(write(tmp_path / "a.md", text))
    expected = "1. Open it.\n2. Choose:\n   - Red\n   - Blue\n\n   A picture\n\n   Then wait."
    assert document.text.strip() == expected


def test_tables_without_a_header_are_tables(tmp_path: Path) -> None:
    listed = "1. Pick:\n\n   |--- |--- |\n   |Authy|Sends codes.|\n\n"
    text = f"|Yes|Show it.|\n|No|Hide it.|\n\n{listed}~~~\n|a|b|\n|c|d|\n~~~\n"
    document = read(write(tmp_path / "a.md", text))
    assert "|  |  |\n| - | - |\n| Yes | Show it. |\n| No | Hide it. |" in document.text
    assert "1. Pick:\n\n   |  |  |\n   | - | - |\n   | Authy | Sends codes. |" in document.text
    assert "|a|b|\n|c|d|" in document.text


def test_marks_that_protect_code_from_a_site_generator_go(tmp_path: Path) -> None:
    text = "Use `{% raw %}{{name}}{% endraw %}` as the title.\n\n```\n{% raw %}x{% endraw %}\n```\n"
    document = read(write(tmp_path / "a.md", text))
    assert "Use {{name}} as the title." in document.text
    assert "{% raw %}x{% endraw %}" in document.text


def test_tables_that_only_place_things_become_text(tmp_path: Path) -> None:
    page = """<html><body><h1>Disks</h1>
    <table summary="Note"><tr><td rowspan="2"><img alt="Note" src="n.png"></td><th></th></tr>
    <tr><td><p>All data is erased.</p><p>Make a copy.</p></td></tr></table>
    <table><tr><td><table><tr><th>Size</th><th>Price</th></tr><tr><td>L</td><td>9</td></tr></table></td><td>Side</td></tr>
    </table><table role="presentation"><tr><td>Left</td><td>Right</td></tr></table></body></html>"""
    document = read(write(tmp_path / "a.html", page))
    assert "All data is erased.\n\nMake a copy." in document.text
    assert "| Size | Price |" in document.text
    assert "Left\n\nRight" in document.text
    assert document.text.count("|") == 3 * 3


def test_front_matter_may_opt_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md", "---\ningest: false\n---\nInternal.")
    assert load(path, source="a", name="a") is None


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("Grüße".encode("utf-8-sig"), "Grüße"),
        ("Grüße".encode("utf-16"), "Grüße"),
        ("Grüße aus dem Laden".encode("cp1252"), "Grüße aus dem Laden"),
        ("a\u200bb\u202ec\r\n\U000e0041d".encode(), "abc\nd"),
        ("e\u0301".encode(), "é"),
    ],
)
def test_text_is_decoded_and_cleaned(tmp_path: Path, raw: bytes, text: str) -> None:
    assert read(write(tmp_path / "opening_hours.txt", raw)).text == text


def test_title_falls_back_to_the_file_name(tmp_path: Path) -> None:
    assert read(write(tmp_path / "opening_hours.txt", "Nine to five.")).title == "Opening hours"


def test_html_leaves_the_furniture_out(tmp_path: Path) -> None:
    page = """<?xml version="1.0"?><html lang="en-GB"><head><title>T</title><style>x{}</style></head><body>
    <nav>Home</nav><h1>Returns</h1><p>Send it <b>back</b>.</p><ul><li>one</li></ul>
    <table><tr><th>Size</th></tr><tr><td>L</td></tr></table><script>bad()</script><footer>Imprint</footer></body></html>"""
    document = read(write(tmp_path / "a.html", page))
    assert (document.title, document.language) == ("Returns", "en")
    assert "# Returns\n\nSend it back.\n\n- one" in document.text
    assert "| L |" in document.text
    assert not any(word in document.text for word in ("Home", "bad()", "Imprint", "x{}"))


def test_word_keeps_the_order_of_paragraphs_and_tables(tmp_path: Path) -> None:
    from docx import Document

    made = Document()
    made.add_heading("Returns", 1)
    made.add_paragraph("Send it back.")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip((cell for row in table.rows for cell in row.cells), "Size Price L 12".split(), strict=True):
        cell.text = text
    made.add_paragraph("one", style="List Bullet")
    made.save(str(tmp_path / "a.docx"))
    text = read(tmp_path / "a.docx").text
    assert text == "# Returns\n\nSend it back.\n\n| Size | Price |\n| --- | --- |\n| L | 12 |\n\n- one"


def test_slides_become_sections_without_the_speakers_notes(tmp_path: Path) -> None:
    from pptx import Presentation

    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    assert slide.shapes.title is not None
    slide.shapes.title.text = "Delivery"
    slide.placeholders[1].text_frame.text = "Two days\nBy bike"
    assert slide.notes_slide.notes_text_frame is not None
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    made.save(str(tmp_path / "a.pptx"))
    assert read(tmp_path / "a.pptx").text == "## Delivery\n\n- Two days\n- By bike"


def test_workbook_sheets_become_sections(tmp_path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook()
    prices = made.create_sheet("Prices")
    prices.append(["Item", "Price"])
    prices.append(["Lamp", 12.0])
    made.create_sheet("Questions").append(["Question", "Answer"])
    made["Questions"].append(["Open on Sunday?", "No."])
    made.save(tmp_path / "a.xlsx")
    text = read(tmp_path / "a.xlsx").text
    assert "# Prices\n\n| Item | Price |\n| --- | --- |\n| Lamp | 12 |" in text
    assert "## Open on Sunday?\nNo." in text


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "Q;A\nOpen on Sunday?;No.\n"),
        ("b.csv", 'question,answer\n"Open on Sunday?","No."\n'),
        ("c.jsonl", '{"prompt": "Open on Sunday?", "response": "No."}\n'),
    ],
)
def test_question_answer_pairs_become_sections(tmp_path: Path, name: str, content: str) -> None:
    assert read(write(tmp_path / name, content)).text == "## Open on Sunday?\nNo."


TOPICS = (("red", "green"), ("north", "south"), ("sweet", "sour"), ("loud", "low"))


def test_pdf_lines_become_paragraphs_without_page_furniture(tmp_path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.set_font("Helvetica", size=12)
    for number in range(1, 5):
        made.add_page()
        body = [f"Rule {word} holds for every parcel that is longer than a li-" for word in TOPICS[number - 1]]
        top = ["Shop handbook", f"{number}.1 Returns And Refunds"]
        for line in [*top, *body, f"ne of the {TOPICS[number - 1][0]} page.", f"Page {number}"]:
            made.cell(0, 10, line, new_x="LMARGIN", new_y="NEXT")
    made.output(str(tmp_path / "a.pdf"))
    text = read(tmp_path / "a.pdf").text
    assert "## 2.1 Returns And Refunds" in text
    assert "longer than a line of the north page." in text
    assert "Shop handbook" not in text
    assert "Page 2" not in text


def _blank_pdf(path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.output(str(path))


def _locked_pdf(path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.add_page()
    made.set_encryption(owner_password="owner", user_password="user")
    made.output(str(path))


def _zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 20_000_000)


@pytest.mark.parametrize(
    ("name", "make", "reason"),
    [
        ("a.md", lambda path: write(path, ""), "is empty"),
        ("a.md", lambda path: write(path, " \n"), "no text"),
        ("a.exe", lambda path: write(path, "x"), "unknown type"),
        ("a.docx", lambda path: write(path, "no zip"), "not a readable Word"),
        ("a.docx", _zip_bomb, "unpacks to far more"),
        ("a.pptx", lambda path: write(path, b"PK\x03\x04"), "not a readable PowerPoint"),
        ("a.xlsx", lambda path: write(path, "no zip"), "not a readable Excel"),
        ("a.pdf", lambda path: write(path, "no pdf"), "not a readable PDF"),
        ("a.pdf", _blank_pdf, "OCR"),
        ("a.pdf", _locked_pdf, "encrypted"),
        ("a.jsonl", lambda path: write(path, '{"a": 1}\n[2]\n'), "line 2 is not an object"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, name: str, make: Callable[[Path], object], reason: str) -> None:
    make(tmp_path / name)
    with pytest.raises(DocumentError, match=reason):
        load(tmp_path / name, source="a", name=name)
