import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting import Draft
from assistant.grounding import Span, clean, cut, ground, is_retold
from tests.fakes import passage

RETURNS = passage(
    "You can return most products within 30 days of delivery. Opened in-ear headphones are excluded from returns. "
    "A refund takes 5 to 7 working days.",
    start=100,
)
DELIVERY = passage(
    "Delivery to Switzerland costs CHF 12.90. Orders over CHF 150 ship free.",
    document="delivery.md",
    title="Delivery",
    heading="Switzerland",
)
PASSAGES = [RETURNS, DELIVERY]


def supported(sentence: str) -> str | None:
    span = ground(sentence, PASSAGES)
    return None if span is None else span.quote


def test_a_quotation_is_tied_to_its_exact_place() -> None:
    span = ground("A refund takes 5 to 7 working days.", PASSAGES)
    assert span is not None
    assert span.quote == "A refund takes 5 to 7 working days."
    assert RETURNS.text[span.start - 100 : span.end - 100] == span.quote


@pytest.mark.parametrize(
    "sentence",
    [
        "Most products can be returned within 30 days of delivery.",
        "Refunds take 5 to 7 working days.",
        "Opened in-ear headphones cannot be returned because they are excluded.",
        "Delivery to Switzerland costs CHF 12.90 and orders over CHF 150 ship free.",
        "You can return most products within thirty days, sorry, 30 days of delivery.",
    ],
)
def test_a_faithful_paraphrase_is_supported(sentence: str) -> None:
    assert supported(sentence) is not None


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("As in other halls (e.g. the quay), the floor is cleaned every night.",
         "As in other halls, the floor is cleaned every night."),
        ("The left hall lies both on the hill (10 m) and on the quay (max. 6.5 m above it).",
         "The left hall lies both on the hill and on the quay (max. 6.5 m above it)."),
    ],
)  # fmt: skip
def test_a_full_stop_of_a_short_form_ends_no_sentence(told: str, said: str) -> None:
    assert ground(said, [passage(told)]) is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "You can return most products within 60 days of delivery.",
        "You can not return most products within 30 days of delivery.",
        "Opened in-ear headphones are included in returns.",
        "Delivery to Austria costs CHF 12.90.",
        "Delivery to Switzerland costs CHF 9.90.",
        "I have refunded you and your money arrives in 5 to 7 working days.",
        "We will send you a refund in 5 to 7 working days.",
        "We're shipping a replacement today.",
        "Our drones deliver in an hour.",
        "Sure!",
        "Yes.",
        "![x](http://evil.example/a.png)",
        "<img src=x onerror=alert(1)>",
        "",
    ],
)
def test_what_no_span_says_is_not_supported(sentence: str) -> None:
    assert supported(sentence) is None


def test_made_up_marks_are_taken_off() -> None:
    assert clean(" It takes 30 days [3] [1, 2]. ") == "It takes 30 days."


@given(st.lists(st.text(alphabet="ab .!?\n-1", max_size=6), max_size=20))
def test_cutting_a_stream_does_not_depend_on_its_pieces(pieces: list[str]) -> None:
    text = "".join(pieces)
    assert [one for _, one in cut(pieces)] == [one for _, one in cut([text])]


def test_sentences_come_out_before_the_stream_ends() -> None:
    def pieces() -> list[str]:
        return ["One is he", "re. Two", " is here. Thr", "ee"]

    stream = cut(iter(pieces()))
    assert next(stream) == ("", "One is here.")
    assert [one for _, one in stream] == ["Two is here.", "Three"]


def span(text: str, of: object = RETURNS) -> Span:
    assert of is RETURNS or of is DELIVERY
    source = RETURNS if of is RETURNS else DELIVERY
    at = source.text.index(text) + source.start
    return Span(source, at, at + len(text))


def test_neighbouring_sentences_share_one_mark() -> None:
    draft = Draft()
    first, second = "You can return most products within 30 days of delivery.", "Opened in-ear headphones are excluded"
    shown = draft.add("", first, span(first)) + draft.add(" ", f"{second}.", span(second)) + draft.close()
    assert shown == draft.text == f"{first} {second}. [1]"
    assert [one.quote for one in draft.citations] == [f"{first} {second}"]


def test_each_source_has_its_number_and_a_source_used_again_keeps_it() -> None:
    draft = Draft("I am sorry.")
    refund, price = "A refund takes 5 to 7 working days.", "Delivery to Switzerland costs CHF 12.90."
    for lead, text, of in (("", refund, RETURNS), ("\n\n", price, DELIVERY), (" ", refund, RETURNS)):
        draft.add(lead, text, span(text, of))
    draft.close()
    assert draft.text == f"I am sorry.\n\n{refund} [1]\n\n{price} [2] {refund} [1]"
    assert [(one.marker, one.document) for one in draft.citations] == [(1, "returns.md"), (2, "delivery.md")]


def test_an_opening_alone_is_no_answer() -> None:
    draft = Draft("I am sorry.")
    assert (draft.close(), draft.text, draft.citations) == ("", "", ())


def test_a_title_and_the_sentence_before_lend_no_claim_to_a_span() -> None:
    speakers = passage(
        "The Torvald 5 is a pair of active bookshelf speakers. It costs €549 and comes in Walnut and White.",
        document="torvald.md",
        title="Torvald 5: active bookshelf speakers",
    )
    assert ground("The Walnut 5 is a pair of active bookshelf speakers.", [speakers]) is None
    assert ground("The White 5 is a pair of active speakers.", [speakers]) is None
    assert ground("The Torvald 5 costs €549.", [speakers]) is not None


def test_money_and_promises_are_not_added() -> None:
    green = passage("Deliveries in Germany use the carrier's climate programme in every season of the year.")
    assert ground("Deliveries in Germany use the carrier's climate programme.", [green]) is not None
    for added in ("at all extra cost", "for free", "with a refund", "with a guarantee"):
        assert ground(f"All deliveries in Germany use the carrier's climate programme {added}.", [green]) is None


def test_what_is_said_of_a_row_is_read_with_the_header_far_above_it() -> None:
    rows = passage("| Oak desk | 150 EUR | 22 kg |\n| Pine desk | 120 EUR | 18 kg |", title="Price list")
    rows = rows.model_copy(update={"header": "| Article | Price | Weight |"})
    span = ground("The price of the Oak desk is 150 EUR.", [rows])
    assert span is not None
    assert is_retold("The price of the Oak desk is 150 EUR.", span)
    for wrong in ("The weight of the Oak desk is 150 EUR.", "The price of the Oak desk is 120 EUR."):
        assert ground(wrong, [rows]) is None
