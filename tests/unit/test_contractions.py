import pytest

from assistant.calming import calmed
from assistant.contractions import written_out
from assistant.extraction import read_question
from assistant.terms import terms


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("whats the fee", "what's the fee"),
        ("Wheres my parcel", "Where's my parcel"),
        ("I dont know, cant you look?", "I don't know, can't you look?"),
        ("Isnt it free?", "Isn't it free?"),
        ("youre late, Ive waited, im tired", "you're late, I've waited, i'm tired"),
        ("They were well, its cover is ill", "They were well, its cover is ill"),
        ("the what of whatsit", "the what of whatsit"),
    ],
)
def test_apostrophes_that_were_left_out_are_put_back(said: str, meant: str) -> None:
    assert written_out(said) == meant


def test_a_question_is_read_alike_with_and_without_its_apostrophe() -> None:
    assert terms(calmed("whats the fee for a visa")) == terms("what's the fee for a visa")
    assert read_question(calmed("Dont you have a visa desk?")).wants_yes_or_no
