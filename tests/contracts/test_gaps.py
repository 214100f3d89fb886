"""Where gaps are kept, on SQLite and on PostgreSQL, read by two replicas."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import sqlalchemy as sa

from assistant.ports import Conversations, CustomerStore, Gaps, Handoffs, Placed
from assistant.settings import Settings
from assistant.stores import Stores, open_stores, schema
from assistant.types import Consequence, Decision, GapRecord, HandoffEvent, Move, Reply, Sentiment, Signals, Turn
from tests.fakes_customers import MemoryCustomers
from tests.fakes_gaps import MemoryGaps
from tests.fakes_stores import MemoryConversations

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CALM = Sentiment(label="neutral", score=0)
VECTOR = np.array([0.6, 0.8], dtype=np.float32)


@dataclass(frozen=True)
class Kept:
    """What is used of the stores, whichever they are."""

    gaps: Gaps
    conversations: Conversations
    handoffs: Handoffs
    customers: CustomerStore


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def replicas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Kept, Kept]]:
    if request.param == "memory":
        conversations = MemoryConversations()
        one = Kept(MemoryGaps(conversations), conversations, conversations, MemoryCustomers(conversations))
        yield one, one
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    both = [open_stores(Settings(home=tmp_path / "home", database=database)) for _ in range(2)]
    yield _kept(both[0]), _kept(both[1])
    for each in both:
        each.close()


def _kept(stores: Stores) -> Kept:
    return Kept(stores.gaps, stores.conversations, stores.handoffs, stores.customers)


def asked(stores: Kept, question: str, action: str = "abstain", customer: str = "") -> Turn:
    """Let somebody ask, and store what was decided."""
    conversation = stores.customers.start(customer) if customer else stores.conversations.start()
    turn = stores.conversations.begin_turn(conversation.id, question)
    reply = Reply.model_validate(
        {
            "conversation_id": conversation.id,
            "turn_id": turn.id,
            "text": "Sorry.",
            "citations": (),
            "decision": Decision(action="answer", reason="").model_dump() | {"action": action},
            "signals": Signals(sentiment=CALM, conversation=CALM).model_dump(),
            "responder": "",
            "searched_for": question,
            "timings_ms": {},
        }
    )
    stores.conversations.finish_turn(turn.id, "complete", reply)
    return turn


def test_conversations_in_trouble_are_found(replicas: tuple[Kept, Kept]) -> None:
    here, there = replicas
    asked(here, "How long?", "answer")
    abstained, disliked, failed = asked(here, "Wrap it?", customer="c-7"), asked(here, "Why?", "answer"), None
    here.conversations.set_feedback(disliked.id, "dislike")
    failed = here.conversations.begin_turn(here.conversations.start().id, "Where?")
    here.conversations.finish_turn(failed.id, "failed", None)
    found = list(there.gaps.troubled(None))
    assert [one.turns[0].question for one in found] == ["Wrap it?", "Why?", "Where?"]
    assert [one.customer for one in found] == ["c-7", "", ""]
    assert [len(one.turns) for one in found] == [1, 1, 1]
    assert found[0].turns[0].id == abstained.id
    assert list(there.gaps.troubled(datetime.now(UTC) + timedelta(days=1))) == []


def test_who_pressed_the_button_is_found_with_when(replicas: tuple[Kept, Kept]) -> None:
    here, there = replicas
    answered = asked(here, "How long?", "answer")
    for minute, event in enumerate((HandoffEvent.REQUEST, HandoffEvent.CANCEL, HandoffEvent.REQUEST)):
        at = NOON + timedelta(minutes=minute)
        move = Move(conversation_id=answered.conversation_id, event=event, at=at, key=str(minute))
        assert here.handoffs.move(move, lambda _: Consequence()).applied
    [found] = there.gaps.troubled(None)
    assert (found.turns[0].id, found.called) == (answered.id, NOON)


def test_both_replicas_place_the_same_once(replicas: tuple[Kept, Kept]) -> None:
    here, there = replicas
    turn = asked(here, "Wrap it?")
    record = GapRecord(id="a1", created_at=NOON)
    for one in replicas:
        one.gaps.place([record], [Placed(turn.id, "a1", "words", VECTOR), Placed("gone", "a1", "words", VECTOR)])
    here.gaps.decide(record.model_copy(update={"state": "dismissed", "decided_at": NOON, "owner": "Mia"}))
    there.gaps.place([record], [Placed(turn.id, "a1", "others", VECTOR)])
    assert there.gaps.records() == [
        GapRecord(id="a1", created_at=NOON, state="dismissed", decided_at=NOON, owner="Mia")
    ]
    [placed] = there.gaps.places()
    assert (placed.turn_id, placed.gap_id, placed.fingerprint) == (turn.id, "a1", "others")
    assert placed.vector.tolist() == VECTOR.tolist()


def test_a_merged_gap_leads_to_where_its_questions_went(replicas: tuple[Kept, Kept]) -> None:
    here, there = replicas
    turns = [asked(here, "Wrap it?") for _ in range(3)]
    ids = ["a", "b", "c"]
    here.gaps.place(
        [GapRecord(id=one, created_at=NOON) for one in ids],
        [Placed(turn.id, one, "words", VECTOR) for turn, one in zip(turns, ids, strict=True)],
    )
    here.gaps.merge("c", "b")
    there.gaps.merge("b", "a")
    assert {one.gap_id for one in there.gaps.places()} == {"a"}
    assert {one.id: one.merged_into for one in there.gaps.records()} == {"a": "", "b": "a", "c": "a"}


def test_what_is_erased_has_no_place(replicas: tuple[Kept, Kept]) -> None:
    here, there = replicas
    turn = asked(here, "Wrap it?", customer="c-7")
    here.gaps.place([GapRecord(id="a1", created_at=NOON)], [Placed(turn.id, "a1", "words", VECTOR)])
    there.customers.erase("c-7", conversations=True)
    assert here.gaps.places() == []


def test_the_place_of_a_message_goes_with_its_turn(tmp_path: Path) -> None:
    stores = open_stores(Settings(home=tmp_path / "home"))
    here = _kept(stores)
    here.gaps.place([GapRecord(id="a1", created_at=NOON)], [])
    other = asked(here, "Wrap that?")
    here.gaps.place([], [Placed(other.id, "a1", "words", VECTOR)])
    with stores.database.write() as connection:
        connection.execute(sa.delete(schema.turns).where(schema.turns.c.id == other.id))
    assert here.gaps.places() == []
    stores.close()
