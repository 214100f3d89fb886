import pytest

from assistant.narrowing import asks, narrowed
from assistant.types import Filter, Lent, Query


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("This is ridiculous! How long can I return this crap?!", "How long can I return this crap?!"),
        ("My parcel is late AGAIN. When does a parcel count as late? You crooks.", "When does a parcel count as late?"),
        (
            "I bought it in May. It is broken. Who pays the label? And is a repair free?",
            "Who pays the label? And is a repair free?",
        ),
        ("Hello there. Tell me what delivery costs.", "Tell me what delivery costs."),
    ],
)
def test_the_sentences_that_ask_are_what_is_left(text: str, question: str) -> None:
    query = narrowed(Query(text=text, only=Filter(language="en")))
    assert query is not None
    assert (query.text, query.only.language) == (question, "en")
    assert asks(text)


@pytest.mark.parametrize(
    "text", ["How long can I return this?", "You are thieves!", "", "   ", "?" * 500, "voucher code"]
)
def test_where_nothing_can_be_left_out_there_is_no_second_search(text: str) -> None:
    assert narrowed(Query(text=text)) is None


def test_a_follow_up_is_searched_for_without_the_conversation_unless_it_points_back() -> None:
    lent = Lent(text="How long is the warranty?", meaning=0.1, terms=0.2)
    query = Query(text="Delivery to Switzerland?", topic="How long is the warranty?", context=(lent,))
    assert narrowed(query) == Query(text="Delivery to Switzerland?")
    assert narrowed(query.model_copy(update={"text": "How do I reset it?", "leans": True})) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "I bought it used from a friend, does the warranty still count for me?",
            "does the warranty still count for me?",
        ),
        ("My wife bought them in May, and now I wonder how long the warranty is", "how long the warranty is"),
        (
            "We moved, which was in May, you know how it is when you move, and I wonder how long the warranty is now",
            "how long the warranty is now",
        ),
        ("My son has one, I wanted to ask whether a repair is free", "a repair is free"),
        (
            "I need it, how long is delivery to France and what does it cost?",
            "how long is delivery to France and what does it cost?",
        ),
    ],
)
def test_a_question_behind_a_story_is_cut_out_of_its_sentence(text: str, question: str) -> None:
    query = narrowed(Query(text=text))
    assert query is not None
    assert query.text == question


@pytest.mark.parametrize("text", ["I ordered the wrong thing, how do I stop it?", "It is a Norda, is it?"])
def test_a_question_about_what_stands_before_it_is_left_whole(text: str) -> None:
    assert narrowed(Query(text=text)) is None
    assert asks(text)


@pytest.mark.parametrize("text", ["My voucher does not work", "You are thieves!", "I love it!", "Thanks"])
def test_statements_do_not_ask(text: str) -> None:
    assert not asks(text)


@pytest.mark.parametrize(
    "text",
    [
        "I missed my ferry, do I have to pay?",
        "my father needs oxygen, can you still lock the lift?",
        "The strap tore by itself, does the shop pay?",
    ],
)
def test_a_short_yes_or_no_is_not_asked_without_the_case_before_it(text: str) -> None:
    assert narrowed(Query(text=text)) is None
