import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citing import AROUND_CHARS, MOST_CHARS, open_citation, open_range
from assistant.errors import DocumentErased, RevisionNotFound
from assistant.types import Citation, Document, Filter
from tests.fake_assistant import MemoryKnowledge, document

THIRTY = "# Returns\n\nYou can return items within 30 days. Keep the receipt."
SIXTY = "# Returns\n\nYou can return items within 60 days. Keep the receipt."
QUOTE = "You can return items within 30 days."
FIRST = document("returns.md", "Returns", THIRTY)
CITATION = Citation(
    marker=1, document="returns.md", title="Returns", revision=1, start=11, end=47, quote=QUOTE, document_id=FIRST.id
)
STAFF = Filter(audiences=("staff",))


def later(**changes: object) -> Document:
    return FIRST.model_copy(update={"revision": 2, **changes})


def test_a_citation_opens_in_its_document() -> None:
    opened = open_citation(MemoryKnowledge([FIRST]), CITATION)
    assert (opened.before, opened.text, opened.after) == ("# Returns\n\n", QUOTE, " Keep the receipt.")
    assert (opened.standing, opened.revision, opened.newest_revision, opened.document) == (
        *("current", 1, 1),
        "returns.md",
    )


@pytest.mark.parametrize(
    ("text", "standing"),
    [(SIXTY, "changed"), (f"New title.\n\n{THIRTY}".replace("return items", "return\nitems"), "unchanged")],
)
def test_after_a_change_the_old_text_is_shown_and_the_change_told(text: str, standing: str) -> None:
    opened = open_citation(MemoryKnowledge([FIRST, later(text=text)]), CITATION)
    assert (opened.text, opened.standing, opened.newest_revision) == (QUOTE, standing, 2)
    assert "60" not in opened.before + opened.text + opened.after


def test_a_renamed_document_is_found_though_another_has_its_name() -> None:
    knowledge = MemoryKnowledge([FIRST, later(name="bring-back.md")])
    knowledge.publish(document("other", "Other", SIXTY).model_copy(update={"name": "returns.md"}))
    opened = open_citation(knowledge, CITATION)
    assert (opened.text, opened.document, opened.standing) == (QUOTE, "bring-back.md", "unchanged")


def test_a_removed_document_says_so() -> None:
    knowledge = MemoryKnowledge([FIRST])
    knowledge.remove(FIRST.id)
    opened = open_citation(knowledge, CITATION)
    assert (opened.text, opened.standing) == (QUOTE, "removed")


def test_an_erased_document_says_so_and_shows_nothing() -> None:
    knowledge = MemoryKnowledge([FIRST])
    knowledge.erase(FIRST.id)
    with pytest.raises(DocumentErased):
        open_citation(knowledge, CITATION)


def test_a_citation_from_before_there_were_ids_is_found_by_name_where_the_quotation_stands() -> None:
    old = Citation.model_validate(CITATION.model_dump(exclude={"document_id"}))
    assert open_citation(MemoryKnowledge([FIRST]), old).text == QUOTE
    for knowledge in (MemoryKnowledge([]), MemoryKnowledge([FIRST.model_copy(update={"text": SIXTY})])):
        with pytest.raises(RevisionNotFound):
            open_citation(knowledge, old)


def test_what_is_or_became_for_staff_is_opened_by_staff() -> None:
    was = MemoryKnowledge([FIRST.model_copy(update={"audience": "staff"}), later(text=SIXTY)])
    became = MemoryKnowledge([FIRST, later(text=SIXTY, audience="staff")])
    withdrawn = MemoryKnowledge([FIRST, later(text=SIXTY, audience="staff")])
    withdrawn.remove(FIRST.id)
    for knowledge in (was, became, withdrawn):
        with pytest.raises(RevisionNotFound):
            open_citation(knowledge, CITATION)
        assert open_citation(knowledge, CITATION, STAFF).text == QUOTE


@given(st.text(alphabet="ab \n👍", max_size=3 * AROUND_CHARS), st.integers(-5, 1500), st.none() | st.integers(0, 2**70))
def test_a_range_is_what_the_text_holds_there(text: str, start: int, end: int | None) -> None:
    opened = open_range(MemoryKnowledge([document("a", "A", text)]), "a", 1, start, end)
    assert 0 <= opened.start <= opened.end <= opened.document_chars == len(text)
    assert opened.text == text[opened.start : opened.end]
    around = opened.before + opened.text + opened.after
    assert text[opened.start - len(opened.before) :].startswith(around)
    assert max(len(opened.before), len(opened.after)) <= AROUND_CHARS


def test_a_long_range_is_read_piece_by_piece() -> None:
    text = "word " * MOST_CHARS
    knowledge, read = MemoryKnowledge([document("a", "A", text)]), ""
    while len(read) < len(text):
        piece = open_range(knowledge, "a", 1, len(read))
        assert len(piece.text) <= MOST_CHARS
        read += piece.text
    assert read == text
