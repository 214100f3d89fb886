import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.explaining import explain
from assistant.fusion import KEYWORD_WEIGHT, USUAL_SPREAD, candidate_ids, fuse, spread_of
from assistant.leaning import BOUND, LEAST_VOTERS, leaning
from assistant.ports import Vectors
from assistant.ranking import PAIRS_WEIGHT, RANKED_BY_TEXT, SUPPORT_WEIGHT, Judged, rank
from assistant.types import Match
from tests.fakes import passage

QUESTION = np.array([1.0, 0.0, 0.0], np.float32)


def row(cosine: float) -> list[float]:
    """Return a unit vector at a cosine from the question."""
    return [cosine, math.sqrt(1 - cosine * cosine), 0.0]


def rows(*cosines: float) -> Vectors:
    return np.array([row(one) for one in cosines], np.float32).reshape(-1, 3)


def match(passage_id: str, score: float) -> Match:
    return Match(passage_id=passage_id, score=score)


def test_candidates_are_those_of_both_each_once() -> None:
    assert candidate_ids([match("a", 0.9), match("b", 0.8)], [match("c", 7), match("a", 3)]) == ["a", "b", "c"]


def test_a_sure_keyword_match_overtakes_a_slightly_nearer_passage() -> None:
    fused = fuse(QUESTION, [match("a", 0.5), match("b", 0.45)], [match("b", 9)], rows(0.5, 0.45), USUAL_SPREAD)
    assert fused.ids == ["b", "a"]
    assert fused.words.tolist() == pytest.approx([KEYWORD_WEIGHT, 0.0])


def test_a_much_nearer_passage_keeps_its_place() -> None:
    fused = fuse(QUESTION, [match("a", 0.9), match("b", 0.3)], [match("b", 9)], rows(0.9, 0.3), USUAL_SPREAD)
    assert fused.ids == ["a", "b"]


def test_a_keyword_match_that_dense_search_did_not_bring_has_its_own_cosine() -> None:
    fused = fuse(QUESTION, [match("a", 0.5)], [match("b", 9)], rows(0.5, 0.4), USUAL_SPREAD)
    assert dict(zip(fused.ids, fused.cosines.tolist(), strict=True)) == pytest.approx({"a": 0.5, "b": 0.4})


def test_an_embedder_whose_cosines_lie_close_together_is_heard_as_well() -> None:
    dense, keyword = [match("a", 0.80), match("b", 0.74)], [match("b", 9)]
    assert fuse(QUESTION, dense, keyword, rows(0.80, 0.74), USUAL_SPREAD).ids == ["b", "a"]
    assert fuse(QUESTION, dense, keyword, rows(0.80, 0.74), USUAL_SPREAD / 10).ids == ["a", "b"]


def test_the_question_is_drawn_towards_the_best_passages() -> None:
    near = np.array([row(0.8), [0.4, 0.5, math.sqrt(0.59)], [0.4, -0.5, math.sqrt(0.59)]], np.float32)
    dense = [match("a best", 0.8), match("b alike", 0.4), match("c other", 0.4)]
    fused = fuse(QUESTION, dense, [], near, USUAL_SPREAD)
    assert fused.ids == ["a best", "b alike", "c other"]
    assert fused.meaning[1] > fused.meaning[2]
    assert QUESTION.tolist() == [1.0, 0.0, 0.0]


@given(
    st.lists(st.sampled_from("abcdefgh"), unique=True),
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.floats(0, 50)), unique_by=lambda pair: pair[0]),
)
def test_fusion_loses_nothing_and_is_sorted(dense: list[str], keyword: list[tuple[str, float]]) -> None:
    found = [match(one, 0.5) for one in dense]
    words = [match(one, score) for one, score in sorted(keyword, key=lambda pair: -pair[1])]
    ids = candidate_ids(found, words)
    fused = fuse(QUESTION, found, words, rows(*(0.5 - 0.01 * place for place in range(len(ids)))), USUAL_SPREAD)
    assert sorted(fused.ids) == sorted(ids)
    assert fused.scores.tolist() == sorted(fused.scores.tolist(), reverse=True)
    assert np.allclose(fused.meaning + fused.words, fused.scores)


