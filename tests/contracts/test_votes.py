"""What likes and dislikes say of passages: in memory, and on SQLite and on PostgreSQL by two replicas."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import pytest

from assistant.knowledge import KnowledgeBase
from assistant.leaning import REFRESH_SECONDS, RELOAD_SECONDS, Leanings, leaning
from assistant.ports import Conversations, CustomerStore, VoteCount, Votes
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import Citation, Decision, Feedback, Passage, Reply, Sentiment, Signals
from benchmarks.proving import EMBEDDERS, WordEmbedder, document, paragraph
from tests.fakes_customers import MemoryCustomers
from tests.fakes_stores import MemoryConversations
from tests.fakes_votes import MemoryVotes

CALM = Sentiment(label="neutral", score=0)
RETURNS, SHIPPING = "returns.md", "shipping.md"


class Passages(Protocol):
    """The live passages."""

    def all_passages(self) -> Iterable[Passage]: ...


class Replica(Protocol):
    """What votes are taken and counted with."""

    @property
    def conversations(self) -> Conversations: ...
    @property
    def customers(self) -> CustomerStore: ...
    @property
    def votes(self) -> Votes: ...
    @property
    def catalog(self) -> Passages: ...


class MemoryCatalog:
    """Two documents of two passages."""

    def all_passages(self) -> list[Passage]:
        return [
            Passage(
                id=f"{name}{number}",
                document_id=name,
                document=name,
                title=name,
                revision=1,
                ordinal=number,
                heading="",
                start=100 * number,
                end=100 * number + 50,
                text=f"What {name} says in part {number}.",
                digest=f"{number}{name}",
            )
            for name in (RETURNS, SHIPPING)
            for number in range(2)
        ]


@dataclass(frozen=True)
class MemoryReplica:
    conversations: MemoryConversations
    customers: MemoryCustomers
    votes: MemoryVotes
    catalog: MemoryCatalog


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest) -> tuple[Replica, Replica]:
    """Two replicas; in memory they are one."""
    if request.param != "memory":
        return cast("tuple[Stores, Stores]", request.getfixturevalue(f"{request.param}_replicas"))
    store, catalog = MemoryConversations(), MemoryCatalog()
    one = MemoryReplica(store, MemoryCustomers(store), MemoryVotes(store, catalog.all_passages), catalog)
    return one, one


@pytest.fixture
def sqlite_replicas(tmp_path: Path) -> Iterator[tuple[Stores, Stores]]:
    yield from opened(tmp_path, "")


@pytest.fixture
def postgresql_replicas(tmp_path: Path, postgresql_url: str) -> Iterator[tuple[Stores, Stores]]:
    yield from opened(tmp_path, postgresql_url)


@pytest.fixture(params=["sqlite", "postgresql"])
def replicas(request: pytest.FixtureRequest) -> tuple[Stores, Stores]:
    return cast("tuple[Stores, Stores]", request.getfixturevalue(f"{request.param}_replicas"))


def opened(folder: Path, database: str) -> Iterator[tuple[Stores, Stores]]:
    one, other = (open_stores(Settings(home=folder / "home", database=database)) for _ in range(2))
    knowledge = knowledge_of(one)
    knowledge.ingest_documents([document(name, 1, 2) for name in ("returns", "shipping")])
    yield one, other
    knowledge.close()
    one.close()
    other.close()


def knowledge_of(stores: Stores) -> KnowledgeBase:
    return KnowledgeBase(
        stores, embedder_name=EMBEDDERS[0], embedder_is_chosen=False, open_embedder=lambda name: WordEmbedder(name)
    )


def passages_of(stores: Replica, name: str) -> list[Passage]:
    return [one for one in stores.catalog.all_passages() if one.document == name]


def answered(stores: Replica, cited: Passage, customer: str = "", conversation: str = "") -> str:
    """Let somebody be answered from a passage; returns the turn."""
    if not conversation:
        started = stores.customers.start(customer) if customer else stores.conversations.start()
        conversation = started.id
    turn = stores.conversations.begin_turn(conversation, "How?")
    quote = cited.text[:20]
    citation = Citation(
        marker=1,
        document=cited.document,
        title=cited.title,
        revision=cited.revision,
        start=cited.start,
        end=cited.start + len(quote),
        quote=quote,
        document_id=cited.document_id,
    )
    reply = Reply(
        conversation_id=conversation,
        turn_id=turn.id,
        text=quote,
        citations=(citation, citation),
        decision=Decision(action="answer", reason="Covered."),
        signals=Signals(sentiment=CALM, conversation=CALM),
        responder="extractive",
        searched_for="How?",
        timings_ms={},
    )
    stores.conversations.finish_turn(turn.id, "complete", reply)
    return turn.id


def voted(stores: Replica, cited: Passage, feedback: Feedback, times: int) -> None:
    for _ in range(times):
        stores.conversations.set_feedback(answered(stores, cited), feedback)


def test_a_vote_is_about_the_passages_cited_and_counts_once(pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    first, second = passages_of(one, RETURNS)
    conversation = one.conversations.start().id
    for _ in range(3):
        one.conversations.set_feedback(answered(one, first, conversation=conversation), "like")
    for _ in range(2):
        one.conversations.set_feedback(answered(one, first, customer="c-1"), "dislike")
    assert list(other.votes.counts()) == [VoteCount(first.digest, likes=1, dislikes=1)]
    [shown] = other.votes.voted()
    assert (shown.passage_id, shown.document, shown.likes, shown.dislikes) == (first.id, RETURNS, 1, 1)
    assert second.digest != first.digest


def test_a_vote_that_is_changed_or_taken_back_counts_as_it_is_now(pair: tuple[Replica, Replica]) -> None:
    one, _ = pair
    [cited, _] = passages_of(one, RETURNS)
    turn = answered(one, cited)
    one.conversations.set_feedback(turn, "like")
    one.conversations.set_feedback(turn, "dislike")
    assert list(one.votes.counts()) == [VoteCount(cited.digest, likes=0, dislikes=1)]
    one.conversations.set_feedback(turn, None)
    assert list(one.votes.counts()) == []


def test_a_turn_without_sources_says_nothing_of_passages(pair: tuple[Replica, Replica]) -> None:
    one, _ = pair
    turn = one.conversations.begin_turn(one.conversations.start().id, "Hm?")
    one.conversations.set_feedback(turn.id, "dislike")
    one.conversations.set_feedback("unknown", "dislike")
    assert list(one.votes.counts()) == []


def test_another_text_begins_anew_and_an_unchanged_one_keeps_its_votes(replicas: tuple[Stores, Stores]) -> None:
    one, _ = replicas
    first, second = passages_of(one, RETURNS)
    voted(one, first, "like", 1)
    voted(one, second, "like", 1)
    changed = document("returns", 1, 2)
    text = changed.text.replace(paragraph_of(second), paragraph("another"))
    knowledge_of(one).ingest_documents([changed.model_copy(update={"text": text})])
    now = passages_of(one, RETURNS)
    assert [passage.digest in {each.digest for each in (first, second)} for passage in now] == [True, False]
    assert [shown.passage_id for shown in one.votes.voted()] == [now[0].id]


def paragraph_of(passage: Passage) -> str:
    return passage.text.strip().splitlines()[-1]


def test_votes_are_reset_for_a_document_or_for_all(pair: tuple[Replica, Replica]) -> None:
    one, other = pair
    voted(one, passages_of(one, RETURNS)[0], "like", 3)
    voted(one, passages_of(one, SHIPPING)[0], "dislike", 2)
    before = one.votes.version()
    assert other.votes.reset("unknown.md") == 0
    assert other.votes.reset(RETURNS) == 3
    assert [shown.document for shown in one.votes.voted()] == [SHIPPING]
    assert one.votes.version() > before
    assert other.votes.reset(None) == 2
    assert one.votes.voted() == []


def test_what_is_deleted_takes_its_votes_along(replicas: tuple[Stores, Stores]) -> None:
    one, _ = replicas
    [cited, _] = passages_of(one, RETURNS)
    one.conversations.set_feedback(answered(one, cited, customer="c-1"), "like")
    voted(one, passages_of(one, SHIPPING)[0], "like", 1)
    one.customers.erase("c-1", conversations=True)
    assert [shown.document for shown in one.votes.voted()] == [SHIPPING]
    assert knowledge_of(one).forget(SHIPPING, None).text_hits == 0
    assert list(one.votes.counts()) == []


def test_another_replica_soon_knows_of_votes(replicas: tuple[Stores, Stores]) -> None:
    one, other = replicas
    [cited, _] = passages_of(one, RETURNS)
    moment = [0.0]
    leanings = Leanings(other.votes, clock=lambda: moment[0])
    assert leanings.shares() == {}
    voted(one, cited, "dislike", 4)
    assert leanings.shares() == {}
    moment[0] += REFRESH_SECONDS
    assert leanings.shares() == {cited.digest: leaning(0, 4)}
    one.votes.reset(None)
    moment[0] += REFRESH_SECONDS
    assert leanings.shares() == {}


def test_conversations_that_are_deleted_stop_counting(replicas: tuple[Stores, Stores]) -> None:
    one, other = replicas
    [cited, _] = passages_of(one, RETURNS)
    moment = [0.0]
    leanings = Leanings(other.votes, clock=lambda: moment[0])
    for number in range(3):
        one.conversations.set_feedback(answered(one, cited, customer=f"c-{number}"), "like")
    assert leanings.shares()
    one.customers.erase("c-0", conversations=True)
    moment[0] += RELOAD_SECONDS
    assert leanings.shares() == {}
