"""What every store of conversations owes, in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from assistant.errors import ConversationNotFound
from assistant.ports import Conversations
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import Decision, Reply, Sentiment, Signals
from tests.fakes_stores import MemoryConversations


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def conversations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Conversations]:
    if request.param == "memory":
        yield MemoryConversations()
        return
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


def test_a_reply_about_a_broken_message_is_stored(conversations: Conversations) -> None:
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, "Hi\x00\ud800")
    answer = reply(conversation.id, turn.id).model_copy(update={"searched_for": "Hi \ud800"})
    conversations.finish_turn(turn.id, "complete", answer)
    [stored] = conversations.turns(conversation.id)
    assert stored.question == "Hi\ufffd\ufffd"
    assert stored.reply is not None
    assert (stored.reply.searched_for, stored.reply.text) == ("Hi \ufffd", "Thirty days. 👍")


@pytest.mark.parametrize("unknown", ["nobody", "no\x00body", "\ud800"])
def test_nothing_is_stored_for_a_conversation_that_is_not_there(conversations: Conversations, unknown: str) -> None:
    with pytest.raises(ConversationNotFound):
        conversations.begin_turn(unknown, "Hello?")
    conversations.set_feedback(unknown, "like")
    conversations.finish_turn(unknown, "failed", None)
    assert conversations.turns(unknown) == []
    assert conversations.recent(5) == []


def test_feedback_is_kept(conversations: Conversations) -> None:
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, "Hello\x00\ud800?")
    conversations.set_feedback(turn.id, "dislike")
    assert conversations.turns(conversation.id)[0].feedback == "dislike"
    conversations.set_feedback(turn.id, None)
    assert conversations.turns(conversation.id)[0].feedback is None


def test_recent_conversations_come_newest_first(conversations: Conversations) -> None:
    first, second = conversations.start(), conversations.start()
    conversations.begin_turn(first.id, "again")
    assert [one.id for one in conversations.recent(5)] == [first.id, second.id]
    assert conversations.get(first.id).created_at.tzinfo is not None


def test_turns_that_a_dead_process_left_are_closed_as_failed(conversations: Conversations) -> None:
    conversation = conversations.start()
    left, done = (
        conversations.begin_turn(conversation.id, "How long?"),
        conversations.begin_turn(conversation.id, "Why?"),
    )
    conversations.finish_turn(done.id, "complete", reply(conversation.id, done.id))
    assert conversations.fail_abandoned(left.created_at - timedelta(seconds=1)) == 0
    assert conversations.fail_abandoned(datetime.now(UTC) + timedelta(seconds=1)) == 1
    assert [one.status for one in conversations.turns(conversation.id)] == ["failed", "complete"]
    assert conversations.fail_abandoned(datetime.now(UTC) + timedelta(seconds=1)) == 0
