"""A second look at sentences, with an embedder that knows which words mean the same."""

from collections.abc import Sequence

import pytest

from assistant.errors import BackendError
from assistant.extraction import choose
from assistant.fusion import USUAL_SPREAD
from assistant.ports import Vectors
from assistant.second_look import ENOUGH, SecondLook
from assistant.terms import terms
from assistant.types import Evidence, Passage, Query, ScoredPassage, SearchResult
from tests.fakes import HashingEmbedder, passage

ALIKE = {"fridge": "refrigerators", "kids": "children", "quit": "terminated", "bucks": "costs", "ask": "consent"}


class MeaningEmbedder(HashingEmbedder):
    """Takes words that mean the same for one word."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        return super().embed_documents([_meant(text) for text in texts])

    def embed_query(self, text: str) -> Vectors:
        return super().embed_query(_meant(text))


class BrokenEmbedder(HashingEmbedder):
    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        raise BackendError("broken", "no model")


def _meant(text: str) -> str:
    for said, written in ALIKE.items():
        text = text.replace(said, written)
    return text


BULKY = passage("Sofas are collected.\n\nRefrigerators are collected for £10.", document="a.md", title="", heading="")
PERMIT = passage("A permit lasts one year.", document="b.md", title="")
LIFT = passage("The lift is inspected in May.", document="c.md", title="")
NOISE = passage("Drilling is heard in the whole house.", document="d.md", title="")


def refused(question: str, *passages: Passage) -> SearchResult:
    """Make a search that found these passages, and too little evidence in them."""
    return SearchResult(
        passages=tuple(
            ScoredPassage(rank=rank, score=1 / rank, passage=one) for rank, one in enumerate(passages, start=1)
        ),
        evidence=Evidence(confidence=0.2, needed=0.43),
        weights=dict.fromkeys(terms(question), 1.0),
        query=Query(text=question),
        searched_for=question,
    )


def looked(question: str, *passages: Passage, embedder: HashingEmbedder | None = None) -> SearchResult:
    found = refused(question, *passages)
    return SecondLook(embedder or MeaningEmbedder()).at(found, found.passages, USUAL_SPREAD)


def quoted(question: str, result: SearchResult) -> str:
    return " ".join(unit.text for unit in choose(question, result.weights, result.passages))


def test_a_sentence_that_means_what_is_asked_is_quoted_though_its_words_are_others() -> None:
    question = "is my fridge collected?"
    result = looked(question, PERMIT, LIFT, NOISE, BULKY)
    assert [one.rank for one in result.passages] == [1, 2, 3, 4]
    assert result.passages[0].passage == BULKY
    assert result.evidence.confidence == ENOUGH
    assert quoted(question, result) == "Refrigerators are collected for £10."


def test_where_several_passages_mean_as_much_none_stands_out() -> None:
    others = [passage("Refrigerators are collected.", document=name, title="") for name in ("e.md", "f.md")]
    found = refused("is my fridge collected?", BULKY, *others, LIFT)
    assert SecondLook(MeaningEmbedder()).at(found, found.passages, USUAL_SPREAD) == found


@pytest.mark.parametrize(
    "question",
    [
        "is my fridge collected in Sydney?",
        "are 12 fridge collected?",
        "how long is my fridge collected?",
        "what is the telephone number, fridge collected?",
    ],
)
def test_what_is_named_counted_or_asked_for_must_be_there(question: str) -> None:
    assert looked(question, PERMIT, LIFT, NOISE, BULKY).evidence.confidence < ENOUGH


def test_a_word_answers_nothing_without_what_stands_above_it() -> None:
    faq = passage("Yes.", document="a.md", title="", heading="is my fridge collected")
    assert looked("is my fridge collected?", PERMIT, LIFT, NOISE, faq).evidence.confidence < ENOUGH


def test_a_short_paragraph_is_quoted_whole() -> None:
    question = "is my fridge collected?"
    bulky = passage("Order it in time. Refrigerators are collected for £10.", document="a.md", title="")
    assert quoted(question, looked(question, PERMIT, LIFT, NOISE, bulky)) == bulky.text


def test_what_a_heading_denies_comes_with_it() -> None:
    question = "are kids insured?"
    insured = passage("## What is not insured\n\n- children of any age are insured\n", document="a.md", title="")
    said = quoted(question, looked(question, PERMIT, LIFT, NOISE, insured))
    assert said == "What is not insured - children of any age are insured"


def test_a_sentence_for_the_whole_message_is_quoted_where_its_parts_find_none() -> None:
    question = "My fridge? What bucks?"
    bulky = passage("Refrigerators: it costs £10.", document="a.md", title="")
    assert quoted(question, looked(question, PERMIT, LIFT, NOISE, bulky)) == bulky.text


def test_an_embedder_that_fails_leaves_what_was_found() -> None:
    result = looked("is my fridge collected?", PERMIT, LIFT, NOISE, BULKY, embedder=BrokenEmbedder())
    assert result.evidence.confidence < ENOUGH


def test_a_sentence_is_embedded_once() -> None:
    embedder = MeaningEmbedder()
    look = SecondLook(embedder)
    for _ in range(2):
        found = refused("is my fridge collected?", PERMIT, LIFT, NOISE, BULKY)
        look.at(found, found.passages, USUAL_SPREAD)
    assert embedder.embedded
    assert len(embedder.embedded) == len(set(embedder.embedded))
