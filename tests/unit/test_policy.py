import pytest

from assistant.policy import UPSET, decide, is_upset
from assistant.types import ConversationState, Evidence, Sentiment, Signals

CALM = Sentiment(label="neutral", score=0.0)
ANGRY = Sentiment(label="negative", score=-0.8)
STRONG = Evidence(coverage=0.9, cosine=0.7, confidence=0.9)
WEAK = Evidence(coverage=0.1, cosine=0.2, confidence=0.1, missing=("drone",))


def signals(mood: Sentiment = CALM, conversation: Sentiment | None = None, *, wants_human: bool = False) -> Signals:
    return Signals(sentiment=mood, conversation=conversation or mood, wants_human=wants_human)


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
    assert decide(signals(mood), evidence, ConversationState.BOT, terms).action == action


def test_a_request_for_a_person_wins_over_evidence() -> None:
    assert decide(signals(wants_human=True), STRONG, ConversationState.BOT, 3).action == "hand_over"


@pytest.mark.parametrize("state", [ConversationState.WAITING, ConversationState.WITH_AGENT])
def test_the_assistant_stays_silent_about_facts_once_a_person_is_asked(state: ConversationState) -> None:
    assert decide(signals(), STRONG, state, 3).action == "hand_over"


@pytest.mark.parametrize("needed", [0.2, 0.5, 0.9])
def test_confidence_at_the_threshold_answers_and_below_does_not(needed: float) -> None:
    at = Evidence(coverage=1, cosine=1, confidence=needed, needed=needed)
    below = Evidence(coverage=1, cosine=1, confidence=needed - 0.001, needed=needed)
    assert decide(signals(), at, ConversationState.BOT, 1).action == "answer"
    assert decide(signals(), below, ConversationState.BOT, 1).action == "abstain"


def test_a_calm_message_in_an_upset_conversation_is_still_upset() -> None:
    assert is_upset(signals(CALM, Sentiment(label="negative", score=UPSET)))
    assert not is_upset(signals(CALM, Sentiment(label="negative", score=UPSET + 0.01)))


def test_the_reason_names_what_no_document_mentions() -> None:
    assert "drone" in decide(signals(), WEAK, ConversationState.BOT, 3).reason


def test_nothing_is_answered_where_no_confidence_is_enough() -> None:
    never = Evidence(coverage=1, cosine=1, confidence=1.0, needed=1.01)
    assert decide(signals(), never, ConversationState.BOT, 1).action == "abstain"


def test_the_reason_says_how_sure_one_had_to_be_and_what_weighed_most() -> None:
    evidence = Evidence(confidence=0.4, needed=0.6, because="a name in it was not found")
    reason = decide(signals(), evidence, ConversationState.BOT, 3).reason
    assert reason == "The evidence is weak (confidence 0.40, needed 0.60: a name in it was not found)."
