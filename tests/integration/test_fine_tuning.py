"""A model trained on a knowledge base's own pairs: it learns, is adopted only where it wins, and can be undone."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.embedders.fine_tuning import fine_tune
from assistant.embedders.sentence_transformers import SentenceTransformersEmbedder
from assistant.errors import ConfigurationError, MissingDependency
from assistant.knowledge import KnowledgeBase
from assistant.ports import Vectors
from assistant.stores import Stores
from assistant.tuning.model import ORIGIN, trainable, training_texts
from assistant.tuning.pairs import Pair
from benchmarks.proving import WordEmbedder, opened
from tests.fakes import passage
from tests.integration.test_tuning import right_at_first, write_list
from tests.tiny_models import make_tiny_bert

EMBEDDER = "transformers:words"


class TranslatingEmbedder(WordEmbedder):
    """What the stand-in for training makes: it knows customers' words for an answer, and passes over common ones."""

    def embed_query(self, text: str) -> Vectors:
        words = [one.lower() for one in text.split()]
        kept = [f"slang{one[5:-1]}" for one in words if one.startswith("slang")]
        return super().embed_query(" ".join(kept or words))


class ForgetfulEmbedder(WordEmbedder):
    """What a training that went wrong makes: all questions are the same to it."""

    def embed_query(self, text: str) -> Vectors:
        return super().embed_query("nothing")


def open_embedder(name: str) -> WordEmbedder:
    if "tuned-" not in name:
        return WordEmbedder(name)
    good = (Path(name.partition(":")[2]) / "good").exists()
    return TranslatingEmbedder(name) if good else ForgetfulEmbedder(name)


def trains_well(_name: str, pairs: Sequence[tuple[str, str]], folder: Path) -> None:
    assert pairs
    folder.mkdir()
    (folder / "good").write_text("yes", encoding="utf-8")


def trains_badly(_name: str, _pairs: Sequence[tuple[str, str]], folder: Path) -> None:
    folder.mkdir()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write_list(tmp_path / "docs")
    with opened(tmp_path / "home", EMBEDDER, open_embedder=open_embedder) as (_, knowledge, _):
        knowledge.ingest([tmp_path / "docs"])
    return tmp_path / "home"


def models(stores: Stores) -> list[str]:
    return [one.name for one in (stores.home / "models").glob("*")]


def test_a_model_that_wins_answers_in_a_new_generation_and_can_be_undone(home: Path) -> None:
    with opened(home, EMBEDDER, open_embedder=open_embedder) as (stores, knowledge, _):
        before = right_at_first(knowledge)

        report = knowledge.tune(train=trains_well)

        assert report.steps[0].accepted, report.steps[0].reason
        name = knowledge.embedder_name()
        assert [Path(name.partition(":")[2]).name] == models(stores)
        assert (stores.home / "models" / models(stores)[0] / ORIGIN).is_file()
        assert right_at_first(knowledge) > before

        assert knowledge.remove_tuning().removed == (name,)
        assert knowledge.embedder_name() == EMBEDDER
        assert right_at_first(knowledge) == before


def test_a_model_that_does_not_win_is_thrown_away(home: Path) -> None:
    with opened(home, EMBEDDER, open_embedder=open_embedder) as (stores, knowledge, _):
        assert not knowledge.tune(train=trains_badly).steps[0].accepted
        assert knowledge.tune(train=trains_well, dry_run=True).steps[0].accepted
        assert knowledge.embedder_name() == EMBEDDER
        assert models(stores) == []


def test_a_model_that_read_a_forgotten_document_is_forgotten(home: Path) -> None:
    with opened(home, EMBEDDER, open_embedder=open_embedder) as (stores, knowledge, _):
        knowledge.tune(train=trains_well)

        receipt = knowledge.forget("secret.md", None)

        assert (receipt.text_hits, receipt.vector_hits) == (0, 0)
        assert knowledge.embedder_name() == EMBEDDER
        assert models(stores) == []


def test_the_operators_own_choice_of_a_model_is_not_overruled(home: Path) -> None:
    with opened(home, EMBEDDER, open_embedder=open_embedder) as (stores, _, _):
        chosen = KnowledgeBase(stores, embedder_name=EMBEDDER, embedder_is_chosen=True, open_embedder=open_embedder)
        with pytest.raises(ConfigurationError, match="ASSISTANT_EMBEDDER"):
            chosen.tune(train=trains_well)


def test_only_a_local_model_can_be_trained(tmp_path: Path) -> None:
    assert trainable("onnx:all-MiniLM-L6-v2-int8") == "all-MiniLM-L6-v2"
    with pytest.raises(ConfigurationError, match="service"):
        trainable("openai:text-embedding-3-small")
    with pytest.raises(MissingDependency, match="folder"):
        fine_tune("somebody/somewhere", [("a", "b")], tmp_path / "out")


def test_training_brings_questions_nearer_to_their_texts_than_to_others(tmp_path: Path) -> None:
    make_tiny_bert(tmp_path / "tiny")
    draw = random.Random(0)
    topics = ["ab", "cd", "ef", "gh"]
    pairs = [
        (" ".join(draw.choices(topic, k=6)), " ".join(draw.choices(topic.upper() + str(number), k=6)))
        for _ in range(120)
        for number, topic in enumerate(topics)
    ]

    fine_tune(str(tmp_path / "tiny"), pairs, tmp_path / "trained")

    def margin(folder: str) -> float:
        embedder = SentenceTransformersEmbedder(str(tmp_path / folder))
        questions = embedder.embed_documents([question for question, _ in pairs[:4]])
        texts = embedder.embed_documents([text for _, text in pairs[:4]])
        scores = questions @ texts.T
        return float(np.diag(scores).mean() - (scores.sum() - np.trace(scores)) / 12)

    assert margin("trained") > margin("tiny") + 0.001


def test_a_question_is_never_trained_on_a_text_with_its_own_words() -> None:
    first = passage("The answer is here.", heading="How long?", start=0)
    twin = passage("The answer is here.", heading="What time?", start=100)
    alone = passage("Something else.", heading="Where to?", start=200)

    def pair(question: str, passage_id: str, answer: str) -> Pair:
        return Pair(question=question, passage_id=passage_id, origin="question-and-answer", document="d", answer=answer)

    pairs = [pair("How long?", first.id, "a"), pair("What time?", twin.id, "a"), pair("Where to?", alone.id, "b")]

    texts = dict(training_texts(pairs, pairs, [first, twin, alone]))

    assert texts == {"How long?": twin.indexed_text, "What time?": first.indexed_text, "Where to?": alone.text}
