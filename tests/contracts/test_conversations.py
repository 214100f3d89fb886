"""What every store of conversations owes, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pytest

from assistant.errors import ConversationNotFound
from assistant.ports import Conversations
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import ConversationState, Decision, Reply, Sentiment, Signals


@pytest.fixture(params=["sqlite", "postgresql"])
def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield opened.conversations
    opened.close()


def reply(conversation_id: str, turn_id: str) -> Reply:
    mood = Sentiment(label="negative", score=-0.5)
    return Reply(
        conversation_id=conversation_id,
        turn_id=turn_id,
        text="Thirty days. 👍",
        citations=(),
        decision=Decision(action="answer", reason="Covered."),
        signals=Signals(sentiment=mood, conversation=mood),
        responder="extractive",
        searched_for="returns",
        timings_ms={"total": 1.5},
    )


def test_a_turn_is_stored_before_and_after(conversations: Conversations) -> None:
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, "How long?")
    assert [one.status for one in conversations.turns(conversation.id)] == ["pending"]
    answer = reply(conversation.id, turn.id)
    conversations.finish_turn(turn.id, "complete", answer)
    [stored] = conversations.turns(conversation.id)
    assert (stored.status, stored.reply, stored.question, stored.speaker) == (
        "complete",
        answer,
        "How long?",
        "customer",
    )


def test_a_turn_has_one_outcome(conversations: Conversations) -> None:
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, "How long?")
    conversations.finish_turn(turn.id, "cancelled", None)
    conversations.finish_turn(turn.id, "complete", reply(conversation.id, turn.id))
    [stored] = conversations.turns(conversation.id)
    assert (stored.status, stored.reply) == ("cancelled", None)


def test_ids_cannot_be_guessed(conversations: Conversations) -> None:
    ids = {conversations.start().id for _ in range(20)}
    assert len(ids) == 20
    assert min(len(one) for one in ids) >= 20
    with pytest.raises(ConversationNotFound):
        conversations.get("nobody\x00")


def test_turns_of_one_conversation_never_share_a_place(conversations: Conversations) -> None:
    conversation = conversations.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: conversations.begin_turn(conversation.id, str(number)), range(40)))
    assert [one.ordinal for one in conversations.turns(conversation.id)] == list(range(1, 41))


def test_the_queue_is_in_order_of_waiting(conversations: Conversations) -> None:
    first, second, third = (conversations.start() for _ in range(3))
    conversations.set_state(second.id, ConversationState.WAITING, "angry")
    conversations.set_state(first.id, ConversationState.WAITING)
    assert (conversations.position(second.id), conversations.position(first.id)) == (1, 2)
    assert [one.id for one in conversations.waiting()] == [second.id, first.id]
    assert conversations.get(second.id).reason == "angry"
    conversations.set_state(second.id, ConversationState.WITH_AGENT)
    assert conversations.position(first.id) == 1
    assert third.id not in [one.id for one in conversations.waiting()]


def test_agents_messages_and_feedback_are_kept(conversations: Conversations) -> None:
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, "Hello\x00\ud800?")
    conversations.add_agent_message(conversation.id, "This is Mia.")
    conversations.set_feedback(turn.id, "dislike")
    asked, answered = conversations.turns(conversation.id)
    assert (asked.feedback, answered.speaker, answered.question) == ("dislike", "agent", "This is Mia.")
    conversations.set_feedback(turn.id, None)
    assert conversations.turns(conversation.id)[0].feedback is None


def test_recent_conversations_come_newest_first(conversations: Conversations) -> None:
    first, second = conversations.start(), conversations.start()
    conversations.begin_turn(first.id, "again")
    assert [one.id for one in conversations.recent(5)] == [first.id, second.id]
    assert conversations.get(first.id).created_at.tzinfo is not None
