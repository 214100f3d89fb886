"""Two replicas on one database share a budget: once it is spent, both answer without the model that costs money."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant import Settings, open_assistant
from assistant.errors import ConfigurationError
from assistant.types import LoadedDocument
from tests.homes import LendModel
from tests.wire import Answer, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

TEXT = "You can return most products within 30 days of delivery. A refund takes 5 to 7 working days."
QUESTION = "How many days do I have to return most products?"


def settings_for(wire: WireServer, home: Path, **values: object) -> Settings:
    return Settings(
        home=home,
        embedder="onnx:all-MiniLM-L6-v2",
        responders=("openai:gpt-4o-mini",),
        openai_api_key=SecretStr("sk-test"),
        openai_base_url=wire.openai_url,
        **values,
    )


def test_replicas_stop_asking_together(wire: WireServer, tmp_path: Path, lend_model: LendModel) -> None:
    settings = settings_for(wire, lend_model(tmp_path), max_tokens_per_day=30)
    wire.enqueue(*[Answer(pieces=("You can return most products ", "within 30 days of delivery."))] * 4)
    with open_assistant(settings) as here, open_assistant(settings) as there:
        here.ingest_documents([LoadedDocument(source="/returns", name="returns.md", title="Returns", text=TEXT)])
        asked = [bot.reply(QUESTION) for bot in (here, there, here, there)]
        refused = [bot.reply(QUESTION) for bot in (here, there)]
    assert [one.responder for one in asked] == ["openai:gpt-4o-mini"] * 4
    assert sum(one.usage.tokens for one in asked) == 36
    assert all(one.usage.cost_dollars and one.usage.providers == ("openai:gpt-4o-mini",) for one in asked)
    assert [one.responder for one in refused] == ["extractive"] * 2
    assert all("budget of the day" in one.decision.reason and one.citations for one in refused)
    assert len(wire.requests) == 4


def test_one_conversation_does_not_spend_for_the_others(
    wire: WireServer, tmp_path: Path, lend_model: LendModel
) -> None:
    wire.enqueue(*[Answer(pieces=(TEXT,))] * 2)
    with open_assistant(settings_for(wire, lend_model(tmp_path), max_cost_per_conversation=0.000001)) as bot:
        bot.ingest_documents([LoadedDocument(source="/returns", name="returns.md", title="Returns", text=TEXT)])
        first = bot.reply(QUESTION)
        again = bot.reply(QUESTION, first.conversation_id)
        other = bot.reply(QUESTION)
    assert [one.responder for one in (first, again, other)] == [
        "openai:gpt-4o-mini",
        "extractive",
        "openai:gpt-4o-mini",
    ]
    assert "budget of this conversation" in again.decision.reason


def test_summaries_for_agents_are_in_the_books(wire: WireServer, tmp_path: Path, lend_model: LendModel) -> None:
    said = "The customer has to return most products."
    wire.enqueue(*[Answer(pieces=(said,))] * 2)
    with open_assistant(settings_for(wire, lend_model(tmp_path), max_tokens_per_day=10)) as bot:
        mine = bot.reply("I have to return most products.").conversation_id
        assert wire.requests == []
        conversation, turns = bot.conversation(mine), bot.turns(mine)
        first, second, third = (bot.assist.summarise(conversation, turns) for _ in range(3))
    assert [one.writer for one in (first, second, third)] == ["openai:gpt-4o-mini", "openai:gpt-4o-mini", ""]
    assert (first.sentences[0].text, third.fallback) == (said, "budget")
    assert len(wire.requests) == 2


def test_dollars_cannot_be_bounded_without_a_price(wire: WireServer, tmp_path: Path) -> None:
    settings = settings_for(wire, tmp_path, max_cost_per_day=1.0).model_copy(update={"responders": ("openai:own",)})
    with pytest.raises(ConfigurationError, match="openai:own"):
        open_assistant(settings)
    file = tmp_path / "prices.json"
    file.write_text('{"openai:own": {"prompt": 0, "completion": 0}}')
    open_assistant(settings.model_copy(update={"prices": file})).close()
