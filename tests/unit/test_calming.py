import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.calming import calmed
from assistant.terms import terms


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("How long is the warranty?", "How long is the warranty?"),
        ("How long is the damn warranty?! This is ridiculous, I am so angry!", "How long is the warranty?"),
        ("What the hell does delivery cost???", "What does delivery cost?"),
        ("HOW LONG IS THE WARRANTY? I AM FURIOUS!!!", "How long is the warranty?"),
        ("Thank you so much, you are wonderful! How long is the warranty?", "How long is the warranty?"),
        ("The sound is terrible.", "The sound is."),
        (
            "Does the Bloody Mary edition of the Aria 3 have ANC?",
            "Does the Bloody Mary edition of the Aria 3 have ANC?",
        ),
        ("My Aria 3 is broken!! I can't believe this. Who repairs it?", "My Aria 3 is broken! Who repairs it?"),
        ("How long is the warranty? This is infuriating, what a terrible company!", "How long is the warranty?"),
        ("What a shop costs to rent?", "What a shop costs to rent?"),
        ("You idiots!!!", "You idiots!!!"),
        ("Phone number. Quick please.", "Phone number."),
        ("Sorry for shouting. Is the label free?", "Is the label free?"),
        ("Warranty of the Aria 3. Short answer.", "Warranty of the Aria 3."),
        ("May I ask how long the warranty is?", "how long the warranty is?"),
        ("I asked: do you deliver to Oslo?", "do you deliver to Oslo?"),
        ("Is there an urgent service?", "Is there an urgent service?"),
        ("asap", "asap"),
        ("", ""),
    ],
)
def test_what_is_asked_stays_and_the_venting_goes(said: str, asked: str) -> None:
    assert calmed(said) == asked


@given(st.text(max_size=200))
def test_any_message_keeps_something_to_read(text: str) -> None:
    assert bool(terms(calmed(text))) == bool(terms(text))
