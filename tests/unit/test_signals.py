import pytest

from assistant.signals import open_signal_reader
from assistant.types import Message, Sentiment, Signals

READER = open_signal_reader()


@pytest.mark.parametrize(
    "text",
    [
        "This is the third time I write and nobody answers, this is ridiculous!",
        "My headphones arrived broken and I am furious.",
        "Worst service ever, you are useless",
        "I am so disappointed with this speaker",
    ],
)
def test_complaints_are_negative(text: str) -> None:
    sentiment = READER.read(text, ()).sentiment
    assert sentiment.label == "negative"
    assert -1 <= sentiment.score < -0.3


@pytest.mark.parametrize(
    "text",
    [
        "How long is the warranty on the speaker?",
        "Does it have noise cancelling?",
        "Where can I find the serial number",
        "",
        "   ",
    ],
)
def test_plain_questions_are_neutral(text: str) -> None:
    assert READER.read(text, ()).sentiment.label == "neutral"


def test_thanks_are_positive() -> None:
    assert READER.read("Great, thank you, that was really helpful!", ()).sentiment.label == "positive"


def test_the_conversation_remembers_anger_that_the_last_message_does_not_show() -> None:
    history = (
        Message(speaker="customer", text="This is ridiculous, I am furious!"),
        Message(speaker="assistant", text="I love to help, wonderful!"),
        Message(speaker="customer", text="Your service is terrible and useless."),
    )
    signals = READER.read("When will it arrive?", history)
    assert signals.sentiment.label == "neutral"
    assert signals.conversation.score < -0.3


@pytest.mark.parametrize(
    "text",
    [
        "I want to talk to a human",
        "Can I speak with a real person please?",
        "agent",
        "Let me talk to someone from customer service",
        "get me a manager!",
        "connect me to support staff",
        "no more bot please",
        "Then pass me on to one",
        "transfer me please",
        "just put me through",
    ],
)
def test_requests_for_a_person_are_heard(text: str) -> None:
    assert READER.read(text, ()).wants_human


@pytest.mark.parametrize(
    "text",
    [
        "Do I need a repair agent to open the case?",
        "Can two people share one account?",
        "How do I talk on the phone with the headset?",
        "What does a replacement person... I mean part cost?",
        "Do not pass me on, I only want an answer",
        "You put me through hell with this speaker",
    ],
)
def test_other_mentions_of_people_are_not_requests(text: str) -> None:
    assert not READER.read(text, ()).wants_human


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", "greeting"),
        ("good morning", "greeting"),
        ("thanks, that helps", "thanks"),
        ("Bye", "goodbye"),
        ("Hello, how long is the warranty?", None),
        ("thanks, and what about Austria?", None),
        ("👍", None),
        ("Are you a bot?", "identity"),
        ("hi, am I talking to a real person or a machine?", "identity"),
        ("Is this a human?", "identity"),
        ("Wait, are you an AI or not?", "identity"),
        ("Who are you?", "identity"),
        ("Are you a robot dealer?", None),
        ("Is this robot waterproof?", None),
        ("Are you a real person? How long is the warranty?", None),
        ("Who are your suppliers?", None),
    ],
)
def test_small_talk_is_only_small_talk(text: str, kind: str | None) -> None:
    assert READER.read(text, ()).small_talk == kind


def test_signals_stored_before_there_were_more_of_them_still_load() -> None:
    mood = Sentiment(label="negative", score=-0.5)
    stored = {"sentiment": mood.model_dump(), "conversation": mood.model_dump(), "wants_human": True}
    loaded = Signals.model_validate(stored)
    assert loaded == Signals(sentiment=mood, conversation=mood, wants_human=True)
    assert (loaded.emotion, loaded.frustration, loaded.risks, loaded.intent, loaded.satisfaction) == (
        "",
        0,
        (),
        None,
        None,
    )


def test_signals_outlive_a_round_trip_through_the_store() -> None:
    mood = Sentiment(label="negative", score=-0.5)
    signals = Signals(
        sentiment=mood,
        conversation=mood,
        frustration=0.8,
        because=("repetition",),
        risks=("legal", "churn"),
        satisfaction=1.5,
    )
    assert Signals.model_validate_json(signals.model_dump_json()) == signals
