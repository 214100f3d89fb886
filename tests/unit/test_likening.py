"""What the passages say in place of a sentence that a model put in words of its own."""

import pytest

from assistant.extraction import liken
from assistant.types import ReplyFinished, ScoredPassage, TextDelta
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder, passage

RETURNS = (
    "Halvorn Audio accepts returns within 30 days of delivery. "
    "Outlet items can be returned within 14 days of delivery. "
    "This does not apply to earbuds with a broken seal.\n\n"
    "How many days does a refund take?\n\n"
    "## Refunds\n\nA refund is paid within 5 days to the card that was charged."
)
DELIVERY = (
    "Deliveries to Iceland cost €29 and take 9 days. Deliveries to Norway cost €19 and take 4 days.\n\n"
    "- parcels to islands take 3 more days and cost €6 extra\n- parcels above 30 kg go by freight\n\n"
    "| Place | Days | Price |\n| - | - | - |\n| Leeds | 3 | £9 |\n| Cork | 5 | €12 |"
)


def found(*texts: str) -> list[ScoredPassage]:
    return [ScoredPassage(rank=rank, score=1.0, passage=passage(text)) for rank, text in enumerate(texts, start=1)]


def said_for(sentence: str) -> list[str]:
    return [unit.text for unit in liken(sentence, found(RETURNS, DELIVERY))]


@pytest.mark.parametrize(
    ("sentence", "quoted"),
    [
        ("You have 30 days after delivery to send a return back.", "Halvorn Audio accepts returns within 30 days"),
        ("Iceland is €29 and needs 9 days.", "Deliveries to Iceland cost €29 and take 9 days."),
        ("Your refund reaches the card you paid with after 5 days.", "A refund is paid within 5 days to the card"),
        # Wrong figures are put right by the source.
        ("Deliveries to Norway cost €99 and take 40 days.", "Deliveries to Norway cost €19 and take 4 days."),
        ("For islands it is €6 extra and 3 more days.", "- parcels to islands take 3 more days and cost €6 extra"),
    ],
)
def test_it_is_found_by_the_words_that_both_share(sentence: str, quoted: str) -> None:
    assert said_for(sentence)[0].startswith(quoted)


def test_what_limits_it_comes_along() -> None:
    assert said_for("You can return outlet items for 14 days after the delivery.") == [
        "Outlet items can be returned within 14 days of delivery.",
        "This does not apply to earbuds with a broken seal.",
    ]


def test_a_row_comes_with_the_header_of_its_table() -> None:
    assert said_for("In Leeds the price is £9, after 3 days.") == ["| Place | Days | Price |", "| Leeds | 3 | £9 |"]


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Sure!",
        "Happy to help.",
        "We give you a voucher of 50 % for every complaint.",
        "I have refunded your delivery to Iceland, 29 euros within 9 days.",
        "The documents do not say how many days deliveries to Iceland take.",
    ],
)
def test_what_has_no_counterpart_gets_none(sentence: str) -> None:
    assert said_for(sentence) == []


def test_a_question_of_the_source_says_nothing() -> None:
    assert said_for("How many days a refund may take.") != ["How many days does a refund take?"]


def test_nothing_is_found_in_nothing() -> None:
    assert liken("Deliveries to Iceland cost €29.", []) == []


def test_a_turn_says_it_in_the_words_of_the_source_and_once() -> None:
    said = "It'll be €29 for deliveries to Iceland! Deliveries to Iceland should be 9 days. You also win a car."
    bot = MemoryAssistant([document("delivery.md", "Delivery", DELIVERY)], responders=[ScriptedResponder([said])])
    events = list(bot.stream("What do deliveries to Iceland cost?"))
    assert isinstance(events[-1], ReplyFinished)
    reply = events[-1].reply
    assert reply.text == "".join(one.text for one in events if isinstance(one, TextDelta))
    assert reply.text == "Deliveries to Iceland cost €29 and take 9 days. [1]"
    assert [one.quote for one in reply.citations] == ["Deliveries to Iceland cost €29 and take 9 days."]
    assert [one.reason for one in reply.left_out] == ["reworded", "repeated", "unsupported"]


def test_an_item_stands_on_a_line_of_its_own() -> None:
    said = "Deliveries to Norway are €19 in 4 days. For parcels to islands it is €6 extra and 3 more days."
    bot = MemoryAssistant([document("delivery.md", "Delivery", DELIVERY)], responders=[ScriptedResponder([said])])
    text = bot.reply("What do deliveries to Norway and to islands cost?").text
    assert "take 4 days. [1]\n- parcels to islands take 3 more days" in text


def test_what_follows_an_item_begins_a_paragraph() -> None:
    said = "For parcels to islands it is €6 extra and 3 more days. Deliveries to Norway are €19 in 4 days."
    bot = MemoryAssistant([document("delivery.md", "Delivery", DELIVERY)], responders=[ScriptedResponder([said])])
    text = bot.reply("What do deliveries to Norway and to islands cost?").text
    assert "cost €6 extra [1]\n\nDeliveries to Norway cost €19" in text
