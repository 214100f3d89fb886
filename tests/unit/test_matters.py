import json
from pathlib import Path

import pytest

from assistant.signals import open_signal_reader
from assistant.signals.matters import matters_of
from assistant.types import Evidence, Sentiment
from tests.policies import ANGRY, CALM, STRONG, WEAK, searched, shipped_policy, signals

PHRASINGS = Path(__file__).parents[1] / "content" / "matters.jsonl"


def phrasings() -> list[tuple[str, tuple[str, ...]]]:
    rows = map(json.loads, PHRASINGS.read_text(encoding="utf-8").splitlines())
    return [(row["text"], tuple(row["matters"])) for row in rows]


@pytest.mark.parametrize(("text", "matters"), phrasings())
def test_whose_matter_is_asked_about(text: str, matters: tuple[str, ...]) -> None:
    assert matters_of(text) == matters


def test_the_reader_tells_it() -> None:
    assert open_signal_reader().read("Where is my parcel?", ()).matters == ("own_case",)


@pytest.mark.parametrize(
    ("mood", "evidence", "action", "tone"),
    [
        (CALM, STRONG, "answer", "friendly"),
        (ANGRY, STRONG, "answer", "calming"),
        (CALM, WEAK, "offer_human", "friendly"),
        (ANGRY, WEAK, "offer_human", "calming"),
    ],
)
def test_who_asks_about_an_own_case_is_told_who_can_look(
    mood: Sentiment, evidence: Evidence, action: str, tone: str
) -> None:
    decision = shipped_policy().decide(signals(mood, matters=("own_case",)), searched(evidence))
    assert decision is not None
    assert (decision.action, decision.tone) == (action, tone)
    assert "own_case" in (decision.closing, decision.words)


@pytest.mark.parametrize("evidence", [STRONG, WEAK])
def test_what_is_somebody_elses_is_not_told_whatever_the_documents_hold(evidence: Evidence) -> None:
    decision = shipped_policy().decide(signals(matters=("another_person",)), searched(evidence))
    assert decision is not None
    assert (decision.action, decision.words) == ("abstain", "another_person")
