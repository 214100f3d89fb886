"""What real and hostile files do to loaders: nothing is lost, nothing is taken for something else."""

import sys
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF

from assistant.errors import DocumentError
from assistant.ingestion.loaders import load
from assistant.ingestion.splitting import split
from assistant.types import LoadedDocument
from tests.fakes import HashingEmbedder


def read(folder: Path, name: str, content: str | bytes) -> LoadedDocument:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    document = load(path, source=path.as_posix(), name=name)
    assert document is not None
    return document


def sections(document: LoadedDocument) -> list[tuple[str, str]]:
    chunks = split(document.text, title=document.title, embedder=HashingEmbedder())
    return [(chunk.heading, document.text[chunk.start : chunk.end]) for chunk in chunks]


def test_an_answer_cannot_open_a_section_or_a_code_block(tmp_path: Path) -> None:
    rows = 'Question,Answer\nMay I return it?,"# Yes\n```\nwithin 14 days"\nDo you deliver?,No.\n,Nobody asked.\n'
    document = read(tmp_path, "faq.csv", rows)
    assert document.title == "Faq"
    assert sections(document) == [
        ("", "Nobody asked."),
        ("May I return it?", "# Yes\n\nwithin 14 days"),
        ("Do you deliver?", "No."),
    ]


def test_an_unclosed_quote_is_reported(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="not a readable CSV"):
        read(tmp_path, "a.csv", 'a,b\n"x,1\ny,2\n')


def test_a_comment_in_code_is_neither_title_nor_heading(tmp_path: Path) -> None:
    document = read(
        tmp_path, "set_up.md", "Run this:\n\n~~~sh\n# first\nls\n~~~\n\n````\n```\n# second\n````\n\n\\# third"
    )
    assert document.title == "Set up"
    assert [heading for heading, _ in sections(document)] == [""]


def test_shell_prompts_in_plain_text_are_not_headings(tmp_path: Path) -> None:
    document = read(
        tmp_path, "build.txt", "Then run\n\n    # make foo\n    # make bar\n\nand wait.\n\n1.2. Clean up\n\nDone."
    )
    assert document.title == "Build"
    assert [heading for heading, _ in sections(document)] == ["", "1.2. Clean up"]


def test_wrapped_text_becomes_paragraphs_but_short_lines_stay(tmp_path: Path) -> None:
    wrapped = "We deliver to all countries of the European Union and to Switzer-\nland. It takes two days."
    text = f"{wrapped}\n\nHours\nMon 9-17\nSat 10-14"
    assert read(tmp_path, "a.txt", text).text.split("\n\n") == [
        "We deliver to all countries of the European Union and to Switzerland. It takes two days.",
        "Hours\nMon 9-17\nSat 10-14",
    ]


def test_wrapped_html_becomes_one_line(tmp_path: Path) -> None:
    page = "<html><body><ul><li>Send it\n   back within\n   14 days.</li></ul><p>We\npay.</p></body></html>"
    assert read(tmp_path, "a.html", page).text == "- Send it back within 14 days.\n\nWe pay."


def test_front_matter_that_would_expand_without_end_is_harmless(tmp_path: Path) -> None:
    aliases = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    document = read(tmp_path, "bomb.md", f"---\na0: &a0 [x]\n{aliases}title: *a39\n---\nText")
    assert (document.title, document.text) == ("Bomb", "Text")


def test_front_matter_that_is_no_yaml_still_gives_its_title(tmp_path: Path) -> None:
    document = read(tmp_path, "a.md", "---\ntitle: Returns: how\nlanguage: de\n---\nText")
    assert (document.title, document.language) == ("Returns: how", "de")


def test_a_title_leaves_room_for_its_passages(tmp_path: Path) -> None:
    title = read(tmp_path, "a.md", f"# {'long ' * 200}\n\nText").title
    assert len(title) <= 150
    assert title.endswith("…")


def test_invisible_characters_go_and_emoji_stay(tmp_path: Path) -> None:
    hidden = "a\u200bb \u202eevil\u202c \U000e0041x e\u0301 👩\u200d💻 \x00n\u00a0o"
    assert read(tmp_path, "a.md", hidden).text == "ab evil x é 👩\u200d💻 n o"


def test_deep_nesting_is_reported_not_raised(tmp_path: Path) -> None:
    depth = sys.getrecursionlimit() * 2
    with pytest.raises(DocumentError, match="not a readable HTML"):
        read(tmp_path, "a.html", "<div>" * depth + "x" + "</div>" * depth)


def test_word_lists_count_as_word_shows_them(tmp_path: Path) -> None:
    made = Document()
    for text, style in (("Open it", "List Number"), ("Press it", "List Number"), ("red", "List Bullet")):
        made.add_paragraph(text, style=style)
    made.add_paragraph("# no heading")
    made.save(str(tmp_path / "steps.docx"))
    document = load(tmp_path / "steps.docx", source="s", name="steps.docx")
    assert document is not None
    assert document.text == "1. Open it\n2. Press it\n- red\n\n    # no heading"


def test_a_pdf_table_of_contents_is_left_out(tmp_path: Path) -> None:
    made = FPDF()
    made.set_font("Helvetica", size=11)
    made.add_page()
    for number in range(1, 8):
        made.cell(0, 8, f"{number}.1 Topic {number} {'. ' * 30}{number}", new_x="LMARGIN", new_y="NEXT")
    made.add_page()
    made.multi_cell(
        0, 6, "1.1 Delivery of goods\nA parcel needs two working days in the whole country, and three abroad."
    )
    made.output(str(tmp_path / "a.pdf"))
    document = load(tmp_path / "a.pdf", source="s", name="a.pdf")
    assert document is not None
    assert document.text.replace("\n\n", "|") == (
        "## 1.1 Delivery of goods|A parcel needs two working days in the whole country, and three abroad."
    )


def test_an_unspellable_word_does_not_grow_a_passage_without_bound() -> None:
    class WholeWords(HashingEmbedder):
        max_tokens = 254

    text = "x" * 20_000
    chunks = split(text, title="T", embedder=WholeWords())
    assert max(chunk.end - chunk.start for chunk in chunks) <= 1_000
    assert "".join(text[chunk.start : chunk.end] for chunk in chunks) == text


def test_wrapped_questions_are_headings_and_contents_are_left_out(tmp_path: Path) -> None:
    contents = "Table of Contents\n\n1. Delivery\n    1.1. Do you deliver to islands?\n    1.2. How?"
    question = "1.1.\u00a0Do you deliver to islands that no bridge and\nno ferry leads to?"
    text = f"{contents}\n\n{question}\n\nWe do.\n\n# apt-get install parcel\n\n2.1 This is a sentence\nthat ends so."
    assert read(tmp_path, "a.txt", text).text.split("\n\n")[-4:] == [
        "## 1.1. Do you deliver to islands that no bridge and no ferry leads to?",
        "We do.",
        "    # apt-get install parcel",
        "2.1 This is a sentence that ends so.",
    ]


def test_a_page_that_is_only_a_table_of_contents_keeps_it(tmp_path: Path) -> None:
    contents = '<div class="toc"><ul><li>Returns are free of charge</li></ul></div>'
    prose = f"<p>{'We take things back. ' * 8}</p>"
    assert "free of charge" in read(tmp_path, "index.html", f"<body><h1>All</h1>{contents}</body>").text
    assert "free of charge" not in read(tmp_path, "page.html", f"<body>{contents}{prose}</body>").text
