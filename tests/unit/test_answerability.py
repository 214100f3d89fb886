import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.answerability.asking import asked_kind, holds_kind, is_negated, names
from assistant.answerability.curves import area_under_risk_coverage, auroc, calibration_error, risk_at
from assistant.answerability.features import MOST_LEAD, SHORT_QUESTION, features_of
from assistant.answerability.fitting import Example, balanced, fit, refit
from assistant.answerability.holding import share_in_a_sentence
from assistant.answerability.model import NEVER, AnswerabilityModel, Operating, shipped_model
from assistant.answerability.wording import in_words
from assistant.evidence import EvidenceJudge
from assistant.terms import terms
from assistant.types import Match, ScoredPassage
from tests.fakes import found, passage

BATTERY = "The battery lasts 38 hours. Charging it takes two hours. Alva Lund designed the case in 2019."
WEIGHTS = {"batteri": 2.0, "last": 1.0}

figures = st.floats(0, 1, allow_nan=False)


def best(*texts: str) -> tuple[ScoredPassage, ...]:
    return found(*(passage(text, start=100 * place) for place, text in enumerate(texts))).passages


def ranked(*scores: float) -> list[Match]:
    return [Match(passage_id=f"returns.md-1-{100 * place}", score=score) for place, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long does the battery last?", "duration"),
        ("How many hours does it take?", "duration"),
        ("How much is the delivery?", "amount"),
        ("When was the case designed?", "time"),
        ("Who designed the case?", "person"),
        ("Where is the showroom?", "place"),
        ("Is it waterproof?", None),
    ],
)
def test_the_words_of_a_question_tell_what_it_asks_for(question: str, kind: str | None) -> None:
    assert asked_kind(question) == kind


def test_a_thing_that_the_question_names_itself_is_no_answer_to_it() -> None:
    assert holds_kind("duration", "It lasts 38 hours.", "How long does it last?")
    assert not holds_kind("duration", "It lasts long.", "How long does it last?")
    assert not holds_kind("person", "It was made by Lund.", "Who else worked with Lund?")
    assert holds_kind("person", "It was made by Lund.", "Who made it?")
    assert holds_kind("time", "It was made in 2019.", "When was it made?")


def test_names_do_not_merely_open_a_sentence() -> None:
    assert names("Does the Norda ship to Peru?") == ["Norda", "Peru"]
    assert is_negated("It doesn't float.")
    assert not is_negated("A notable knot.")


def test_features_tell_a_covered_question_from_one_that_is_not() -> None:
    held = features_of("How long does the battery last?", WEIGHTS, best(BATTERY), ranked(0.8), ranked(5.0))
    lacking = features_of(
        "How long does the cable of Peru last, 40 m?", {"cabl": 2.0, "last": 1.0}, best(BATTERY), ranked(0.4), []
    )
    assert (held["coverage"], held["sentence_lead"], held["kind"]) == (1.0, 1.0, 1.0)
    assert lacking["coverage"] == pytest.approx(1 / 3)
    assert (held["numbers_missing"], lacking["numbers_missing"]) == (0.0, 1.0)
    assert "words_lead" not in lacking


@given(st.text(max_size=200), st.lists(st.text(max_size=300), max_size=4))
def test_any_question_and_passages_give_finite_features_and_a_probability(question: str, texts: list[str]) -> None:
    rankings = ranked(*(1 / (place + 1) for place in range(len(texts))))
    evidence = EvidenceJudge().weigh({"x": 1.0}, question, best(*texts), rankings, rankings)
    assert all(math.isfinite(value) for value in evidence.features.values())
    assert 0 <= evidence.confidence <= 1


@given(st.dictionaries(st.sampled_from(sorted(shipped_model().features)), figures))
def test_the_shipped_model_gives_a_probability_that_grows_with_coverage(features: dict[str, float]) -> None:
    model = shipped_model()
    low, high = (model.probability({**features, "short_coverage": one}) for one in (0.2, 0.9))
    assert 0 <= low < high <= 1


def examples(count: int, seed: int, slope: float) -> list[Example]:
    """Questions whose chance of an answer grows with one figure, while another is noise."""
    draws = np.random.default_rng(seed)
    signal, noise = draws.normal(size=count), draws.normal(size=count)
    chances = 1 / (1 + np.exp(-slope * signal))
    rights = draws.random(count) < chances
    return [
        Example(features={"signal": float(one), "noise": float(other)}, right=bool(right))
        for one, other, right in zip(signal, noise, rights, strict=True)
    ]


