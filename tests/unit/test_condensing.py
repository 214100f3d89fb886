import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.condensing import (
    ANSWER_MEANING,
    QUESTION_MEANING,
    QUESTION_TERMS,
    REMEMBERED_QUESTIONS,
    STANDS_ALONE,
    RuleRewriter,
    coloured,
)
from assistant.types import Lent, Message

WARRANTY = Message(speaker="customer", text="How long is the warranty on the Aria headphones?")
ANSWER = Message(speaker="assistant", text="Two years.")


@pytest.mark.parametrize(
    "question",
    ["And in Switzerland?", "Does it cover the battery?", "What about refurbished ones?", "Why?", "how much is that"],
)
def test_a_follow_up_takes_its_topic_along(question: str) -> None:
    query = RuleRewriter().standalone(question, (WARRANTY, ANSWER))
    assert (query.text, query.topic) == (question, WARRANTY.text)
    assert query.standalone == f"{WARRANTY.text} {question}"
    assert query.shown == f"{WARRANTY.text} | {question}"


@pytest.mark.parametrize(
    "question",
    ["Which payment methods do you accept in Austria?", "How do I delete my customer account and all my orders?"],
)
def test_a_question_that_says_enough_is_judged_alone_and_only_coloured(question: str) -> None:
    query = RuleRewriter().standalone(question, (WARRANTY, ANSWER))
    assert (query.text, query.topic, query.shown) == (question, "", question)
    assert query.context == (
        Lent(text="Two years.", meaning=STANDS_ALONE * ANSWER_MEANING, terms=0.0),
        Lent(text=WARRANTY.text, meaning=STANDS_ALONE * QUESTION_MEANING, terms=STANDS_ALONE * QUESTION_TERMS),
    )
    assert coloured(question, (WARRANTY, ANSWER)) == query


def test_the_topic_survives_two_follow_ups() -> None:
    second = Message(speaker="customer", text="And in Switzerland?")
    topic = RuleRewriter().standalone("And for students?", (WARRANTY, ANSWER, second, ANSWER)).topic
    assert topic == f"{WARRANTY.text} And in Switzerland?"


def test_without_history_nothing_is_added() -> None:
    query = RuleRewriter().standalone("And in Switzerland?", ())
    assert (query.shown, query.context) == ("And in Switzerland?", ())


def test_an_answer_without_a_question_lends_nothing() -> None:
    assert RuleRewriter().standalone("Why?", (ANSWER,)).context == ()


def test_words_of_the_house_lend_nothing() -> None:
    sorry = Message(speaker="assistant", text="I found nothing about that.", informs=False)
    context = RuleRewriter().standalone("Why?", (WARRANTY, ANSWER, WARRANTY, sorry)).context
    assert context[0].text == "Two years."


@pytest.mark.parametrize(
    "question", ["and it?", "Is that one cheaper by post?", "What about delivery to Austria by post?"]
)
def test_a_question_that_points_back_leans(question: str) -> None:
    assert RuleRewriter().standalone(question, (WARRANTY, ANSWER)).leans


def test_a_long_conversation_lends_its_last_questions_less_and_less() -> None:
    history = [
        message
        for turn in range(50)
        for message in (Message(speaker="customer", text=f"What is product {turn}?"), ANSWER)
    ]
    _, *questions = RuleRewriter().standalone("And the price?", history).context
    assert [one.text for one in questions] == [f"What is product {turn}?" for turn in range(49, 44, -1)]
    assert [one.terms for one in questions] == sorted((one.terms for one in questions), reverse=True)
    assert questions[-1].terms > 0


LANGUAGES = ["Und in der Schweiz?", "et en Suisse ?", "スイスでは？", "а в Швейцарии?", "ماذا عن سويسرا؟", "👍", ""]


@pytest.mark.parametrize("question", LANGUAGES)
def test_any_language_is_taken(question: str) -> None:
    assert RuleRewriter().standalone(question, (WARRANTY, ANSWER)).text == question


messages = st.lists(st.builds(Message, speaker=st.sampled_from(["customer", "assistant", "agent"]), text=st.text()))


@given(st.text(), messages)
def test_the_question_is_always_kept(question: str, history: list[Message]) -> None:
    query = RuleRewriter().standalone(question, history)
    assert query.text == question
    assert question.strip() in query.standalone
    assert question in query.shown
    assert len(query.context) <= REMEMBERED_QUESTIONS + 1
    assert all(0 < one.meaning < 1 and 0 <= one.terms < 1 for one in query.context)
    assert query.alone().context == ()


@pytest.mark.parametrize(
    "question",
    [
        "And what are websites then?",
        "what is a bundle",
        "What’s an SKU?",
        "ok and what is Klarna?",
        "what does RMA mean?",
    ],
)
def test_what_something_is_can_be_asked_without_the_conversation(question: str) -> None:
    query = RuleRewriter().standalone(question, [Message(speaker="customer", text="How do I set up free shipping?")])
    assert (query.topic, query.leans) == ("", False)


@pytest.mark.parametrize(
    "question",
    [
        "What is it?",
        "what is the price",
        "What is included?",
        "And what is that?",
        "What are their hours?",
        "What's yours?",
    ],
)
def test_what_was_spoken_of_is_asked_with_the_conversation(question: str) -> None:
    query = RuleRewriter().standalone(question, [Message(speaker="customer", text="How do I set up free shipping?")])
    assert query.topic == "How do I set up free shipping?"


def test_the_topic_is_the_last_question_that_stands_alone_and_what_was_asked_of_it_last() -> None:
    asked = ("How do I create a coupon code?", "Can I limit it?", "And for one group only?")
    query = RuleRewriter().standalone("How do I end it?", [Message(speaker="customer", text=one) for one in asked])
    assert query.topic == "How do I create a coupon code? And for one group only?"
