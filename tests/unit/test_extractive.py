from assistant.responders.extractive import ExtractiveResponder
from assistant.terms import terms
from assistant.types import Passage, ResponseRequest
from tests.fakes import found, passage

RETURNS = passage(
    "Our shop was founded in 2009. You can return most products within 30 days of delivery. "
    "Opened in-ear headphones cannot be returned. A refund takes 5 to 7 working days."
)
PAIRING = passage(
    "The headphones remember eight devices.\n\nTo pair a new device:\n\n1. Switch the headphones off.\n"
    "2. Hold the power button for five seconds.\n3. Choose the name on your phone.\n\nThe LED turns blue.",
    document="pairing.md",
    title="Pairing",
)
TABLE = passage(
    "| Country | Price | Time |\n| --- | --- | --- |\n| Austria | EUR 6.90 | 3 days |\n"
    "| Switzerland | CHF 12.90 | 5 days |",
    document="prices.md",
    title="Delivery prices",
)


def answer(question: str, *passages: Passage) -> str:
    weights = dict.fromkeys(terms(question), 1.0)
    request = ResponseRequest(question=question, weights=weights, passages=found(*passages).passages, messages=())
    return "".join(ExtractiveResponder().stream(request))


def test_the_sentence_that_answers_is_quoted_and_the_rest_is_not() -> None:
    text = answer("How many days do I have to return products?", RETURNS, PAIRING)
    assert "within 30 days of delivery." in text
    assert "founded" not in text


def test_steps_come_whole_and_in_order() -> None:
    text = answer("How do I pair a new device?", PAIRING, RETURNS)
    assert text.index("To pair") < text.index("1. Switch") < text.index("2. Hold") < text.index("3. Choose")


def test_a_table_answers_with_the_row_that_was_asked_for() -> None:
    text = answer("What is the price of delivery to Switzerland?", TABLE)
    assert "CHF 12.90" in text


def test_nothing_comes_of_nothing() -> None:
    assert answer("Anything?") == ""
