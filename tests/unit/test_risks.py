import json
from pathlib import Path

import pytest

from assistant.signals import open_signal_reader
from assistant.signals.risks import risks_of, urgency_of

PHRASINGS = Path(__file__).parents[1] / "content" / "risks.jsonl"
READER = open_signal_reader()


def phrasings() -> list[tuple[str, tuple[str, ...]]]:
    rows = map(json.loads, PHRASINGS.read_text(encoding="utf-8").splitlines())
    return [(row["text"], tuple(row["risks"])) for row in rows]


@pytest.mark.parametrize(("text", "risks"), phrasings())
def test_risks_are_seen_where_they_are_and_not_in_figures_of_speech(text: str, risks: tuple[str, ...]) -> None:
    assert risks_of(text) == risks


@pytest.mark.parametrize("text", [text for text, risks in phrasings() if "safety" in risks or "self_harm" in risks])
def test_danger_is_an_emergency_however_calmly_it_is_told(text: str) -> None:
    assert READER.read(text, ()).urgency == 1.0


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("I need this asap", 0.7, 1.0),
        ("URGENT: wrong address on order 4417", 0.7, 1.0),
        ("Please answer immediately, my flight is tomorrow", 0.85, 1.0),
        ("My wedding is tomorrow and the speaker has not arrived", 0.4, 0.6),
        ("Will it arrive by Friday?", 0.4, 0.6),
        ("I'm in a hurry", 0.4, 0.6),
        ("No rush, but where is my parcel?", 0.0, 0.0),
        ("It is not urgent", 0.0, 0.0),
        ("quick question: which colours are there?", 0.0, 0.0),
        ("Does it support quick charging?", 0.0, 0.0),
        ("How long is the warranty?", 0.0, 0.0),
        ("", 0.0, 0.0),
    ],
)
def test_urgency_is_what_the_customer_says_of_it(text: str, least: float, most: float) -> None:
    assert least <= urgency_of(text, ()) <= most


def test_an_apostrophe_of_a_phone_keyboard_is_one_of_a_typewriter() -> None:
    assert risks_of("I don\u2019t want to live anymore") == risks_of("I don't want to live anymore") == ("self_harm",)


def test_the_reader_tells_risks_of_the_message_at_hand() -> None:
    signals = READER.read("I will sue you, the charger caught fire", ())
    assert (signals.risks, signals.urgency) == (("legal", "safety"), 1.0)


@pytest.mark.parametrize(
    "text",
    [
        "Ich will nicht mehr leben",
        "Ich bringe mich um",
        "Je veux mourir",
        "Je vais me tuer",
        "Quiero morirme",
        "Voglio morire",
        "Ik wil dood",
        "Quero morrer",
        "Nie chcę już żyć",
    ],
)
def test_who_despairs_in_another_language_is_heard(text: str) -> None:
    assert risks_of(text) == ("self_harm",)


@pytest.mark.parametrize("text", ["Ich will nicht mehr warten", "Mein Akku will sterben", "Ce prix va me tuer"])
def test_hyperbole_and_wishes_in_another_language_are_no_despair(text: str) -> None:
    assert risks_of(text) == ()
