from datetime import UTC, datetime

import pytest

from assistant.clarifying import OpenQuestion, open_question
from assistant.types import Decision, Reply, Sentiment, Signals, Turn

ASKED = OpenQuestion("What does delivery cost?", ("Switzerland", "the United Kingdom", "Norda 300", "Norda 350"))
CALM = Sentiment(label="neutral", score=0.0)


@pytest.mark.parametrize(
    ("message", "subject"),
    [
        ("Switzerland", "Switzerland"),
        ("switzerland please", "Switzerland"),
        ("united kingdom", "the United Kingdom"),
        ("2", "the United Kingdom"),
        (" 2. ", "the United Kingdom"),
        ("350", "Norda 350"),
        ("Austria", "Austria"),
        ("I meant Austria.", "I meant Austria"),
    ],
)
def test_a_choice_or_a_few_words_complete_the_question(message: str, subject: str) -> None:
    assert ASKED.completed(message) == f"What does delivery cost, {subject}?"


@pytest.mark.parametrize("message", ["How do I return it?", "What about my warranty", "🙂", ""])
def test_another_question_is_no_choice(message: str) -> None:
    assert ASKED.completed(message) is None


def test_a_long_message_is_no_choice() -> None:
    assert ASKED.completed("My old headphones broke last winter and nobody repaired them") is None


def test_words_that_fit_two_choices_are_taken_as_they_are() -> None:
    assert ASKED.completed("Norda") == "What does delivery cost, Norda?"


def turn(choices: tuple[str, ...]) -> Turn:
    reply = Reply(
        conversation_id="c",
        turn_id="t",
        text="Which one?",
        citations=(),
        decision=Decision(action="clarify", reason="unclear"),
        signals=Signals(sentiment=CALM, conversation=CALM),
        responder="prompts",
        searched_for="",
        timings_ms={},
        choices=choices,
    )
    now = datetime.now(UTC)
    return Turn(
        id="t", conversation_id="c", ordinal=1, created_at=now, speaker="customer", question="How?", reply=reply
    )


def test_only_the_last_turn_can_be_open() -> None:
    assert open_question([]) is None
    assert open_question([turn(("A", "B")), turn(())]) is None
    assert open_question([turn(()), turn(("A", "B"))]) == OpenQuestion("How?", ("A", "B"))
