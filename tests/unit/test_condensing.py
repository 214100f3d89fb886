import pytest

from assistant.condensing import RuleRewriter
from assistant.types import Message

WARRANTY = Message(speaker="customer", text="How long is the warranty on the Aria headphones?")
ANSWER = Message(speaker="assistant", text="Two years.")


@pytest.mark.parametrize(
    "question",
    ["And in Switzerland?", "Does it cover the battery?", "What about refurbished ones?", "Why?", "how much is that"],
)
def test_a_follow_up_takes_its_topic_along(question: str) -> None:
    standalone = RuleRewriter().standalone(question, (WARRANTY, ANSWER)).text
    assert "warranty on the Aria" in standalone
    assert standalone.endswith(question)


@pytest.mark.parametrize(
    "question",
    ["Which payment methods do you accept in Austria?", "How do I delete my customer account and all my orders?"],
)
def test_a_new_topic_stands_alone(question: str) -> None:
    assert RuleRewriter().standalone(question, (WARRANTY, ANSWER)).text == question


def test_the_topic_survives_two_follow_ups() -> None:
    second = Message(speaker="customer", text="And in Switzerland?")
    assert "warranty" in RuleRewriter().standalone("And for students?", (WARRANTY, ANSWER, second, ANSWER)).text


def test_without_history_nothing_is_added() -> None:
    assert RuleRewriter().standalone("And in Switzerland?", ()).text == "And in Switzerland?"


def test_what_the_assistant_said_lends_no_topic() -> None:
    assert RuleRewriter().standalone("Why?", (ANSWER,)).text == "Why?"
