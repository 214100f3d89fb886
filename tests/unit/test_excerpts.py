"""What a model on this machine is given to read."""

from assistant.prompting import Prompts
from assistant.responders.excerpts import MAX_CHARS, Excerpt, excerpts
from assistant.shipped import shipped_folder
from assistant.types import ResponseRequest, ScoredPassage
from tests.fakes import passage

FILLER = " ".join(f"Sentence number {number} speaks of something else entirely." for number in range(40))
RETURNS = "You can return most products within 30 days of delivery."
REFUND = "A refund takes 5 to 7 working days."


def request(question: str, *texts: str) -> ResponseRequest:
    found = tuple(
        ScoredPassage(rank=rank, score=1 / rank, passage=passage(text, document=f"{rank}.md", title=f"Title {rank}"))
        for rank, text in enumerate(texts, start=1)
    )
    return ResponseRequest(question=question, weights={"return": 1.0, "refund": 1.0}, passages=found, messages=())


def test_the_sentences_that_answer_are_taken_and_the_rest_is_not() -> None:
    chosen = excerpts(request("How long can I return products?", f"{FILLER} {RETURNS} {FILLER}"))
    assert chosen == (Excerpt(title="Title 1", text=RETURNS),)


def test_both_parts_of_a_question_keep_their_titles() -> None:
    question = "How long can I return products, and how long does a refund take?"
    chosen = excerpts(request(question, f"{RETURNS} {FILLER}", f"{FILLER} {REFUND}"))
    assert set(chosen) == {Excerpt(title="Title 1", text=RETURNS), Excerpt(title="Title 2", text=REFUND)}


def test_there_is_never_more_than_a_model_can_read_in_time() -> None:
    long = [
        " ".join([f"You can return product {row} for a refund within {row} days", "of delivery " * 12]) + "."
        for row in range(9)
    ]
    chosen = excerpts(request("How long can I return a product for a refund?", " ".join(long)))
    assert 0 < sum(len(one.text) for one in chosen) <= MAX_CHARS


def test_where_nothing_stands_out_the_best_passage_begins() -> None:
    table = "| --- | --- |\n" * 3
    assert [one.text for one in excerpts(request("?", table))] == [table]
    assert excerpts(request("How long?")) == ()


def test_the_beginning_is_the_same_for_every_turn() -> None:
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    first, second = (prompts.answer_briefly(text, (Excerpt(title="Returns", text=text),)) for text in (RETURNS, REFUND))
    assert first[0] == second[0]
    assert len(first[0].text) > 4 * len(first[1].text), "what is kept is most of what is sent"
    assert RETURNS in first[1].text
