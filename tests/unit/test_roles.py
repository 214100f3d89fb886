"""Who did it and to whom, what a list holds and what a row of a table says are as in the source."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.agreement import agrees
from assistant.enumerations import adds_an_item, mixes_rows
from assistant.grounding import ground
from assistant.statements import tokens
from tests.fakes import passage

BATTERIES = "The battery of the Skerry lasts about 6 hours, and the battery of the Skerry Mini lasts about 4 hours."

CHANGED = [
    # Two names change places.
    ("Last spring the crew of Marta Dunn sued Fjord Boats in Oslo.",
     "Last spring the crew of Fjord Boats sued Marta Dunn in Oslo."),
    ("The Norda 350 plays over the USB cable while it charges.",
     "The USB 350 plays over the Norda cable while it charges."),
    ("The club has showrooms in Hamburg and Vienna, and a pick-up point in Utrecht.",
     "The club has showrooms in Utrecht and Vienna, and a pick-up point in Hamburg."),
    (BATTERIES, BATTERIES.replace("Skerry Mini", "Skerry X").replace("Skerry lasts", "Skerry Mini lasts")
     .replace("Skerry X", "Skerry")),
    # A name cut short in its middle, and one made of two.
    ("Guests feed the Peabody Hotel Ducks at noon on the quay.", "Guests feed the Peabody Ducks at noon on the quay."),
    ("The Harbour Board met the Fjord Council on the quay.", "The Harbour Council met the Fjord Board on the quay."),
    # The customer in the place of a name.
    ("Container pallets are not supported by the Aria crew.", "Container pallets are not supported by You crew."),
    # The subject of one sentence with the predicate of another.
    ("Military addresses (APO) are not possible. A telephone number is required on every order to North America.",
     "Military addresses (APO) is required on every order to North America."),
    ("In this century another force has started to change the climate of Oslo.",
     "Norway has started to change the climate of Oslo."),
    ("A repair takes 7 to 10 business days after the boat has arrived. The rush service shortens this by 3 days.",
     "The rush service takes 7 to 10 business days after the boat has arrived."),
    # A word of two claims in the place of its opposite.
    ("The first 5 crates are free, so you get charged for 7 crates.", "The first 5 crates are charged."),
    # A name in the place of another, beside the customer.
    ("For Oslo clusters with a harbour such as Fjord Data Hall you must drain each lock.",
     "For Fjord Data Hall clusters with a harbour such as Oslo you must drain each lock."),
    ("The filing fee for a claim against the harbour is between 30 and 100 euros.",
     "The filing fee for a claim against the harbour is final."),
    # A promise, or a bound, more than the source has.
    ("Members with the student discount earn half the points.",
     "Members with the student discount earn half the points with a discount."),
    ("Green means more than 50% charge, orange means 20% to 50% charge, and red means less than 20% charge.",
     "Green means 50% charge, orange means 20% to 50% charge, and red means less than 20% charge."),
    # One item too many.
    ("Opened, engraved or specially ordered goods cannot be returned.",
     "Opened, engraved, faulty or specially ordered goods cannot be returned."),
    ("Repairs are possible in Germany, Austria and the Netherlands. Ask the helpdesk there.",
     "Repairs are possible in Germany, Austria, helpdesk and the Netherlands."),
    # A condition that only points back.
    ("If so, you might need to change how you set up that motor.",
     "You might need to change how you set up that motor."),
    ("They add nothing to the ashes other than, in Oslo, some water of the quay.",
     "They add nothing to the ashes, in Oslo, some water of the quay."),
    # Few words, of which one is new.
    ("The decision of the harbour was a final one.", "The decision of the harbour was a provisional one."),
]  # fmt: skip

SAME = [
    ("Marta Dunn founded Fjord Boats in 1990.", "Fjord Boats was founded by Marta Dunn in 1990."),
    ("The mayor, Marta Dunn, opened the quay in Oslo. It was built by Aria Boats.", "Dunn opened the quay in Oslo."),
    ("Repairs are possible in Germany, Austria and the Netherlands.",
     "Repairs are possible in Austria, Germany and the Netherlands."),
    ("Members of the Brain Injury (BIC) Committee asked to have it withdrawn in May.",
     "Members of the Brain Injury Committee asked to have it withdrawn."),
    ("The crew met NASA's Discovery team in Oslo.", "The crew met the NASA Discovery team in Oslo."),
    ("Parcels are weighed in Oslo. They are then shipped to Bergen by ferry.",
     "Parcels are weighed in Oslo and then shipped to Bergen by ferry."),
]  # fmt: skip

TABLE = passage(
    "| Place | Address | Open |\n| --- | --- | --- |\n| Hamburg showroom | Lotsenhof 14 | Tuesday to Friday |\n"
    "| Vienna showroom | Schallgasse 9, Vienna | Wednesday to Saturday |\n"
    "| Utrecht point | Werfkade 22 | by agreement |",
    title="Showrooms",
)


@pytest.mark.parametrize(("source", "sentence"), CHANGED)
def test_a_name_or_an_item_in_another_place_is_refused(source: str, sentence: str) -> None:
    held = passage(source, title="Harbour")
    assert ground(sentence, [held]) is None
    told = source[: source.index(". ") + 1] if ". " in source else source
    assert ground(told, [held]) is not None


@pytest.mark.parametrize(("source", "sentence"), SAME)
def test_the_same_names_in_other_words_are_supported(source: str, sentence: str) -> None:
    assert ground(sentence, [passage(source, title="Harbour")]) is not None


@pytest.mark.parametrize(
    ("sentence", "is_supported"),
    [
        ("The address of the Hamburg showroom is Lotsenhof 14.", True),
        ("The Hamburg showroom is open Tuesday to Friday.", True),
        ("The address of the Hamburg showroom is Schallgasse 9, Vienna.", False),
        ("Address for Vienna showroom: Werfkade 22.", False),
        ("The Hamburg showroom is open by agreement.", False),
        ("Address for the Hamburg showroom: Tuesday to Friday.", False),
        ("| Hamburg showroom | Lotsenhof 14 | by agreement |", False),
    ],
)
def test_a_row_of_a_table_speaks_for_itself(sentence: str, is_supported: bool) -> None:
    assert (ground(sentence, [TABLE]) is not None) == is_supported


def test_a_row_that_says_no_is_not_read_as_yes() -> None:
    models = passage("| Model | Finds buds |\n| --- | --- |\n| Norda 300 | no |\n| Norda 350 | yes |", title="Models")
    assert ground("Finds buds for Norda 300: yes.", [models]) is None
    assert ground("Finds buds for Norda 300: no.", [models]) is not None


def test_a_table_without_a_header_lends_no_first_row() -> None:
    prices = passage(
        "| up to €150 | €35 |\n| above €150 | €59 |\n\nThe Care plan costs €59 for the Norda.", title="Plan"
    )
    assert ground("For up to €150, the Care plan costs €59.", [prices]) is None


def test_another_source_does_not_lend_its_words_to_a_twisted_sentence() -> None:
    true = passage("One lamp is used as the reference; the other lamp lights the quay.", document="lamps.md")
    other = passage(
        "Some masts have an unused reference lamp. The other lamp lights the quay, one lamp at a time.", document="m.md"
    )
    assert ground("One lamp is unused as the reference; the other lamp lights the quay.", [other, true]) is None
    assert ground("One lamp is used as the reference; the other lamp lights the quay.", [other, true]) is not None


def test_a_title_lends_the_number_of_a_model_and_no_year() -> None:
    source = passage("It costs 79 euros and floats in the harbour.", title="Torvald 5, the boat of 2006")
    assert ground("The Torvald 5 costs 79 euros and floats in the harbour.", [source]) is not None
    assert ground("It costs 79 euros and floats in the harbour in 2006.", [source]) is None


WORDS = st.lists(st.sampled_from("the Aria Mini 5 and , or by is you ( ) . boats Oslo | s".split()))


@given(WORDS, WORDS)
@example(one="Aria and the and . Aria and Aria".split(), other=[])
def test_a_text_keeps_its_own_names_and_items(one: list[str], other: list[str]) -> None:
    said, span = tokens(" ".join(one)), tokens(" ".join(other))
    assert agrees(said, said, (), ())
    assert not adds_an_item(said, said)
    assert agrees(said, span, (), ()) in (True, False)
    assert mixes_rows(said, " ".join(other), " ".join(other)) in (True, False)
