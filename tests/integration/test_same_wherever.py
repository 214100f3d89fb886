"""The same documents give the same answers wherever their folder lies and in whatever order they came. Real model."""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from assistant import Settings, open_assistant
from tests.homes import LendModel

TEXTS = {
    "delivery/austria.md": "# Delivery to Austria\n\nDelivery to Austria costs €6.90 and takes 3 working days.\n",
    "delivery/norway.md": "# Delivery to Norway\n\nDelivery to Norway costs €19.90 and takes 6 working days.\n",
    "warranty.md": "# Warranty\n\n## How long\n\nThe warranty is 3 years.\n\n## Battery\n\nIt has 12 months.\n",
    # What two documents say word for word scores exactly alike.
    "old/notice.md": "# Notice\n\nOur hotline is closed on 24 December.\n",
    "new/notice.md": "# Notice\n\nOur hotline is closed on 24 December.\n\n## More\n\nThe shop is open.\n",
    "z-last/notice.md": "# Notice\n\nOur hotline is closed on 24 December.\n\n## Less\n\nThe shop is shut.\n",
}
QUESTIONS = ("What does delivery to Norway cost?", "When is the hotline closed?", "How long is the warranty?", "notice")
SAME = 1e-6


def written(folder: Path, names: Sequence[str]) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(TEXTS[name], encoding="utf-8")
    return folder


def seen(home: Path, folders: Iterable[Path]) -> tuple[list[object], list[float]]:
    """Return what searches and answers show after one ingest of each folder: all that is said, and all figures."""
    said: list[object] = []
    figures: list[float] = []
    settings = Settings(home=home, embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as bot:
        for folder in folders:
            bot.ingest(folder)
        for question in QUESTIONS:
            for one in bot.search(question, limit=10):
                said.append((one.passage.document, one.passage.ordinal, one.dense_rank, one.keyword_rank))
                figures += [one.score, one.cosine or 0.0]
            reply = bot.reply(question)
            assert reply.circumstances is not None
            assert reply.circumstances.evidence is not None
            said.append((reply.text, reply.decision.action, [(one.document, one.quote) for one in reply.citations]))
            figures.append(reply.circumstances.evidence.confidence)
    return said, figures


def test_search_and_answers_are_the_same_in_two_folders_and_in_either_order(
    tmp_path: Path, lend_model: LendModel
) -> None:
    names = list(TEXTS)
    at_once = written(tmp_path / "one", names)
    said, figures = seen(lend_model(tmp_path / "home-one"), [at_once])
    assert len(said) > 3 * len(QUESTIONS)

    shutil.copytree(at_once, tmp_path / "a")
    assert seen(lend_model(tmp_path / "home-moved"), [tmp_path / "a"]) == (said, figures)

    elsewhere = tmp_path / "zz" / "much deeper" / "company"
    settled = seen(lend_model(tmp_path / "home-grown"), (written(elsewhere, some) for some in (names[3:], names)))
    assert settled[0] == said
    assert settled[1] == pytest.approx(figures, abs=SAME)
