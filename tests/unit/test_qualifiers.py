"""How sure, how many, how often, when and how much at most: a sentence says of it what its source says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding import ground
from assistant.qualifiers import exchanges, qualifies_the_same
from assistant.statements import tokens
from tests.fakes import passage

CHANGED = [
    ("Up to 30 pieces are shipped in one carton.", "30 pieces are shipped in one carton."),
    ("Up to 30 pieces are shipped in one carton.", "At least 30 pieces are shipped in one carton."),
    ("The carton holds at least 3 masts from Bergen.", "The carton holds 3 masts from Bergen."),
    ("The carton holds 3 masts from Bergen.", "The carton holds exactly 3 masts from Bergen."),
    ("Guests under 18 rent a boat with a guardian.", "Guests up to 18 rent a boat with a guardian."),
    ("Boats built January 1, 1978 or later need a licence plate.",
     "Boats built January 1, 1978 need a licence plate."),
    ("Delivery to the quay is free from €49 on weekdays.", "Delivery to the quay is free €49 on weekdays."),
    ("Repairs of a hull take 2 to 3 business days.", "Repairs of a hull take 2 business days."),
    ("The ferry takes between 20 and 30 guests aboard.", "The ferry takes 30 guests aboard."),
    ("In Oslo a berth costs more than double the price of Bergen.",
     "In Oslo a berth costs not more than double the price of Bergen."),
    ("The ferry carries more than 40 guests to Bergen.", "The ferry carries not more than 40 guests to Bergen."),
    ("You may bring a dog aboard the ferry.", "You must bring a dog aboard the ferry."),
    ("You must bring a ticket aboard the ferry.", "You may bring a ticket aboard the ferry."),
    ("Drivers should check the oil each morning.", "Drivers must check the oil each morning."),
    ("The repair might damage the painted hull.", "The repair will damage the painted hull."),
    ("The repair may damage the painted hull.", "The repair damages the painted hull."),
    ("You can only collect boats on the quay.", "You must only collect boats on the quay."),
    ("Most boats are insured against theft.", "All boats are insured against theft."),
    ("Most boats are insured against theft.", "Boats are insured against theft."),
    ("All boats are insured against theft.", "Some boats are insured against theft."),
    ("Boats are insured against theft.", "All boats are insured against theft."),
    ("Parcels usually arrive in the morning.", "Parcels always arrive in the morning."),
    ("Parcels usually arrive in the morning.", "Parcels arrive in the morning."),
    ("The office is on the quay of Bergen.", "The office was on the quay of Bergen."),
    ("The office was on the quay of Bergen.", "The office is on the quay of Bergen."),
    ("The ferry no longer calls at the quay.", "The ferry still calls at the quay."),
    ("The mast costs €390 in spring.", "The mast costs $390 in spring."),
    ("The mast costs 390 euros in spring.", "The mast costs 390 dollars in spring."),
    ("Boats go back within 12 days of delivery.", "Boats go back within 12 weeks of delivery."),
    ("Boats go back within 5 working days of delivery.", "Boats go back within 5 days of delivery."),
    ("The yard paid 3 million euros for the quay.", "The yard paid 3 billion euros for the quay."),
    ("Classes run a few times a week on the quay.", "Classes run a few times a month on the quay."),
    ("Put the carton out before 7:00 a.m. on the quay.", "Put the carton out before 7:00 p.m. on the quay."),
    ("The ferry opens at 8am and closes at 9pm.", "The ferry opens at 8pm and closes at 9am."),
    ("The first boat leaves for Bergen.", "The second boat leaves for Bergen."),
    ("The hull is painted twice in spring.", "The hull is painted once in spring."),
    ("The club publishes a weekly list of boats.", "The club publishes a monthly list of boats."),
    ("On each trip the crew checks the hull.", "On only one trip the crew checks the hull."),
    ("Staying active helps crews do better in storms.", "Staying active helps crews do worse in storms."),
    ("A boat is not served, and guests may not serve it.", "A boat is served, and guests may not serve it."),
    ("Whoever is not against us is for us, whoever is not with me is against me.",
     "Whoever is against us is for us, whoever is not with me is against me."),
]  # fmt: skip

SAME = [
    ("Up to 30 pieces are shipped in one carton.", "No more than 30 pieces are shipped in one carton."),
    ("The carton holds 3 masts or more from Bergen.", "The carton holds at least 3 masts from Bergen."),
    ("Boats built January 1, 1978 or later need a plate.", "Boats built on or after January 1, 1978 need a plate."),
    ("The shop is open 8:30 a.m. to 5:00 p.m. on the quay.", "The shop is open from 8:30 am to 5:00 pm on the quay."),
    ("You may bring a dog aboard the ferry.", "You can bring a dog aboard the ferry."),
    ("You will need to bring a ticket aboard the ferry.", "You must bring a ticket aboard the ferry."),
    ("All masts are sold in Bergen, and most boats are insured there.", "All masts are sold in Bergen."),
    ("How many boats are insured depends on the quay.", "The boats that are insured depend on the quay."),
    ("Parcels usually arrive in the morning.", "Parcels generally arrive in the morning."),
    ("The antennas will be used on the quay.", "The antennas are used on the quay."),
    ("The mast costs €390 in spring.", "The mast costs 390 euros in spring."),
    ("The ferry opens at 8 a.m. and closes at 9 p.m. daily.", "The ferry opens at 8am and closes at 9pm daily."),
    ("The ferry no longer calls at the quay.", "The ferry does not call at the quay."),
]


@pytest.mark.parametrize(("source", "sentence"), CHANGED)
def test_another_qualifier_is_another_claim(source: str, sentence: str) -> None:
    assert ground(sentence, [passage(source, title="Harbour")]) is None
    assert ground(source, [passage(source, title="Harbour")]) is not None


@pytest.mark.parametrize(("source", "sentence"), SAME)
def test_a_qualifier_of_the_same_meaning_may_stand_for_another(source: str, sentence: str) -> None:
    assert ground(sentence, [passage(source, title="Harbour")]) is not None


WORDS = st.lists(
    st.sampled_from("may must most all up to at least 5 days $ 7 a.m. or more boats was first , .".split())
)


@given(WORDS, WORDS)
def test_a_row_is_qualified_as_itself(one: list[str], other: list[str]) -> None:
    said, span = tokens(" ".join(one)), tokens(" ".join(other))
    assert qualifies_the_same(said, said)
    assert not exchanges(said, said)
    assert qualifies_the_same(said, span) in (True, False)
