"""The heads of mood as they are shipped, and the ways to another model or to none."""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import numpy as np
import pytest

from assistant.embedders.packaged import SHA256
from assistant.embedders.remembering import remembering
from assistant.errors import BackendError, ConfigurationError, UnknownBackend
from assistant.ports.indexes import Vectors
from assistant.settings import Settings
from assistant.signals import open_signal_reader
from assistant.signals.mood import EMOTIONS, LABELS, MoodHeads
from assistant.signals.reader import RuleSignalReader
from assistant.signals.transformers import TransformersSentiment, valences_of
from assistant.signals.vectors import SharedVectors
from assistant.signals.wording import MEASURES, buckets_of, measures_of, normalised
from assistant.types import Message, Sentiment
from tests.tiny_models import make_tiny_cross_encoder

HEADS = MoodHeads()
DOWN = BackendError("test", "no answer")


class CountingEmbedder:
    """Gives every text the same unit vector, and counts what it is asked."""

    def __init__(self, fingerprint: str, error: BackendError | None = None) -> None:
        self.fingerprint, self.error = fingerprint, error
        self.asked: list[str] = []
        self.dimension, self.max_tokens = 384, 256

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        return [(0, len(text))]

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return np.stack([self.embed_query(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        self.asked.append(text)
        if self.error is not None:
            raise self.error
        return np.full(384, 384**-0.5, dtype=np.float32)


class Grumpy:
    """To this model all is bad; it can be made to fail."""

    def __init__(self, error: BackendError | None = None) -> None:
        self.error = error

    def score(self, text: str) -> Sentiment:
        if self.error is not None:
            raise self.error
        return Sentiment(label="negative", score=-1.0)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The strap tore on the second day, I am so annoyed", "negative"),
        ("Your courier threw the box over the fence, it is ruined", "negative"),
        ("nobody ever picks up the phone at your place, pathetic", "negative"),
        ("Which cable do I need for a turntable?", "neutral"),
        ("Please change the e-mail address of my account", "neutral"),
        ("My invoice number is 2231", "neutral"),
        ("Brilliant, it works now, you are the best", "positive"),
        ("thank you so much for the quick help!", "positive"),
    ],
)
def test_the_shipped_heads_tell_moods_by_wording_alone(text: str, label: str) -> None:
    assert HEADS.read(text, None).sentiment.label == label


@pytest.mark.parametrize(
    "text", ["ok", "I hate this", "Thanks!", "Where is it?", "😡😡", "x" * 9000, "\\u2019 &amp; @me"]
)
@pytest.mark.parametrize("has_vector", [True, False])
def test_a_mood_is_consistent_in_itself(text: str, has_vector: bool) -> None:
    mood = HEADS.read(text, np.full(384, 384**-0.5, dtype=np.float32) if has_vector else None)
    negative, _, positive = mood.probabilities
    assert sum(mood.probabilities) == pytest.approx(1)
    assert mood.sentiment.label == LABELS[int(np.argmax(mood.probabilities))]
    assert mood.sentiment.score == pytest.approx(positive - negative, abs=1e-3)
    assert mood.emotion == "" or mood.emotion in EMOTIONS[mood.sentiment.label]
    assert (mood.confidence > 0) == (mood.emotion != "")


def test_emotions_are_named() -> None:
    assert HEADS.read("Thank you, that was very kind", None).emotion == "gratitude"
    assert HEADS.read("I am really disappointed with it, what a letdown", None).emotion == "disappointment"
    assert HEADS.read("I'm confused, I do not understand what that means", None).emotion == "confusion"
    assert HEADS.read("I am furious, how dare you", None).emotion in ("anger", "annoyance")


@pytest.mark.parametrize("text", ["no way, that is a joke", "No!!! I hate this", "NO THIS IS UNACCEPTABLE"])
def test_a_no_that_is_more_than_an_answer_has_a_mood(text: str) -> None:
    assert HEADS.read(text, None).sentiment.label == "negative"


def test_the_vector_has_its_say() -> None:
    vector = np.zeros(384, dtype=np.float32)
    vector[3] = 1
    assert HEADS.read("It came today", vector).probabilities != HEADS.read("It came today", None).probabilities


@pytest.mark.parametrize("text", [" \n ", "No", "no.", "Nope", "No, not yet", "yes please", "OK", "not really"])
def test_blank_texts_and_bare_answers_are_neutral_and_without_emotion(text: str) -> None:
    mood = HEADS.read(text, None)
    assert (mood.sentiment, mood.emotion) == (Sentiment(label="neutral", score=0.0), "")


def test_the_weights_are_small_and_name_the_model_of_the_package() -> None:
    weights = resources.files("assistant.signals").joinpath("mood.npz")
    assert len(weights.read_bytes()) < 600_000
    assert HEADS.model == SHA256


def test_wording_leaves_out_what_tells_nothing_of_mood() -> None:
    assert normalised("sooooo @anna see https://x.example/a?b &amp; it\\u2019s") == "soo @user see url & it's"
    assert list(buckets_of("", 64)) == [0]
    denied, plain = buckets_of("not good", 2**20), buckets_of("good", 2**20)
    assert set(plain) < set(denied)
    assert measures_of("WHY IS NOBODY HERE?!", {"compound": -0.5, "pos": 0.0, "neg": 0.5}).shape == (MEASURES,)


def test_vectors_come_from_the_known_model_only() -> None:
    known, other = CountingEmbedder(f"onnx:x:sha256={SHA256}"), CountingEmbedder("openai:api.openai.com:x")
    assert SharedVectors(lambda: known, SHA256)("a") is not None
    assert SharedVectors(lambda: other, SHA256)("a") is None
    assert (known.asked, other.asked) == (["a"], [])


def test_an_embedder_that_fails_costs_the_vector_and_not_the_turn() -> None:
    def missing() -> CountingEmbedder:
        raise ConfigurationError("no weights")

    assert SharedVectors(lambda: CountingEmbedder(SHA256, DOWN), SHA256)("a") is None
    assert SharedVectors(missing, SHA256)("a") is None


def test_prepared_texts_are_embedded_once() -> None:
    embedder = CountingEmbedder(SHA256)
    vectors = SharedVectors(lambda: embedder, SHA256)
    vectors.prepare(["a", "b"])
    assert vectors("a") is not None
    assert vectors("c") is not None
    assert embedder.asked == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("text", "asked"), [("How long is it?", 1), ("thanks", 0), ("I want to talk to a human", 0), ("  ", 0)]
)
def test_a_vector_is_asked_for_only_where_the_search_asks_too(text: str, asked: int) -> None:
    embedder = CountingEmbedder(SHA256)
    reader = open_signal_reader("heads", lambda: embedder)
    history = [Message(speaker="customer", text="Is it loud?"), Message(speaker="assistant", text="No.")]
    reader.read(text, history)
    assert len(embedder.asked) == asked


