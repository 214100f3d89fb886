"""What every reader owes, and that the small one reads: it finds the words that answer, and sees where none do."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import BackendError, UnknownBackend
from assistant.ports import Reader
from assistant.readers import open_reader
from assistant.readers.export import export_small_reader
from assistant.readers.small import SmallReader
from assistant.readers.weights import digest, packed, shipped_weights, unpacked
from assistant.settings import Settings
from tests.homes import LendModel
from tests.hostile_questions import hostile_questions

KETTLE = (
    "The Aria 5 kettle holds 1.7 litres. You may return it within 30 days of delivery if it is unused. "
    "Refunds take five working days. Except for sale items, return shipping is free."
)
ANSWERED = {
    "How long may I return the kettle?": "30 days",
    "How much water does the kettle hold?": "1.7 litres",
    "How long does a refund take?": "five working days",
}
UNANSWERED = ("Who painted the Mona Lisa?", "What colour is the kettle?", "How much does the kettle weigh?")
TEXTS = ("", " ", "Straße, naïve café", "日本語", "👍🏽", "lone \ud800", "long words " * 5000, KETTLE)
ENOUGH_SECONDS = 120.0


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, lend_reader: LendModel) -> Reader:
    one = open_reader(Settings(home=lend_reader(tmp_path_factory.mktemp("home")), reader="small"))
    assert one is not None
    one.warm_up()
    return one


# --- All backends --------------------------------------------------------------------------------------------------


def test_each_text_gets_a_readout_in_its_place(reader: Reader) -> None:
    readouts = reader.read("How long may I return it?", TEXTS, ENOUGH_SECONDS)
    assert len(readouts) == len(TEXTS)
    for text, one in zip(TEXTS, readouts, strict=True):
        assert 0 <= one.probability <= 1
        assert 0 <= one.start <= one.end <= len(text)


@pytest.mark.parametrize("question", [*hostile_questions().values(), ""])
def test_any_question_is_read(reader: Reader, question: str) -> None:
    (readout,) = reader.read(question, [KETTLE], ENOUGH_SECONDS)
    assert 0 <= readout.probability <= 1


def test_without_time_nothing_is_read(reader: Reader) -> None:
    assert reader.read("How long may I return it?", [KETTLE], 0.0) == []


def test_what_is_read_beside_a_text_does_not_change_its_readout(reader: Reader) -> None:
    question = "How long may I return the kettle?"
    alone = reader.read(question, [KETTLE], ENOUGH_SECONDS)[0]
    beside = reader.read(question, [TEXTS[-2], KETTLE, "日本語"], ENOUGH_SECONDS)[1]
    assert alone == beside


def test_threads_read_side_by_side(reader: Reader) -> None:
    expected = {question: reader.read(question, [KETTLE], ENOUGH_SECONDS) for question in ANSWERED}
    wrong: list[str] = []

    def ask(question: str) -> None:
        if any(reader.read(question, [KETTLE], ENOUGH_SECONDS) != expected[question] for _ in range(3)):
            wrong.append(question)

    threads = [threading.Thread(target=ask, args=(question,)) for question in ANSWERED]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


# --- The small reader ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "answer"), ANSWERED.items())
def test_it_finds_the_words_that_answer(reader: Reader, question: str, answer: str) -> None:
    (readout,) = reader.read(question, [KETTLE], ENOUGH_SECONDS)
    assert answer in KETTLE[readout.start : readout.end]


def test_questions_that_a_text_answers_are_likelier_than_others(reader: Reader) -> None:
    answered = [reader.read(one, [KETTLE], ENOUGH_SECONDS)[0].probability for one in ANSWERED]
    unanswered = [reader.read(one, [KETTLE], ENOUGH_SECONDS)[0].probability for one in UNANSWERED]
    assert min(answered) > max(unanswered)


def test_it_is_made_once_and_loaded_again(reader: Reader) -> None:
    assert isinstance(reader, SmallReader)
    (file,) = reader._file.parent.iterdir()
    assert file.name == f"small-{digest()}-int8.onnx"
    made = file.stat().st_mtime_ns
    again = SmallReader(home=file.parents[2])
    question = next(iter(ANSWERED))
    assert again.read(question, [KETTLE], ENOUGH_SECONDS) == reader.read(question, [KETTLE], ENOUGH_SECONDS)
    assert file.stat().st_mtime_ns == made


def test_a_damaged_file_is_made_anew(
    tmp_path: Path, lend_reader: LendModel, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (whole,) = (lend_reader(tmp_path / "lent") / "models" / "readers").iterdir()
    monkeypatch.setattr("assistant.readers.export.export_small_reader", lambda target: shutil.copyfile(whole, target))
    one = SmallReader(home=tmp_path)
    one._file.parent.mkdir(parents=True)
    one._file.write_bytes(b"no model")
    (readout,) = one.read("How long may I return the kettle?", [KETTLE], ENOUGH_SECONDS)
    assert "30 days" in KETTLE[readout.start : readout.end]
    assert "made anew" in caplog.text


def test_a_write_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_encoder: object, target: Path, **_: object) -> None:
        target.write_bytes(b"half a model")
        raise OSError("disk full")

    monkeypatch.setattr("assistant.readers.export.write_traced", fails)
    with pytest.raises(OSError, match="disk full"):
        export_small_reader(tmp_path / "readers" / "small.onnx")
    assert list((tmp_path / "readers").iterdir()) == []


def test_a_home_that_cannot_be_written_to_is_told_with_its_remedy(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(BackendError, match="ASSISTANT_READER=none"):
        SmallReader(home=home).warm_up()


def test_what_is_kept_in_8_bits_is_nearly_what_was_learnt() -> None:
    weights = shipped_weights()
    again = unpacked(packed(weights))
    assert again.products.keys() == weights.products.keys()
    for name, (left, right) in weights.products.items():
        kept_left, kept_right = again.products[name]
        np.testing.assert_allclose(kept_left @ kept_right, left @ right, atol=1e-3)
    assert again.added.keys() == weights.added.keys()
    assert len(weights.products) == 36


def test_none_is_without_a_reader_and_other_names_are_refused() -> None:
    assert open_reader(Settings(reader="none")) is None
    with pytest.raises(UnknownBackend, match="ASSISTANT_READER"):
        Settings(reader="large")
