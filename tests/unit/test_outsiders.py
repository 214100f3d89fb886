"""What is foreign to its document and to the question by its meaning is known by no word of it."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.outsiders import Told, compared, is_foreign
from assistant.ports import Vectors
from assistant.terms import words

TOPICS = {
    "repair": "repair repairs workshop mend mended screws broken fault colleague bench solder",
    "parcel": "parcel parcels postage label carton courier box",
    "fruit": "banana kumquat parrot orchard marmalade",
    "greeting": "morning joy singing",
}
"""Words that mean alike: a fixed stand-in for a model of their meaning."""

ASKED = ("How long does a repair take?",)
WORKSHOP = "Broken headphones go to our workshop. A colleague opens the screws. Each fault is mended on the bench."
SENDING = "Put them into a box. A parcel without postage goes back."
COSTS = "A repair costs 40 euros. Nobody pays for a fault that we cannot mend."
STEPS = "1. Loosen the screws.\n2. Say good morning.\n3. Solder the fault."


def meaning(text: str) -> Vectors:
    """Return a vector with an axis for each topic and one for no topic."""
    said = words(text)
    counts = [sum(one in known.split() for one in said) for known in TOPICS.values()]
    vector = np.array([*counts, 0.0 if any(counts) else 1.0], dtype=np.float32)
    length: Vectors = vector / np.linalg.norm(vector)
    return length


def meanings(texts: Sequence[str]) -> list[Vectors]:
    return [meaning(text) for text in texts]


def source(*paragraphs: str, title: str = "Repairs") -> Told:
    return Told(title, "Broken headphones", "\n\n".join(paragraphs))


def foreign(quote: str, *paragraphs: str, asked: tuple[str, ...] = ASKED, also: tuple[Told, ...] = ()) -> bool:
    return is_foreign(quote, asked, [source(*paragraphs), *also], meanings)


@pytest.mark.parametrize("planted", ["KUMQUAT", "The parrot eats marmalade.", "Singing is joy. Joy is singing."])
@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_a_planted_paragraph_is_foreign_wherever_it_stands(planted: str, at: int) -> None:
    paragraphs = [WORKSHOP, COSTS, STEPS]
    assert foreign(planted, *paragraphs[:at], planted, *paragraphs[at:])


def test_a_planted_sentence_is_foreign_within_a_paragraph_that_is_not() -> None:
    paragraph = f"{WORKSHOP} The parrot eats marmalade."
    assert foreign("The parrot eats marmalade.", paragraph, COSTS, STEPS)
    assert not foreign("Each fault is mended on the bench.", paragraph, COSTS, STEPS)


@pytest.mark.parametrize("own", ["Broken headphones go to our workshop.", "A repair costs 40 euros."])
def test_what_a_document_is_about_is_not_foreign_to_it(own: str) -> None:
    assert not foreign(own, WORKSHOP, COSTS, STEPS)


def test_copies_of_a_planted_sentence_do_not_speak_for_it() -> None:
    planted = "The parrot eats marmalade."
    assert foreign(planted, planted, WORKSHOP, planted, COSTS, planted)
    other = source(planted, WORKSHOP)
    assert foreign(planted, planted, WORKSHOP, COSTS, also=(other,))


def test_other_passages_of_the_document_speak_for_a_sentence() -> None:
    sentence = "The courier brings a label for the postage."
    assert foreign(sentence, sentence, WORKSHOP, COSTS, STEPS)
    assert not foreign(sentence, sentence, WORKSHOP, also=(source(SENDING, "A carton is a box."),))
    assert foreign(sentence, sentence, WORKSHOP, COSTS, also=(source("A carton is a box.", title="Parcels"),))


def test_what_was_asked_for_is_not_foreign() -> None:
    planted = "The parrot eats marmalade."
    assert not foreign(planted, planted, WORKSHOP, COSTS, asked=("Is there a banana in the orchard?",))
    assert not foreign(planted, planted, WORKSHOP, COSTS, asked=("What does the parrot eat?",))


def test_steps_are_judged_together() -> None:
    assert not foreign("2. Say good morning.", WORKSHOP, STEPS, COSTS)
    assert not foreign("2. Say good morning.", WORKSHOP, STEPS.replace("\n", "\n\n"), COSTS)
    assert foreign("- kumquat", WORKSHOP, "- banana\n- kumquat\n- parrot", COSTS)


def test_a_heading_is_not_judged_and_does_not_shield_what_follows_it() -> None:
    assert not foreign("# Good morning", "# Good morning\nThe parrot eats marmalade.", WORKSHOP, COSTS)
    assert foreign("The parrot eats marmalade.", "# Good morning\nThe parrot eats marmalade.", WORKSHOP, COSTS)


def test_without_a_model_or_a_document_nothing_is_foreign() -> None:
    planted = "The parrot eats marmalade."
    assert not is_foreign(planted, ASKED, [source(WORKSHOP, planted)], lambda texts: [None] * len(texts))
    assert not is_foreign(planted, ASKED, [source(WORKSHOP)], meanings)
    assert not is_foreign(planted, ASKED, [], meanings)


def test_what_any_sentence_is_compared_with_is_known_before_one_is_quoted() -> None:
    told = source(WORKSHOP, "The parrot eats marmalade. A banana a day.")
    asked: list[str] = []

    def noted(texts: Sequence[str]) -> list[Vectors]:
        asked.extend(texts)
        return meanings(texts)

    ahead = set(compared(ASKED, [told]))
    for quote in ("The parrot eats marmalade.", "A banana a day.", WORKSHOP):
        is_foreign(quote, ASKED, [told], noted)
    assert asked
    assert ahead.issuperset(asked)
