"""Changes one thing in true answers, and counts how many of them grounding still lets through.

    python -m benchmarks.mutations [--squad FOLDER] [--mutants 1000] [--seed 1] [--show KIND]

True answers are sentences of the sample company's documents and, with `--squad` (a retrieval set whose queries carry
`answers` and `source_doc`), sentences of its paragraphs that hold an answer. Half of them are said in other words.
Each is checked against its passage and four others of the same source: `refused` is the share of which nothing is
shown, `quoted` of those in whose place the sentence of the source stands. Of the true ones the refused are lost; of the
changed ones both are caught. The baseline is a check that most of a sentence's words stand in one passage, as overlap
metrics do it.
"""

import argparse
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.bootstrap import open_assistant
from assistant.drafting import Draft
from assistant.evaluation.sets import read_jsonl
from assistant.grounding import clean, cut, ground
from assistant.segmentation import sentences
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.terms import terms
from assistant.types import Passage
from assistant.wording import wording
from benchmarks.machine import report
from benchmarks.mutators import retold
from benchmarks.twists import CHANGES

Told = tuple[str, Passage]
Row = dict[str, object]
MIN_WORDS, MAX_WORDS = 5, 45
BASELINE_SHARE = 0.8


def told_by_the_company() -> Iterator[Told]:
    """Yield each plain sentence of the sample documents with its passage."""
    folder = shipped_folder("knowledge_base")
    with tempfile.TemporaryDirectory() as home, open_assistant(Settings(home=Path(home))) as bot:
        bot.ingest(folder)
        passages = list(bot._stores.catalog.all_passages())
    for passage in passages:
        for start, end in sentences(passage.text):
            yield passage.text[start:end], passage


def told_by_squad(folder: Path) -> Iterator[Told]:
    """Yield each sentence that holds an answer, with its paragraph."""
    paragraphs = {str(row["_id"]): row for row in read_jsonl(folder / "corpus.jsonl")}
    answers: dict[str, set[str]] = defaultdict(set)
    for query in read_jsonl(folder / "queries.jsonl"):
        answers[str(query["source_doc"])].update(query["answers"])
    for name, row in paragraphs.items():
        text = row["text"]
        passage = Passage(
            id=name, document_id=name, document=name, title=row.get("title") or "", revision=1, ordinal=0,
            heading="", start=0, end=len(text), text=text,
        )  # fmt: skip
        for start, end in sentences(text):
            if any(answer in text[start:end] for answer in answers[name]):
                yield text[start:end], passage


def plain(told: Sequence[Told]) -> list[Told]:
    """Return the sentences that read as a statement."""
    return [
        (text, passage)
        for text, passage in told
        if text[:1].isupper()
        and text.endswith(".")
        and MIN_WORDS <= len(text.split()) <= MAX_WORDS
        and "\n" not in text
    ]


def judged(text: str, passages: Sequence[Passage]) -> str:
    """Tell what a turn shows of a text: its `own` words, or else something that was `quoted`, or nothing: `refused`."""
    parts = [clean(one) for _, one in cut([text])]
    shown = [_judged(part, passages) for part in parts if len(parts) == 1 or len(terms(part)) > 1]
    return next((one for one in ("refused", "quoted") if one in shown), "own")


def _judged(part: str, passages: Sequence[Passage]) -> str:
    span = ground(part, passages)
    words = wording("", part, span, Draft()) if span is not None else []
    return "refused" if not words else "own" if words[0].text == part else "quoted"


def overlaps(text: str, passages: Sequence[Passage]) -> bool:
    """Tell whether one passage holds most words of a text: the baseline."""
    own = set(terms(text))
    return any(len(own & set(terms(one.text))) >= BASELINE_SHARE * len(own) for one in passages)


def around(passage: Passage, passages: Sequence[Passage], chance: random.Random) -> list[Passage]:
    """Return a passage among four others, as a search returns them."""
    others = [one for one in passages if one.document == passage.document and one.id != passage.id]
    others += chance.sample(passages, min(8, len(passages)))
    found = [passage, *[one for one in others if one.id != passage.id][:4]]
    chance.shuffle(found)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad", type=Path)
    parser.add_argument("--mutants", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", default="", help="print what is wrong of this kind, or 'lost'")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    sources = {"company": plain(list(told_by_the_company()))}
    if options.squad:
        sources["squad"] = plain(list(told_by_squad(options.squad)))
    rows = [row for name, told in sources.items() for row in measure(name, told, options, chance)]
    report("mutations", rows)


def measure(
    source: str, told: list[Told], options: argparse.Namespace, chance: random.Random
) -> list[dict[str, object]]:
    passages = list({passage.id: passage for _, passage in told}.values())
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    rounds = 0
    while sum(count[0] for kind, count in counts.items() if kind in CHANGES) < options.mutants // 2 and rounds < 40:
        rounds += 1
        for text, passage in chance.sample(told, len(told)):
            way, true = retold(text, passage.text, chance) if chance.random() < 0.5 else ("verbatim", text)
            found = around(passage, passages, chance)
            if rounds == 1:
                count(counts, f"true: {way}", true, text, found, show=options.show == "lost", wrong=False)
            kind = chance.choice(list(CHANGES))
            changed = CHANGES[kind](true, passage.text, chance)
            if changed is not None and changed != true and changed not in passage.text:
                count(counts, kind, changed, true, found, show=options.show == kind, wrong=True)
            if sum(c[0] for k, c in counts.items() if k in CHANGES) >= options.mutants // 2:
                break
    return rows_of(source, counts)


def count(
    counts: dict[str, list[int]], kind: str, text: str, true: str, found: list[Passage], *, show: bool, wrong: bool
) -> None:
    judgement = judged(text, found)
    counts[kind][0] += 1
    counts[kind][1] += judgement == "refused"
    counts[kind][2] += judgement == "quoted"
    counts[kind][3] += not overlaps(text, found)
    if show and judgement == ("own" if wrong else "refused"):
        print(f"[{kind}] {text}\n   <- {true}")


def rows_of(source: str, counts: dict[str, list[int]]) -> list[Row]:
    rows: list[Row] = []
    for true in (True, False):
        kinds = {kind: count for kind, count in sorted(counts.items()) if kind.startswith("true") == true}
        total = [sum(count[index] for count in kinds.values()) for index in range(4)]
        for kind, (n, refused, quoted, baseline) in (kinds | {"all true" if true else "all changed": total}).items():
            shares = {"refused": refused / n, "quoted": quoted / n, "overlap refuses": baseline / n}
            rows.append({"source": source, "kind": kind, "n": n, **shares})
    return rows


if __name__ == "__main__":
    main()
