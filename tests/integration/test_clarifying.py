"""Asking back over the sample knowledge base: where it is unclear what is meant, and nowhere else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Settings, open_assistant
from assistant.types import Message, Reply
from tests.homes import StockHome

CONTENT = Path(__file__).parents[1] / "content"
ASKED_SHARE = 0.6
"""Of the unclear questions, so many must be asked back; the others are answered for the likeliest subject."""


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONTENT / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, stock_home: StockHome) -> Iterator[Assistant]:
    home = stock_home(tmp_path_factory.mktemp("clarifying"))
    with open_assistant(Settings(home=home, embedder="onnx:all-MiniLM-L6-v2")) as assistant:
        yield assistant


def ask(bot: Assistant, row: dict[str, Any]) -> Reply:
    history = [Message.model_validate(message) for message in row.get("history", [])]
    return bot.reply(row["question"], history=history)


def number_of(name: str, asked_back: Reply) -> str:
    """Return the number of the choice that names something, as a customer would type it."""
    return str(1 + next(place for place, choice in enumerate(asked_back.choices) if name in choice))


def test_there_are_enough_questions_of_both_kinds() -> None:
    unclear = [row["unclear"] for row in read("unclear.jsonl")]
    assert unclear.count(True) >= 20
    assert unclear.count(False) >= 40


def test_a_clear_question_is_not_asked_back_where_nothing_was_ingested_yet(tmp_path: Path) -> None:
    with open_assistant(Settings(home=tmp_path, embedder="onnx:all-MiniLM-L6-v2")) as empty:
        asked = ["What does delivery to Switzerland cost?", "it does not work"]
        assert [empty.reply(one).decision.action for one in asked] == ["abstain", "clarify"]


def test_unclear_questions_are_asked_back_with_what_they_may_mean(bot: Assistant) -> None:
    rows = [row for row in read("unclear.jsonl") if row["unclear"]]
    asked = [(row, reply) for row in rows if (reply := ask(bot, row)).decision.action == "clarify"]
    assert len(asked) >= ASKED_SHARE * len(rows)
    for row, reply in asked:
        assert 2 <= len(reply.choices) <= 4
        assert all(choice in reply.text for choice in reply.choices)
        assert all(any(name in choice for choice in reply.choices) for name in row["among"]), (row, reply.choices)


def test_a_question_with_one_answer_is_never_asked_back(bot: Assistant) -> None:
    clear = [row for row in read("unclear.jsonl") if not row["unclear"]] + read("questions.jsonl")
    assert [row["question"] for row in clear if ask(bot, row).choices] == []


@pytest.mark.parametrize(
    ("question", "choice", "quoted"),
    [
        ("What does delivery cost?", "Canada", "CA$29.90"),
        ("What does delivery cost?", "Switzerland", "CHF 12.90"),
        ("What is the battery life?", "3", "38 hours"),
        ("How do I reset it?", "the Norda 350 please", "12 seconds"),
    ],
)
def test_a_choice_is_answered(bot: Assistant, question: str, choice: str, quoted: str) -> None:
    first = bot.reply(question)
    assert first.decision.action == "clarify"
    named = choice.removeprefix("number of ")
    second = bot.reply(choice if named == choice else number_of(named, first), first.conversation_id)
    assert second.decision.action == "answer"
    assert any(quoted in one.quote for one in second.citations), second.text


def test_a_follow_up_after_a_choice_keeps_the_subject(bot: Assistant) -> None:
    first = bot.reply("What is the battery life?")
    bot.reply(number_of("Norda 300", first), first.conversation_id)
    third = bot.reply("and the charging time?", first.conversation_id)
    assert "Norda 300" in third.searched_for
    assert any("Norda 300" in one.title for one in third.citations), third.text
