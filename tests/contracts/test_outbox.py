"""What every outbox owes, in memory, on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from assistant.ports import ConversationStore, Outbox
from assistant.types import Consequence, DeliveryKind, HandoffEvent
from tests.contracts.test_handoffs import BEGIN, Kept, do, store
from tests.fakes_stores import MemoryConversations

__all__ = ["store"]
E = HandoffEvent


def outbox_of(store: ConversationStore) -> Outbox:
    assert isinstance(store, Kept | MemoryConversations)
    return store


def owe(store: ConversationStore, event: HandoffEvent, mine: str, kind: DeliveryKind, minute: float = 0) -> None:
    owed = Consequence(channels=("webhook", "email"), kind=kind)
    assert do(store, event, mine, minute=minute, tell=lambda _: owed).applied


def test_a_move_owes_each_channel_a_delivery_until_it_is_taken(store: ConversationStore) -> None:
    outbox = outbox_of(store)
    mine = store.start().id
    owe(store, E.REQUEST, mine, "handed_over")
    assert outbox.undelivered() == (2, 0)
    leased = outbox.lease(BEGIN, 60, 10)
    assert {(one.conversation_id, one.channel, one.kind, one.attempts, one.created_at) for one in leased} == {
        (mine, "webhook", "handed_over", 1, BEGIN),
        (mine, "email", "handed_over", 1, BEGIN),
    }
    first, second = leased
    outbox.delivered(first.id, BEGIN)
    outbox.failed(second.id, "down\x00", None)
    assert outbox.undelivered() == (0, 1)
    assert outbox.lease(BEGIN + timedelta(days=1), 60, 10) == []


def test_a_lease_that_ends_gives_the_same_delivery_out_again(store: ConversationStore) -> None:
    outbox = outbox_of(store)
    owe(store, E.REQUEST, store.start().id, "handed_over")
    before = {one.id for one in outbox.lease(BEGIN, 60, 10)}
    assert outbox.lease(BEGIN + timedelta(seconds=59), 60, 10) == []
    again = outbox.lease(BEGIN + timedelta(seconds=61), 60, 10)
    assert ({one.id for one in again}, {one.attempts for one in again}) == (before, {2})


def test_who_is_late_does_not_take_back_what_another_delivered(store: ConversationStore) -> None:
    outbox = outbox_of(store)
    owe(store, E.REQUEST, store.start().id, "handed_over")
    leased = outbox.lease(BEGIN, 60, 10)
    for one in leased:
        outbox.delivered(one.id, BEGIN)
        outbox.failed(one.id, "late", BEGIN)
    assert outbox.undelivered() == (0, 0)


def test_a_conversation_is_told_in_order(store: ConversationStore) -> None:
    outbox = outbox_of(store)
    mine, other = store.start().id, store.start().id
    owe(store, E.REQUEST, mine, "handed_over")
    owe(store, E.CLOSE, mine, "closed", 1)
    owe(store, E.REQUEST, other, "handed_over", 2)
    later = BEGIN + timedelta(minutes=5)
    leased = outbox.lease(later, 60, 10)
    assert sorted((one.conversation_id == mine, one.kind) for one in leased) == [
        (False, "handed_over"),
        (False, "handed_over"),
        (True, "handed_over"),
        (True, "handed_over"),
    ]
    for one in leased:
        outbox.delivered(one.id, later)
    assert {one.kind for one in outbox.lease(later, 60, 10)} == {"closed"}


def test_two_couriers_never_have_the_same_delivery(store: ConversationStore) -> None:
    outbox = outbox_of(store)
    for _ in range(6):
        owe(store, E.REQUEST, store.start().id, "handed_over")
    with ThreadPoolExecutor(4) as pool:
        rounds = list(pool.map(lambda _: outbox.lease(BEGIN, 60, 4), range(4)))
    ids = [one.id for leased in rounds for one in leased]
    assert len(ids) == len(set(ids))
    assert len(set(ids) | {one.id for one in outbox.lease(BEGIN, 60, 20)}) == 12
