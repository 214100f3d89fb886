"""Customers on real stores: whose a conversation is, and what is left of them when they are forgotten."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, open_assistant
from assistant.entrypoints.cli import main
from assistant.errors import ConsentMissing, ConversationNotFound, CustomerNotFound
from assistant.types import LoadedDocument, Profile
from tests.homes import LendModel

ANA = "customer-ana@shop.example"
SECRET = "My neighbour keeps the blue speaker under the stairs."


@pytest.fixture
def bot(tmp_path: Path, lend_model: LendModel) -> Iterator[Assistant]:
    home = lend_model(tmp_path / "home")
    settings = Settings(home=home, embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as opened:
        opened.ingest_documents(
            [LoadedDocument(source="a", name="returns.md", title="Returns", text="Returns are free within 30 days.")]
        )
        yield opened


def test_a_customers_conversation_is_theirs_alone(bot: Assistant) -> None:
    mine = bot.reply("How long may I return it?", customer="c-1").conversation_id
    assert bot.conversation(mine).customer == "c-1"
    assert bot.reply("And by post?", mine, customer="c-1").conversation_id == mine
    for other in ("c-2", ""):
        with pytest.raises(ConversationNotFound):
            bot.reply("Let me read it", mine, customer=other)
    assert len(bot.turns(mine)) == 2
    assert bot.reply("The team may", mine).conversation_id == mine


def test_an_anonymous_conversation_becomes_that_of_who_signs_in(bot: Assistant) -> None:
    free = bot.reply("How long may I return it?", customer="").conversation_id
    assert bot.reply("I am signed in now", free, customer="c-1").conversation_id == free
    with pytest.raises(ConversationNotFound):
        bot.reply("And I was here first", free, customer="")


def test_the_segment_of_the_profile_counts_where_none_is_named(bot: Assistant) -> None:
    bot.customers.put(Profile(id="c-1", segment="vip"))
    bot.customers.decide("c-1", "personalise", True)
    ours = bot.reply("How long may I return it?", customer="c-1")
    named = bot.reply("How long may I return it?", customer="c-1", segment="trade")
    nobody = bot.reply("How long may I return it?")
    assert ours.circumstances is not None
    assert named.circumstances is not None
    assert nobody.circumstances is not None
    assert (ours.circumstances.segment, ours.circumstances.allows) == ("vip", ("personalise",))
    assert named.circumstances.segment == "trade"
    assert (nobody.circumstances.segment, nobody.circumstances.signed_in) == ("", False)


def test_facts_need_the_permission(bot: Assistant) -> None:
    with pytest.raises(ConsentMissing):
        bot.customers.remember("c-1", "model", "Tern 2")
    bot.customers.decide("c-1", "remember", True)
    assert bot.customers.remember("c-1", " model ", "Tern 2").facts[0].kind == "model"


def known(bot: Assistant) -> str:
    """Let the assistant get to know a customer; returns their conversation."""
    bot.customers.put(Profile(id=ANA, name="Ana Meierhofer"))
    bot.customers.decide(ANA, "remember", True)
    bot.customers.remember(ANA, "model", "Halvorn Tern 2 in sea green")
    mine = bot.reply(SECRET, customer=ANA).conversation_id
    bot.reply("How long may I return it?", mine)
    bot.handoff.request(mine, "The customer asked for a person.")
    return mine


def bytes_of(home: Path) -> bytes:
    return b"".join(one.read_bytes() for one in home.rglob("*") if one.is_file())


def test_a_forgotten_customer_leaves_no_byte(bot: Assistant, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    mine, home = known(bot), bot.settings.folder
    for told in (ANA, "Ana Meierhofer", "sea green", "under the stairs"):
        assert told.encode() in bytes_of(home)
    receipt = bot.customers.forget(ANA, conversations=True)
    assert receipt.rows["turns"] >= 2
    assert (receipt.rows["customers"], receipt.rows["customer_facts"], receipt.rows["conversations"]) == (1, 1, 1)
    assert receipt.rows["handoff_events"] == 1
    assert receipt.traces_searched >= 3
    assert receipt.traces_left == 0
    for told in (ANA, "Ana Meierhofer", "sea green", "under the stairs", mine):
        assert told.encode() not in bytes_of(home)
    assert ANA not in caplog.text
    assert "was forgotten" in caplog.text
    with pytest.raises(CustomerNotFound):
        bot.customers.forget(ANA)


def test_conversations_stay_unless_their_end_is_asked_for(bot: Assistant) -> None:
    mine = known(bot)
    receipt = bot.customers.forget(ANA)
    assert receipt.unbound == 1
    assert bot.conversation(mine).customer == ""
    assert bot.turns(mine)[0].question == SECRET
    assert any("1 conversations are kept" in one for one in receipt.notes)


def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str, str]:
    monkeypatch.setattr("sys.argv", ["assistant", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err


def test_the_command_line(bot: Assistant, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    known(bot)
    home = str(bot.settings.home)
    code, out, _ = run(capsys, monkeypatch, "customers", "show", ANA, "--home", home)
    assert (code, "Ana Meierhofer" in out, "model: Halvorn Tern 2" in out) == (0, True, True)
    code, out, _ = run(capsys, monkeypatch, "customers", "export", ANA, "--home", home, "--json")
    exported = json.loads(out)
    assert exported["customer"]["facts"][0]["kind"] == "model"
    assert exported["conversations"][0]["turns"][0]["question"] == SECRET
    code, out, _ = run(capsys, monkeypatch, "customers", "forget", ANA, "--conversations", "--home", home, "--json")
    assert (code, json.loads(out)["traces_left"]) == (0, 0)
    code, _, err = run(capsys, monkeypatch, "customers", "show", ANA, "--home", home)
    assert (code, err) == (1, "error: nothing is kept of this customer\n")
