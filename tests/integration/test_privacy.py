"""What services receive, captured on the wire: placeholders for what a customer tells, the shop's words as they are."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import Assistant, Settings
from assistant.bootstrap import open_assistant
from assistant.embedders import open_embedder
from assistant.rerankers import open_reranker
from assistant.responders import open_responders
from assistant.responders.private import kept_private
from assistant.types import LoadedDocument, PromptMessage, ResponseRequest
from tests.wire import Answer, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

PERSONAL = (
    "Maria",
    "Keller",
    "maria.keller@mail.example",
    "HL-20391",
    "4111 1111 1111 1111",
    "0171 5551234",
    "203.0.113.7",
)
TOLD = (
    "Hi, my name is Maria Keller (maria.keller@mail.example, 0171 5551234, 203.0.113.7). I paid order HL-20391 with "
    "4111 1111 1111 1111."
)
CONTACT = "Our support team answers at help@halvorn.example and +49 40 5550 100 on every working day."


def settings(wire: WireServer, home: Path, provider: str) -> Settings:
    return Settings(
        home=home,
        embedder=f"{provider}:embed-test",
        reranker="cohere:rerank-test",
        responders=(f"{provider}:chat-test",),
        openai_api_key=SecretStr("sk-test"),
        cohere_api_key=SecretStr("co-test"),
        openai_base_url=wire.openai_url,
        cohere_base_url=wire.cohere_url,
        max_wrong_share=1.0,
    )


@pytest.fixture(params=["openai", "cohere"])
def bot(request: pytest.FixtureRequest, wire: WireServer, tmp_path: Path) -> Iterator[Assistant]:
    with open_assistant(settings(wire, tmp_path, request.param)) as opened:
        opened.ingest_documents(
            [
                LoadedDocument(source="contact", name="contact.md", title="Contact", text=CONTACT),
                LoadedDocument(
                    source="returns", name="returns.md", title="Returns", text="Returns are free of charge."
                ),
            ]
        )
        wire.requests.clear()
        yield opened


def sent(wire: WireServer) -> str:
    return "\n".join(json.dumps(one.body, ensure_ascii=False) for one in wire.requests)


def test_a_conversation_reaches_services_only_with_placeholders(bot: Assistant, wire: WireServer) -> None:
    first = bot.reply(f"{TOLD} What is the support team's e-mail?")
    bot.reply("And what is its phone number? Maria", conversation_id=first.conversation_id)
    paths = {one.path.rpartition("/")[2] for one in wire.requests}
    assert len(paths) >= 3
    assert [one for one in PERSONAL if one in sent(wire)] == []
    assert "help@halvorn.example" in sent(wire)
    assert "[NAME_1]" in sent(wire)
    assert TOLD in bot.turns(first.conversation_id)[0].question


def test_what_the_customer_told_is_put_back_in_pieces(wire: WireServer, tmp_path: Path) -> None:
    chosen = settings(wire, tmp_path, "openai")
    responder = kept_private(open_responders(chosen), chosen)[0]
    wire.enqueue(Answer(pieces=("Dear [NA", "ME_1], we wro", "te to [EMAIL", "_1", "].")))
    messages = (PromptMessage(role="system", text="Answer."), PromptMessage(role="user", text=TOLD))
    request = ResponseRequest(question=TOLD, weights={}, passages=(), messages=messages)
    assert "".join(responder.stream(request)) == "Dear Maria Keller, we wrote to maria.keller@mail.example."
    assert [one for one in PERSONAL if one in sent(wire)] == []


def test_embedders_and_rerankers_of_services_get_placeholders(wire: WireServer, tmp_path: Path) -> None:
    chosen = settings(wire, tmp_path, "cohere")
    open_embedder(chosen).embed_query(TOLD)
    open_embedder(settings(wire, tmp_path, "openai")).embed_query(TOLD)
    reranker = open_reranker(chosen)
    assert reranker is not None
    reranker.rerank(TOLD, ["Returns are free.", "Delivery takes 2 days."], 5.0)
    assert len(wire.requests) >= 3
    assert [one for one in PERSONAL if one in sent(wire)] == []
