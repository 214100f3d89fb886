"""What every keyword index owes: in memory, tantivy."""

import shutil
from pathlib import Path

import pytest

from assistant.errors import BackendError, HomeInUse
from assistant.ports import KeywordIndex
from assistant.stores.keywords import TantivyKeywordIndex
from assistant.stores.tantivy_files import damaged_file
from assistant.types import Passage
from tests.fakes import CountingKeywords, passage

RETURNS = passage("You may return opened earphones within 14 days.", document="returns.md")
DELIVERY = passage("Delivery to Switzerland costs CHF 12.90.", document="delivery.md", title="Delivery")
WARRANTY = passage("The warranty covers the battery of the AX-500 for 24 months.", document="w.md", title="Warranty")


@pytest.fixture(params=["memory", "tantivy"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> KeywordIndex:
    filled: KeywordIndex = CountingKeywords() if request.param == "memory" else TantivyKeywordIndex(tmp_path)
    filled.upsert([RETURNS, DELIVERY, WARRANTY])
    return filled


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("returning an earphone", RETURNS),
        ("what are the costs of DELIVERIES?", DELIVERY),
        ("12.90", DELIVERY),
        ("ax-500 batteries", WARRANTY),
    ],
)
def test_inflected_words_and_numbers_are_found(index: KeywordIndex, question: str, first: object) -> None:
    assert index.search(question, 3)[0].passage_id == getattr(first, "id", None)


@pytest.mark.parametrize(
    "question",
    ["", "   ", '"', "AND (", "title:foo*", "👍", "+-!(){}[]^~:\\/", "the of and", "' OR 1=1 --", ".*", "x " * 10_000],
)
def test_any_text_is_a_question(index: KeywordIndex, question: str) -> None:
    assert index.search(question, 5) == []


def test_a_very_long_question_is_looked_up_by_its_rare_words(index: KeywordIndex) -> None:
    question = " ".join(f"word{number}" for number in range(3000)) + " Switzerland"
    assert [one.passage_id for one in index.search(question, 5)] == [DELIVERY.id]


def test_passages_that_score_alike_are_found_in_one_order_however_they_came(index: KeywordIndex) -> None:
    alike = [numbered(place).model_copy(update={"text": "a lighthouse"}) for place in range(60)]
    index.upsert(alike[30:])
    index.upsert(list(reversed(alike[:30])))
    first = sorted(one.id for one in alike)[:5]
    assert [one.passage_id for one in index.search("lighthouse", 5)] == first
    assert index.holding("lighthouse", 5) == first


def test_lent_terms_order_what_the_question_leaves_open(index: KeywordIndex) -> None:
    one, other = numbered(1), numbered(2).model_copy(update={"text": "text number two of many, about Switzerland"})
    index.upsert([one, other])
    assert index.search("text number", 5, {"switzerland": 0.25})[0].passage_id == other.id
    alone = {match.passage_id: match.score for match in index.search("Switzerland", 5)}
    lent = {match.passage_id: match.score for match in index.search("", 5, {"switzerland": 0.25})}
    assert lent == pytest.approx({passage_id: score / 4 for passage_id, score in alone.items()})


def test_of_a_very_long_conversation_only_rare_terms_are_lent(index: KeywordIndex) -> None:
    lent = {f"word{number}": 0.1 for number in range(3000)} | {"switzerland": 0.1}
    assert [one.passage_id for one in index.search("earphones", 5, lent)] == [RETURNS.id, DELIVERY.id]


def test_among_some_passages_scores_are_as_among_all(index: KeywordIndex) -> None:
    question = "warranty of a delivery, returns within months"
    everything = index.search(question, 5)
    assert len(everything) == 3
    wanted = [one for one in everything if one.passage_id != DELIVERY.id]
    found = index.search(question, 5, among=[WARRANTY.id, "stranger", RETURNS.id])
    assert [one.passage_id for one in found] == [one.passage_id for one in wanted]
    assert [one.score for one in found] == pytest.approx([one.score for one in wanted])
    assert index.search(question, 5, among=[]) == []


def test_the_position_is_kept_until_it_is_cleared(index: KeywordIndex) -> None:
    assert index.position() is None
    index.set_position(7)
    index.refresh()
    assert (index.position(), index.count()) == (7, 3)
    index.clear()
    assert (index.position(), index.count()) == (None, 0)


def test_upsert_overwrites_and_remove_is_idempotent(index: KeywordIndex) -> None:
    changed = RETURNS.model_copy(update={"text": "Nothing can be given back."})
    index.upsert([changed])
    assert index.count() == 3
    assert index.search("earphones", 5) == []
    index.remove([RETURNS.id, "never there"])
    index.remove([RETURNS.id])
    assert index.count() == 2


def test_stems_and_words_are_listed_by_their_beginning(index: KeywordIndex) -> None:
    assert set(index.stems_with("deliv")) == {"deliveri"}
    assert set(index.words_with("deliv")) == {"delivery"}
    assert {"switzerland"} <= set(index.stems_with("s"))
    assert not index.stems_with("zebra")
    assert not index.words_with("zebra")
    index.upsert([passage("A Zebra2, two zebras, and a ZEPPELIN.", document="z.md")])
    assert set(index.stems_with("z")) == {"zebra2", "zebra", "zeppelin"}
    assert set(index.words_with("z")) == {"zebras", "zeppelin"}