def test_the_spread_is_that_of_the_collection_where_it_is_large_enough_to_tell() -> None:
    vectors = np.random.default_rng(0).normal(size=(256, 100)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert spread_of(vectors) == pytest.approx(0.1, abs=0.01)
    assert spread_of(vectors[:0]) == pytest.approx(USUAL_SPREAD)
    assert abs(spread_of(vectors[:3]) - USUAL_SPREAD) < 0.02


def test_words_that_stand_together_as_asked_decide_between_equals() -> None:
    apart = passage("The battery lasts for years under warranty.", document="a")
    together = passage("Replacing a battery: replace the battery warranty card.", document="b")
    ranked = rank(
        Judged("battery warranty", {"batteri": 2.0, "warranti": 3.0}),
        [apart, together],
        {apart.id: {}, together.id: {}},
    )
    assert [one.id for one, _ in ranked] == [together.id, apart.id]
    assert ranked[0][1]["word pairs"] == pytest.approx(PAIRS_WEIGHT)


def test_a_document_supports_its_passages_with_the_best_of_the_others() -> None:
    one, two, three, alone = passage("a"), passage("b", start=9), passage("c", start=19), passage("d", document="x")
    scores = {one.id: 0.5, two.id: 0.4, three.id: 0.3, alone.id: 0.5}
    ranked = rank(
        Judged("word", {}), [one, two, three, alone], {key: {"meaning": score} for key, score in scores.items()}
    )
    support = {found.id: shares["same document"] for found, shares in ranked}
    assert support == pytest.approx(
        {one.id: SUPPORT_WEIGHT * 0.4, two.id: SUPPORT_WEIGHT * 0.5, three.id: SUPPORT_WEIGHT * 0.5, alone.id: 0.0}
    )
    assert [found.id for found, _ in ranked] == [one.id, alone.id, two.id, three.id]


def test_what_is_too_far_below_to_be_read_keeps_its_order_and_scores_less() -> None:
    passages = [passage("battery warranty", document=str(place)) for place in range(RANKED_BY_TEXT + 5)]
    known = {one.id: {"meaning": 1 - 0.01 * place} for place, one in enumerate(passages)}
    ranked = rank(Judged("battery warranty", {"batteri": 1.0, "warranti": 1.0}), passages, known)
    scores = [sum(shares.values()) for _, shares in ranked]
    assert scores == sorted(scores, reverse=True)
    assert ["word pairs" in shares for _, shares in ranked] == [True] * RANKED_BY_TEXT + [False] * 5


def test_a_question_of_one_word_has_no_pairs() -> None:
    one = passage("Refunds.")
    assert rank(Judged("refund", {"refund": 1.0}), [one], {one.id: {"meaning": 0.4}})[0][1]["word pairs"] == 0.0


def test_a_place_is_explained_by_all_that_led_to_it() -> None:
    shares = {"meaning": 0.5, "words": 0.3, "word pairs": 0.1, "same document": 0.02}
    told = explain(shares, dense_rank=2, cosine=0.61, keyword_rank=1, keyword_score=14.2)
    assert told.fused_score == pytest.approx(0.92)
    assert told.keyword_score == 14.2
    assert told.why == (
        "number 2 by meaning (cosine 0.61)",
        "number 1 by words (BM25 14.2)",
        "holds words of the question side by side, as they were asked",
        "another passage of its document fits as well",
    )


def test_what_had_no_say_is_told_too() -> None:
    told = explain({"meaning": 0.2, "words": 0.0}, dense_rank=None, cosine=0.2, keyword_rank=None, keyword_score=None)
    assert told.why == ("not among the nearest by meaning (cosine 0.20)", "not found by words")


def test_feedback_moves_a_passage_by_its_share_and_says_so() -> None:
    first, second = passage("a", document="x"), passage("b", document="y")
    liked = second.model_copy(update={"digest": "liked"})
    known = {first.id: {"meaning": 0.50}, liked.id: {"meaning": 0.49}}
    ranked = rank(Judged("word", {}, {"liked": 0.04}), [first, liked], known)
    assert [one.id for one, _ in ranked] == [liked.id, first.id]
    assert ranked[0][1]["feedback"] == pytest.approx(0.04 * 0.49)
    assert "feedback" not in ranked[1][1]
    told = explain(ranked[0][1], dense_rank=None, cosine=None, keyword_rank=None, keyword_score=None)
    assert told.why[-1] == "raised by 4.0% by customers' feedback"


def test_what_is_clearly_better_stays_first_whatever_people_vote() -> None:
    better, worse = passage("a", document="x"), passage("b", document="y")
    better, worse = better.model_copy(update={"digest": "hated"}), worse.model_copy(update={"digest": "loved"})
    known = {better.id: {"meaning": 0.50}, worse.id: {"meaning": 0.44}}
    leanings = {"hated": leaning(0, 10_000), "loved": leaning(10_000, 0)}
    assert rank(Judged("word", {}, leanings), [better, worse], known)[0][0].id == better.id


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_votes_are_bounded_and_even_opinions_move_nothing(likes: int, dislikes: int) -> None:
    share = leaning(likes, dislikes)
    assert abs(share) < BOUND
    assert leaning(dislikes, likes) == -share
    assert (share > 0) == (likes > dislikes and likes + dislikes >= LEAST_VOTERS)
    assert leaning(likes + 1, dislikes) >= share or likes + dislikes < LEAST_VOTERS


def test_a_pair_of_words_is_held_where_nothing_but_stop_words_lies_between() -> None:
    texts = [
        "The battery of the speaker",
        "speaker battery",
        f"battery {'and other things ' * 9} speaker",
        "battery speakers",
    ]
    passages = [passage(text, title="", document=f"{number}.md") for number, text in enumerate(texts)]
    ranked = rank(
        Judged("battery speaker", {"batteri": 1.0, "speaker": 1.0}),
        passages,
        {one.id: {"meaning": 0.0} for one in passages},
    )
    assert {one.text for one, shares in ranked if shares["word pairs"]} == {texts[0], texts[3]}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Charge the batteries of the headphones.", True),
        ("Charging a battery", True),
        ("It charges. Batteries", True),
        ("Charge the new battery.", False),
        ("A battery charge", False),
        ("Recharge, charge, charge the battery.", True),
        ("Surcharge battery", False),
        ("2charge battery", True),
        ("Charge of the of the of the of the of the of the of the of the of the of the battery", False),
    ],
)
def test_a_pair_is_held_where_only_stop_words_stand_between(text: str, held: bool) -> None:
    one = passage(text, document="a.md", title="")
    ((_, shares),) = rank(Judged("charge battery", {"charg": 1.0, "batteri": 1.0}), [one], {one.id: {"meaning": 0.5}})
    assert shares["word pairs"] == (PAIRS_WEIGHT if held else 0.0)
