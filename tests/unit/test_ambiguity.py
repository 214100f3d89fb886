"""When a question is asked back: parallel passages with different answers, none of whose subjects was named."""

from collections.abc import Sequence

import pytest

from assistant.ambiguity import choices_in
from assistant.terms import terms
from assistant.types import Evidence, Lent, Passage, Query, ScoredPassage, SearchResult
from tests.fakes import passage


def delivery(country: str, price: str) -> Passage:
    return passage(
        f"Delivery to {country} costs {price}. We do not deliver to boxes.",
        document=f"shipping/{country}.md",
        title=f"Delivery to {country}",
    )


def manual(product: str, hours: int, heading: str = "Technical details") -> Passage:
    return passage(
        f"| Property | {product} |\n| - | - |\n| Battery life | {hours} hours |\n\nThe {product} is loved.",
        document=f"products/{product}.md",
        title=f"{product}: manual and technical details",
        heading=heading,
    )


AUSTRIA, CANADA, FRANCE = delivery("Austria", "€9.90"), delivery("Canada", "$24.90"), delivery("France", "€8.90")
ARIA, BOLT = manual("Aria 3", 30), manual("Bolt 5", 12)


def asked(
    question: str, passages: Sequence[Passage], scores: Sequence[float] = (), *, topic: str = "", lent: str = ""
) -> SearchResult:
    weights = dict.fromkeys(terms(f"{topic} {question}"), 1.0)
    context = (Lent(text=lent, meaning=0.3, terms=0.2),) if lent else ()
    return SearchResult(
        passages=tuple(
            ScoredPassage(rank=rank, score=score, passage=one)
            for rank, (one, score) in enumerate(
                zip(passages, scores or [1 - 0.02 * at for at in range(len(passages))], strict=True), start=1
            )
        ),
        evidence=Evidence(),
        weights=weights,
        query=Query(text=question, topic=topic, context=context),
        searched_for=f"{topic} {question}".strip(),
    )


def test_countries_are_told_apart_by_what_their_titles_do_not_share() -> None:
    assert choices_in(asked("What does delivery cost?", [CANADA, AUSTRIA])) == ("Canada", "Austria")


def test_products_are_called_by_their_names() -> None:
    assert choices_in(asked("What is the battery life?", [ARIA, BOLT])) == ("Aria 3", "Bolt 5")


def test_sections_of_one_document_are_told_apart_by_headings_that_are_names() -> None:
    sections = [
        passage(f"Parcels to {one} cost {price}.", title="Delivery abroad", heading=one)
        for one, price in (("Spain", "€7"), ("Italy and Malta", "€8"))
    ]
    assert choices_in(asked("What do parcels cost?", sections)) == ("Spain", "Italy and Malta")


def test_headings_that_are_no_names_are_no_subjects() -> None:
    sections = [
        passage("Resetting costs €7, and resetting is quick.", title="The speaker", heading="Resetting"),
        passage("Washing costs €8, and washing is slow.", title="The speaker", heading="Washing"),
    ]
    assert choices_in(asked("What does it cost?", sections)) == ()


@pytest.mark.parametrize(
    "question",
    [
        "What does delivery to Austria cost?",
        "what does delivery to canada cost?",
        "What does delivery to Spain cost?",
        "Delivery for €9 seems a lot.",
    ],
)
def test_a_question_that_names_something_is_not_asked_back(question: str) -> None:
    assert choices_in(asked(question, [CANADA, AUSTRIA])) == ()


def test_what_the_conversation_speaks_of_need_not_be_named_again() -> None:
    assert choices_in(asked("And what does delivery cost?", [CANADA, AUSTRIA], lent="I live in Austria.")) == ()
    assert choices_in(asked("What does delivery cost?", [CANADA, AUSTRIA], topic="Do you ship to Canada?")) == ()


def test_the_same_answer_for_all_needs_no_question() -> None:
    same = [ARIA, ARIA.model_copy(update={"document": "b.md", "title": BOLT.title, "id": "other"})]
    assert choices_in(asked("What is the battery life?", same)) == ()


def test_a_general_answer_before_them_fits_all() -> None:
    general = passage("Delivery costs €5 everywhere.", document="prices.md", title="What delivery costs")
    assert choices_in(asked("What does delivery cost?", [general, CANADA, AUSTRIA])) == ()


def test_another_meaning_before_them_is_one_of_the_choices() -> None:
    login = passage("To reset the password, write to us.", document="account.md", title="Your account")
    resets = [
        passage(
            f"Hold the button of the {one} for {n} seconds.",
            document=one,
            title=f"{one}: manual",
            heading=f"Reset the {one}",
        )
        for one, n in (("Aria 3", 5), ("Bolt 5", 9))
    ]
    assert choices_in(asked("How do I reset it?", [login, *resets])) == ("Your account", "Aria 3", "Bolt 5")


def test_a_passage_that_is_much_worse_is_not_meant() -> None:
    assert choices_in(asked("What does delivery cost?", [CANADA, AUSTRIA], [1.0, 0.3])) == ()


def test_a_passage_without_the_figure_asked_for_is_not_meant() -> None:
    vague = passage("Delivery to Austria costs little.", document="vague.md", title="Delivery to Austria")
    assert choices_in(asked("What does delivery cost?", [CANADA, vague])) == ()


def test_at_most_four_are_offered_and_each_once() -> None:
    many = [delivery(one, f"€{n}") for n, one in enumerate(("Spain", "Italy", "Malta", "Greece", "Ireland"), start=3)]
    assert choices_in(asked("What does delivery cost?", [*many, AUSTRIA])) == ("Spain", "Italy", "Malta", "Greece")


def test_a_message_that_asks_nothing_is_not_asked_back() -> None:
    assert choices_in(asked("Delivery cost me a fortune, money back please!", [CANADA, AUSTRIA])) == ()


def test_nothing_found_leaves_nothing_to_choose() -> None:
    assert choices_in(asked("What does delivery cost?", [])) == ()
