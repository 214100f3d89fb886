"""Misspells words of a knowledge base, and counts how many questions get them back, and how long that takes.

    python -m benchmarks.spelling [--home HOME] [--words 1200] [--seed 1]

Words are drawn from the passages as often as they stand there, five letters and more, and get one mistake, those of
ten and more one or two: a letter left out, doubled, other, or two letters swapped, never the first. Beside our own
mending stands the nearest word of all (rapidfuzz, optimal string alignment), which knows neither stems nor how often a
word is used. `harmed` are words of the passages, right as they are, that were changed. Without `--home` the documents
that come with the product are used.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from assistant.bootstrap import open_assistant
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.spelling import LONG_WORD, SHORTEST_WORD, mended
from assistant.terms import plain_words, stem
from benchmarks.machine import report

LETTERS = "abcdefghijklmnopqrstuvwxyz"
Mend = Callable[[str], str]


def misspelt(word: str, chance: random.Random) -> str:
    """Return a word with one mistake behind its first letter."""
    place = chance.randrange(1, len(word) - 1)
    kind = chance.choice(("left out", "doubled", "other", "swapped"))
    if kind == "left out":
        return word[:place] + word[place + 1 :]
    if kind == "doubled":
        return word[:place] + word[place] + word[place:]
    if kind == "other":
        return word[:place] + chance.choice(LETTERS) + word[place + 1 :]
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def drawn(texts: Sequence[str], count: int, chance: random.Random) -> list[tuple[str, str]]:
    """Return words with what a customer may write in their place, which no passage holds."""
    words = [word for text in texts for word in plain_words(text) if len(word) >= SHORTEST_WORD and word.isascii()]
    stems = {stem(word) for word in words}
    pairs: list[tuple[str, str]] = []
    while len(pairs) < count:
        word = wrong = chance.choice(words)
        for _ in range(chance.choice((1, 2)) if len(word) > LONG_WORD else 1):
            wrong = misspelt(wrong, chance)
        if len(wrong) >= SHORTEST_WORD and stem(wrong) not in stems:
            pairs.append((word, wrong))
    return pairs


def row(name: str, mend: Mend, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Measure one way to mend; a word that has the right stem finds what was meant."""
    seconds, right = [], 0
    for word, wrong in pairs:
        began = time.perf_counter()
        found = mend(wrong)
        seconds.append(time.perf_counter() - began)
        right += stem(found) == stem(word)
    ordered = sorted(1000 * one for one in seconds)
    return {
        "by": name,
        "words": len(pairs),
        "mended": right / len(pairs),
        "harmed": sum(mend(word) != word for word, _ in pairs) / len(pairs),
        "p50 ms": statistics.median(ordered),
        "p95 ms": ordered[int(0.95 * len(ordered))],
    }


def measure(settings: Settings, count: int, seed: int) -> list[dict[str, Any]]:
    with open_assistant(settings) as bot:
        if not bot.status()["documents"]:
            bot.ingest(shipped_folder("knowledge_base"))
        bot.warm_up()
        stores = bot._stores
        live = stores.generations.live()
        assert live is not None
        keywords, catalog = stores.keywords(live.number), stores.catalog
        texts = [one.indexed_text for one in catalog.all_passages()]
        pairs = drawn(texts, count, random.Random(seed))
        known = sorted({word for text in texts for word in plain_words(text)})

        def nearest(word: str) -> str:
            best = extractOne(word, known, scorer=OSA.distance, score_cutoff=2)
            return best[0] if best else word

        # The first word of each letter reads the index, as the first question after a start does.
        for word, wrong in pairs[: count // 10]:
            mended(f"{word} {wrong}", keywords, catalog)
        return [
            row("product", lambda word: mended(word, keywords, catalog), pairs),
            row("nearest of all words", nearest, pairs),
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--words", type=int, default=1200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report("spelling", measure(Settings(home=options.home or Path(folder)), options.words, options.seed))


if __name__ == "__main__":
    main()
