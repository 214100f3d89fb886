"""Measures what the small reader adds to the choice of sentences: which are quoted, by words alone and with it.

    python -m benchmarks.reading --data ../shared/data [--questions 700]

The right passage is given, so that only the choice within it counts. SQuAD 2: whether a quoted sentence holds the
answer, and the F1 of the quotation's words with it. CLAP NQ: whether one is among those that people chose, and the F1
of the sentences chosen. The processor's time is that of choosing, on all cores.
"""

import argparse
import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from assistant.comprehension import Comprehension
from assistant.evaluation.overlap import token_f1
from assistant.evaluation.sets import read_jsonl
from assistant.extraction import choose
from assistant.readers import open_reader
from assistant.settings import Settings
from assistant.terms import terms
from assistant.types import Passage, ScoredPassage
from benchmarks.machine import report

ENOUGH_SECONDS = 60.0

Judge = Callable[[Sequence[str]], tuple[bool, float]]
"""Tells of quoted sentences whether one is right, and how well all fit, 0 to 1."""


class Case(NamedTuple):
    """A question with the passage that answers it."""

    question: str
    passage: ScoredPassage
    judge: Judge


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--questions", type=int, default=700)
    parser.add_argument("--home", type=Path, default=Path("var"))
    arguments = parser.parse_args()
    reader = open_reader(Settings(home=arguments.home, reader="small"))
    assert reader is not None
    comprehension = Comprehension(reader, seconds=ENOUGH_SECONDS)
    comprehension.warm_up()
    rows = []
    for name, cases in (("squad2", squad(arguments.data)), ("clapnq", clapnq(arguments.data))):
        found = list(cases)
        weigh = rarity(list({one.passage.passage.text for one in found}))
        asked = list(islice(found, 0, None, max(1, len(found) // arguments.questions)))
        rows += [measure(name, asked, weigh, one) for one in (None, comprehension)]
    report("reading", rows)


def measure(
    name: str, cases: Sequence[Case], weigh: Callable[[str], dict[str, float]], comprehension: Comprehension | None
) -> dict[str, Any]:
    right, fits, sentences = 0, 0.0, 0
    used = time.process_time()
    for one in cases:
        weights, passages = weigh(one.question), [one.passage]
        if comprehension is not None:
            passages = comprehension.read(one.question, weights, passages)
        quoted = [unit.text for unit in choose(one.question, weights, passages)]
        hit, fit = one.judge(quoted)
        right, fits, sentences = right + hit, fits + fit, sentences + len(quoted)
    count = len(cases)
    return {
        "set": name,
        "chosen by": "words" if comprehension is None else "words and reader",
        "questions": count,
        "right": right / count,
        "F1": fits / count,
        "sentences": sentences / count,
        "processor ms": (time.process_time() - used) * 1000 / count,
    }


def squad(data: Path) -> Iterator[Case]:
    corpus = {row["_id"]: row for row in read_jsonl(data / "retrieval/squad2/corpus.jsonl")}
    for row in read_jsonl(data / "retrieval/squad2/queries.jsonl"):
        if not row["is_impossible"]:
            source = corpus[row["source_doc"]]
            yield Case(row["text"], passage(source.get("title", ""), source["text"]), holding(row["answers"]))


def clapnq(data: Path) -> Iterator[Case]:
    for row in read_jsonl(data / "answers/clapnq/clapnq_dev_answerable.jsonl"):
        source = row["passages"][0]
        yield Case(
            row["input"], passage(source["title"], source["text"]), among(row["output"][0]["selected_sentences"])
        )


def passage(title: str, text: str) -> ScoredPassage:
    whole = Passage(
        id="1", document_id="1", document="1", title=title, heading="", text=text, start=0, end=len(text), revision=1,
        ordinal=0,
    )  # fmt: skip
    return ScoredPassage(rank=1, score=1.0, passage=whole)


def rarity(texts: Sequence[str]) -> Callable[[str], dict[str, float]]:
    """Return what weighs a question's terms by their rarity in some texts (the idf of BM25)."""
    holders = Counter(term for text in texts for term in set(terms(text)))

    def weigh(question: str) -> dict[str, float]:
        found: Mapping[str, int] = {term: holders[term] for term in terms(question)}
        return {term: math.log(1 + (len(texts) - count + 0.5) / (count + 0.5)) for term, count in found.items()}

    return weigh


def holding(answers: Sequence[str]) -> Judge:
    def judge(quoted: Sequence[str]) -> tuple[bool, float]:
        said = " ".join(quoted)
        return any(one in said for one in answers), max(token_f1(said, one) for one in answers)

    return judge


def among(selected: Sequence[str]) -> Judge:
    wanted = [plain(one) for one in selected]

    def judge(quoted: Sequence[str]) -> tuple[bool, float]:
        said = [plain(one) for one in quoted]
        hits = [any(one in other or other in one for other in wanted) for one in said]
        found = sum(any(one in other or other in one for other in said) for one in wanted)
        precision, recall = sum(hits) / max(1, len(hits)), found / max(1, len(wanted))
        return any(hits), 2 * precision * recall / (precision + recall) if precision + recall else 0.0

    return judge


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


if __name__ == "__main__":
    main()
