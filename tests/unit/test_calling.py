"""What a message asks beside a call for a person."""

import pytest

from assistant.calling import asked_beside, wants_human


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("Can I speak to a human? I need to know whether you ship to Peru", "I need to know whether you ship to Peru"),
        ("I want to talk to a human, do you ship to Peru and Chile?", "do you ship to Peru and Chile?"),
        ("Do you ship to Peru? If not let me speak to a person", "Do you ship to Peru?"),
        ("Can I talk to someone about whether you ship to Peru?", "whether you ship to Peru?"),
        ("I need a person to tell me whether the case is waterproof", "whether the case is waterproof"),
        (
            "What is your policy for opened earbuds and can I talk to a manager?",
            "What is your policy for opened earbuds",
        ),
        ("I want an agent because I need to know how long it is charged", "I need to know how long it is charged"),
    ],
)
def test_a_question_beside_the_call_is_found(message: str, asked: str) -> None:
    assert wants_human(message)
    assert asked_beside(message) == asked


@pytest.mark.parametrize(
    "message",
    [
        "Let me talk to a human",
        "Can I speak to a human? Is anybody there?",
        "Can I speak to a human? How long do I really have to wait?",
        "Connect me to a real person, this is ridiculous. Why is this so hard?",
        "I want to speak to a human right now! Do you understand me?",
        "My name is Anna Berg. I want to talk to a human.",
        "Put me through to somebody about my refund",
    ],
)
def test_what_only_calls_asks_nothing(message: str) -> None:
    assert wants_human(message)
    assert asked_beside(message) == ""


def test_a_message_without_a_call_is_not_cut() -> None:
    assert not wants_human("Which travel agent offers the Peru trip?")
    assert asked_beside("Do you ship to Peru, and to Chile?") == "Do you ship to Peru, and to Chile?"
