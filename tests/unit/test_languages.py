"""The language of questions and documents: said where it is sure, and never else."""

import pytest

from assistant.languages import language_of
from assistant.signals import open_signal_reader
from assistant.types import Filter


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I return headphones?", "en"),
        ("Where is my order?", "en"),
        ("Wie kann ich meine Bestellung zurückgeben?", "de"),
        ("Comment retourner un article ?", "fr"),
        ("¿Cómo devuelvo un producto?", "es"),
        ("Dove è il mio ordine?", "it"),
        ("Como faço para devolver um produto?", "pt"),
        ("Waar is mijn bestelling?", "nl"),
        ("Gdzie jest moja paczka?", "pl"),
        ("返品はどうすればいいですか", "ja"),
        ("أين طلبي؟", "ar"),
    ],
)
def test_questions_tell_their_language(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "   ", "👍", "12.50", "hi", "battery", "Aria 5 reset", "\x00", "\ud800"])
def test_nothing_is_said_where_nothing_is_sure(text: str) -> None:
    assert language_of(text) == ""


def test_signals_hold_the_language() -> None:
    assert open_signal_reader().read("Wo ist mein Paket geblieben?", ()).language == "de"


def test_a_region_does_not_matter_to_a_filter() -> None:
    assert Filter(language="de-AT") == Filter(language="DE")