def test_questions_are_embedded_once_and_failures_are_not_remembered() -> None:
    asked: list[str] = []

    def embed(text: str) -> Vectors:
        asked.append(text)
        if len(asked) == 1:
            raise DOWN
        return np.ones(2, dtype=np.float32)

    embedded = remembering(embed)
    with pytest.raises(BackendError):
        embedded("a")
    assert embedded("a") is embedded("a")
    assert asked == ["a", "a"]
    with pytest.raises(ValueError, match="read-only"):
        embedded("a")[0] = 2


def test_another_model_decides_where_it_is_given_and_the_heads_where_it_fails() -> None:
    history = [Message(speaker="customer", text="Great, thanks!")]
    grumpy = RuleSignalReader(HEADS, sentiment=Grumpy()).read("It is perfect, I love it", history)
    assert (grumpy.sentiment.score, grumpy.conversation.score) == (-1.0, -1.0)
    failing = RuleSignalReader(HEADS, sentiment=Grumpy(DOWN)).read("It is perfect, I love it", history)
    assert failing.sentiment.label == "positive"


def test_what_is_surely_another_language_has_no_mood_for_heads_that_do_not_know_it() -> None:
    reader = RuleSignalReader(HEADS)
    german = reader.read("Kann ich die Kopfhörer zurückgeben?", ())
    assert (german.language, german.sentiment, german.emotion) == ("de", Sentiment(label="neutral", score=0.0), "")
    history = [Message(speaker="customer", text="Kann ich die Kopfhörer zurückgeben?")]
    assert reader.read("Where is my parcel?", history).frustration == reader.read("Where is my parcel?", ()).frustration
    other = RuleSignalReader(HEADS, sentiment=Grumpy()).read("Kann ich die Kopfhörer zurückgeben?", ())
    assert other.sentiment.score == -1.0


def test_a_classifier_of_transformers_can_be_named(tmp_path: Path) -> None:
    make_tiny_cross_encoder(tmp_path / "tiny", labels=3)
    model = TransformersSentiment(str(tmp_path / "tiny"))
    scored = model.score("this is bad")
    assert -1 <= scored.score <= 1
    assert model.score("  ") == Sentiment(label="neutral", score=0.0)
    assert model.score("a " * 5000).label in LABELS
    reader = open_signal_reader(f"transformers:{tmp_path / 'tiny'}")
    assert reader.read("this is bad", ()).sentiment == scored


def test_a_model_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError, match="ASSISTANT_SIGNALS"):
        TransformersSentiment(str(tmp_path / "empty")).score("hello")


@pytest.mark.parametrize(
    ("names", "valences"),
    [
        ({0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, (-1, 0, 1)),
        ({0: "POSITIVE", 1: "NEGATIVE"}, (1, -1)),
        ({0: "neg", 1: "neu", 2: "pos"}, (-1, 0, 1)),
        ({0: "1 star", 1: "2 stars", 2: "3 stars", 3: "4 stars", 4: "5 stars"}, (-1, -0.5, 0, 0.5, 1)),
    ],
)
def test_classes_are_understood_by_their_names(names: dict[int, str], valences: tuple[float, ...]) -> None:
    assert valences_of(names, "transformers:x") == valences


def test_classes_of_something_else_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="toxic"):
        valences_of({0: "toxic", 1: "clean"}, "transformers:x")


def test_vader_can_be_chosen_and_what_nobody_knows_is_refused() -> None:
    assert open_signal_reader("vader").read("What is the warranty?", ()).sentiment.score == 0
    assert Settings(signals="vader").signals == "vader"
    for wrong in ("transformers", "bert:x"):
        with pytest.raises((ConfigurationError, UnknownBackend), match="ASSISTANT_SIGNALS"):
            Settings(signals=wrong)
