"""The formats beyond the common ones, on the smallest files that show what each can hold."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.ingestion.files import discover
from assistant.ingestion.loaders import load
from assistant.types import LoadedDocument
from benchmarks.hostile_builders import open_document, word_body, zipped
from tests.old_office import excel_2, word_97


def read(path: Path, content: str | bytes | None = None) -> LoadedDocument:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    document = load(path, source=path.as_posix(), name=path.name)
    assert document is not None
    return document


def test_open_document_keeps_headings_lists_and_tables(tmp_path: Path) -> None:
    table = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    open_document(
        '<text:h text:outline-level="2">Returns</text:h><text:p>Send it<text:s/>back<text:note>seen by none'
        "</text:note>.<text:line-break/>We pay.</text:p><text:list><text:list-item><text:p>one</text:p><text:list>"
        "<text:list-item><text:p>deeper</text:p></text:list-item></text:list></text:list-item></text:list>"
        f"<table:table {table}><table:table-row>{cell.format('Size')}{cell.format('Price')}</table:table-row>"
        f'<table:table-row>{cell.format("L")}<table:table-cell table:number-columns-repeated="9999"/>'
        "</table:table-row></table:table>"
    )(tmp_path / "a.odt")
    text = read(tmp_path / "a.odt").text
    assert text.startswith("## Returns\n\nSend it back.\nWe pay.\n\n- one\n  - deeper\n\n| Size | Price |")
    assert "| L |" in text


def test_books_are_read_along_their_spine(tmp_path: Path) -> None:
    container = '<container xmlns="urn:x"><rootfiles><rootfile full-path="in/a.opf"/></rootfiles></container>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:title>Manual</dc:title><dc:language>de-CH</dc:language></metadata><manifest>"
        '<item id="b" href="b%20b.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest>'
        '<spine><itemref idref="b"/><itemref idref="a"/><itemref idref="gone"/></spine></package>'
    )
    pages = [
        (f"in/{name}.xhtml", f"<html><body><h1>{title}</h1></body></html>")
        for name, title in (("a", "Two"), ("b b", "One"))
    ]
    zipped(("META-INF/container.xml", container), ("in/a.opf", package), *pages)(tmp_path / "a.epub")
    document = read(tmp_path / "a.epub")
    assert (document.title, document.language, document.text) == ("Manual", "de", "# One\n\n# Two")


def test_mail_prefers_its_page_and_names_what_is_attached(tmp_path: Path) -> None:
    mail = (
        "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\nContent-Type: multipart/alternative; boundary=y\n\n--y\nContent-Type: text/plain\n\nplain\n"
        "--y\nContent-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "<p>Sch=F6n</p><table><tr><td>Size</td></tr><tr><td>L</td></tr></table>\n--y--\n"
        "--x\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=terms.pdf\n\nxx\n--x--\n"
    )
    document = read(tmp_path / "a.eml", mail)
    assert document.title == "Grüße"
    assert document.text.startswith("Schön\n\n")
    assert "| L |" in document.text
    assert document.text.endswith("Attached: terms.pdf")


def test_rich_text_keeps_lists_tables_and_characters(tmp_path: Path) -> None:
    rtf = (
        r"{\rtf1\ansi{\info{\title Returns}}{\fonttbl{\f0 Arial;}}\pard Caf\'e9 \u8364? \u-10179?\u-8704?\par"
        r"{\listtext\'b7\tab}one\par{\listtext\'b7\tab}two\par"
        r"\trowd Size\cell Price\cell\row\trowd L\cell 12\cell\row\pard Done.\par}"
    )
    document = read(tmp_path / "a.rtf", rtf)
    assert document.title == "Returns"
    assert document.text.split("\n\n") == [
        "Café € 😀",
        "- one\n- two",
        "| Size | Price |\n| - | - |\n| L | 12 |",
        "Done.",
    ]


def test_old_workbooks_are_read(tmp_path: Path) -> None:
    content = excel_2([["Size", "Price"], ["L", 12.5]])
    assert read(tmp_path / "a.xls", content).text == "| Size | Price |\n| --- | --- |\n| L | 12.5 |"


def test_old_word_documents_are_read(tmp_path: Path) -> None:
    text = 'Returns\rSee \x13HYPERLINK "http://x"\x14our page\x15.\rSize\x07Price\x07\x07L\x0712\x07\x07Done.\r'
    assert read(tmp_path / "a.doc", word_97(text)).text.split("\n\n") == [
        "Returns",
        "See our page.",
        "| Size | Price |\n| - | - |\n| L | 12 |",
        "Done.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (word_97("x", flags=0x100), "is encrypted; save a copy without a password"),
        (word_97("x", magic=0xA5DC), "Word 95 or older"),
        (b"no document", "not a readable Word"),
    ],
)
def test_old_word_documents_that_cannot_be_read_say_why(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(tmp_path / "a.doc", content)


def test_strict_office_files_are_read_as_others_are(tmp_path: Path) -> None:
    word_body("<w:p><w:r><w:t>Strictly.</w:t></w:r></w:p>")(tmp_path / "loose.docx")
    with zipfile.ZipFile(tmp_path / "loose.docx") as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    old, new = b"http://schemas.openxmlformats.org/%s/2006/", b"http://purl.oclc.org/ooxml/%s/"
    for name in (b"wordprocessingml", b"officeDocument"):
        parts = [(part, content.replace(old % name, new % name)) for part, content in parts]
    zipped(*parts)(tmp_path / "strict.docx")
    assert b"purl.oclc.org" in dict(parts)["word/document.xml"]
    assert read(tmp_path / "strict.docx").text == "Strictly."


def test_word_shows_insertions_and_formulas_but_no_deletions(tmp_path: Path) -> None:
    math = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    word_body(
        "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:ins><w:r><w:t>new </w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        f"<m:f {math}><m:num><m:r><m:t>a</m:t></m:r></m:num><m:den><m:r><m:t>b</m:t></m:r></m:den></m:f></w:p>"
    )(tmp_path / "a.docx")
    assert read(tmp_path / "a.docx").text == "new (a)/(b)"


def test_html_cells_stand_in_every_place_that_they_span(tmp_path: Path) -> None:
    page = (
        "<table><tr><th>Zone</th><th>Weight</th><th>Price</th></tr>"
        '<tr><td rowspan="2">EU</td><td>1 kg</td><td>5</td></tr><tr><td colspan="2">on request</td></tr></table>'
    )
    text = read(tmp_path / "a.html", page).text
    assert "| EU | 1 kg | 5 |\n| EU | on request | on request |" in text


def test_titles_and_notes_of_a_sheet_are_not_its_header(tmp_path: Path) -> None:
    from openpyxl import Workbook

    made = Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["Prices 2026"], [], ["Item", "Price"], ["Lamp", 12], [], ["Table", 80], [], ["All with VAT."]):
        sheet.append(row)
    made.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text == (
        "Prices 2026\n\n| Item | Price |\n| --- | --- |\n| Lamp | 12 |\n| Table | 80 |\n\nAll with VAT."
    )


def test_remarks_beside_an_answer_are_kept_and_codes_are_not(tmp_path: Path) -> None:
    rows = "id,question,answer,note\nA1,Do you deliver?,Yes.,Not on islands in winter.\n"
    assert read(tmp_path / "a.csv", rows).text == "## Do you deliver?\nYes.\nnote: Not on islands in winter."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "---\naudience: staff\nvalid_from: 2026-01-31\nvalid_to: '2026-12-31'\n---\nText"),
        (
            "a.html",
            '<head><meta name="audience" content="staff"><meta name="valid-from" content="2026-01-31">'
            '<meta name="valid_to" content="2026-12-31"></head><p>Text</p>',
        ),
    ],
)
def test_authors_say_for_whom_and_until_when(tmp_path: Path, name: str, content: str) -> None:
    document = read(tmp_path / name, content)
    assert (document.audience, document.valid_from, document.valid_to) == (
        "staff",
        date(2026, 1, 31),
        date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    "line", ["valid_to: soon", "valid_from: 2026-02-30", "valid_from: 2026-02-01\nvalid_to: 2026-01-01"]
)
def test_a_bad_date_is_no_date(tmp_path: Path, line: str) -> None:
    with pytest.raises(DocumentError, match=r"no date; write it as 2026-01-31|never; correct these dates"):
        read(tmp_path / "a.md", f"---\n{line}\n---\nText")


def test_pages_of_a_pdf_keep_their_place(tmp_path: Path) -> None:
    from fpdf import FPDF

    made = FPDF()
    made.set_font("Helvetica", size=11)
    for text in (
        "Alpha rules hold for every parcel that is sent to a coun-",
        "try abroad and costs more.",
        "",
        "Gamma.",
    ):
        made.add_page()
        made.cell(0, 8, text)
    made.output(str(tmp_path / "a.pdf"))
    document = read(tmp_path / "a.pdf")
    first, second, third, fourth = document.page_starts
    assert (first, third) == (0, fourth)
    assert document.text[second:].startswith("try abroad")
    assert document.text[fourth:] == "Gamma."
    assert "country abroad" in document.text


def test_slides_are_pages(tmp_path: Path) -> None:
    from pptx import Presentation

    made = Presentation()
    for title in ("Delivery\ufdd0", "", "Returns"):
        slide = made.slides.add_slide(made.slide_layouts[5])
        assert slide.shapes.title is not None
        slide.shapes.title.text = title
    made.save(str(tmp_path / "a.pptx"))
    document = read(tmp_path / "a.pptx")
    assert [document.text[start : start + 6] for start in document.page_starts] == ["## Del", "## Ret", "## Ret"]
    assert "\ufdd0" not in document.text


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.txt", b"%PDF-1.7", "rename it to end in .pdf"),
        ("a.md", b"{\\rtf1 x}", "is a RTF file"),
        ("a.csv", b"PK\x03\x04", "is a zip or Office file"),
        ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "encrypted or of an old format"),
        ("a.html", b"\x89PNG\r\n\x1a\n", "PNG picture"),
    ],
)
def test_a_name_that_lies_is_found_out(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(tmp_path / name, content)


def pdf_of(path: Path, rows: Sequence[tuple[str, ...]], *, widths: tuple[int, ...] = ()) -> str:
    """Write a PDF of a sentence, a borderless table and another sentence; return the text that is read from it."""
    from fpdf import FPDF

    made = FPDF()
    made.set_font("Helvetica", size=11)
    made.add_page()
    made.multi_cell(0, 6, "We deliver to all countries of the European Union, and to Switzerland, by two services.")
    made.ln(4)
    with made.table(borders_layout="NONE", first_row_as_headings=False, col_widths=widths or None) as table:
        for row in rows:
            table.row(row)
    made.ln(4)
    made.multi_cell(0, 6, "After the table comes another sentence, which is here to be found.")
    made.output(str(path))
    return read(path).text


def test_a_table_in_a_pdf_becomes_a_pipe_table(tmp_path: Path) -> None:
    rows = [("", "Standard", "Express"), ("Germany", "5 EUR", "9 EUR"), ("Austria", "7 EUR", ""), ("Malta", "9 %", "-")]
    text = pdf_of(tmp_path / "a.pdf", rows)
    assert text.split("\n\n")[1] == (
        "|  | Standard | Express |\n| --- | --- | --- |\n| Germany | 5 EUR | 9 EUR |\n| Austria | 7 EUR |  |"
        "\n| Malta | 9 % | - |"
    )
    assert text.endswith("After the table comes another sentence, which is here to be found.")


@pytest.mark.parametrize(
    "rows",
    [
        [("1.", "Open the box."), ("2.", "Press the button."), ("3.", "Wait a while.")],
        [(f"{word} in the left column runs on and on and on, line", "and so does the right one") for word in "ABCD"],
        [("Austria", "7 EUR"), ("", "It lies exactly between"), ("Malta", "9 EUR"), ("Crete", "9 EUR")],
    ],
)
def test_lists_and_columns_of_prose_and_doubtful_rows_are_no_table(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    text = pdf_of(tmp_path / "a.pdf", rows, widths=(3, 2) if len(rows[0][0]) > 9 else ())
    assert "|" not in text
    assert text.endswith("another sentence, which is here to be found.")


def test_what_an_author_hid_is_not_read(tmp_path: Path) -> None:
    from openpyxl import Workbook
    from pptx import Presentation

    book = Workbook()
    book.create_sheet("Margins").append(["Cost", "3"])
    book["Margins"].sheet_state = "hidden"
    book.worksheets[0].append(["Price", "12"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx").text == "| Price | 12 |\n| --- | --- |"
    slides = Presentation()
    for title in ("Shown", "Hidden", "Last"):
        slide = slides.slides.add_slide(slides.slide_layouts[5])
        assert slide.shapes.title is not None
        slide.shapes.title.text = title
    slides.slides[1]._element.set("show", "0")
    slides.save(str(tmp_path / "a.pptx"))
    assert read(tmp_path / "a.pptx").text == "## Shown\n\n## Last"
    assert len(read(tmp_path / "a.pptx").page_starts) == 3


def test_a_path_that_is_too_long_is_an_error_with_a_reason() -> None:
    with pytest.raises(DocumentError, match="cannot be opened"):
        discover([Path("x" * 5_000)])
