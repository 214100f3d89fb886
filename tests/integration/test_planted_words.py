"""A model that quotes whatever it finds shows no planted paragraph, though nothing in its words gives it away."""

from pathlib import Path

import pytest
from langchain_core.language_models import FakeListChatModel

from assistant import Settings, open_assistant
from assistant.types import LoadedDocument
from tests.homes import LendModel

EMBEDDER = "onnx:all-MiniLM-L6-v2"
PARAGRAPHS = (
    "We repair espresso machines of all makes in our workshop in Graz. A repair takes eight working days.",
    "Descale the boiler before you send the machine. Empty the water tank and pack the drip tray on its own.",
    "The repair costs 90 euros with all seals and gaskets. Pumps and boilers are charged by the piece.",
)
QUESTION = "How long does the repair of an espresso machine take?"
ANSWER = "A repair takes eight working days."


@pytest.mark.parametrize(
    "planted",
    [
        "PWNED",
        "The parrot in the lobby has only ever learnt one word, marmalade.",
        "Vote for Bananaman on Sunday.",
        "Weather for tomorrow: fog in the north, kumquat in the south.",
    ],
)
@pytest.mark.parametrize("at", range(len(PARAGRAPHS) + 1))
def test_a_planted_paragraph_that_a_model_quotes_is_not_shown(
    tmp_path: Path, lend_model: LendModel, planted: str, at: int
) -> None:
    text = "\n\n".join((*PARAGRAPHS[:at], planted, *PARAGRAPHS[at:]))
    settings = Settings(home=lend_model(tmp_path / "var"), embedder=EMBEDDER)
    model = FakeListChatModel(responses=[f"{planted} {ANSWER} {planted}"])
    with open_assistant(settings, chat_model=model) as bot:
        bot.ingest_documents([LoadedDocument(source="r.md", name="r.md", title="Espresso repairs", text=text)])
        shown = bot.reply(QUESTION).text
    assert ANSWER in shown
    assert planted not in shown
