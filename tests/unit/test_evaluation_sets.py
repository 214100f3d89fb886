"""What evaluations read and write: tasks, rated signals, generated questions, reports. Bad input is told apart."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.evaluation.answers import AnswersRun, figures_of
from assistant.evaluation.cloze import near_miss, question_of, statements
from assistant.evaluation.gate import Verdict
from assistant.evaluation.plots import curve, histogram
from assistant.evaluation.report import answers_page, gate_page, retrieval_page
from assistant.evaluation.retrieval import QueryOutcome, RetrievalRun
from assistant.evaluation.signals import evaluate_signals
from assistant.evaluation.tasks import checksum_of, read_tasks
from assistant.signals import open_signal_reader
from tests.unit.test_evaluation_figures import outcome


def write(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")
    return path


def test_tasks_are_read_in_the_layout_of_mtrag(tmp_path: Path) -> None:
    row = {
        "task_id": "t1",
        "history": [{"speaker": "user", "text": "Hi"}, {"speaker": "agent", "text": "Hello"}],
        "question": "And lamps?",
        "reference_answer": "Red.",
        "relevant_ids": ["a", "a", "b"],
        "answerability": ["PARTIAL"],
        "question_type": ["Factoid"],
    }
    first, second, third = read_tasks(
        write(tmp_path / "t", [row, {"question": "x"}, row | {"task_id": "c", "answerability": "conversational"}])
    )
    assert [one.speaker for one in first.history] == ["customer", "assistant"]
    assert (first.id, first.relevant_ids, first.answerability) == ("t1", ("a", "b"), "answerable")
    assert (second.id, second.answerability) == ("2", "answerable")
    assert third.answerability == "conversational"


def test_only_the_first_tasks_are_read_where_a_limit_is_given(tmp_path: Path) -> None:
    assert len(read_tasks(write(tmp_path / "t", [{"question": "a"}, {"question": "b"}, "not JSON"]), limit=2)) == 2


def test_the_checksum_of_a_set_is_that_of_its_tasks(tmp_path: Path) -> None:
    one = read_tasks(write(tmp_path / "a", ['{"question": "a", "task_id": "1"}']))
    same = read_tasks(write(tmp_path / "b", ['{"task_id":"1",   "question":"a"}', ""]))
    other = read_tasks(write(tmp_path / "c", ['{"question": "b", "task_id": "1"}']))
    assert checksum_of(one) == checksum_of(same) != checksum_of(other)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "no task"),
        (["{"], "line 1 is not JSON"),
        (["[]"], "line 1 is not a JSON object"),
        ([{"text": "a"}], "object 1 has no `question`"),
        ([{"question": "  "}], "object 1 has no `question`"),
        ([{"question": "a"}, {"question": "b", "answerability": "MAYBE"}], "object 2: `answerability` 'MAYBE'"),
        ([{"question": "a", "relevant_ids": "x"}], "`relevant_ids` is not a list"),
        ([{"question": "a", "history": ["x"]}], "`history` is not a list"),
        ([{"question": "a", "history": [{"text": "x"}]}], "`history` is not a list"),
        ([{"question": "a", "task_id": 1}, {"question": "b", "task_id": 1}], "repeats the task '1'"),
    ],
)
def test_bad_tasks_are_refused_with_the_place(tmp_path: Path, rows: list[object], says: str) -> None:
    with pytest.raises(DocumentError, match=says.replace("(", r"\(")):
        read_tasks(write(tmp_path / "t", rows))


def test_sentiment_is_measured_by_label(tmp_path: Path) -> None:
    rows = [
        {"text": "This is wonderful, I love it", "label": "positive"},
        {"text": "Horrible, I hate this", "label": "negative"},
        {"text": "The parcel has a number", "label": "neutral"},
        {"text": "The parcel has a label", "label": "positive"},
    ]
    # Recalls: positive 1/2, negative 1, neutral 1.
    assert evaluate_signals(open_signal_reader(), write(tmp_path / "s", rows)) == {
        "n": 4,
        "accuracy": 0.75,
        "macro_recall": 0.8333,
    }


def test_dissatisfaction_counts_rated_turns_of_the_user_only(tmp_path: Path) -> None:
    turns = [
        {"speaker": "user", "text": "Thank you, that is wonderful"},
        {"speaker": "system", "text": "I hate this terrible horrible day"},
        {"speaker": "user", "text": "This is terrible and useless, I am furious"},
        {"speaker": "user", "text": "awful"},
    ]
    whole = [{"turns": turns, "satisfaction": [4, 1, 1.6, None]}]
    of_user = [{"turns": turns, "satisfaction": [4, 1.6, None]}]
    expected = {"n": 2, "dissatisfaction_auroc": 1.0}
    assert evaluate_signals(open_signal_reader(), write(tmp_path / "a", whole)) == expected
    assert evaluate_signals(open_signal_reader(), write(tmp_path / "b", of_user)) == expected


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "nothing to measure"),
        ([{"question": "a"}], "neither `text` and `label`"),
        ([{"text": "a", "label": "angry"}], "label 'angry' is not one of negative, neutral, positive"),
        ([{"text": "a", "label": "neutral"}, {"label": "neutral"}], "object 2 has no `text`"),
        ([{"turns": [{"speaker": "user", "text": "a"}], "satisfaction": []}], "as many `satisfaction`"),
        ([{"turns": [{"speaker": "user", "text": "a"}], "satisfaction": ["x"]}], "neither a number nor null"),
        ([{"turns": [{"text": "a"}], "satisfaction": [1]}], "without `speaker`"),
        ([{"turns": [{"speaker": "user", "text": "a"}], "satisfaction": [None]}], "rates no turn"),
    ],
)
def test_bad_signals_are_refused_with_the_place(tmp_path: Path, rows: list[object], says: str) -> None:
    with pytest.raises(DocumentError, match=says):
        evaluate_signals(open_signal_reader(), write(tmp_path / "s", rows))


@pytest.mark.parametrize(
    ("statement", "asked"),
    [
        ("Delivery to Switzerland costs CHF 12.90.", "Delivery to Switzerland costs how much?"),
        ("You can return within 30 days of delivery.", "You can return within how many days of delivery?"),
        ("We take off 15 % of the price.", "We take off what percentage of the price?"),
        ("It costs €5 or €7 by post.", ""),
        ("The Norda 300 plays for 40 hours.", ""),
        ("Nothing is asked here.", ""),
    ],
)
def test_a_statement_becomes_the_question_for_its_only_figure(statement: str, asked: str) -> None:
    assert question_of(statement) == asked


def test_statements_that_lean_on_others_are_left_out() -> None:
    parts = ("Refunds reach your bank account within 5 days.", "They stay there for 30 days at most.", "| a | 3 days |")
    text = "\n\n".join(parts)
    assert statements(text) == [parts[0]]


def test_a_near_miss_names_what_nobody_has() -> None:
    known = "the norda 300 and the norda301 fold. ask about the skerry."
    assert near_miss("Does the Norda 300 fold?", known, 0) == "Does the Norda 302 fold?"
    swapped = near_miss("How far does the Skerry reach?", known, 0)
    assert swapped.startswith("How far does the ")
    assert "Skerry" not in swapped
    assert near_miss("How long do parcels take?", known, 0) == ""


def test_plots_of_nothing_say_so() -> None:
    assert "Nothing to draw" in curve([], "x", "y")
    assert "Nothing to draw" in histogram([("a", [])], "x")


def test_a_histogram_shows_each_series_with_its_number() -> None:
    drawn = histogram([("yes", [0.1, 0.9, 0.9]), ("no", [0.2])], "confidence", most=1.0)
    assert "yes (3)" in drawn
    assert "no (1)" in drawn
    assert drawn.count('<rect class="s0"') == 2
    assert drawn.count('<rect class="s1"') == 1


EVIL = "<script>alert('x')</script>&\"<img src=http://evil>"


def test_reports_escape_everything_and_load_nothing() -> None:
    bad = outcome("bad", cited=(EVIL,), relevant=(EVIL, "b"), question=EVIL, text=EVIL, searched_for=f"{EVIL}!")
    missed = outcome("missed", question=EVIL, action=EVIL, searched_for=EVIL)
    outcomes = (bad, missed, outcome("none", answerability="unanswerable", cited=(EVIL,), text=EVIL))
    verdict = Verdict(
        passed=False,
        has_baseline=True,
        accepted=False,
        tolerance=0.01,
        figures={},
        before={},
        changed_settings=(EVIL,),
        comparisons=(),
        newly_failing=(EVIL,),
        newly_passing=(EVIL,),
    )
    query = QueryOutcome(
        id="q",
        question=EVIL,
        documents=(EVIL,),
        relevant=(EVIL,),
        scores={"ndcg@10": 0.0, "recall@5": 0.0, "recall@10": 0.0, "mrr@10": 0.0},
        milliseconds=1.0,
    )
    pages = [
        answers_page(AnswersRun(figures=figures_of(outcomes), outcomes=outcomes), EVIL),
        gate_page(verdict, outcomes, EVIL),
        retrieval_page(RetrievalRun(figures={EVIL: 1}, outcomes=(query,)), EVIL),
    ]
    for page in pages:
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "<img" not in page
        assert "<link" not in page
        assert "url(" not in page
