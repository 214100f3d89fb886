from pathlib import Path

import pytest
from hypothesis import given

from assistant.errors import ConfigurationError
from assistant.policy import Policy, read_policy
from assistant.types import (
    Circumstances,
    ConversationState,
    Decision,
    Evidence,
    Priority,
    Purpose,
    Risk,
    Sentiment,
    Signals,
)
from tests.policies import (
    ANGRY,
    CALM,
    RISKS,
    STRONG,
    WEAK,
    any_circumstances,
    any_signals,
    searched,
    shipped_policy,
    signals,
)

UPSET = -0.35
WITH_PEOPLE = (ConversationState.WAITING, ConversationState.WITH_AGENT)


def decide(heard: Signals, circumstances: Circumstances) -> Decision:
    decision = shipped_policy().decide(heard, circumstances)
    assert decision is not None
    return decision


@pytest.mark.parametrize(
    ("mood", "evidence", "terms", "action"),
    [
        (CALM, STRONG, 3, "answer"),
        (ANGRY, STRONG, 3, "answer"),
        (CALM, WEAK, 3, "abstain"),
        (ANGRY, WEAK, 3, "offer_human"),
        (CALM, WEAK, 0, "clarify"),
        (ANGRY, WEAK, 0, "offer_human"),
    ],
)
def test_mood_and_evidence_choose_the_action(mood: Sentiment, evidence: Evidence, terms: int, action: str) -> None:
    assert decide(signals(mood), searched(evidence, terms)).action == action


def test_a_request_for_a_person_wins_over_evidence() -> None:
    assert decide(signals(wants_human=True), searched(STRONG)).action == "hand_over"


@pytest.mark.parametrize("state", WITH_PEOPLE)
def test_the_assistant_stays_silent_about_facts_once_a_person_is_asked(state: ConversationState) -> None:
    assert decide(signals(), searched(STRONG, state=state)).action == "hand_over"


@pytest.mark.parametrize("needed", [0.2, 0.5, 0.9])
def test_confidence_at_the_threshold_answers_and_below_does_not(needed: float) -> None:
    at = Evidence(coverage=1, cosine=1, confidence=needed, needed=needed)
    below = Evidence(coverage=1, cosine=1, confidence=needed - 0.001, needed=needed)
    assert decide(signals(), searched(at, 1)).action == "answer"
    assert decide(signals(), searched(below, 1)).action == "abstain"


def test_a_calm_message_in_an_upset_conversation_is_still_upset() -> None:
    assert decide(signals(CALM, Sentiment(label="negative", score=UPSET)), searched(STRONG)).opening == "sorry"
    assert decide(signals(CALM, Sentiment(label="negative", score=UPSET + 0.01)), searched(STRONG)).opening == ""


def test_the_reason_names_what_no_document_mentions() -> None:
    assert "drone" in decide(signals(), searched(WEAK)).reason


def test_nothing_is_answered_where_no_confidence_is_enough() -> None:
    never = Evidence(coverage=1, cosine=1, confidence=1.0, needed=1.01)
    assert decide(signals(), searched(never, 1)).action == "abstain"


def test_the_reason_says_how_sure_one_had_to_be_and_what_weighed_most() -> None:
    evidence = Evidence(confidence=0.4, needed=0.6, because="a name in it was not found")
    reason = decide(signals(), searched(evidence)).reason
    assert reason == "The evidence is weak (confidence 0.40, needed 0.60: a name in it was not found)."


@pytest.mark.parametrize(
    ("risk", "priority", "opening"),
    [("self_harm", "urgent", "self_harm"), ("safety", "urgent", "safety"), ("legal", "high", "")],
)
def test_danger_and_threats_go_to_a_person_at_once(risk: Risk, priority: Priority, opening: str) -> None:
    heard = signals(ANGRY, risks=(risk,), small_talk="thanks")
    for circumstances in (Circumstances(), searched(STRONG), searched(WEAK)):
        decision = decide(heard, circumstances)
        assert (decision.action, decision.priority, decision.opening) == ("hand_over", priority, opening)


def test_who_speaks_of_leaving_gets_the_answer_and_a_person_is_offered() -> None:
    leaving = signals(risks=("churn",))
    assert (decide(leaving, searched(STRONG)).action, decide(leaving, searched(STRONG)).closing) == ("answer", "offer")
    assert decide(leaving, searched(WEAK)).action == "offer_human"


def test_praise_is_thanked_for_and_a_question_in_a_good_mood_is_not() -> None:
    happy = signals(Sentiment(label="positive", score=0.8))
    assert decide(happy, searched(WEAK, asks=False)).words == "praise"
    assert decide(happy, searched(WEAK, asks=True)).action == "abstain"
    assert decide(happy, searched(STRONG, asks=False)).tone == "warm"


