"""Follow-ups over the sample knowledge base, with the real model and without a language model."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assistant import Assistant, Settings, open_assistant
from assistant.shipped import shipped_folder
from assistant.types import Message, SearchResult

DIALOGUES = Path(__file__).parents[1] / "content" / "dialogues.jsonl"
FOUND_SHARE = 0.9
"""Of the follow-ups, so many must find a passage of an expected document among the first three."""

SWITCHES_SEEN, SWITCHES_IMAGINED = 0.5, 0.1


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with open_assistant(Settings(home=tmp_path_factory.mktemp("follow-ups"))) as assistant:
        assistant.ingest(str(shipped_folder("knowledge_base")))
        yield assistant


@pytest.fixture(scope="module")
def results(bot: Assistant) -> list[tuple[dict[str, Any], SearchResult]]:
    dialogues = [json.loads(line) for line in DIALOGUES.read_text(encoding="utf-8").splitlines()]
    return [(one, bot.find(one["question"], 3, history=history_of(one))) for one in dialogues]


def history_of(dialogue: dict[str, Any]) -> list[Message]:
    return [Message.model_validate(message) for message in dialogue["history"]]


def test_follow_ups_find_the_document_they_are_about(results: list[tuple[dict[str, Any], SearchResult]]) -> None:
    assert len(results) >= 20
    missed = [
        dialogue["question"]
        for dialogue, found in results
        if not {one.passage.document for one in found.passages} & set(dialogue["documents"])
    ]
    assert len(missed) <= (1 - FOUND_SHARE) * len(results), missed


def test_changes_of_topic_are_noticed_and_hardly_ever_imagined(
    results: list[tuple[dict[str, Any], SearchResult]],
) -> None:
    seen = [found.switched for dialogue, found in results if dialogue["switched"]]
    imagined = [found.switched for dialogue, found in results if not dialogue["switched"]]
    assert sum(seen) >= SWITCHES_SEEN * len(seen)
    assert sum(imagined) <= SWITCHES_IMAGINED * len(imagined)


def test_a_stored_conversation_is_followed_and_told(bot: Assistant) -> None:
    first = bot.reply("Can I pay in instalments in Germany?")
    reply = bot.reply("And in France?", first.conversation_id)
    assert reply.searched_for == "Can I pay in instalments in France?"
    assert "payment/instalments.md" in [one.document for one in reply.citations]
