"""Reading the best passages: what is read, where the answer is placed, and that a reader that fails changes nothing."""

import logging
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.comprehension import READ_PASSAGES, WINDOW_CHARS, Comprehension, windows_of
from assistant.errors import AssistantError, BackendError, ConfigurationError
from assistant.extraction import choose
from assistant.resting import PAUSE_SECONDS
from assistant.terms import terms
from assistant.types import Readout, ScoredPassage
from tests.fakes import passage

QUESTION = "How long may I return the kettle?"
WEIGHTS = dict.fromkeys(terms("long return kettle"), 1.0)
FILLER = "Nothing of interest stands in this sentence at all. " * 15


class ScriptedReader:
    """Thinks that a text answers where it holds some words; reads as many texts as it is told to reach."""

    name = "scripted"
    language = "en"

    def __init__(self, answer: str = "30 days", *, reach: int = 100, fails: AssistantError | None = None) -> None:
        self.answer = answer
        self.asked: list[Sequence[str]] = []
        self.fails = fails
        self._reach = reach

    def warm_up(self) -> None:
        if isinstance(self.fails, ConfigurationError):
            raise self.fails

    def read(self, question: str, texts: Sequence[str], seconds: float) -> list[Readout]:
        self.asked.append(texts)
        if self.fails is not None:
            raise self.fails
        return [self._readout(text) for text in texts[: self._reach]]

    def _readout(self, text: str) -> Readout:
        at = text.find(self.answer)
        return Readout(probability=0.02) if at < 0 else Readout(probability=0.98, start=at, end=at + len(self.answer))


def passages(*texts: str) -> list[ScoredPassage]:
    return [
        ScoredPassage(rank=rank, score=1 / rank, passage=passage(text, start=rank * 10_000))
        for rank, text in enumerate(texts, start=1)
    ]


def comprehending(reader: ScriptedReader, clock: Sequence[float] = (0.0,)) -> Comprehension:
    times = list(clock)
    return Comprehension(reader, seconds=1.0, clock=lambda: times.pop(0) if len(times) > 1 else times[0])


def test_a_readout_says_where_in_its_passage_the_answer_stands() -> None:
    text = FILLER + "You may return the kettle within 30 days. " + FILLER
    read = comprehending(ScriptedReader()).read(QUESTION, WEIGHTS, passages("Kettles are fine.", text))
    assert read[1].readout is not None
    assert text[read[1].readout.start : read[1].readout.end] == "30 days"
    assert read[0].readout is not None
    assert read[0].readout.probability < 0.5


def test_a_sentence_in_which_the_answer_was_read_is_quoted_before_one_that_holds_the_questions_words() -> None:
    ranked = passages("How long is the return of a kettle? A kettle takes long to return. Spring comes first.")
    plain = choose(QUESTION, WEIGHTS, ranked)
    read = choose(QUESTION, WEIGHTS, comprehending(ScriptedReader("Spring")).read(QUESTION, WEIGHTS, ranked))
    assert "Spring comes first." not in [one.text for one in plain]
    assert "Spring comes first." in [one.text for one in read]


@pytest.mark.parametrize("error", [BackendError("scripted", "broke"), ConfigurationError("no such model")])
def test_a_reader_that_fails_changes_nothing_and_rests(error: AssistantError, caplog: pytest.LogCaptureFixture) -> None:
    ranked = passages("You may return the kettle within 30 days.")
    reader = ScriptedReader(fails=error)
    comprehension = comprehending(reader, (0.0, 1.0, 2.0, 2.0 + 2 * PAUSE_SECONDS))
    with caplog.at_level(logging.WARNING):
        assert comprehension.read(QUESTION, WEIGHTS, ranked) == ranked
        assert comprehension.read(QUESTION, WEIGHTS, ranked) == ranked
    assert len(caplog.records) == 1
    reader.fails = None
    assert comprehension.read(QUESTION, WEIGHTS, ranked) != ranked


def test_a_reader_that_cannot_be_loaded_does_not_keep_the_program_from_starting(
    caplog: pytest.LogCaptureFixture,
) -> None:
    comprehending(ScriptedReader(fails=ConfigurationError("no such model"))).warm_up()
    assert "no such model" in caplog.text


def test_what_was_not_reached_in_time_has_no_readout() -> None:
    ranked = passages("The kettle is blue.", "You may return the kettle within 30 days.")
    assert comprehending(ScriptedReader(reach=0)).read(QUESTION, WEIGHTS, ranked) == ranked
    read = comprehending(ScriptedReader(reach=1)).read(QUESTION, WEIGHTS, ranked)
    assert [one.readout is not None for one in read] == [True, False]


def test_nothing_is_read_where_nothing_was_found() -> None:
    reader = ScriptedReader()
    assert comprehending(reader).read(QUESTION, WEIGHTS, []) == []
    assert reader.asked == []


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wie lange kann ich den Wasserkocher zurückgeben?", "You may return the kettle within 30 days of delivery."),
        (QUESTION, "Sie können den Wasserkocher innerhalb von 30 Tagen nach der Lieferung zurückgeben."),
    ],
)
def test_what_is_in_another_language_is_not_read(question: str, text: str) -> None:
    reader, ranked = ScriptedReader("30"), passages(text)
    assert comprehending(reader).read(question, WEIGHTS, ranked) == ranked
    assert reader.asked == []


def test_of_each_of_the_best_passages_the_piece_that_holds_the_question_is_read() -> None:
    reader = ScriptedReader()
    long = FILLER + "The kettle may be returned within 30 days, as long as it is unused. " + FILLER
    comprehending(reader).read(QUESTION, WEIGHTS, passages(*[long] * (READ_PASSAGES + 1)))
    (texts,) = reader.asked
    assert len(texts) == READ_PASSAGES
    assert all("30 days" in text and len(text) <= WINDOW_CHARS for text in texts)


@given(st.text(alphabet="ab .\n", max_size=3000))
def test_windows_are_the_whole_text_in_order(text: str) -> None:
    windows = windows_of(text, WEIGHTS)
    assert all(text[one.start : one.start + len(one.text)] == one.text for one in windows)
    assert "".join("".join(one.text for one in windows).split()) == "".join(text.split())
