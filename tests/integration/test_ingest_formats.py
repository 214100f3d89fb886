"""A folder of every format, through the real stores: each document is found, each span is exact, reruns are free."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document
from fpdf import FPDF
from openpyxl import Workbook
from pptx import Presentation

from assistant.ingestion.loaders import SUFFIXES
from assistant.ingestion.sync import Ingestor
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from benchmarks.hostile_builders import book, open_document
from tests.fakes import HashingEmbedder
from tests.old_office import excel_2, word_97

TOPICS = {
    ".md": "battery",
    ".markdown": "voucher",
    ".txt": "invoice",
    ".html": "courier",
    ".htm": "newsletter",
    ".pdf": "warranty",
    ".docx": "mattress",
    ".pptx": "bicycle",
    ".xlsx": "umbrella",
    ".csv": "password",
    ".jsonl": "pickup",
    ".doc": "curtain",
    ".xls": "lantern",
    ".odt": "blanket",
    ".rtf": "ladder",
    ".epub": "kettle",
    ".eml": "drawer",
}


def sentence(suffix: str) -> str:
    return f"Our {TOPICS[suffix]} rules are printed here."


def make_word(path: Path, text: str) -> None:
    made = Document()
    made.add_heading("Rules", 1)
    made.add_paragraph(text)
    made.save(str(path))


def make_slides(path: Path, text: str) -> None:
    made = Presentation()
    slide = made.slides.add_slide(made.slide_layouts[1])
    assert slide.shapes.title is not None
    slide.shapes.title.text = "Rules"
    slide.placeholders[1].text_frame.text = text
    made.save(str(path))


def make_workbook(path: Path, text: str) -> None:
    made = Workbook()
    made.create_sheet("Rules", 0).append(["Question", "Answer"])
    made["Rules"].append(["What are the rules?", text])
    made.save(path)


def make_pdf(path: Path, text: str) -> None:
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=11)
    made.multi_cell(0, 6, text)
    made.output(str(path))


def make_page(path: Path, text: str) -> None:
    path.write_text(f"<html><body><nav>Menu</nav><h1>Rules</h1><p>{text}</p></body></html>")


def make_text(path: Path, text: str) -> None:
    path.write_text(f"{text}\n")


BOOK = (
    '<package><manifest><item id="a" href="a.html" media-type="text/html"/></manifest>'
    '<spine><itemref idref="a"/></spine></package>'
)
MAKERS: dict[str, Callable[[Path, str], object]] = {
    ".html": make_page,
    ".htm": make_page,
    ".pdf": make_pdf,
    ".docx": make_word,
    ".pptx": make_slides,
    ".xlsx": make_workbook,
    ".csv": lambda path, text: make_text(path, f"question,answer\nWhat are the rules?,{text}"),
    ".jsonl": lambda path, text: make_text(path, f'{{"question": "What are the rules?", "answer": "{text}"}}'),
    ".doc": lambda path, text: path.write_bytes(word_97(f"Rules\r{text}\r")),
    ".xls": lambda path, text: path.write_bytes(excel_2([["Question", "Answer"], ["What are the rules?", text]])),
    ".odt": lambda path, text: open_document(f"<text:p>{text}</text:p>")(path),
    ".rtf": lambda path, text: make_text(path, f"{{\\rtf1 {text}\\par}}"),
    ".epub": lambda path, text: book(BOOK, ("a.html", f"<p>{text}</p>"))(path),
    ".eml": lambda path, text: make_text(path, f"Subject: Rules\n\n{text}"),
}


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    for suffix in sorted(SUFFIXES):
        MAKERS.get(suffix, make_text)(made / f"rules{suffix}", sentence(suffix))
    return made


def ingestor(stores: Stores, embedder: HashingEmbedder) -> Ingestor:
    return Ingestor(stores, embedder_name="hashing:64", embedder=embedder)


def test_every_format_is_found_by_word_and_by_vector(stores: Stores, folder: Path) -> None:
    embedder = HashingEmbedder()
    report = ingestor(stores, embedder).ingest([folder])
    assert (report.added, report.failed) == (len(SUFFIXES), ())
    generation = stores.generations.live()
    assert generation is not None
    for suffix, topic in TOPICS.items():
        by_word = stores.keywords(generation.number).search(topic, 1)[0].passage_id
        by_vector = stores.vectors(generation.number).search(embedder.embed_query(sentence(suffix)), 3)
        (passage,) = stores.catalog.passages([by_word])
        assert passage.document == f"rules{suffix}"
        assert by_word in {match.passage_id for match in by_vector}
        assert sentence(suffix) in passage.text


def test_every_span_is_exact(stores: Stores, folder: Path) -> None:
    ingestor(stores, HashingEmbedder()).ingest([folder])
    passages = list(stores.catalog.all_passages())
    assert len({passage.document for passage in passages}) == len(SUFFIXES)
    for passage in passages:
        document = stores.catalog.document(passage.document, passage.revision)
        assert document is not None
        assert document.text[passage.start : passage.end] == passage.text


def test_a_rerun_is_free_and_a_broken_file_of_each_format_keeps_what_was_there(stores: Stores, folder: Path) -> None:
    embedder = HashingEmbedder()
    run = ingestor(stores, embedder)
    first = run.ingest([folder])
    embedded = len(embedder.embedded)
    assert run.ingest([folder]).unchanged == len(SUFFIXES)
    for file in folder.iterdir():
        file.write_bytes(b"")
    broken = run.ingest([folder])
    assert len(broken.failed) == len(SUFFIXES)
    assert (broken.documents, broken.passages) == (first.documents, first.passages)
    assert len(embedder.embedded) == embedded