def test_a_fit_finds_what_tells_and_does_so_again() -> None:
    model = fit(examples(400, 1, 3.0), features=("signal", "noise"), ridge=1.0)
    assert model == fit(examples(400, 1, 3.0), features=("signal", "noise"), ridge=1.0)
    assert model.weights[0] > 5 * abs(model.weights[1])
    unseen = examples(2_000, 2, 3.0)
    judged = [model.probability(one.features) for one in unseen]
    assert auroc(judged, [one.right for one in unseen]) > 0.85
    assert calibration_error(judged, [one.right for one in unseen]) < 0.1


def test_a_fit_to_a_knowledge_base_beats_a_prior_that_is_wrong_there_and_stays_near_it_where_little_is_known() -> None:
    prior = fit(examples(400, 1, -2.0), features=("signal", "noise"))
    unseen = examples(1_000, 3, 3.0)
    right = [one.right for one in unseen]
    adapted = refit(examples(400, 2, 3.0), prior, ridge=10)
    barely = refit(examples(8, 4, 3.0), prior, ridge=100)
    areas = [
        area_under_risk_coverage([model.probability(one.features) for one in unseen], right)
        for model in (adapted, prior)
    ]
    assert areas[0] < areas[1] - 0.1
    assert barely.weights[0] == pytest.approx(prior.weights[0], abs=0.2)
    assert (adapted.origin, adapted.curve, adapted.bias) == ("fitted", prior.curve, prior.bias)


def test_questions_of_one_kind_cannot_be_fitted() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        fit([Example(features={"signal": 1.0}, right=True)] * 9, features=("signal",))


def test_balancing_gives_every_set_the_same_say() -> None:
    rows = balanced(examples(50, 5, 1.0), total=100)
    assert sum(one.weight for one in rows) == pytest.approx(100)
    assert sum(one.weight for one in rows if one.right) == pytest.approx(60)


CURVE = tuple(
    Operating(threshold=threshold, answered=answered, wrong=wrong)
    for threshold, answered, wrong in ((0.1, 1.0, 0.4), (0.4, 0.8, 0.1), (0.6, 0.6, 0.2), (0.8, 0.3, 0.05))
)


@pytest.mark.parametrize(("borne", "threshold"), [(0.5, 0.1), (0.2, 0.4), (0.15, 0.8), (0.05, 0.8), (0.01, NEVER)])
def test_the_threshold_keeps_wrong_answers_within_what_the_operator_bears(borne: float, threshold: float) -> None:
    model = AnswerabilityModel(origin="fitted", features=(), means=(), deviations=(), weights=(), bias=0.0, curve=CURVE)
    assert model.threshold(borne) == threshold


def test_who_bears_fewer_wrong_answers_gets_a_higher_threshold() -> None:
    thresholds = [shipped_model().threshold(borne) for borne in (0.4, 0.3, 0.2, 0.1, 0.0)]
    assert thresholds == sorted(thresholds)
    assert thresholds[0] < thresholds[-1]
    strict, lenient = (
        EvidenceJudge(max_wrong_share=borne).weigh(WEIGHTS, "battery", best(BATTERY)).needed for borne in (0.05, 0.4)
    )
    assert strict > lenient


def test_a_model_whose_parts_do_not_fit_together_is_refused() -> None:
    with pytest.raises(ValidationError, match="one length"):
        AnswerabilityModel(origin="fitted", features=("a",), means=(), deviations=(), weights=(), bias=0)
    with pytest.raises(ValidationError, match="positive"):
        AnswerabilityModel(origin="fitted", features=("a",), means=(0,), deviations=(0,), weights=(1,), bias=0)


def test_staff_read_what_weighed_most() -> None:
    assert in_words({"short_coverage": 1.0, "best_cosine": 0.2}, for_it=True) == "the passages hold its words"
    because = in_words({"short_coverage": 1.0, "best_cosine": -0.2}, for_it=False)
    assert because == "the best passage does not mean quite the same"
    assert in_words({"short_coverage": 1.0}, for_it=False) == ""


def test_the_curve_of_a_perfect_score_lies_below_that_of_a_useless_one() -> None:
    right = [True, True, True, False]
    assert area_under_risk_coverage([0.9, 0.8, 0.7, 0.1], right) == pytest.approx(1 / 16)
    assert area_under_risk_coverage([0.5] * 4, right) == pytest.approx(0.25)
    assert risk_at([0.9, 0.8, 0.7, 0.1], right, 0.75) == 0
    assert auroc([0.9, 0.8, 0.7, 0.1], right) == 1
    assert auroc([0.5] * 4, right) == 0.5


