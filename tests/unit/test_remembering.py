"""A customer is asked whether they may be remembered, sees what is, corrects it, and has it erased."""

import pytest

from assistant.customers.limits import Visitor
from assistant.customers.telling import told_in
from assistant.entrypoints.ui.chat_view import ChatView
from assistant.entrypoints.ui.sources import EMPTY
from tests.fake_assistant import MemoryAssistant, document

RETURNS = document("returns.md", "Returns", "# Returns\n\nYou can return items within 30 days of delivery.")
TOLD = "My name is Ana Meier, write to ana@shop.example. How many days to return items?"


@pytest.fixture
def bot() -> MemoryAssistant:
    return MemoryAssistant([RETURNS])


def chat_of(bot: MemoryAssistant, customer: str = "c-1") -> ChatView:
    return ChatView(bot.as_assistant(), Visitor(customer=customer))


def facts_of(bot: MemoryAssistant, customer: str = "c-1") -> dict[str, str]:
    return {one.kind: one.value for one in bot.customers.get(customer).facts}


def test_only_what_lasts_is_found() -> None:
    text = "I am Ana Meier. Order HA-12345678, card 4111 1111 1111 1111, call me: +49 40 1234567, ana@shop.example"
    assert told_in(text) == {"email": "ana@shop.example", "name": "Ana Meier", "phone": "+49 40 1234567"}
    assert told_in("How many days to return items?") == {}


def test_nothing_is_kept_before_the_customer_says_yes(bot: MemoryAssistant) -> None:
    view = chat_of(bot)
    mine = bot.reply(TOLD, customer="c-1").conversation_id
    page = view.show(mine)
    assert "your e-mail address and your name" in page.history
    assert facts_of(bot) == {}
    view.change(mine, "answer", "yes", "")
    assert facts_of(bot) == {"email": "ana@shop.example", "name": "Ana Meier"}
    [consent] = bot.customers.get("c-1").consents
    assert (consent.purpose, consent.granted, consent.origin) == ("remember", True, "chat")
    assert consent.wording == bot.prompts.templates.version("remember").checksum
    assert "May I remember" not in view.show(mine).history
    assert view.show(mine).fingerprint != page.fingerprint


def test_a_no_is_kept_and_nothing_else_and_is_not_asked_again(bot: MemoryAssistant) -> None:
    view = chat_of(bot)
    mine = bot.reply(TOLD, customer="c-1").conversation_id
    view.change(mine, "answer", "no", "")
    assert bot.customers.get("c-1").decided("remember") is False
    bot.reply("My phone number is +49 40 1234567", mine, customer="c-1")
    assert facts_of(bot) == {}
    assert "May I remember" not in view.show(mine).history
    view.change(mine, "answer", "yes", "")
    assert bot.customers.get("c-1").decided("remember") is False


def test_what_is_told_after_a_yes_is_remembered_with_it(bot: MemoryAssistant) -> None:
    bot.customers.decide("c-1", "remember", True)
    bot.reply("My name is Ana Meier.", customer="c-1")
    bot.reply("My name is Ana Huber. Call me: +49 40 1234567", customer="c-1")
    assert facts_of(bot) == {"name": "Ana Huber", "phone": "+49 40 1234567"}


def test_visitors_and_who_tells_nothing_are_not_asked(bot: MemoryAssistant) -> None:
    anonymous = bot.reply(TOLD, customer="").conversation_id
    silent = bot.reply("How many days to return items?", customer="c-1").conversation_id
    assert "May I remember" not in ChatView(bot.as_assistant()).show(anonymous).history
    assert "May I remember" not in chat_of(bot).show(silent).history
    ChatView(bot.as_assistant()).change(anonymous, "answer", "yes", "")
    assert bot.conversation(anonymous).customer == ""
    assert ChatView(bot.as_assistant()).details() == EMPTY


def test_details_are_shown_corrected_and_erased(bot: MemoryAssistant) -> None:
    bot.customers.decide("c-1", "remember", True)
    bot.customers.remember("c-1", "model", "Tern <b>2</b>")
    view = chat_of(bot)
    assert "Tern &lt;b&gt;2&lt;/b&gt;" in view.details()
    view.change("none", "correct", "model", " Tern 3 ")
    assert facts_of(bot) == {"model": "Tern 3"}
    view.change("none", "drop", "model", "")
    assert facts_of(bot) == {}
    assert "Nothing is remembered." in view.details()
    view.change("none", "allow", "personalise", "")
    assert bot.customers.get("c-1").allows("personalise")
    bot.customers.remember("c-1", "model", "Tern 2")
    view.change("none", "withdraw", "remember", "")
    assert facts_of(bot) == {}


@pytest.mark.parametrize(
    ("deed", "about", "value"),
    [
        ("correct", "shoe size", "42"),
        ("correct", "model", "  "),
        ("correct", "model", ["x"]),
        ("allow", "sell", ""),
        ("drop", None, ""),
        (None, "model", ""),
        ("forget", "model", ""),
        ("answer", "yes", ""),
    ],
)
def test_what_no_button_sends_changes_nothing(bot: MemoryAssistant, deed: object, about: object, value: object) -> None:
    bot.customers.decide("c-1", "remember", True)
    before = bot.customers.remember("c-1", "model", "Tern 2")
    chat_of(bot).change("none", deed, about, value)
    chat_of(bot, "c-2").change("none", deed, about, value)
    assert bot.customers.get("c-1") == before


def test_another_customer_changes_nothing_of_mine(bot: MemoryAssistant) -> None:
    mine = bot.reply(TOLD, customer="c-1").conversation_id
    chat_of(bot, "c-2").change(mine, "answer", "yes", "")
    assert bot.customers.get("c-1").consents == ()
    assert "Ana" not in chat_of(bot, "c-2").details()