def test_asking_back_and_not_knowing_do_not_go_on_for_ever() -> None:
    assert decide(signals(), searched(WEAK, 0, clarifications=1)).action == "offer_human"
    assert decide(signals(), searched(WEAK, abstentions=1)).action == "abstain"
    assert decide(signals(), searched(WEAK, abstentions=2)).action == "offer_human"


@given(any_signals(), any_circumstances("searched", "unsupported", "unsearchable"))
def test_the_shipped_policy_decides_everything_and_answers_only_what_is_covered(
    heard: Signals, circumstances: Circumstances
) -> None:
    decision = decide(heard, circumstances)
    evidence = circumstances.evidence
    assert evidence is not None
    if decision.action == "answer" and heard.small_talk is None:
        assert circumstances.stage == "searched"
        assert evidence.confidence >= evidence.needed
    if circumstances.state in WITH_PEOPLE:
        assert decision.action == "hand_over"
    assert decision.reason
    assert "{" not in decision.reason


@given(any_signals(), any_circumstances("searched"))
def test_what_is_decided_before_a_search_no_search_would_change(heard: Signals, circumstances: Circumstances) -> None:
    before = circumstances.model_copy(update={"stage": "unsearched", "evidence": None})
    early = shipped_policy().decide(heard, before)
    if early is None:
        assert not heard.wants_human
        assert heard.small_talk is None
    else:
        late = decide(heard, circumstances)
        assert (early.rule, early.action) == (late.rule, late.action)


def policy_of(tmp_path: Path, text: str) -> Policy:
    path = tmp_path / "policy.yaml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


LAST = "  - {name: last, then: {action: abstain}, why: Nothing else held.}\n"
SILENT = "  - {name: people, when: {state: [waiting, with_agent]}, then: {action: hand_over}, why: Taken.}\n"


def test_a_lead_may_write_another_policy(tmp_path: Path) -> None:
    rules = (
        "conditions:\n  valued: {segment: [vip, partner]}\n  calm: {mood: {above: -0.2}}\nrules:\n"
        + SILENT
        + "  - name: valued at night\n    when: {is: valued, open: false, any: [{intent: refund}, {is_not: calm}]}\n"
        + "    then: {action: hand_over, priority: high}\n    why: 'A {segment} customer writes about {intent}.'\n"
        + LAST
    )
    policy = policy_of(tmp_path, rules)
    valued = searched(STRONG, segment="vip", open=False)
    decision = policy.decide(signals(intent="refund"), valued)
    assert decision is not None
    assert (decision.rule, decision.priority) == ("valued at night", "high")
    assert decision.reason == "A vip customer writes about refund."
    others = [
        (signals(), valued),
        (signals(intent="refund"), valued.model_copy(update={"open": True})),
        (signals(intent="refund"), valued.model_copy(update={"segment": ""})),
    ]
    assert {policy.decide(*one).rule for one in others} == {"last"}  # type: ignore[union-attr]
    assert policy.decide(signals(ANGRY), valued).rule == "valued at night"  # type: ignore[union-attr]


def test_rules_may_ask_who_signed_in_and_what_they_agreed_to(tmp_path: Path) -> None:
    mine = "  - {name: known, when: {signed_in: true, consent: [personalise]}, then: {action: abstain}, why: Known.}\n"
    policy = policy_of(tmp_path, f"rules:\n{SILENT}{mine}{LAST}")

    def decided(*, signed_in: bool, allows: tuple[Purpose, ...] = ()) -> str:
        decision = policy.decide(signals(), Circumstances(signed_in=signed_in, allows=allows))
        return decision.rule if decision else "later"

    assert decided(signed_in=True, allows=("remember", "personalise")) == "known"
    assert decided(signed_in=True, allows=("remember",)) == "last"
    assert decided(signed_in=True) == decided(signed_in=False) == "last"
    with pytest.raises(ConfigurationError, match="'remember' or 'personalise'"):
        policy_of(tmp_path, f"rules:\n{SILENT}{mine.replace('personalise', 'sell')}{LAST}")


def test_a_satisfaction_that_is_not_known_matches_nothing(tmp_path: Path) -> None:
    low = "  - {name: low, when: {satisfaction: {below: 6}}, then: {action: hand_over}, why: Low.}\n"
    policy = policy_of(tmp_path, f"rules:\n{SILENT}{low}{LAST}")
    assert policy.decide(signals(), Circumstances()).rule == "last"  # type: ignore[union-attr]
    assert policy.decide(signals(satisfaction=2.0), Circumstances()).rule == "low"  # type: ignore[union-attr]