@given(st.lists(st.tuples(figures, st.booleans()), min_size=1))
def test_areas_and_errors_are_shares(judged: list[tuple[float, bool]]) -> None:
    scores, right = [one for one, _ in judged], [one for _, one in judged]
    for share in (area_under_risk_coverage(scores, right), auroc(scores, right), calibration_error(scores, right)):
        assert 0 <= share <= 1


def test_the_best_passage_stands_out_where_it_alone_says_what_is_asked() -> None:
    question = {"batteri": 1.0, "last": 1.0}
    others = ["The battery is grey.", "A battery is a battery."]
    alone = features_of("x", question, best("The battery will last a day.", *others), ranked(0.8), ranked(5.0))
    among = features_of("x", question, best(*["The battery will last a day."] * 3), ranked(0.8), ranked(5.0))
    apart = features_of("x", question, best("The battery. It will last a day.", *others), ranked(0.8), ranked(5.0))
    assert alone["sentence_lead"] == pytest.approx(0.5)
    assert among["sentence_lead"] == 0.0
    assert apart["sentence_lead"] == 0.0


@given(
    st.text("batery lst125. ,:\n-|", max_size=60),
    st.dictionaries(st.sampled_from(["batteri", "last", "1", "12.5"]), st.floats(0.1, 9)),
)
def test_a_sentence_holds_a_share_of_a_question(text: str, weights: dict[str, float]) -> None:
    share = share_in_a_sentence(passage(text, document="a.md", title=""), weights)
    assert 0.0 <= share <= 1.0 + 1e-9
    whole = {term for term in weights if term in terms(text)}
    assert share <= sum(weights[term] for term in whole) / (sum(weights.values()) or 1.0) + 1e-9


def test_words_of_one_stem_count_and_titles_stand_above_every_sentence() -> None:
    held = passage("It costs nothing. Batteries last. Hoping helps.", document="a.md", title="Headphones")
    assert share_in_a_sentence(held, {"batteri": 1.0, "last": 1.0}) == 1.0
    assert share_in_a_sentence(held, {"headphon": 1.0, "last": 1.0}) == 1.0
    assert share_in_a_sentence(held, {"hope": 1.0, "cost": 1.0}) == 0.5
    assert share_in_a_sentence(held, {"headphon": 1.0, "zebra": 1.0}) == 0.0


def test_the_cosine_of_the_best_passage_counts_and_not_that_of_another() -> None:
    near = tuple(
        one.model_copy(update={"cosine": cosine}) for one, cosine in zip(best("x", "y"), (0.4, 0.7), strict=True)
    )
    assert features_of("x", {"x": 1.0}, near, ranked(0.7), ranked(5.0))["best_cosine"] == 0.4


def test_the_best_passage_stands_out_in_a_ranking_by_its_own_score_there() -> None:
    first, second = best("The battery lasts.", "A case.")
    one, other = ranked(5.0, 1.0)
    above = features_of("x", {"batteri": 2.0, "last": 1.0}, (first, second), [], [one, other])
    below = features_of("x", {"batteri": 2.0, "last": 1.0}, (second, first), [], [one, other])
    unknown = features_of("x", {"batteri": 2.0, "last": 1.0}, (first,), [], [other])
    assert above["words_lead"] == MOST_LEAD
    assert below["words_lead"] == -MOST_LEAD
    assert unknown["words_lead"] == pytest.approx(-1.0 / (2.2 * 3.0), abs=0.01)
    far = tuple(each.model_copy(update={"cosine": 0.3}) for each in (first, second))
    assert features_of("x", {"x": 1.0}, far, ranked(0.7, 0.5), [])["meaning_lead"] == pytest.approx(-0.3)


def test_the_words_of_a_long_question_stand_in_any_passage_on_its_matter() -> None:
    words = [f"term{number}" for number in range(SHORT_QUESTION)]
    weights = dict.fromkeys([*words, "more"], 1.0)
    short = features_of(" ".join(words), weights, best("term1 term2"), [], [])
    long = features_of(" ".join([*words, "more"]), weights, best("term1 term2"), [], [])
    assert short["short_coverage"] == pytest.approx(2 / SHORT_QUESTION)
    assert "short_coverage" not in long


def test_what_the_conversation_lends_need_not_be_covered() -> None:
    weights = {"batteri": 2.0, "reset": 1.0}
    follow_up = features_of("battery? reset", weights, best("Reset it."), [], [], alone="reset")
    assert follow_up["short_coverage"] == 1.0
    assert follow_up["coverage"] == pytest.approx(1 / 3)
    assert "short_coverage" not in features_of(
        "battery? and then", weights, best("Reset it."), [], [], alone="and then"
    )
