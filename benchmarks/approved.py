"""Counts how often an approved answer is taken for the question that it is approved for, and how often for another.

    python -m benchmarks.approved [--embedder onnx:all-MiniLM-L6-v2]

Every answerable question of the sample company is approved in turn, and asked in other dress (greeted, in small
letters, without marks, shouted), with one thing changed (a number, a name, a denial, what is wanted), and with all
other questions in its place; so are the pairs written for it (`tests/content/approved.jsonl`). Beside it stands a
threshold on the cosine alone, at the height that takes as many of the right ones.
"""

import argparse
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from assistant.approved import LEAST_COSINE, ApprovedAnswers, asks_the_same
from assistant.bootstrap import open_assistant
from assistant.calming import calmed
from assistant.embedders import open_embedder
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from benchmarks import mutators
from benchmarks.machine import report

CONTENT = Path("tests/content")
SWAPS = (("how long", "how much"), ("when", "where"), ("how much", "how long"), ("can i", "how do i"), ("what", "why"))


class Pair(NamedTuple):
    """An approved question, what a customer asks, and whether that is the same."""

    group: str
    approved: str
    asked: str
    same: bool


def read(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CONTENT / name).read_text(encoding="utf-8").splitlines()]


def dressed(question: str) -> Iterator[str]:
    """Yield a question as other people write it."""
    plain = question.rstrip("?!. ")
    yield from (question.lower(), plain, f"Hi there, {plain[0].lower()}{plain[1:]}? Thanks!", question.upper())
    yield f"Hello, please tell me: {plain}?"


def changed(question: str, names: list[str], chance: random.Random) -> Iterator[str]:
    """Yield questions that ask for something else in nearly the same words."""
    for change in (mutators.number, mutators.negation):
        other = change(question, "", chance)
        if other and other != question:
            yield other
    for name in (one for one in names if re.search(rf"\b{one}\b", question)):
        yield question.replace(name, chance.choice([one for one in names if one != name]))
    for one, other in SWAPS:
        if (swapped := re.sub(rf"^{one}\b", other, question, flags=re.IGNORECASE)) != question:
            yield swapped


def pairs() -> list[Pair]:
    chance = random.Random(1)
    rows = [row["question"] for row in read("questions.jsonl") if row["answerable"]]
    names = sorted({one for row in rows for one in re.findall(r"(?<=[a-z,] )[A-Z][a-z]{3,}", row)})
    found = [Pair("written", row["approved"], row["asked"], row["same"]) for row in read("approved.jsonl")]
    for question in rows:
        found += [Pair("in other dress", question, one, True) for one in dressed(question)]
        found += [Pair("one thing changed", question, one, False) for one in changed(question, names, chance)]
        found += [Pair("another question", question, one, False) for one in rows if one != question]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    settings_of = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), embedder=settings_of.embedder)
        with open_assistant(settings) as bot:
            bot.ingest(str(shipped_folder("knowledge_base")))
        report("approved", measured(settings, pairs()))


def measured(settings: Settings, all_pairs: list[Pair]) -> list[dict[str, Any]]:
    """Return for each group how many of its pairs are taken for the same question, by us and by the cosine alone."""
    embedder = open_embedder(settings)
    texts = list({text for one in all_pairs for text in (one.approved, one.asked)})
    vectors = {text: embedder.embed_query(text) for text in texts}
    rarity = rarity_in(settings)
    cosines = np.array([float(vectors[one.approved] @ vectors[one.asked]) for one in all_pairs])
    taken = np.array(
        [
            cosine >= LEAST_COSINE and asks_the_same(calmed(one.asked), one.approved, rarity)
            for one, cosine in zip(all_pairs, cosines, strict=True)
        ]
    )
    right = np.array([one.same for one in all_pairs])
    threshold = float(np.sort(cosines[right])[::-1][max(0, int(taken[right].sum()) - 1)])
    rows = []
    for group in dict.fromkeys(one.group for one in all_pairs):
        for same in (True, False):
            chosen = np.array([one.group == group and one.same == same for one in all_pairs])
            if chosen.any():
                row: dict[str, Any] = {"questions": group, "ask the same": same, "n": int(chosen.sum())}
                share = {"taken": round(float(taken[chosen].mean()), 4)}
                by_cosine = {f"cosine >= {threshold:.3f}": round(float((cosines >= threshold)[chosen].mean()), 4)}
                rows.append(row | share | by_cosine)
    return rows


def rarity_in(settings: Settings) -> Callable[[str], float]:
    """Return how rare words are in the live home of these settings, as `ApprovedAnswers` weighs them."""
    stores = open_stores(settings)
    live = stores.generations.live()
    assert live is not None
    return ApprovedAnswers(stores.catalog, lambda _: np.empty(0, np.float32), stores.keywords(live.number)).rarity


if __name__ == "__main__":
    main()