def test_before_a_search_only_what_hangs_on_evidence_is_left_open(tmp_path: Path) -> None:
    either = (
        "  - {name: either, when: {any: [{confident: true}, {wants_human: true}], mood: {at_most: 0}}, "
        "then: {action: hand_over}, why: So.}\n"
    )
    policy = policy_of(tmp_path, f"rules:\n{SILENT}{either}{LAST}")
    happy = Sentiment(label="positive", score=0.8)
    assert policy.decide(signals(), Circumstances()) is None
    assert policy.decide(signals(wants_human=True), Circumstances()).rule == "either"  # type: ignore[union-attr]
    assert policy.decide(signals(happy), Circumstances()).rule == "last"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("", 1, "empty"),
        ("rules: [", 1, "mend"),
        ("rules:\n" + LAST + LAST, 2, "put it last"),
        (f"rules:\n{SILENT}", 2, "the last rule must always hold"),
        (f"rules:\n{LAST}", 2, "would speak in a conversation that is waiting"),
        ("rules:\n  - {name: a, then: {action: answer}, why: So.}\n", 2, "cannot answer"),
        (
            f"rules:\n{SILENT}  - name: a\n    when:\n      sentimnt: {{below: 0}}\n" + LAST,
            5,
            "did you mean `sentiment`",
        ),
        (
            f"rules:\n{SILENT}  - name: a\n    when: {{mood: {{under: 0}}}}\n",
            4,
            "Known: above, at_least, at_most, below",
        ),
        (f"rules:\n{SILENT}  - name: a\n    when: {{mood: -0.3}}\n", 4, "write a range, as in {at_least: -0.3}"),
        (f"rules:\n{SILENT}  - name: a\n    when: {{mood: {{}}}}\n", 4, "an empty range holds always"),
        (f"rules:\n{SILENT}  - name: a\n    when:\n      risk: fire\n    then: {{}}\n", 5, "'self_harm' (got 'fire')"),
        (f"rules:\n{SILENT}  - name: a\n    when:\n      mood:\n", 5, "`mood` has no value"),
        (f"rules:\n{SILENT}  - name: a\n    then: {{action: shout}}\n", 4, "'hand_over' (got 'shout')"),
        (f"rules:\n{SILENT}  - name: a\n    then: {{action: answer, words: x}}\n", 4, "`words` replace"),
        (f"rules:\n{SILENT}  - name: a\n    then: {{action: abstain, closing: x}}\n", 4, "`closing` follows an answer"),
        (f"rules:\n{SILENT}  - name: a\n    then: {{action: answer, retrieve_deeper: true}}\n", 4, "leave it out here"),
        (f"rules:\n{SILENT}  - name: a\n    then: {{action: answer}}\n", 3, "`why` is missing"),
        (f"rules:\n{SILENT}  - {{name: a, then: {{action: abstain}}, why: 'x {{y}}'}}\n", 3, "{y} is not known"),
        (f"rules:\n{SILENT}{SILENT}{LAST}", 3, "two rules named 'people'"),
        (f"rules:\n{SILENT}  - {{name: a, when: {{is: b}}, then: {{action: abstain}}, why: x}}\n", 3, "named 'b'"),
        (f"conditions:\n  a: {{is: b}}\n  b: {{is: a}}\nrules:\n{SILENT}{LAST}", 2, "named 'b'"),
        (f"rules:\n{SILENT}  - name: a\n    name: b\n", 4, "given twice"),
        ("rule: []\n", 1, "did you mean `rules`"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_remedy(tmp_path: Path, text: str, line: int, told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        policy_of(tmp_path, text)
    assert f"policy.yaml:{line}: " in str(caught.value)
    assert told in str(caught.value)


def test_a_missing_file_is_told_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_POLICY"):
        read_policy(tmp_path / "none.yaml")


def test_every_risk_has_a_rule_of_its_own() -> None:
    ruled = {one for rule in shipped_policy().rules for one in rule.when.risk or ()}
    assert ruled == set(RISKS)


def test_a_question_that_may_mean_several_things_is_asked_back_once() -> None:
    unclear = STRONG.model_copy(update={"choices": ("Austria", "Canada")})
    decision = decide(signals(), searched(unclear))
    assert (decision.action, decision.words) == ("clarify", "clarify_choices")
    assert "Austria, Canada" in decision.reason
    assert decide(signals(), searched(unclear, clarifications=1)).action == "answer"
    assert decide(signals(), searched(WEAK.model_copy(update={"choices": ("Austria", "Canada")}))).action == "abstain"
