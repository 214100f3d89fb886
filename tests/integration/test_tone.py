"""How a question is asked changes how the answer is said, not what it says."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Settings, open_assistant
from assistant.prompting import Prompts
from assistant.shipped import shipped_folder
from assistant.types import Reply
from tests.homes import StockHome

MOODS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "content" / "moods.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, stock_home: StockHome) -> Iterator[Assistant]:
    home = stock_home(tmp_path_factory.mktemp("tone"))
    with open_assistant(Settings(home=home, embedder="onnx:all-MiniLM-L6-v2")) as assistant:
        yield assistant


def cited(reply: Reply) -> list[tuple[str, int, int, str]]:
    return [(one.document, one.start, one.end, one.quote) for one in reply.citations]


@pytest.mark.parametrize("versions", MOODS, ids=lambda one: one["polite"])
def test_polite_furious_and_happy_get_the_same_facts(bot: Assistant, versions: dict[str, str]) -> None:
    polite, furious, happy = (bot.reply(versions[mood]) for mood in ("polite", "furious", "happy"))
    assert polite.citations
    assert cited(polite) == cited(furious) == cited(happy)
    for other in (furious, happy):
        assert polite.text in other.text, "the frame stands around the same sentences"


def test_the_words_around_the_answer_are_those_of_the_house(bot: Assistant) -> None:
    words = Prompts([shipped_folder("prompts")], assistant_name=bot.settings.assistant_name)
    polite, furious, happy = (bot.reply(MOODS[0][mood]) for mood in ("polite", "furious", "happy"))
    assert [one.decision.tone for one in (polite, furious, happy)] == ["friendly", "calming", "warm"]
    assert furious.text == "\n\n".join([words.say("sorry"), polite.text, words.say("offer")])
    assert happy.text == "\n\n".join([polite.text, words.say("warm")])
