"""What every store of handoffs owes, in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from assistant.errors import ConversationNotFound
from assistant.ports import ConversationStore, Tell
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.stores.conversations import SqlConversations
from assistant.stores.handoffs import SqlHandoffs
from assistant.stores.outbox import SqlOutbox
from assistant.stores.ratings import SqlRatings
from assistant.types import Consequence, ConversationState, HandoffEvent, Move, Moved, Placement, Rating, Said
from tests.contracts.test_conversations import reply
from tests.fakes_stores import MemoryConversations

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
E, S = HandoffEvent, ConversationState


class Kept(SqlConversations, SqlHandoffs, SqlOutbox, SqlRatings):
    """All ports on one database."""


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ConversationStore]:
    if request.param == "memory":
        yield MemoryConversations()
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield Kept(opened.database)
    opened.close()


def nothing(_: Placement) -> Consequence:
    return Consequence()


def do(
    store: ConversationStore,
    event: HandoffEvent,
    conversation_id: str,
    *,
    minute: float = 0,
    tell: Tell = nothing,
    cause: str = "",
    reason: str = "",
    priority: int = 0,
    agent: str = "",
    key: str = "",
) -> Moved:
    at = BEGIN + timedelta(minutes=minute)
    move = Move(
        conversation_id=conversation_id,
        event=event,
        at=at,
        cause=cause,
        reason=reason,
        agent=agent,
        key=key,
        priority=priority,
    )
    return store.move(move, tell)


def test_a_move_is_written_with_its_log_line(store: ConversationStore) -> None:
    mine = store.start().id
    moved = do(store, E.REQUEST, mine, cause="a rule", reason="asked", key="k1")
    assert (moved.applied, moved.repeat, moved.placement) == (True, False, Placement(state=S.WAITING, position=1))
    assert (store.get(mine).state, store.get(mine).reason) == (S.WAITING, "asked")
    assert store.get(mine).waiting_since == BEGIN
    [line] = store.log(mine)
    assert (line.ordinal, line.event, line.before, line.after) == (1, E.REQUEST, S.BOT, S.WAITING)
    assert (line.cause, line.reason, line.at, line.key) == ("a rule", "asked", BEGIN, "k1")


def test_what_the_table_refuses_changes_nothing(store: ConversationStore) -> None:
    mine = store.start().id
    asked: list[Placement] = []

    def tell(placement: Placement) -> Consequence:
        asked.append(placement)
        return Consequence(said=(Said(speaker="assistant", text="You are in the queue."),))

    assert not do(store, E.GIVE_BACK, mine, tell=tell).applied
    assert (store.get(mine).state, store.log(mine), store.turns(mine), asked) == (S.BOT, [], [], [])


def test_a_repeat_is_done_once_and_told_what_the_first_came_to(store: ConversationStore) -> None:
    mine = store.start().id
    said = Consequence(said=(Said(speaker="agent", text="Hello."),))
    first = do(store, E.ANSWER, mine, tell=lambda _: said, agent="Mia", key="k")
    again = do(store, E.ANSWER, mine, tell=lambda _: said, agent="Mia", key="k")
    assert (again.applied, again.repeat, again.turns) == (True, True, first.turns)
    assert [(one.speaker, one.question, one.status) for one in store.turns(mine)] == [("agent", "Hello.", "complete")]
    assert len(store.log(mine)) == 1


def test_the_words_and_the_outcome_of_a_turn_come_with_the_move(store: ConversationStore) -> None:
    mine = store.start().id
    turn = store.begin_turn(mine, "A human, please.")
    answer = reply(mine, turn.id)
    do(store, E.REQUEST, mine, tell=lambda _: Consequence(reply=answer))
    store.finish_turn(turn.id, "cancelled", None)
    assert [(one.status, one.reply) for one in store.turns(mine)] == [("complete", answer)]


def test_a_move_that_cannot_be_told_does_not_happen(store: ConversationStore) -> None:
    mine = store.start().id

    def die(_: Placement) -> Consequence:
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        do(store, E.REQUEST, mine, tell=die)
    assert (store.get(mine).state, store.log(mine), store.turns(mine)) == (S.BOT, [], [])


def test_of_two_agents_one_gets_the_conversation(store: ConversationStore) -> None:
    mine = store.start().id
    do(store, E.REQUEST, mine)
    agents = [f"agent {number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda agent: do(store, E.TAKE, mine, agent=agent).applied, agents))
    assert taken.count(True) == 1
    assert store.get(mine).agent == agents[taken.index(True)]
    assert not do(store, E.ANSWER, mine, agent="somebody else").applied
    assert do(store, E.ANSWER, mine, agent=store.get(mine).agent).applied


def test_the_queue_is_in_order_of_waiting_and_of_priority(store: ConversationStore) -> None:
    first, second, third, other = (store.start().id for _ in range(4))
    do(store, E.REQUEST, second, minute=1)
    do(store, E.REQUEST, first, minute=2)
    do(store, E.TAKE, third, minute=3, agent="Mia")
    assert [store.place(one).position for one in (second, first, third, other)] == [1, 2, 0, 0]
    store.begin_turn(second, "Is anyone there?")
    do(store, E.MESSAGE, second, minute=4)
    assert [one.id for one in store.queue()] == [second, first, third]
    do(store, E.AGENT_SILENT, third, minute=30, agent="Mia")
    assert [one.id for one in store.queue()] == [third, second, first]
    assert [store.place(one).position for one in (third, second, first)] == [1, 2, 3]
    do(store, E.CANCEL, second, minute=31)
    do(store, E.REQUEST, second, minute=32)
    assert [one.id for one in store.queue()] == [third, first, second]


def test_what_becomes_urgent_is_taken_first(store: ConversationStore) -> None:
    first, second = store.start().id, store.start().id
    do(store, E.REQUEST, first)
    do(store, E.REQUEST, second, minute=1)
    do(store, E.MESSAGE, second, minute=2, priority=3)
    do(store, E.MESSAGE, second, minute=3)
    assert [one.id for one in store.queue()] == [second, first]
    assert store.get(second).priority == 3


def test_what_can_wait_is_taken_last(store: ConversationStore) -> None:
    first, second = store.start().id, store.start().id
    do(store, E.REQUEST, first, priority=-1)
    do(store, E.REQUEST, second, minute=1)
    assert [one.id for one in store.queue()] == [second, first]
    assert [store.place(one).position for one in (second, first)] == [1, 2]


def test_who_waits_long_is_found_until_they_are_told(store: ConversationStore) -> None:
    mine, later = store.start().id, store.start().id
    do(store, E.REQUEST, mine)
    do(store, E.REQUEST, later, minute=20)
    due = BEGIN + timedelta(minutes=10)
    assert [one.id for one in store.waiting_long(due)] == [mine]
    assert do(store, E.WAITED, mine, minute=11).applied
    assert store.waiting_long(due) == []
    assert not do(store, E.WAITED, mine, minute=12).applied
    do(store, E.CANCEL, mine, minute=13)
    do(store, E.REQUEST, mine, minute=14)
    assert [one.id for one in store.waiting_long(BEGIN + timedelta(minutes=15))] == [mine]


def test_who_owes_an_answer_is_found_until_they_give_it(store: ConversationStore) -> None:
    mine = store.start().id
    do(store, E.TAKE, mine, agent="Mia")
    assert [one.id for one in store.unanswered(BEGIN + timedelta(seconds=1))] == [mine]
    do(store, E.ANSWER, mine, agent="Mia", minute=1)
    far = datetime.now(UTC) + timedelta(days=1)
    assert store.unanswered(far) == []
    store.begin_turn(mine, "And in Norway?")
    store.begin_turn(mine, "Hello?")
    assert [one.id for one in store.unanswered(far)] == [mine]
    do(store, E.AGENT_SILENT, mine, agent="Mia", minute=9)
    assert (store.unanswered(far), store.get(mine).state, store.get(mine).agent) == ([], S.WAITING, "")


def test_nothing_is_moved_that_is_not_there(store: ConversationStore) -> None:
    for unknown in ("nobody", "no\x00body", "\ud800"):
        with pytest.raises(ConversationNotFound):
            do(store, E.REQUEST, unknown)
        with pytest.raises(ConversationNotFound):
            store.place(unknown)
        assert store.log(unknown) == []


def test_each_closing_is_rated_once_and_while_it_is_closed(store: ConversationStore) -> None:
    assert isinstance(store, Kept | MemoryConversations)
    mine = store.start().id
    given, better = Rating(score=2, comment="slow\x00", at=BEGIN), Rating(score=5, at=BEGIN)
    assert not store.rate(mine, given)
    do(store, E.CLOSE, mine)
    assert store.rating(mine) is None
    assert store.rate(mine, given)
    assert store.rating(mine) == given.model_copy(update={"comment": "slow\ufffd"})
    assert store.rate(mine, better)
    assert store.rating(mine) == better
    do(store, E.MESSAGE, mine)
    assert (store.rating(mine), store.rate(mine, given)) == (None, False)
    do(store, E.CLOSE, mine)
    assert store.rating(mine) is None
    with pytest.raises(ConversationNotFound):
        store.rate("nobody", given)


def test_words_that_a_database_cannot_hold_are_mended(store: ConversationStore) -> None:
    mine = store.start().id
    do(store, E.REQUEST, mine, reason="\x00\ud800", key="\x00")
    assert store.get(mine).reason == "\ufffd\ufffd"
    assert do(store, E.REQUEST, mine, key="\x00").repeat
