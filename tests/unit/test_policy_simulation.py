"""A policy tried on turns that were had."""

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given

from assistant.policy import Policy, read_policy
from assistant.policy.simulation import decide_again, simulate
from assistant.types import Circumstances, Decision, Reply, Signals, Turn
from tests.policies import (
    ANGRY,
    STRONG,
    WEAK,
    any_circumstances,
    any_signals,
    searched,
    shipped_policy,
    signals,
)

STRICT = """
rules:
  - {name: people, when: {state: [waiting, with_agent]}, then: {action: hand_over}, why: Taken.}
  - {name: small talk, when: {small_talk: [greeting, thanks, goodbye]}, then: {action: answer}, why: Hello.}
  - {name: unsure, when: {confidence: {below: 0.95}}, then: {action: hand_over}, why: Unsure.}
  - {name: sure, when: {stage: searched}, then: {action: answer}, why: Sure.}
  - {name: rest, then: {action: abstain}, why: Rest.}
"""


def strict(tmp_path: Path) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(STRICT, encoding="utf-8")
    return read_policy(path)


def turn(heard: Signals, circumstances: Circumstances | None, question: str = "How?") -> Turn:
    decision = Decision(action="answer", reason="Before rules had names.")
    if circumstances is not None:
        decided = decide_again(shipped_policy(), heard, circumstances)
        assert decided is not None
        decision = decided
    reply = Reply(
        conversation_id="c",
        turn_id="t",
        text="So.",
        citations=(),
        decision=decision,
        signals=heard,
        responder="prompts",
        searched_for="",
        timings_ms={},
        circumstances=circumstances,
    )
    return Turn(
        id="t",
        conversation_id="c",
        ordinal=1,
        created_at=datetime.now(UTC),
        speaker="customer",
        question=question,
        reply=reply,
        status="complete",
    )


def test_the_same_policy_changes_nothing() -> None:
    turns = [turn(signals(), searched(STRONG)), turn(signals(ANGRY), searched(WEAK)), turn(signals(), searched(WEAK))]
    outcome = simulate(shipped_policy(), turns)
    assert (outcome.turns, outcome.same, outcome.changed, outcome.shifts) == (3, 3, 0, ())


@given(any_signals(), any_circumstances("searched", "unsupported", "unsearchable"))
def test_where_a_turn_ended_is_reached_again(heard: Signals, circumstances: Circumstances) -> None:
    again = decide_again(shipped_policy(), heard, circumstances)
    direct = shipped_policy().decide(heard, circumstances)
    assert again is not None
    assert direct is not None
    if circumstances.stage != "unsupported":
        assert again.rule == direct.rule


def test_changes_are_counted_by_kind_with_examples(tmp_path: Path) -> None:
    questions = [turn(signals(), searched(STRONG), f"Question {number}") for number in range(5)]
    unsupported = searched(STRONG).model_copy(update={"stage": "unsupported"})
    turns = [
        *questions,
        turn(signals(), searched(WEAK), "x" * 500),
        turn(signals(), unsupported),
        turn(signals(small_talk="thanks"), Circumstances()),
        turn(signals(), None),
        turn(signals(wants_human=True), Circumstances()),
    ]
    outcome = simulate(strict(tmp_path), turns)
    assert (outcome.turns, outcome.same, outcome.changed) == (10, 0, 8)
    assert (outcome.unrecorded, outcome.unsearched) == (1, 1)
    first, *others = outcome.shifts
    assert (first.before.action, first.after.action, first.turns) == ("answer", "hand_over", 5)
    assert [one.question for one in first.examples] == ["Question 0", "Question 1", "Question 2"]
    assert {(one.rule_before, one.rule_after) for one in first.examples} == {("answer", "unsure")}
    assert {(one.before.action, one.after.action, one.turns) for one in others} == {
        ("abstain", "hand_over", 2),
        ("answer", "answer", 1),
    }
    assert max(len(one.question) for shift in others for one in shift.examples) == 200


def test_a_turn_without_a_reply_was_not_decided() -> None:
    failed = turn(signals(), searched(STRONG)).model_copy(update={"reply": None, "status": "failed"})
    assert simulate(shipped_policy(), [failed]).turns == 0


def test_rules_that_called_for_a_person_in_vain_are_passed_over_again() -> None:
    circumstances = searched(WEAK, refused=("upset, and no answer",))
    decision = decide_again(shipped_policy(), signals(ANGRY), circumstances)
    assert decision is not None
    assert decision.rule == "no answer"
