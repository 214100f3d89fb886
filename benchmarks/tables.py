"""Asks for single figures of a long table: is the right row quoted, and with the header that tells what its cells are?

    python -m benchmarks.tables [--rows 300] [--questions 150] [--seed 7]

The baseline in the same run cuts the same table without giving its passages the header.
"""

import argparse
import random
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

from assistant.bootstrap import open_assistant
from assistant.ingestion import splitting
from assistant.settings import Settings
from benchmarks.machine import report

WOODS = (
    "Alder Birch Cedar Damson Elm Fir Gorse Hazel Ivy Juniper Kelp Larch Maple Nutmeg Oak Pine Quince Rowan Sorrel "
    "Teak Umber Vetch Willow Yew Zinnia Acacia Bamboo Cypress Dogwood Ebony"
).split()
THINGS = "desk shelf chair stool table bench lamp cabinet wardrobe bed".split()
COLUMNS = ("Article", "Price", "Weight", "Delivery time", "Guarantee")
ASKED = (
    "How much is the {}?",
    "What does the {} cost?",
    "What does the {} weigh?",
    "How heavy is the {}?",
    "How long is the delivery time of the {}?",
    "When would the {} be delivered?",
    "How long is the guarantee for the {}?",
    "price of the {}",
)


def table(count: int, chance: random.Random) -> tuple[str, list[str]]:
    """Return a table as Markdown with so many rows, and what each row is called."""
    names = [f"{wood} {thing}" for wood in WOODS for thing in THINGS][:count]
    chance.shuffle(names)
    rows = [
        f"| {name} | {chance.randint(20, 400)}.90 EUR | {chance.randint(1, 30)} kg | {chance.randint(2, 14)} days "
        f"| {chance.randint(2, 10)} years |"
        for name in names
    ]
    head = f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}"
    return "\n".join([head, *rows]), names


def measure(folder: Path, names: list[str], questions: int, chance: random.Random) -> dict[str, Any]:
    asked = [(chance.choice(names), chance.choice(ASKED)) for _ in range(questions)]
    found = answered = right = told = 0
    with open_assistant(Settings(home=folder / "home", responders=("extractive",))) as bot:
        bot.ingest(folder / "documents")
        for name, question in asked:
            text = question.format(name)
            found += any(f"| {name} |" in one.passage.text for one in bot.find(text).passages)
            reply = bot.reply(text)
            answered += reply.decision.action == "answer"
            is_right = f"| {name} |" in reply.text
            right += is_right
            told += is_right and COLUMNS[1] in reply.text and reply.text.count("\n| ") == 1
    shares = {"found": found, "answered": answered, "right row": right, "with its header": told}
    return {name: count / questions for name, count in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--questions", type=int, default=150)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    rows = []
    for cut in ("without headers", "as it is"):
        chance = random.Random(arguments.seed)
        text, names = table(arguments.rows, chance)
        with tempfile.TemporaryDirectory() as temporary:
            documents = Path(temporary) / "documents"
            documents.mkdir()
            page = f"# Price list\n\nPrices include VAT.\n\n## Furniture\n\n{text}\n\n## Returns\n\nWithin 30 days.\n"
            (documents / "prices.md").write_text(page, encoding="utf-8")
            if cut == "as it is":
                figures = measure(Path(temporary), names, arguments.questions, chance)
            else:
                with patch.object(splitting, "header_above", lambda _text, _start: None):
                    figures = measure(Path(temporary), names, arguments.questions, chance)
        rows.append({"passages are cut": cut, "rows": arguments.rows, **figures})
    report("tables", rows)


if __name__ == "__main__":
    main()
