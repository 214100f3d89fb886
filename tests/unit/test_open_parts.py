"""Which parts of a question an answer left open."""

import pytest

from assistant.open_parts import MAX_PART_CHARS, left_open, unanswered
from assistant.types import Citation
from tests.fakes import passage

TEST = "A battery test costs 39 € and takes two hours."
TABLE = "| Service | Price | Duration |\n| --- | --- | --- |\n| Full service | 119 € | 2 working days |"


def cited(quote: str, title: str = "E-bikes") -> Citation:
    return Citation(marker=1, document="a.md", title=title, revision=1, start=0, end=len(quote), quote=quote)


@pytest.mark.parametrize(
    ("part", "quote"),
    [
        ("how long does it take?", TEST),
        ("what does it cost?", TEST),
        ("how long does a full service take?", TABLE),
        ("how much is the full service?", TABLE),
        ("do you test batteries?", TEST),
    ],
)
def test_what_the_citations_say_is_answered(part: str, quote: str) -> None:
    assert unanswered((part,), (cited(quote),)) == ()


@pytest.mark.parametrize(
    ("part", "quote"),
    [
        ("how long does it take?", "A battery test costs 39 €."),
        ("what does it cost?", "The battery test takes two hours."),
        ("how long does a wheel truing take?", TABLE),
        ("how much is a courtesy bike?", TEST),
        ("do you repair skateboards?", TEST),
    ],
)
def test_what_the_citations_do_not_say_is_said_back(part: str, quote: str) -> None:
    assert unanswered((part,), (cited(quote),)) == (part.rstrip("?"),)


def test_what_is_said_back_has_no_markup_and_an_end() -> None:
    assert unanswered(("do you sell <b>drones</b>?",), (cited(TEST),)) == ("do you sell drones",)
    assert [len(one) for one in unanswered(("drones " * 100,), (cited(TEST),))] == [MAX_PART_CHARS]


def test_nothing_cited_answers_nothing() -> None:
    assert unanswered(("how long does it take?", "do you repair skateboards?"), ()) == (
        "how long does it take",
        "do you repair skateboards",
    )


@pytest.mark.parametrize(
    ("part", "is_open"),
    [
        ("when do I have to book?", False),
        ("what does winter storage cost?", False),
        ("how long does winter storage take?", True),
        ("when do you have to bring it?", True),
        ("how long does it take?", True),
        ("do I have to book?", True),
    ],
)
def test_a_weak_part_is_open_unless_one_sentence_has_its_words_and_the_figure_it_asks_for(
    part: str, is_open: bool
) -> None:
    stored = passage("Storage is 69 €.\n\n- Book by 15 October.\n- Bring it early.", title="Winter storage")
    assert left_open((part,), [stored], f"is there winter storage, and {part}") == ((part,) if is_open else ())


def test_how_the_thing_of_the_first_part_is_made_is_told_by_steps() -> None:
    text = "Conditional text is shown when a condition is met.\n\n1. Choose Fields.\n2. Enter the condition."
    stored, question = passage(text, title="Text"), "What is conditional text and how do I make one?"
    assert left_open(("how do I make one?",), [stored], question) == ()
    assert left_open(("how do I make one?",), [passage("Conditional text.", title="Text")], question) != ()
    assert left_open(("how do I make one?",), [stored], "What is a pivot table and how do I make one?") != ()
    assert unanswered(("how do I make one?",), [cited(text)]) == ()
