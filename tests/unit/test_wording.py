"""A sentence that says it otherwise than its source is not shown: the sentence of the source stands in its place."""

import pytest

from assistant.drafting import Draft
from assistant.grounding import Span
from assistant.types import ReplyFinished, TextDelta
from assistant.wording import MAX_QUOTE_CHARS, wording
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder, passage

QUESTION = "What does the delivery to Iceland cost?"
SET_UP = "The set-up of a logo costs €45 once for each logo, and each pair costs €9."
ICELAND = "The delivery to Iceland costs €29 and takes 9 days."
MERGED = "Logos cost €45 once for each logo, and each pair costs €9."


def shown(text: str, sentence: str, quote: str, title: str = "Delivery") -> list[tuple[str, str]]:
    source = passage(text, title=title)
    start = text.index(quote)
    return [(one.lead, one.text) for one in wording(" ", sentence, Span(source, start, start + len(quote)), Draft())]


def test_what_retells_its_source_is_shown_as_it_was_said() -> None:
    said = "Yes, the delivery to Iceland costs €29 and takes 9 days."
    assert shown(ICELAND, said, ICELAND) == [(" ", said)]


def test_what_does_not_is_shown_as_its_source_says_it() -> None:
    assert shown(SET_UP, MERGED, SET_UP) == [(" ", SET_UP)]


def test_an_item_of_a_list_stays_one() -> None:
    text = f"We offer:\n\n- {SET_UP}\n- {ICELAND}"
    assert shown(text, f"- {MERGED}", f"- {SET_UP}") == [(" ", f"- {SET_UP}")]
    assert shown(text, MERGED, f"- {SET_UP}") == [(" ", SET_UP)]


@pytest.mark.parametrize("title", ["Logos on caps and shirts", "## Logos", "Caps | Shirts | Logos\n\n\t"])
def test_titles_above_a_sentence_are_not_quoted(title: str) -> None:
    text = f"{title}\n{SET_UP}"
    assert shown(text, MERGED, text) == [(" ", SET_UP)]


@pytest.mark.parametrize("line", ["Logos that", "Each of the following is needed", "Note,", "- Logos"])
def test_a_line_that_a_sentence_goes_on_from_is_quoted_with_it(line: str) -> None:
    text = f"{line}\n{SET_UP}"
    assert shown(text, MERGED, text) == [(" ", text.removeprefix("- "))]


def test_a_pronoun_is_quoted_with_the_sentence_before_it() -> None:
    text = "The parcel to Iceland costs €29. It is carried by ship and takes 9 days."
    quote = "It is carried by ship and takes 9 days."
    assert shown(text, "By ship, 9 days are what it takes.", quote) == [(" ", text)]
    draft = Draft()
    draft.add("", text.removesuffix(f" {quote}"), Span(passage(text), 0, text.index(quote) - 1))
    start = text.index(quote)
    held = wording(" ", "By ship, 9 days are what it takes.", Span(passage(text), start, len(text)), draft)
    assert [one.text for one in held] == [quote]


def test_a_row_is_quoted_below_its_header() -> None:
    text = "| Land | Price | Days |\n| - | - | - |\n| Iceland | €29 | 9 |\n| Malta | €19 | 5 |"
    quote = "| Iceland | €29 | 9 |"
    assert shown(text, "Iceland: you pay only €29 there.", quote) == [
        ("\n\n", "| Land | Price | Days |"),
        ("\n", quote),
    ]


@pytest.mark.parametrize("quote", ["All prices of logos and pairs", f"{'Logos and pairs cost €9, and ' * 15}no more."])
def test_what_is_no_sentence_or_too_long_is_not_quoted(quote: str) -> None:
    assert quote.endswith("pairs") or len(quote) > MAX_QUOTE_CHARS
    assert shown(quote, MERGED, quote) == []


def asked(*said: str) -> MemoryAssistant:
    text = f"{ICELAND} {SET_UP}"
    return MemoryAssistant([document("iceland.md", "Iceland", text)], responders=[ScriptedResponder(said)])


def test_a_lie_that_has_the_words_of_its_source_is_not_shown_but_the_source_is() -> None:
    bot = asked(f"{ICELAND} ", "Logos cost €45 once ", "for each logo, and each pair costs €9. ", "It is so.")
    events = list(bot.stream(QUESTION))
    assert isinstance(events[-1], ReplyFinished)
    reply = events[-1].reply
    assert reply.text == f"{ICELAND} {SET_UP} [1]"
    assert "".join(one.text for one in events if isinstance(one, TextDelta)) == reply.text
    assert reply.citations[0].quote == f"{ICELAND} {SET_UP}"
    assert [one.reason for one in reply.left_out] == ["reworded", "unsupported"]
    assert reply.left_out[0].text == MERGED


def test_the_stored_turn_holds_what_was_shown() -> None:
    bot = asked(f"{MERGED} {ICELAND}")
    reply = bot.reply(QUESTION)
    stored = bot.turns(reply.conversation_id)[-1].reply
    assert stored is not None
    assert (stored.text, stored.left_out) == (reply.text, reply.left_out)
    assert SET_UP in stored.text
    assert MERGED not in stored.text


def test_a_quotation_is_shown_once() -> None:
    bot = asked(f"{MERGED} {MERGED} {SET_UP} {ICELAND}")
    reply = bot.reply(QUESTION)
    assert reply.text.count("€45") == 1
    assert [one.reason for one in reply.left_out] == ["reworded", "repeated", "repeated"]
    assert ICELAND in reply.text
    twice = asked(f"{SET_UP} {MERGED} {ICELAND}").reply(QUESTION)
    assert twice.text.count("€45") == 1
