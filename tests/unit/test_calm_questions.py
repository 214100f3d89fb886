import pytest

from assistant.signals import open_signal_reader
from assistant.signals.calm_questions import is_calm_question
from assistant.signals.mood import MoodHeads
from assistant.signals.reader import RuleSignalReader
from assistant.types import Message, Sentiment

CALM = [
    "What happens when stock runs out? Can people still order?",
    "How do I block a lost card?",
    "What if the parcel is damaged?",
    "What does error 404 mean?",
    "Is it dangerous to take two tablets at once?",
    "Does the tooth extraction hurt?",
    "How do I complain about a noisy neighbour?",
    "How much is the penalty for cancelling?",
    "Hello, what happens if I miss a dose?",
    "Do you charge for cancelled appointments?",
    "Who do I call in an emergency?",
]
NOT_CALM = [
    "How hard can it be to send a parcel?",
    "What the hell is wrong with your website?",
    "Do you even read what I write?",
    "How do I cancel this damn contract?",
    "Is it possible that you lost my order twice?",
    "What is wrong with you??",
    "Can I finally get my money!",
    "CAN I GET MY MONEY BACK OR NOT?",
    "My parcel is lost. How do I report it?",
    "How long must I wait again?",
    "Where is my refund?",
    "",
]


@pytest.mark.parametrize("text", CALM)
def test_a_calm_question_about_something_bad_is_no_bad_mood(text: str) -> None:
    signals = open_signal_reader().read(text, ())
    assert is_calm_question(text)
    assert signals.sentiment.label != "negative"
    assert signals.conversation.score > -0.35
    assert "bad mood" not in signals.because


@pytest.mark.parametrize("text", NOT_CALM)
def test_what_vents_or_tells_is_no_calm_question(text: str) -> None:
    assert not is_calm_question(text)


def test_a_calm_question_does_not_lift_the_mood_of_the_conversation() -> None:
    history = [Message(speaker="customer", text="Your service is terrible, I am furious.")]
    calm, praise = (open_signal_reader().read(text, history) for text in ("How do I block a lost card?", "Great!"))
    assert calm.conversation.label == "negative"
    assert calm.conversation.score < praise.conversation.score


def test_another_model_of_sentiment_is_tempered_alike() -> None:
    class Gloomy:
        def score(self, text: str) -> Sentiment:
            return Sentiment(label="negative", score=-0.9)

    gloomy = RuleSignalReader(MoodHeads(), sentiment=Gloomy())
    assert gloomy.read("What if the parcel is damaged?", ()).sentiment.label == "neutral"
    assert gloomy.read("The parcel is damaged.", ()).sentiment.score == -0.9


@pytest.mark.parametrize(
    "text",
    [
        "I've had enough of this.",
        "Are you kidding me?",
        "I am losing my patience",
        "I'm sick and tired of your excuses",
        "Is this some kind of joke?",
    ],
)
def test_who_is_out_of_patience_is_frustrated(text: str) -> None:
    signals = open_signal_reader().read(text, ())
    assert signals.frustration >= 0.7 or signals.conversation.score <= -0.35
    assert signals.because[:1] == ("out of patience",)
