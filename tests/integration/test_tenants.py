"""Tenants share a machine, a database server and a Chroma server, and never see anything of each other."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from assistant.errors import AssistantError, ConfigurationError, ConversationNotFound
from assistant.knowledge import KnowledgeBase
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import Filter, LoadedDocument, Query
from benchmarks.proving import WordEmbedder

EVERYTHING = Filter(any_audience=True)
SENTENCE = "The harbour crane lifts forty tonnes on working days between eight and six."


class Tenant(NamedTuple):
    """One of those that share a deployment."""

    stores: Stores
    knowledge: KnowledgeBase

    def finds(self, word: str) -> set[str]:
        modes: tuple[Mode, ...] = ("dense", "keyword", "hybrid")
        results = [self.knowledge.search(Query(text=word, only=EVERYTHING), 50, mode).passages for mode in modes]
        return {one.passage.document for passages in results for one in passages}


def opened(settings: Settings, stack: ExitStack) -> Tenant:
    stores = open_stores(settings)
    stack.callback(stores.close)
    knowledge = KnowledgeBase(
        stores, embedder_name="words:one", embedder_is_chosen=False, open_embedder=lambda name: WordEmbedder(name)
    )
    stack.callback(knowledge.close)
    return Tenant(stores, knowledge)


@pytest.fixture(params=["embedded", "one file and folder", "servers"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    home = tmp_path / "home"
    if request.param == "servers":
        database, chroma = request.getfixturevalue("postgresql_url"), request.getfixturevalue("chroma_url")
        return Settings(home=home, database=database, chroma=chroma)
    if request.param == "embedded":
        return Settings(home=home)
    return Settings(home=home, database=f"sqlite:///{tmp_path / 'shared.db'}", chroma=str(tmp_path / "chroma"))


@pytest.fixture
def tenants(settings: Settings) -> Iterator[dict[str, Tenant]]:
    """Two tenants and the one without a name, each with a document of the same source and one of its own."""
    with ExitStack() as stack:
        made = {}
        for name in ("acme", "acme-2", ""):
            made[name] = opened(settings.for_tenant(name), stack)
            own = f"The password of {name or 'nobody'} is {_secret(name)}."
            documents = [("same.md", f"{SENTENCE} {own}"), (f"of-{name or 'nobody'}.md", own)]
            made[name].knowledge.ingest_documents(
                LoadedDocument(source=f"/{document}", name=document, title=document, text=text)
                for document, text in documents
            )
        yield made


def _secret(name: str) -> str:
    return {"acme": "zebra", "acme-2": "walrus", "": "heron"}[name]


def test_nobody_sees_anothers(tenants: dict[str, Tenant]) -> None:
    for name, tenant in tenants.items():
        mine = {"same.md", f"of-{name or 'nobody'}.md"}
        assert tenant.knowledge.counts() == (2, 2)
        assert tenant.finds("password") == tenant.finds(_secret(name)) == mine
        text = "".join(one.text for one in tenant.stores.catalog.all_passages())
        for other in tenants:
            assert (_secret(other) in text) is (other == name)
            assert (tenant.knowledge.document(f"of-{other or 'nobody'}.md") is not None) is (other == name)


def test_a_conversation_belongs_to_one(tenants: dict[str, Tenant]) -> None:
    conversation = tenants["acme"].stores.conversations.start()
    tenants["acme"].stores.conversations.begin_turn(conversation.id, "hello")
    for name in ("acme-2", ""):
        with pytest.raises(ConversationNotFound):
            tenants[name].stores.conversations.get(conversation.id)
        assert tenants[name].stores.conversations.turns(conversation.id) == []


def test_what_one_forgets_the_others_keep(tenants: dict[str, Tenant]) -> None:
    with pytest.raises(AssistantError, match="document"):
        tenants["acme"].knowledge.forget("of-acme-2.md", None)
    for name in ("", "acme"):
        receipt = tenants[name].knowledge.forget("same.md", None)
        assert (receipt.documents, receipt.text_hits, receipt.vector_hits) == (("same.md",), 0, 0)
        assert tenants[name].finds("crane") <= {f"of-{name or 'nobody'}.md"}
    assert tenants["acme-2"].finds("crane") >= {"same.md"}


def test_they_write_beside_each_other(tenants: dict[str, Tenant]) -> None:
    with tenants["acme"].stores.lock_for_writing(), tenants["acme-2"].stores.lock_for_writing():
        pass


@pytest.mark.parametrize("name", ["../up", "Acme", "a/b", "a.b", "a b", "x" * 41, 'a"b', "é"])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_TENANT"):
        Settings().for_tenant(name)
    with pytest.raises(ConfigurationError, match="ASSISTANT_TENANT"):
        Settings(tenant=name)


def test_another_home_keeps_the_tenant(tmp_path: Path) -> None:
    assert Settings(tenant="acme").with_home(tmp_path).folder == tmp_path / "tenants" / "acme"
