from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.condensing import RuleRewriter
from assistant.following import Sought, sought
from assistant.types import Message, Speaker
from tests.fakes import CountingKeywords, HashingEmbedder, passage

TOPICS = {
    "warranty": (
        "How long is the warranty on the Aria headphones?",
        "The warranty on the Aria headphones lasts two years.",
    ),
    "gift": ("Where can I redeem my gift voucher?", "Type the gift voucher into the basket."),
    "pickup": ("Does Hamburg offer evening pickup?", "Hamburg keeps its evening pickup open until nine."),
    "vinyl": ("Is a turntable preamplifier included?", "The turntable ships without its preamplifier."),
}


@pytest.fixture(scope="module")
def keywords() -> CountingKeywords:
    index = CountingKeywords()
    index.upsert([passage(" ".join(said), document=f"{name}.md") for name, said in TOPICS.items()])
    return index


SPEAKERS: tuple[Speaker, Speaker] = ("customer", "assistant")


def asked(question: str, history: Sequence[Message], keywords: CountingKeywords, *, embeds: bool = True) -> Sought:
    query = RuleRewriter().standalone(question, history)
    return sought(query, question, HashingEmbedder().embed_query if embeds else None, keywords)


def conversation(*topics: str) -> list[Message]:
    said: list[Message] = []
    for question, answer in (TOPICS[topic] for topic in topics):
        said += [Message(speaker="customer", text=question), Message(speaker="assistant", text=answer)]
    return said


@pytest.mark.parametrize(("before", "after"), list(pairwise(TOPICS)))
def test_the_first_question_of_another_dialogue_is_a_switch(
    before: str, after: str, keywords: CountingKeywords
) -> None:
    """Two dialogues are spliced: the second begins where the first ends."""
    question = TOPICS[after][0]
    found = asked(question, conversation(before), keywords)
    assert found.switched
    assert found.lent == {}
    assert found.vector is not None
    np.testing.assert_array_equal(found.vector, HashingEmbedder().embed_query(question))


@pytest.mark.parametrize(
    "question", ["And for Aria?", "Why?", "How long does it last?", "does it ship with a voucher for a turntable"]
)
def test_a_follow_up_is_no_switch(question: str, keywords: CountingKeywords) -> None:
    assert not asked(question, conversation("warranty"), keywords).switched


def test_words_that_no_document_knows_are_no_other_topic(keywords: CountingKeywords) -> None:
    assert not asked("Zorgle quuxes frobnicate wibbly?", conversation("warranty"), keywords).switched


def test_a_topic_that_was_spoken_of_before_is_still_known(keywords: CountingKeywords) -> None:
    assert not asked(TOPICS["gift"][0], conversation("gift", "warranty"), keywords).switched


def test_the_conversation_colours_vector_and_terms(keywords: CountingKeywords) -> None:
    found = asked("And refurbished?", conversation("warranty"), keywords)
    plain = HashingEmbedder().embed_query("And refurbished?")
    topic = HashingEmbedder().embed_query(TOPICS["warranty"][0])
    assert found.vector is not None
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=1e-5)
    assert 0.5 < float(found.vector @ plain) < 1
    assert float(found.vector @ topic) > float(plain @ topic)
    assert found.lent["warranti"] == pytest.approx(0.5)
    assert "refurbish" not in found.lent


def test_without_an_embedder_only_terms_are_lent(keywords: CountingKeywords) -> None:
    found = asked(TOPICS["gift"][0], conversation("warranty"), keywords, embeds=False)
    assert (found.vector, found.switched) == (None, False)
    assert found.lent["warranti"] > 0


@given(
    st.text(min_size=1),
    st.lists(st.builds(Message, speaker=st.sampled_from(["customer", "assistant"]), text=st.text())),
)
def test_any_conversation_gives_a_unit_vector(question: str, history: list[Message]) -> None:
    found = asked(question, history, CountingKeywords())
    assert found.vector is not None
    assert np.linalg.norm(found.vector) == pytest.approx(1.0, abs=1e-4)
    assert all(0 < weight < 1 for weight in found.lent.values())
