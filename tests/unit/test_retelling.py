"""A sentence is shown in its own words where they are those of its source, in its order, with nothing put in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding import Span, ground, is_retold
from assistant.statements import tokens
from tests.fakes import passage

CREW = (
    "The crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays. However, the boat (built in 1921), which "
    "belongs to the harbour, is painted green every spring, in May at the latest. It carries 40 guests. "
    "Guests may bring a dog if it is on a lead, and a bicycle. "
    "Boats such as the Aria must be tied up by approximately 9 in the evening. When it blows, wait in the harbour. "
    "Then, once the flag is green, sail on. The collection of the boats begins at noon. She is the oldest boat."
)
FARES = (
    "| Route | Guest | Dog | Days |\n| --- | --- | --- | --- |\n| Oslo | €9 | €4 | 2 to 3 |\n| Bergen | €12 | €5 | 4 |"
)
SAILS = "The crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."
PAINTED = (
    "However, the boat (built in 1921), which belongs to the harbour, is painted green every spring, in May at the "
    "latest."
)
CARRIES = "It carries 40 guests."
DOGS = "Guests may bring a dog if it is on a lead, and a bicycle."
SOLD = (
    "Ropes, flags and lanterns are sold at the quay, which is open until 9; your old ropes are bought there, for cash, "
    "by our crew."
)
COLD = "The fish is kept at -18 degrees and weighs <5 kg (in a net); write to fish@aria-crew.example."
BERTHS = "The Berta lies in the North on Mondays, and the Carla, which is older, lies in the South."
TICKETS = "A ticket must be signed, stamped, and paid (by the guest), for trips on Sundays."
CALLED = "Call the harbour, the police, or the crew."
PRICE = "Trips cost €9 (yearly), and dogs travel free of charge."
CHARGED = "The crew is charged for each trip."
TIED = "Boats such as the Aria must be tied up by approximately 9 in the evening."
OSLO = "| Oslo | €9 | €4 | 2 to 3 |"

ABOUT = passage(
    f"{CREW} {SOLD} {COLD} {BERTHS} {TICKETS} {CALLED} {PRICE} {CHARGED}", title="The Aria", document="crew.md"
)
TABLE = passage(FARES, title="Fares", document="fares.md")


def span_of(quote: str) -> Span:
    source = TABLE if quote.startswith("|") else ABOUT
    start = source.text.index(quote)
    return Span(source, start, start + len(quote))


RETOLD = [
    (SAILS, "The crew of the Aria sails to Oslo on Mondays, Tuesdays, and Fridays."),
    (SAILS, "Additionally, the crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "Yes, the crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "- The crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (PAINTED, "The boat, which belongs to the harbour, is painted green every spring, in May at the latest."),
    (PAINTED, "The boat is painted green every spring, in May at the latest."),
    (SOLD, "Ropes, flags and lanterns are sold at the quay."),
    (SOLD, "Ropes, flags, and lanterns are sold at the quay, which is open until 9."),
    (CARRIES, "It carries 40 guests."),
    (CARRIES, "The Aria carries 40 guests."),
    (CARRIES, "The boat carries 40 guests."),
    (DOGS, "Guests can bring a dog if it is on a lead, and a bicycle."),
    (TIED, "Boats like the Aria have to be tied up by roughly 9 in the evening."),
    (OSLO, "Oslo costs €9 for a guest."),
    (OSLO, "The days for Oslo: 2 to 3."),
]

OTHERWISE = [
    # A word that the source has not.
    (SAILS, "The crew of the Aria sails to Oslo by night on Mondays, Tuesdays and Fridays."),
    (PAINTED, "The boat is painted green every spring by volunteers."),
    # Another order, another end, another beginning.
    (SAILS, "Oslo sails to the crew of the Aria on Mondays, Tuesdays and Fridays."),
    (SAILS, "The Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "The crew of the Aria sails from Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "The crew of the Aria sails."),
    # The subject of one sentence with the predicate of another.
    (f"{SAILS} {PAINTED}", "The crew of the Aria is painted green every spring, in May at the latest."),
    (f"{PAINTED} {CARRIES}", "The harbour carries 40 guests."),
    # Two halves made cause and effect.
    (f"{PAINTED} {CARRIES}", "The boat is painted green every spring because it carries 40 guests."),
    # What limits is left out, or said of something else.
    (DOGS, "Guests may bring a dog."),
    (DOGS, "Guests may bring a dog, and a bicycle."),
    (PAINTED, "The boat (built in 1921) is painted green every spring."),
    (SOLD, "Ropes, flags and lanterns are sold at the quay, which is open until 9; your old ropes are bought there."),
    (TICKETS, "A ticket must be signed, and paid, for trips on Sundays."),
    (TICKETS, "A ticket must be signed."),
    (TICKETS, "A ticket must be signed, stamped, and paid, for trips on Sundays."),
    # Another subject inside one sentence, and one thing made another.
    (BERTHS, "The Berta lies in the North on Mondays, and lies in the South."),
    (CALLED, "The harbour is the police, or the crew."),
    (CALLED, "Call the harbour is the police, or the crew."),
    # Whose it is, who pays whom, where it is.
    (
        SOLD,
        "Ropes, flags and lanterns are sold at the quay, which is open until 9; our old ropes are bought there, for "
        "cash, by our crew.",
    ),
    (CHARGED, "The crew is charging for each trip."),
    (BERTHS, "The Berta lies on the North on Mondays."),
    # Small words where they do not belong, and one that is missed.
    (SAILS, "The has crew of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "Crew the of the Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "The crew of our Aria sails to Oslo on Mondays, Tuesdays and Fridays."),
    (SAILS, "The crew of the Aria sails to Oslo on Mondays, Tuesdays or Fridays."),
    (CHARGED, "The crew charged for each trip."),
    (PRICE, "Trips cost €9, and dogs travel free of charge."),
    # Signs, and an address.
    (COLD, COLD.replace("-18", "18")),
    (COLD, COLD.replace("<5", ">5")),
    (COLD, COLD.replace("<5", "5")),
    (COLD, COLD.replace("(in a net)", "")),
    (COLD, COLD.replace("aria-crew", "aria.crew")),
    # The beginning of one sentence, and the end of the next.
    ("When it blows, wait in the harbour. Then, once the flag is green, sail on.", "When it blows, sail on."),
    (
        "When it blows, wait in the harbour. Then, once the flag is green, sail on.",
        "When it blows, once the flag is green, sail on.",
    ),
    # A word of the same stem, and two names of one.
    ("The collection of the boats begins at noon.", "The collected of the boats begins at noon."),
    # What a pronoun does not stand for.
    (CARRIES, "The harbour carries 40 guests."),
    ("She is the oldest boat.", "The collection is the oldest boat."),
    # Cells of two columns, and one that is not whole.
    (OSLO, "Oslo costs €4 for a guest."),
    (OSLO, "The days for Oslo: 2."),
    (OSLO, "Oslo costs €9."),
    (f"{OSLO}\n| Bergen | €12 | €5 | 4 |", "Oslo costs €12 for a guest."),
]


@pytest.mark.parametrize(("quote", "sentence"), RETOLD)
def test_a_sentence_in_the_words_of_its_source_is_its_own(quote: str, sentence: str) -> None:
    assert is_retold(sentence, span_of(quote))


@pytest.mark.parametrize(("quote", "sentence"), OTHERWISE)
def test_a_sentence_that_says_it_otherwise_is_not(quote: str, sentence: str) -> None:
    assert not is_retold(sentence, span_of(quote))


@given(st.sampled_from([SAILS, PAINTED, CARRIES, DOGS, OSLO]))
def test_a_quotation_is_always_its_own(quote: str) -> None:
    span = ground(quote, [ABOUT, TABLE])
    assert span is not None
    assert is_retold(quote, span)


@given(st.sampled_from([SAILS, PAINTED, DOGS]), st.data())
def test_no_word_that_means_something_can_be_exchanged(quote: str, data: st.DataObject) -> None:
    said = quote.split()
    content = [place for place, one in enumerate(said) if any(token.is_content for token in tokens(one))]
    place = data.draw(st.sampled_from(content))
    changed = " ".join([*said[:place], "lanterns", *said[place + 1 :]])
    assert not is_retold(changed, span_of(quote))


def test_a_row_is_named_even_where_another_cell_has_its_name() -> None:
    row = "| Returns | A flag can be returned within 30 days of delivery. |"
    table = passage(f"| Matter | Rule |\n| - | - |\n{row}\n| Delivery | A flag is sent at once. |", title="Flags")
    span = Span(table, table.text.index(row), table.text.index(row) + len(row))
    assert is_retold("Rule for returns: a flag can be returned within 30 days of delivery.", span)
    assert not is_retold("Rule for delivery: a flag can be returned within 30 days of delivery.", span)
