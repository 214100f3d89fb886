"""What an evaluation believes of an answer: nothing that the turn claims, only what the stored text says."""

import pytest

from assistant.evaluation.outcomes import check_sentences
from assistant.types import Citation, Decision, Reply, Sentiment, Signals
from tests.fake_assistant import MemoryAssistant, document

TEXT = "Dilip Joshi is an Indian actor. He plays the shopkeeper Jethalal in a comedy."
ACTOR = document("actor.md", "Actors", TEXT)
SECOND = TEXT.index("He plays")


def reply(text: str, start: int, end: int, quote: str) -> Reply:
    cited = {"marker": 1, "document": "actor.md", "title": "Actors", "revision": 1, "document_id": ACTOR.id}
    mood = Sentiment(label="neutral", score=0)
    return Reply(
        conversation_id="c",
        turn_id="t",
        text=text,
        citations=(Citation.model_validate(cited | {"start": start, "end": end, "quote": quote}),),
        decision=Decision(action="answer", reason="found"),
        signals=Signals(sentiment=mood, conversation=mood),
        responder="scripted:test",
        searched_for="",
        timings_ms={},
    )


@pytest.mark.parametrize(
    ("text", "start", "supported"),
    [
        ("He plays the shopkeeper Jethalal in a comedy. [1]", SECOND, 1),
        ("Dilip Joshi plays the shopkeeper Jethalal in a comedy. [1]", SECOND, 1),
        ("Dilip Joshi is an Indian actor. [1]", SECOND, 0),
        ("Dilip Joshi plays the shopkeeper Jethalal in a tragedy. [1]", SECOND, 0),
        ("He plays the shopkeeper Jethalal in a comedy. [2]", SECOND, 0),
    ],
)
def test_a_sentence_rests_on_its_quotation_and_on_whom_that_speaks_of(text: str, start: int, supported: int) -> None:
    said = reply(text, start, len(TEXT), TEXT[start:])
    assert check_sentences(MemoryAssistant([ACTOR]).as_assistant(), said, []) == (1, supported)


def test_a_quotation_that_the_stored_text_does_not_hold_supports_nothing() -> None:
    said = reply("He plays the shopkeeper Jethalal in a comedy. [1]", 0, len(TEXT) - SECOND, TEXT[SECOND:])
    assert check_sentences(MemoryAssistant([ACTOR]).as_assistant(), said, []) == (1, 0)


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("Call 800 606 or visit (link left out) for paint. [1]", 1),
        ("Call 800 606 or visit for paint. [1]", 1),
        ("Call 800 607 or visit (link left out) for paint. [1]", 0),
        ("Call 800 606 or visit (link left out) beyond the old car batteries. [1]", 0),
    ],
)
def test_an_address_that_is_not_shown_is_not_asked_of_the_quotation(text: str, supported: int) -> None:
    stored = "Call 800 606 or visit https://waste.example.org/recycling/household-hazardous for paint."
    keeper = MemoryAssistant([document("actor.md", "Waste", stored)]).as_assistant()
    said = reply(text, 0, len(stored), stored)
    assert check_sentences(keeper, said, [], "(link left out)") == (1, supported)
