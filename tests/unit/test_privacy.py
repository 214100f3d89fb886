"""Personal data is found by proof or by context, hidden on the way out, and put back on the way in."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.finding import is_card, is_iban, personal_in
from assistant.privacy.logs import redact_logs
from assistant.privacy.masking import Mask, hidden
from assistant.responders.private import PrivateResponder, kept_private
from assistant.settings import Settings
from assistant.types import PromptMessage, ResponseRequest
from tests.fake_assistant import MemoryAssistant, document
from tests.fakes import ScriptedResponder


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in personal_in(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mail me: maria.keller+shop@mail.example.", [("email", "maria.keller+shop@mail.example")]),
        ("My card is 4111-1111-1111-1111.", [("card", "4111-1111-1111-1111")]),
        ("IBAN de89370400440532013000 please", [("iban", "de89370400440532013000")]),
        ("Pay GB82 WEST 1234 5698 7654 32 today", [("iban", "GB82 WEST 1234 5698 7654 32")]),
        ("I log in from 203.0.113.7 and 2001:db8::1.", [("ip", "203.0.113.7"), ("ip", "2001:db8::1")]),
        ("Call me on 0171 5551234 or +44 20 7946 0958", [("phone", "0171 5551234"), ("phone", "+44 20 7946 0958")]),
        ("My number: (555) 123-4567", [("phone", "(555) 123-4567")]),
        ("Order no. 4711 and order HL-20391, #88213", [("order", "4711"), ("order", "HL-20391"), ("order", "88213")]),
        ("Where is order 4711?", [("order", "4711")]),
        ("7916676427", [("order", "7916676427")]),
        ("Please ask Mr Jan Dubois about it.", [("name", "Jan Dubois")]),
        ("Thank you\nCheers,\nWei O'Neill", [("name", "Wei O'Neill")]),
        ("hi, my name is maria keller and i am late", [("name", "maria keller")]),
        ("Hello, I'm Jean-Luc O'Neill, hello", [("name", "Jean-Luc O'Neill")]),
        ("Dear Ms van der Berg,\nthank you", [("name", "Ms van der Berg")]),
        ("That is all.\n\nBest regards,\nJosé Álvarez", [("name", "José Álvarez")]),
    ],
)
def test_what_is_personal_is_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "You can return it within 30 days, until 12.05.2026, for EUR 1,299.00.",
        "Firmware 2.1.0.4 came out on 2025-11-03 between 9:00 and 17:30.",
        "The number 4111 1111 1111 1112 is no card, and 12345 no account.",
        "I ordered 1000 cables and order 2 headphones in 2024-2025.",
        "I am German, this is urgent, and I'm waiting. My name is not important.",
        "Dear customer, thank you very much. Best regards, your support team",
        "The WH-1000XM4 weighs 254 g, 20 Hz to 20,000 Hz, 5 V / 1 A, 24-hour play.",
        "Model year 2024, size 38-42, ratio 16:9, sections 1.2.3 and 4.5.6.",
    ],
)
def test_figures_and_words_of_every_day_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_sums_are_checked() -> None:
    assert is_card("5500 0000 0000 0004")
    assert not is_card("5500 0000 0000 0005")
    assert not is_card("0000 0000 0000 0000")
    assert is_iban("CH93 0076 2011 6238 5295 7")
    assert not is_iban("CH93 0076 2011 6238 5295 8")


def test_the_same_thing_gets_the_same_placeholder_however_it_is_written() -> None:
    text = "My name is Maria Keller, card 4111 1111 1111 1111 or 4111111111111111. Keller it is, and Maria."
    mask = Mask()
    assert mask.hide(text) == "My name is [NAME_1], card [CARD_1] or [CARD_1]. [NAME_1] it is, and [NAME_1]."
    assert mask.hide("Keller again") == "[NAME_1] again"


def test_what_is_public_stays() -> None:
    mask = Mask(["Write to help@halvorn.example.\nDear Maria Keller wrote this page."])
    said = (
        "I am jo@mail.example. Is help@halvorn.example yours?\n"
        "Write to help@halvorn.example.\nDear Maria Keller wrote this page."
    )
    assert mask.hide(said) == said.replace("jo@mail.example", "[EMAIL_1]")


def test_restoring_puts_back_only_what_this_mask_took() -> None:
    mask = Mask()
    mask.hide("I am jo@mail.example")
    assert mask.restore("[EMAIL_1] and [email_1] but not [EMAIL_2] or [NAME_1]") == (
        "jo@mail.example and jo@mail.example but not [EMAIL_2] or [NAME_1]"
    )


@given(
    st.lists(st.sampled_from(["[", "EMAIL", "_1", "]", "a", "[EMAIL_1]", "[1]", " ", "[EMAIL_9"]), max_size=20),
    st.data(),
)
def test_a_stream_is_restored_wherever_it_is_cut(parts: list[str], data: st.DataObject) -> None:
    mask = Mask()
    mask.hide("jo@mail.example")
    text = "".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert "".join(mask.restored(pieces)) == mask.restore(text)


@given(st.text(max_size=300))
def test_hiding_never_fails_and_restoring_undoes_it(text: str) -> None:
    mask = Mask()
    assert mask.restore(mask.hide(text)).casefold() == mask.restore(text).casefold()


def test_hidden_text_holds_nothing_personal() -> None:
    text = "I'm Tom Baker, order number 4711, tom@mail.example, +49 170 1234567."
    assert hidden(text) == "I'm [NAME_1], order number [ORDER_1], [EMAIL_1], [PHONE_1]."
    assert found(hidden(text)) == []


def test_logs_hold_nothing_personal_and_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    factory = logging.getLogRecordFactory()
    try:
        redact_logs(["hunter2-hunter2"])
        redact_logs()
        with caplog.at_level(logging.DEBUG):
            logging.getLogger("assistant.dialogue").warning("%s wrote; key %s", "jo@mail.example", "hunter2-hunter2")
            try:
                raise ValueError("no such customer: jo@mail.example")
            except ValueError:
                logging.getLogger("assistant.entrypoints").exception("failed")
            logging.getLogger("elsewhere").warning("%s is not ours", "jo@mail.example")
    finally:
        logging.setLogRecordFactory(factory)
    assert "[EMAIL_1] wrote; key [SECRET]" in caplog.text
    assert "no such customer: [EMAIL_1]" in caplog.text
    assert caplog.text.count("jo@mail.example") == 1


CONTACT = "Our support team answers at help@halvorn.example and +49 40 5550 100 on every working day."


def test_public_facts_are_answered_to_somebody_who_told_who_she_is() -> None:
    model = ScriptedResponder([CONTACT])
    bot = MemoryAssistant([document("contact.md", "Contact", CONTACT)], responders=[PrivateResponder(model)])
    reply = bot.reply("My name is Jo Miller, jo@mail.example. Does the support team answer at help@halvorn.example?")
    assert reply.text == f"{CONTACT} [1]"
    asked = model.requests[0].messages[1].text
    assert CONTACT in asked
    assert "My name is [NAME_1], [EMAIL_1]. Does the support team answer at help@halvorn.example?" in asked
    assert "Miller" not in model.requests[0].question


def test_the_model_that_is_asked_is_cancelled_with_its_mask() -> None:
    model = ScriptedResponder(["One. ", "Two. "])
    pieces = PrivateResponder(model).stream(ResponseRequest(question="", weights={}, passages=(), messages=()))
    assert next(iter(pieces)) == "One. "
    pieces.close()  # type: ignore[attr-defined]
    assert model.closed == 1


class LocalModel(ScriptedResponder):
    """Asked in words of its own, and slow to begin."""

    is_warm = False

    def prepared(self, request: ResponseRequest) -> ResponseRequest:
        return request.model_copy(
            update={"messages": (PromptMessage(role="user", text=f"In short: {request.question}"),)}
        )

    def warm_up(self) -> None:
        self.is_warm = True


def test_a_masked_local_model_is_still_asked_in_its_own_words_and_warmed_up() -> None:
    model = LocalModel([CONTACT])
    kept = PrivateResponder(model)
    kept.warm_up()
    assert model.is_warm
    request = ResponseRequest(question="I am jo@mail.example, who are you?", weights={}, passages=(), messages=())
    assert "".join(kept.stream(kept.prepared(request))) == CONTACT
    assert model.requests[0].messages[0].text == "In short: I am [EMAIL_1], who are you?"
    assert PrivateResponder(ScriptedResponder()).prepared(request) is request


@pytest.mark.parametrize(
    ("name", "for_local", "is_masked"),
    [
        ("extractive", True, False),
        ("llama-cpp:small", False, False),
        ("llama-cpp:small", True, True),
        ("openai:gpt", False, True),
        ("langchain:anything", False, True),
    ],
)
def test_what_leaves_the_house_is_masked(name: str, for_local: bool, is_masked: bool) -> None:
    (kept,) = kept_private([ScriptedResponder(name=name)], Settings(mask_for_local=for_local))
    assert kept.name == name
    assert isinstance(kept, PrivateResponder) == is_masked


@pytest.mark.parametrize("unit", ["\n", " ", "\n ", "- ", "best,\n", "A ", "dear ", "my name is ", "1 ", "@a."])
def test_the_time_grows_with_the_text_and_not_with_its_square(unit: str) -> None:
    """A square would take minutes at this length."""
    mask = Mask()
    text = unit * (200_000 // len(unit))
    assert mask.restore(mask.hide(text)) == text
