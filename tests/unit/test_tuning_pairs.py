"""Pairs of questions and passages, drawn from a knowledge base and from conversations."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import cast

import pytest

from assistant.ports import Catalog
from assistant.tuning.pairs import Pair, collect_pairs, held_out
from assistant.types import (
    Citation,
    Consequence,
    Decision,
    Feedback,
    HandoffEvent,
    Move,
    Passage,
    Reply,
    Said,
    Sentiment,
    Signals,
)
from tests.fakes import passage
from tests.fakes_stores import MemoryConversations

NEUTRAL = Sentiment(label="neutral", score=0)
RETURNS = "You can send goods back within thirty days of delivery and get the price refunded to your card."
SHIPPING = "Parcels to Norway travel with Bring and take five working days after dispatch from Hamburg."


class Shelf:
    """The part of a catalog that pairs are read from."""

    def __init__(self, *passages: Passage, media_type: str = "text/markdown") -> None:
        self._passages = passages
        self._media_type = media_type

    def all_passages(self) -> Iterator[Passage]:
        yield from self._passages

    def document(self, name: str) -> SimpleNamespace:
        return SimpleNamespace(name=name, media_type=self._media_type)


def pairs(shelf: Shelf, conversations: MemoryConversations | None = None) -> list[Pair]:
    return collect_pairs(cast("Catalog", shelf), conversations or MemoryConversations())


def told(pair: Pair) -> tuple[str, str, str]:
    return pair.question, pair.passage_id, pair.origin


def reply(question: str, action: str, *citations: Citation) -> Reply:
    return Reply(
        conversation_id="c",
        turn_id="t",
        text="text",
        citations=citations,
        decision=Decision.model_validate({"action": action, "reason": "why"}),
        signals=Signals(sentiment=NEUTRAL, conversation=NEUTRAL),
        responder="extractive",
        searched_for=question,
        timings_ms={},
    )


def conversation(
    question: str, outcome: Reply, *, feedback: Feedback | None = None, agent: str = ""
) -> MemoryConversations:
    kept = MemoryConversations()
    opened = kept.start()
    turn = kept.begin_turn(opened.id, question)
    kept.finish_turn(turn.id, "complete", outcome)
    kept.set_feedback(turn.id, feedback)
    if agent:
        kept.begin_turn(opened.id, "hello?")
        said = Consequence(said=(Said(speaker="assistant", text="Mia has joined."), Said(speaker="agent", text=agent)))
        answered = Move(conversation_id=opened.id, event=HandoffEvent.ANSWER, at=datetime.now(UTC), agent="Mia")
        kept.move(answered, lambda _: said)
    return kept


def test_questions_and_telling_headings_lead_to_the_first_passage_below_them() -> None:
    shelf = Shelf(
        passage(RETURNS, heading="Returns > How do I send something back?", start=0),
        passage("More of the same answer.", heading="Returns > How do I send something back?", start=500),
        passage(SHIPPING, heading="Parcels to Norway", start=900),
        passage("Short remark.", heading="Overview", start=1200),
    )

    found = [told(one) for one in pairs(shelf)]

    assert ("How do I send something back?", "returns.md-1-0", "question-and-answer") in found
    assert ("Parcels to Norway", "returns.md-1-900", "heading") in found
    assert ("Returns Overview", "returns.md-1-1200", "heading") in found
    assert len(found) == 3


def test_every_row_of_a_question_list_is_a_question_though_it_has_no_question_mark() -> None:
    shelf = Shelf(
        passage(RETURNS, heading="I want my money back", start=0),
        passage(SHIPPING, heading="still waiting for my parcel", start=500),
        media_type="text/csv",
    )

    assert {one.origin for one in pairs(shelf)} == {"question-and-answer"}


def test_a_liked_answer_joins_the_question_to_the_passage_it_cites() -> None:
    cited = Citation(marker=1, document="returns.md", title="Returns", revision=1, start=0, end=20, quote=RETURNS[:20])
    liked = conversation("what about it?", reply("return headphones", "answer", cited), feedback="like")
    disliked = conversation("what about it?", reply("return headphones", "answer", cited), feedback="dislike")
    shelf = Shelf(passage(RETURNS))

    assert ("return headphones", "returns.md-1-0", "liked") in [told(one) for one in pairs(shelf, liked)]
    assert not [one for one in pairs(shelf, disliked) if one.origin == "liked"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("To Norway we ship with Bring, parcels take five working days after dispatch.", 1),
        ("I have looked at your account and everything is fine again, sorry about the trouble.", 0),
        ("Yes.", 0),
    ],
)
def test_an_agents_answer_is_a_correction_only_where_one_passage_says_it(words: str, expected: int) -> None:
    kept = conversation("how long to Oslo by post", reply("how long to Oslo by post", "abstain"), agent=words)
    shelf = Shelf(passage(RETURNS), passage(SHIPPING, document="shipping.md"))

    found = [told(one) for one in pairs(shelf, kept) if one.origin == "correction"]

    assert found == [("how long to Oslo by post", "shipping.md-1-0", "correction")] * expected


def test_an_answered_question_is_not_corrected_by_what_an_agent_says_later() -> None:
    kept = conversation("how long to Oslo", reply("how long to Oslo", "answer"), agent=SHIPPING)

    assert not [one for one in pairs(Shelf(passage(SHIPPING)), kept) if one.origin == "correction"]


@pytest.mark.parametrize("unit", ["question", "answer", "document"])
def test_nothing_of_a_unit_is_on_both_sides_of_the_split(unit: str) -> None:
    known = [
        Pair(
            question=f"question {n % 40}",
            passage_id=str(n),
            origin="heading",
            document=f"d{n % 30}",
            answer=f"a{n % 25}",
        )
        for n in range(200)
    ]

    learnt, judged = held_out(known, share=0.4, seed=3, unit=unit)  # type: ignore[arg-type]

    assert len(learnt) + len(judged) == len(known)
    assert learnt
    assert judged
    assert not {getattr(one, unit) for one in learnt} & {getattr(one, unit) for one in judged}
    assert held_out(known, share=0.4, seed=3, unit=unit) == (learnt, judged)  # type: ignore[arg-type]