def test_passages_that_hold_a_word_are_found(index: KeywordIndex) -> None:
    assert index.holding("delivery", 5) == [DELIVERY.id]
    assert index.holding("deliveri", 5) == []
    assert index.holding("zebra", 5) == []
    index.remove([DELIVERY.id])
    assert index.holding("delivery", 5) == []


def test_document_frequency_counts_passages_by_stem(index: KeywordIndex) -> None:
    assert index.document_frequency("Batteries") == 1
    assert index.document_frequency("drone") == 0


def test_passages_that_are_gone_are_not_counted(index: KeywordIndex) -> None:
    many = [passage(f"A zebra, number {number}.", document=f"z{number}.md") for number in range(50)]
    index.upsert(many)
    for _ in range(3):
        index.upsert(many[:20])
    assert index.document_frequency("zebras") == 50
    index.remove([one.id for one in many[:20]])
    assert (index.document_frequency("zebras"), index.count()) == (30, 33)


def test_clear_drops_everything(index: KeywordIndex) -> None:
    index.clear()
    assert (index.count(), index.search("warranty", 5)) == (0, [])


def test_tantivy_survives_closing(tmp_path: Path) -> None:
    TantivyKeywordIndex(tmp_path).upsert([RETURNS])
    assert TantivyKeywordIndex(tmp_path).search("return", 5)[0].passage_id == RETURNS.id


def test_two_writers_of_one_folder_are_told_apart(tmp_path: Path) -> None:
    import tantivy

    TantivyKeywordIndex(tmp_path).upsert([RETURNS])
    writer = tantivy.Index.open(str(tmp_path)).writer(heap_size=15_000_000, num_threads=1)
    with pytest.raises(HomeInUse, match="assistant serve"):
        TantivyKeywordIndex(tmp_path).upsert([DELIVERY])
    assert TantivyKeywordIndex(tmp_path).count() == 1
    writer.rollback()


def test_a_folder_that_cannot_be_made_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BackendError, match="assistant check"):
        TantivyKeywordIndex(tmp_path / "file" / "keywords").count()


def test_another_process_sees_what_was_written_after_a_refresh(tmp_path: Path) -> None:
    writer, reader = TantivyKeywordIndex(tmp_path), TantivyKeywordIndex(tmp_path)
    writer.upsert([RETURNS])
    assert reader.count() == 1
    writer.upsert([DELIVERY])
    reader.refresh()
    assert [one.passage_id for one in reader.search("Switzerland", 5)] == [DELIVERY.id]
    assert (
        sorted(writer.ids()),
        writer.holds(RETURNS.id, ["return", "day"]),
        writer.holds(RETURNS.id, ["switzerland"]),
    ) == (
        sorted([RETURNS.id, DELIVERY.id]),
        True,
        False,
    )


def test_a_commit_that_was_killed_does_not_block_the_next(tmp_path: Path) -> None:
    """Tantivy names a list of removed documents by a counter, which after a crash counts from the same number again."""
    TantivyKeywordIndex(tmp_path / "whole").upsert([numbered(number) for number in range(20)])
    shutil.copytree(tmp_path / "whole", tmp_path / "killed")
    TantivyKeywordIndex(tmp_path / "whole").remove(["p3"])
    for file in (tmp_path / "whole").glob("*.del"):
        shutil.copy(file, tmp_path / "killed")
    index = TantivyKeywordIndex(tmp_path / "killed")
    assert index.count() == 20
    index.remove(["p3"])
    assert index.count() == 19
    assert damaged_file(tmp_path / "killed") == ""


@pytest.mark.parametrize("suffix", ["fast", "fieldnorm", "idx", "pos", "store", "term", "del"])
def test_a_changed_byte_is_told_by_the_checksum(tmp_path: Path, suffix: str) -> None:
    index = TantivyKeywordIndex(tmp_path)
    index.upsert([numbered(number) for number in range(20)])
    index.remove(["p3"])
    assert damaged_file(tmp_path) == ""
    file = next(tmp_path.glob(f"*.{suffix}"))
    content = bytearray(file.read_bytes())
    content[0] ^= 4
    # In place of the file, not into it: threads of the index may be reading what is mapped, and would end the process.
    (tmp_path / "changed").write_bytes(content)
    (tmp_path / "changed").replace(file)
    assert damaged_file(tmp_path) == f"{file.name} is damaged"
    file.unlink()
    assert "cannot be read" in damaged_file(tmp_path)


def test_a_damaged_position_is_none(tmp_path: Path) -> None:
    index = TantivyKeywordIndex(tmp_path)
    index.upsert([numbered(1)])
    index.set_position(1500)
    assert index.position() == 1500
    file = tmp_path / "position"
    for damaged in ("150", "1400" + file.read_text()[4:], ""):
        file.write_text(damaged)
        assert index.position() is None


def numbered(number: int) -> Passage:
    return passage(f"text number {number} of many").model_copy(update={"id": f"p{number}"})
