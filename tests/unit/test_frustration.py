import json
from pathlib import Path

import pytest

from assistant.signals import open_signal_reader
from assistant.signals.cues import WEIGHTS, cues_of
from assistant.signals.frustration import course_of
from assistant.types import Message, Signals

CONVERSATIONS = Path(__file__).parents[1] / "content" / "frustration.jsonl"
READER = open_signal_reader()


def told() -> list[tuple[tuple[Message, ...], bool, str | None]]:
    rows = map(json.loads, CONVERSATIONS.read_text(encoding="utf-8").splitlines())
    return [(tuple(Message(**turn) for turn in row["turns"]), row["frustrated"], row["because"]) for row in rows]


def read(*texts: str) -> Signals:
    """Read the last of the texts, which customer and assistant say in turn; the customer says the first."""
    messages = [
        Message(speaker="assistant" if place % 2 else "customer", text=text) for place, text in enumerate(texts)
    ]
    return READER.read(texts[-1], messages[:-1])


@pytest.mark.parametrize(("messages", "frustrated", "because"), told())
def test_frustration_is_told_from_calm(messages: tuple[Message, ...], frustrated: bool, because: str | None) -> None:
    signals = READER.read(messages[-1].text, messages[:-1])
    assert (signals.frustration > 0.5) == frustrated, signals
    assert signals.satisfaction is not None
    assert signals.satisfaction < 2.5 or not frustrated
    assert because is None or because in signals.because


def test_each_further_failure_frustrates_more() -> None:
    first = ("Where is my parcel?", "Sorry, I do not know.", "No, look up the parcel")
    once, twice = read(*first), read(*first, "Sorry, I cannot.", "No, look up my parcel")
    assert twice.frustration > once.frustration
    assert "repetition" in twice.because


def test_frustration_fades_but_is_not_forgotten_at_once() -> None:
    angry = ("My order is late", "Sorry.", "I already told you that, this is ridiculous!!")
    now, next_turn = read(*angry), read(*angry, "It arrives on Monday.", "And what does that cost?")
    later = read(*angry, "On Monday.", "And what does it cost?", "Nothing.", "Is it the blue one?", "Yes.", "By DHL?")
    calm = read("And what does that cost?")
    assert now.frustration > next_turn.frustration > later.frustration
    assert next_turn.frustration > calm.frustration
    assert "told you already" in next_turn.because


def test_praise_satisfies_and_does_not_excuse_what_comes_after() -> None:
    pleased = read("Is it in stock?", "Yes, it is.", "Perfect, thank you!")
    neutral = read("Is it in stock?")
    assert pleased.satisfaction is not None
    assert neutral.satisfaction is not None
    assert pleased.satisfaction > neutral.satisfaction
    spoilt = read(
        "Is it in stock?", "Yes, it is.", "Perfect, thank you!", "Bye.", "You never answer what I asked, wrong!"
    )
    straight = read("You never answer what I asked, wrong!")
    assert spoilt.frustration >= straight.frustration


def test_a_mood_that_falls_is_given_as_the_reason() -> None:
    assert (
        "falling mood" in read("This is great, I love it!", "Good.", "It broke, what an awful, horrible thing").because
    )


def test_blank_words_tell_no_satisfaction() -> None:
    signals = READER.read("  ", ())
    assert (signals.satisfaction, signals.because) == (None, ())


@pytest.mark.parametrize(
    ("text", "cue", "present"),
    [
        ("no, the other one", "refusal", True),
        ("No, that's all, thanks", "refusal", False),
        ("Do you have no-fee shipping?", "refusal", False),
        ("GPS or NFC?", "shouting", True),
        ("Is the USB port waterproof?", "shouting", False),
        ("what?!", "shouting", True),
        ("I bought it a second time", "told you already", True),
        ("How many times can I charge it?", "told you already", False),
    ],
)
def test_wordings_are_told_from_their_likes(text: str, cue: str, present: bool) -> None:
    assert (cue in cues_of(text, ())) == present


def test_what_an_agent_said_counts_as_the_other_side() -> None:
    said = [Message(speaker="agent", text="Unfortunately we are unable to help.")]
    assert "the assistant could not help" in cues_of("ok", said)


def test_every_cue_has_a_weight_and_no_mood_is_needed_beyond_the_last_ones() -> None:
    many = [Message(speaker="customer", text=f"I already told you {n}") for n in range(20)]
    assert set(cues_of(many[-1].text, many[:-1])) <= set(WEIGHTS)
    assert course_of(many, [0.0]).frustration < course_of(many, [0.0] * 8).frustration < 1


@pytest.mark.parametrize(
    "text",
    [
        "I've had enough of this.",
        "Are you kidding me?",
        "I'm sick and tired of your excuses",
        "Is this some kind of joke?",
        "This is the third time my bike is not ready. Unacceptable!",
        "My parcel is late again. That's a disgrace",
    ],
)
def test_who_is_out_of_patience_is_frustrated(text: str) -> None:
    signals = read(text)
    assert signals.frustration >= 0.7 or signals.conversation.score <= -0.35
    assert "out of patience" in signals.because


@pytest.mark.parametrize("text", ["Which wear is unacceptable?", "You were pathetic once. Now it works."])
def test_a_strong_word_within_a_question_or_of_the_past_is_no_outburst(text: str) -> None:
    assert "out of patience" not in read(text).because
