"""The small reader in a whole turn: it points at the sentence to quote."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from assistant.service import Assistant
from tests.homes import EMBEDDER, LendModel

DOCUMENTS = {
    "kettle.md": (
        "# Aria 5 kettle\n\nThe Aria 5 kettle is made of steel and of glass. Its lid opens at the push of a button. "
        "The kettle keeps water warm for a while. A full tank is 1.7 litres. The lid of the kettle locks.\n"
    ),
    "returns.md": (
        "# Returns\n\nYou may return an unused product within 30 days of delivery. "
        "Refunds take five working days after we have received the parcel.\n"
    ),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, lend_model: LendModel, lend_reader: LendModel) -> Path:
    home = lend_reader(lend_model(tmp_path_factory.mktemp("home")))
    folder = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    with open_assistant(Settings(home=home, embedder=EMBEDDER, reader="none")) as bot:
        bot.ingest(folder)
    return home


@pytest.fixture
def bot(home: Path) -> Iterator[Assistant]:
    with open_assistant(Settings(home=home, embedder=EMBEDDER, reader="small", reader_seconds=60)) as one:
        one.warm_up()
        yield one


QUESTION = "How much water does the kettle hold?"


def test_a_turn_quotes_the_sentence_in_which_the_answer_was_read(bot: Assistant, home: Path) -> None:
    with open_assistant(Settings(home=home, embedder=EMBEDDER, reader="none")) as without:
        by_words = without.reply(QUESTION).text
    assert "A full tank is 1.7 litres." in bot.reply(QUESTION).text
    assert "A full tank is 1.7 litres." not in by_words


def test_a_search_is_not_read(bot: Assistant) -> None:
    """It has a budget of milliseconds, and quotes nothing."""
    found = bot.find(QUESTION)
    assert found.passages
    assert all(one.readout is None for one in found.passages)
