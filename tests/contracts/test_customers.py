"""What every store of customers owes, in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from assistant.errors import ConversationNotFound
from assistant.ports import Conversations, CustomerStore
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import Consent, KnownFact, Profile, Purpose
from tests.fakes_customers import MemoryCustomers
from tests.fakes_stores import MemoryConversations

AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Kept:
    customers: CustomerStore
    conversations: Conversations


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "memory":
        conversations = MemoryConversations()
        yield Kept(MemoryCustomers(conversations), conversations)
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield Kept(opened.customers, opened.conversations)
    opened.close()


def fact(kind: str, value: str) -> KnownFact:
    return KnownFact(kind=kind, value=value, origin="chat", at=AT)


def consent(granted: bool, purpose: Purpose = "remember") -> Consent:
    return Consent(purpose=purpose, granted=granted, at=AT, origin="chat", wording="0a1b")


def test_a_profile_is_what_the_company_told_last(kept: Kept) -> None:
    assert kept.customers.get("c-1") is None
    kept.customers.put(Profile(id="c-1", name="Ana", segment="vip", language="de"))
    kept.customers.put(Profile(id="c-1", name="Ana M.", segment=""))
    found = kept.customers.get("c-1")
    assert found is not None
    assert (found.name, found.segment, found.language, found.facts, found.consents) == ("Ana M.", "", "", (), ())


def test_nothing_is_remembered_without_permission(kept: Kept) -> None:
    assert not kept.customers.remember("c-1", fact("model", "Tern 2"))
    kept.customers.decide("c-1", consent(True, "personalise"))
    assert not kept.customers.remember("c-1", fact("model", "Tern 2"))
    kept.customers.decide("c-1", consent(True))
    assert kept.customers.remember("c-1", fact("model", "Tern 2"))
    assert kept.customers.remember("c-1", fact("city", "Graz"))
    assert kept.customers.remember("c-1", fact("model", "Tern 3"))
    found = kept.customers.get("c-1")
    assert found is not None
    assert [(one.kind, one.value, one.at) for one in found.facts] == [("city", "Graz", AT), ("model", "Tern 3", AT)]


def test_taking_the_permission_back_erases_what_was_remembered(kept: Kept) -> None:
    kept.customers.decide("c-1", consent(True))
    kept.customers.remember("c-1", fact("model", "Tern 2"))
    kept.customers.decide("c-1", consent(False))
    found = kept.customers.get("c-1")
    assert found is not None
    assert found.facts == ()
    assert [one.granted for one in found.consents] == [True, False]
    assert not found.allows("remember")
    assert found.decided("personalise") is None
    assert not kept.customers.remember("c-1", fact("model", "Tern 2"))


def test_one_fact_is_erased_alone(kept: Kept) -> None:
    kept.customers.decide("c-1", consent(True))
    kept.customers.remember("c-1", fact("model", "Tern 2"))
    assert not kept.customers.drop("c-2", "model")
    assert kept.customers.drop("c-1", "model")
    assert not kept.customers.drop("c-1", "model")


def test_a_conversation_is_claimed_once(kept: Kept) -> None:
    free = kept.conversations.start()
    assert free.customer == ""
    assert kept.customers.claim(free.id, "c-1").customer == "c-1"
    assert kept.customers.claim(free.id, "c-1").id == free.id
    for conversation_id in (free.id, "nobody", "nobody\x00"):
        with pytest.raises(ConversationNotFound) as caught:
            kept.customers.claim(conversation_id, "c-2")
        assert "there is no conversation" in str(caught.value)
    assert kept.conversations.get(free.id).customer == "c-1"


def test_of_two_who_claim_at_once_one_gets_it(kept: Kept) -> None:
    free = kept.conversations.start()

    def claim(customer_id: str) -> bool:
        try:
            return kept.customers.claim(free.id, customer_id).customer == customer_id
        except ConversationNotFound:
            return False

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(claim, [f"c-{number}" for number in range(8)]))
    assert got.count(True) == 1


def test_the_customers_own_conversations(kept: Kept) -> None:
    first, second = kept.customers.start("c-1"), kept.customers.start("c-1")
    kept.customers.start("c-2")
    assert {one.id for one in kept.customers.conversations("c-1")} == {first.id, second.id}
    assert kept.conversations.get(first.id).customer == "c-1"


@pytest.mark.parametrize("conversations", [True, False])
def test_a_customer_is_erased_and_nobody_else(kept: Kept, conversations: bool) -> None:
    for one in ("c-1", "c-2"):
        kept.customers.put(Profile(id=one, name=f"Name of {one}"))
        kept.customers.decide(one, consent(True))
        kept.customers.remember(one, fact("model", f"Tern of {one}"))
    mine, other = kept.customers.start("c-1"), kept.customers.start("c-2")
    for begun in (mine, other):
        kept.conversations.begin_turn(begun.id, f"I am {begun.customer}")
    rows = kept.customers.erase("c-1", conversations=conversations)
    assert (rows["customers"], rows["customer_facts"], rows["consents"]) == (1, 1, 1)
    assert kept.customers.get("c-1") is None
    texts = list(kept.customers.other_texts())
    assert ("I am c-1" in texts) is not conversations
    assert "Tern of c-1" not in texts
    assert {"Name of c-2", "Tern of c-2", "I am c-2"} <= set(texts)
    if conversations:
        assert rows["conversations"] == 1
        with pytest.raises(ConversationNotFound):
            kept.conversations.get(mine.id)
    else:
        assert rows["unbound"] == 1
        assert kept.conversations.get(mine.id).customer == ""
    assert kept.customers.erase("c-1", conversations=True) == {}


def test_what_no_database_takes_is_made_storable(kept: Kept) -> None:
    kept.customers.put(Profile(id="c-1", name="A\x00"))
    kept.customers.decide("c\x00", consent(True))
    assert kept.customers.remember("c\x00", fact("m\x00", "T\x00"))
    named, found = kept.customers.get("c-1"), kept.customers.get("c\x00")
    assert named is not None
    assert found is not None
    assert (named.name, found.id, found.facts[0].value) == ("A\ufffd", "c\ufffd", "T\ufffd")


@pytest.mark.parametrize("wrong", ["", "c\x00", " c", "c\n", "x" * 201])
def test_a_profile_has_an_id_that_is_stored_as_it_is(wrong: str) -> None:
    with pytest.raises(ValueError, match="id"):
        Profile(id=wrong)
