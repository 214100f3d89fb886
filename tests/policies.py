"""Signals and circumstances to decide by, and the policy that is shipped."""

from functools import cache

from hypothesis import strategies as st

from assistant.policy import POLICY_FILE, Policy, read_policy
from assistant.shipped import shipped_folder
from assistant.types import (
    Circumstances,
    ConversationState,
    Evidence,
    Matter,
    Risk,
    Sentiment,
    Signals,
    SmallTalk,
    Stage,
)

CALM = Sentiment(label="neutral", score=0.0)
ANGRY = Sentiment(label="negative", score=-0.8)
STRONG = Evidence(coverage=0.9, cosine=0.7, confidence=0.9)
WEAK = Evidence(coverage=0.1, cosine=0.2, confidence=0.1, missing=("drone",))

MATTERS: tuple[Matter, ...] = ("own_case", "another_person", "contact")
RISKS: tuple[Risk, ...] = ("legal", "safety", "churn", "self_harm")
SMALL_TALK: tuple[SmallTalk, ...] = ("greeting", "thanks", "goodbye", "identity")


@cache
def shipped_policy() -> Policy:
    return read_policy(shipped_folder("prompts") / POLICY_FILE)


def signals(mood: Sentiment = CALM, conversation: Sentiment | None = None, **others: object) -> Signals:
    return Signals.model_validate({"sentiment": mood, "conversation": conversation or mood, **others})


def searched(evidence: Evidence, terms: int = 3, **others: object) -> Circumstances:
    return Circumstances.model_validate({"stage": "searched", "evidence": evidence, "terms": terms, **others})


def _scores() -> st.SearchStrategy[Sentiment]:
    return st.floats(-1, 1).map(lambda score: Sentiment(label="neutral", score=score))


def any_signals() -> st.SearchStrategy[Signals]:
    share = st.floats(0, 1)
    return st.builds(
        Signals,
        sentiment=_scores(),
        conversation=_scores(),
        wants_human=st.booleans(),
        small_talk=st.none() | st.sampled_from(SMALL_TALK),
        language=st.sampled_from(("", "en", "de")),
        emotion=st.sampled_from(("", "anger", "gratitude")),
        frustration=share,
        urgency=share,
        risks=st.lists(st.sampled_from(RISKS), max_size=2, unique=True).map(tuple),
        matters=st.lists(st.sampled_from(MATTERS), max_size=2, unique=True).map(tuple),
        satisfaction=st.none() | st.floats(1, 5),
    )


def any_circumstances(*stages: Stage) -> st.SearchStrategy[Circumstances]:
    share = st.floats(0, 1)
    return st.builds(
        Circumstances,
        state=st.sampled_from(ConversationState),
        stage=st.sampled_from(stages),
        evidence=st.builds(Evidence, confidence=share, needed=share),
        terms=st.integers(0, 5),
        abstentions=st.integers(0, 4),
        clarifications=st.integers(0, 2),
        open=st.booleans(),
    )
