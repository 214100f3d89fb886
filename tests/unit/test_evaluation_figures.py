"""Figures of the evaluations against values worked out by hand."""

import pytest

from assistant.answerability.curves import area_under_risk_coverage, auroc, risk_coverage
from assistant.evaluation.answers import figures_of, risk_of
from assistant.evaluation.gate import AcceptedRun, certainty_of_fall, judge, run_of
from assistant.evaluation.outcomes import Outcome
from assistant.evaluation.overlap import rouge_l, token_f1
from assistant.evaluation.tasks import Answerability


def outcome(
    name: str, *, answerability: Answerability = "answerable", cited: tuple[str, ...] = (), **values: object
) -> Outcome:
    base: dict[str, object] = {
        "id": name,
        "question": f"What of {name}?",
        "answerability": answerability,
        "answered": bool(cited),
        "action": "answer" if cited else "abstain",
        "confidence": 0.5,
        "text": "",
        "searched_for": "",
        "found": cited,
        "cited": cited,
        "relevant": ("a",) if answerability == "answerable" else (),
    }
    return Outcome.model_validate(base | values)


def test_token_f1_is_that_of_squad() -> None:
    assert token_f1("The cat, sat.", "a cat sat") == 1.0
    # Two of three words said are wanted, two of four wanted are said: 2 * 2 / (3 + 4).
    assert token_f1("red cat sat", "cat sat on mats") == pytest.approx(4 / 7)
    assert token_f1("", "cat") == 0.0


def test_token_f1_counts_a_repeated_word_as_often_as_both_have_it() -> None:
    assert token_f1("no no no", "no yes") == pytest.approx(2 / 5)


def test_rouge_l_keeps_the_order_of_words() -> None:
    # The example of Lin (2004): "police killed the gunman" against "police kill the gunman" share police, the, gunman.
    assert rouge_l("police kill the gunman", "police killed the gunman") == pytest.approx(0.75)
    assert rouge_l("the gunman kill police", "police killed the gunman") == pytest.approx(0.5)
    assert rouge_l("", "police") == 0.0


def test_auroc_counts_ties_half() -> None:
    assert auroc([0.9, 0.1], [True, False]) == 1.0
    assert auroc([0.5, 0.5], [True, False]) == 0.5
    # Pairs: .8 over .3 and .7 (won, won), .5 over .3 and .7 (won, lost).
    assert auroc([0.8, 0.5, 0.3, 0.7], [True, True, False, False]) == pytest.approx(0.75)
    assert auroc([0.1], [True]) == 0.5


def test_risk_coverage_answers_equal_scores_together() -> None:
    assert risk_coverage([0.9, 0.5, 0.5, 0.1], [True, False, True, False]) == [
        (0.25, 0.0),
        (0.75, pytest.approx(1 / 3)),
        (1.0, 0.5),
    ]
    assert area_under_risk_coverage([0.9, 0.1], [True, False]) == pytest.approx(0.5 * 0 + 0.5 * 0.5)


def test_the_risk_is_told_for_the_confidence_and_for_a_raw_score() -> None:
    outcomes = [
        outcome("right", cited=("a",), recall=1.0, confidence=0.9, cosine=0.3),
        outcome("not found", recall=0.0, confidence=0.4, cosine=0.5),
        outcome("no answer", answerability="unanswerable", confidence=0.2, cosine=0.8),
        outcome("thanks", answerability="conversational", confidence=1.0, cosine=1.0),
    ]
    risk = risk_of(outcomes)
    assert risk is not None
    assert risk.judged == 3
    assert risk.chance == pytest.approx(2 / 3)
    assert risk.by_confidence == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert risk.by_cosine == pytest.approx((1 + 1 + 2 / 3) / 3)
    assert risk_of(outcomes[-1:]) is None


def test_figures_of_answers_are_means_over_what_they_are_defined_for() -> None:
    outcomes = [
        outcome("one", cited=("a", "x"), recall=1.0, citation_precision=0.5, citation_recall=1.0, token_f1=0.4,
                rouge_l=0.2, sentences=3, supported=2),
        outcome("two", recall=0.0),
        outcome("three", answerability="unanswerable", cited=("x",), sentences=1, supported=1),
        outcome("four", answerability="unanswerable"),
        outcome("five", answerability="unanswerable"),
        outcome("thanks", answerability="conversational"),
    ]  # fmt: skip
    assert figures_of(outcomes) == {
        "recall@5": 0.5,
        "citation_precision": 0.5,
        "citation_recall": 1.0,
        "token_f1": 0.4,
        "rouge_l": 0.2,
        "answered": round(2 / 6, 4),
        "abstained_when_unanswerable": round(2 / 3, 4),
        "abstained_when_answerable": 0.5,
        "supported_sentences": 0.75,
        "n": 6,
    }


def runs(good: int, bad: int) -> tuple[AcceptedRun, dict[str, str]]:
    """Return a run in which the last `bad` of the questions go unanswered."""
    outcomes = [outcome(str(n), cited=("a",), recall=1.0, citation_recall=1.0) for n in range(good)]
    outcomes += [outcome(str(n), recall=1.0) for n in range(good, good + bad)]
    return run_of(outcomes, {"embedder": "one"}), {one.id: one.question for one in outcomes}


def test_a_gate_without_a_run_before_passes_and_says_so() -> None:
    now, questions = runs(5, 0)
    verdict = judge(now, None, questions)
    assert (verdict.passed, verdict.has_baseline, verdict.comparisons) == (True, False, ())


def test_a_gate_fails_on_a_regression_and_names_the_questions() -> None:
    before, questions = runs(20, 0)
    now, _ = runs(12, 8)
    verdict = judge(now, before, questions)
    regressed = {one.metric for one in verdict.comparisons if one.regressed}
    assert not verdict.passed
    assert regressed == {"answered_when_answerable", "citation_recall"}
    assert verdict.newly_failing == tuple(f"What of {n}?" for n in range(12, 20))
    back = judge(before, now, questions)
    assert back.passed
    assert back.newly_passing == verdict.newly_failing


def test_one_question_in_twenty_is_told_and_fails_nothing() -> None:
    before, questions = runs(20, 0)
    now, _ = runs(19, 1)
    verdict = judge(now, before, questions)
    assert verdict.passed
    assert verdict.newly_failing == ("What of 19?",)


def test_a_certain_fall_within_the_tolerance_passes() -> None:
    before, questions = runs(20, 0)
    now, _ = runs(12, 8)
    assert judge(now, before, questions, tolerance=0.5).passed


def test_what_a_run_was_made_with_is_compared() -> None:
    before, questions = runs(3, 0)
    now = before.model_copy(update={"made_with": {"embedder": "two", "prompt x": "1"}})
    assert judge(now, before, questions).changed_settings == ("embedder: one -> two", "prompt x: none -> 1")


def test_certainty_of_a_fall() -> None:
    assert certainty_of_fall([-0.1] * 4) == 1.0
    assert certainty_of_fall([0.0] * 4) == 0.0
    # One fall among ten questions is missed by .9 ** 10 = 35 % of the sets drawn.
    assert certainty_of_fall([0.0] * 9 + [-1.0]) == pytest.approx(0.65, abs=0.04)


def test_what_is_kept_of_a_run_holds_no_words_of_questions_or_answers() -> None:
    run = run_of([outcome("one", cited=("a",), text="Secret words")], {})
    assert "Secret" not in run.model_dump_json()
    assert "What of" not in run.model_dump_json()
