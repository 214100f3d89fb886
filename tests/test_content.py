"""The sample knowledge base and its questions: complete, consistent and free of loose ends. No model is needed."""

import csv
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import docx
import pypdf
import pytest
import yaml
from bs4 import BeautifulSoup
from pydantic import BaseModel, ConfigDict

from assistant.types import Message

KNOWLEDGE_BASE = Path(__file__).parents[1] / "knowledge_base"
QUESTIONS = Path(__file__).parent / "content" / "questions.jsonl"
ANSWERABLE_KINDS = {"plain", "paraphrase", "number", "comparison", "follow-up", "two-part", "typo"}
UNANSWERABLE_KINDS = {"near-miss", "foreign", "other-product", "smalltalk-offtopic"}
PLACEHOLDER = re.compile(r"\b(lorem|ipsum|todo|tbd|fixme|xxx|placeholder)\b", re.IGNORECASE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Question(BaseModel):
    """One line of questions.jsonl."""

    model_config = ConfigDict(extra="forbid")

    question: str
    answerable: bool
    kind: str
    documents: list[str] = []
    must_contain: list[str] = []
    history: list[Message] = []


def read_questions() -> list[Question]:
    return [Question.model_validate_json(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def sources() -> list[Path]:
    return sorted(path for path in KNOWLEDGE_BASE.rglob("*") if path.is_file() and path.suffix != ".yaml")


def documents() -> list[Path]:
    return [path for path in sources() if path != KNOWLEDGE_BASE / "README.md"]


def markdown_files() -> list[Path]:
    return [path for path in sources() if path.suffix == ".md"]


def front_matter(path: Path) -> dict[str, object]:
    opening, header, _ = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    loaded = yaml.safe_load(header)
    assert isinstance(loaded, dict)
    return loaded


def _read_plain(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _read_pdf(path: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(path).pages)


def _read_docx(path: Path) -> str:
    document = docx.Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def _read_html(path: Path) -> str:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").get_text("\n")


def _read_csv(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as rows:
        return "\n".join(f"{row['question']}\n{row['answer']}" for row in csv.DictReader(rows))


def _read_xlsx(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        # Excel keeps texts in one shared table, other programs in the sheets themselves.
        parts = [name for name in archive.namelist() if name.startswith(("xl/sharedStrings", "xl/worksheets/sheet"))]
        trees = [ElementTree.fromstring(archive.read(name)) for name in parts]
    return "\n".join(text.text or "" for tree in trees for text in tree.iter(f"{SPREADSHEET}t"))


READERS: dict[str, Callable[[Path], str]] = {
    ".md": _read_plain,
    ".pdf": _read_pdf,
    ".docx": _read_docx,
    ".html": _read_html,
    ".csv": _read_csv,
    ".xlsx": _read_xlsx,
}


@cache
def text_of(path: Path) -> str:
    """The text of a document in one line, because a PDF breaks its lines anywhere."""
    return " ".join(READERS[path.suffix](path).split())


def test_the_sample_is_large_enough_and_shows_every_format() -> None:
    assert len(documents()) >= 25
    assert {path.suffix for path in documents()} == set(READERS)


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.name)
def test_markdown_opens_with_front_matter(path: Path) -> None:
    header = front_matter(path)
    assert header["title"]
    assert header["language"] == "en"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(header["updated"]))


def test_only_the_readme_stays_out_of_the_assistant() -> None:
    kept_out = [path for path in markdown_files() if front_matter(path).get("ingest") is False]
    assert kept_out == [KNOWLEDGE_BASE / "README.md"]


def test_titles_are_unique() -> None:
    titles = Counter(front_matter(path)["title"] for path in markdown_files())
    assert [title for title, count in titles.items() if count > 1] == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.name)
def test_nothing_is_left_to_be_written(path: Path) -> None:
    assert len(text_of(path).split()) >= 150
    assert PLACEHOLDER.findall(text_of(path)) == []


@pytest.mark.parametrize("path", markdown_files(), ids=lambda path: path.name)
def test_links_lead_to_files(path: Path) -> None:
    targets = [link.split("#")[0] for link in LINK.findall(_read_plain(path)) if "://" not in link]
    assert [target for target in targets if target and not (path.parent / target).is_file()] == []


def test_the_pdf_has_pages_and_readable_lines() -> None:
    pages = [page.extract_text() for path in sources() if path.suffix == ".pdf" for page in pypdf.PdfReader(path).pages]
    assert len(pages) >= 3
    assert all(len(page.splitlines()) > 5 for page in pages)


def test_the_docx_has_headings_and_a_table() -> None:
    for path in (path for path in documents() if path.suffix == ".docx"):
        document = docx.Document(str(path))
        headings = [p for p in document.paragraphs if p.style is not None and str(p.style.name).startswith("Heading")]
        assert len(headings) >= 5
        assert document.tables


def test_the_csv_holds_distinct_questions_with_answers() -> None:
    with (KNOWLEDGE_BASE / "faq.csv").open(encoding="utf-8", newline="") as rows:
        pairs = [(row["question"], row["answer"]) for row in csv.DictReader(rows)]
    assert len({question for question, _ in pairs}) == len(pairs) >= 40
    assert all(answer.endswith(".") for _, answer in pairs)


def test_there_are_enough_questions_of_every_kind() -> None:
    questions = read_questions()
    assert sum(question.answerable for question in questions) >= 80
    assert sum(not question.answerable for question in questions) >= 50
    assert {question.kind for question in questions if question.answerable} == ANSWERABLE_KINDS
    assert {question.kind for question in questions if not question.answerable} == UNANSWERABLE_KINDS


def test_no_question_is_asked_twice() -> None:
    asked = Counter((q.question.lower(), json.dumps([m.text for m in q.history])) for q in read_questions())
    assert [question for question, count in asked.items() if count > 1] == []


def test_every_answer_stands_in_one_of_its_documents() -> None:
    for question in (q for q in read_questions() if q.answerable):
        texts = [text_of(KNOWLEDGE_BASE / name) for name in question.documents]
        absent = [part for part in question.must_contain if not any(part in text for text in texts)]
        assert question.must_contain, question.question
        assert absent == [], question.question


def test_unanswerable_questions_name_no_document() -> None:
    assert [q.question for q in read_questions() if not q.answerable and (q.documents or q.must_contain)] == []


def test_every_document_is_asked_about() -> None:
    asked = {name for question in read_questions() for name in question.documents}
    assert {path.relative_to(KNOWLEDGE_BASE).as_posix() for path in documents()} - asked == set()


def test_follow_ups_carry_the_conversation_before_them() -> None:
    for question in read_questions():
        assert bool(question.history) == (question.kind == "follow-up"), question.question
