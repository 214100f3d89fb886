"""Damages every file of the indexes in every way, opens the home, and asks a hundred questions.

    python -m benchmarks.damage [--variants 200] [--seed 1]

Each variant is one file of a copy of a home of 1,500 passages, with a few bits flipped, cut, zeroed, grown or removed:
once after a home was closed in order, and once as if it had been killed. Outcomes, of which only the first three are
right:

* noticed: an index was found to be broken, or to lack something, and was mended
* set aside: the damaged file was not read at all, since the indexes were built anew after the crash
* harmless: nothing was noticed, and all hundred answers are the same, their scores too
* missed: nothing was noticed, and an answer is different
* died: the process ended

After that a document is taken in and the home closed, in the same process, and the questions are asked once more.
"""

import argparse
import logging
import random
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb
import tantivy

from assistant.indexing.checking import AFTER_A_CRASH
from assistant.indexing.trust import MARK
from assistant.stores import KEYWORDS_FOLDER, Stores
from assistant.types import LoadedDocument, Query
from benchmarks.kills import Job, in_child
from benchmarks.machine import report
from benchmarks.proving import WORDS, WordEmbedder, document, opened

IMPORTED = (chromadb, tantivy)
"""Named here so that the children need not import them again."""

DOCUMENTS, PASSAGES = 30, 50
QUESTIONS = [" ".join(random.Random(number).choices(WORDS, k=6)) for number in range(100)]
DEPTH = 10
SAME_SCORE = 1e-6
LATER = LoadedDocument(source="made:later", name="later.md", title="Other", text="No word of this is in a question.")
KINDS = ("flipped", "cut", "zeroed", "grown", "removed")
STATES = ("closed", "killed")
MOST_BITS = 8
KEYWORDS_BROKEN = "the keywords index is broken"

Answers = list[list[tuple[str, float]]]


class Notes(logging.Handler):
    """Keeps the warnings of the library."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.lines.append(record.getMessage())


def damage(file: Path, kind: str, rng: random.Random) -> str:
    """Damage a file; returns how exactly. An empty file can only be grown or removed."""
    content = bytearray(file.read_bytes())
    if kind == "removed":
        file.unlink()
        return kind
    if kind == "grown" or not content:
        added = rng.randint(1, 5000)
        file.write_bytes(bytes(content) + rng.randbytes(added))
        return f"grown by {added}"
    start = rng.randrange(len(content))
    if kind == "cut":
        file.write_bytes(content[:start])
        return f"cut at {start}"
    if kind == "zeroed":
        size = min(len(content) - start, rng.randint(1, 4096))
        content[start : start + size] = bytes(size)
        file.write_bytes(content)
        return f"{size} bytes zeroed at {start}"
    for _ in range(rng.randint(1, MOST_BITS)):
        content[start] ^= 1 << rng.randrange(8)
    content[start] ^= 0 if content[start] != file.read_bytes()[start] else 1
    file.write_bytes(content)
    return f"byte {start} of {len(content)} flipped"


def answers(stores: Stores, questions: Sequence[str]) -> Answers:
    """Return ids and scores of the best passages of each question, by vector and by keyword."""
    live = stores.generations.live()
    assert live is not None
    embedder = WordEmbedder(live.embedder)
    dense, keyword = stores.vectors(live.number), stores.keywords(live.number)
    found = [dense.search(embedder.embed_query(one), DEPTH) for one in questions]
    found += [keyword.search(one, DEPTH) for one in questions]
    return [[(one.passage_id, one.score) for one in matches] for matches in found]


def look(home: Path) -> dict[str, Any]:
    """Open a home and ask; take in a document, close, open and ask again."""
    notes = Notes()
    logging.getLogger("assistant").addHandler(notes)
    with opened(home) as (stores, knowledge, _embedder):
        knowledge.search(Query(text=QUESTIONS[0]), DEPTH)
        first = answers(stores, QUESTIONS)
        noticed = list(notes.lines)
        knowledge.ingest_documents([LATER])
    with opened(home) as (stores, knowledge, _embedder):
        knowledge.search(Query(text=QUESTIONS[0]), DEPTH)
        second = answers(stores, QUESTIONS)[: len(QUESTIONS)]
    return {"first": first, "second": second, "noticed": noticed}


def recall(found: Answers, wanted: Answers) -> float:
    """Return which share of the wanted passages was found; of passages that score alike any will do."""
    hits = 0
    for a, b in zip(found, wanted, strict=False):
        worst = min(score for _, score in b) - SAME_SCORE
        hits += min(len(b), sum(score >= worst for _, score in a))
    return hits / sum(len(one) for one in wanted[: len(found)])


def same(found: Answers, wanted: Answers) -> bool:
    """Tell whether the scores are the same, place by place, and so are the passages but for ties."""
    pairs = zip(found, wanted, strict=True)
    return all(
        len(a) == len(b) and all(abs(x - y) < SAME_SCORE for (_, x), (_, y) in zip(a, b, strict=True)) for a, b in pairs
    )


def variants(home: Path, count: int, seed: int, states: Sequence[str]) -> Iterator[tuple[Path, str, str]]:
    """Yield file, damage and state, so that every file meets every damage before one meets it twice."""
    files = sorted(one.relative_to(home) for one in (home / "indexes").rglob("*") if one.is_file())
    rng = random.Random(seed)
    every = [(file, kind, state) for file in files for kind in KINDS for state in states]
    every = [one for one in every if one[0].name != MARK or one[2] == "closed"]
    while count > 0:
        rng.shuffle(every)
        yield from every[:count]
        count -= len(every)


def outcome(file: Path, status: int, figures: dict[str, Any], wanted: Answers) -> str:
    """Name what came of a variant."""
    if status != 0:
        return "died"
    unread = any(AFTER_A_CRASH in one for one in figures["noticed"])
    if unread and "chroma" in file.parts:
        return "set aside"
    if any(KEYWORDS_BROKEN in one for one in figures["noticed"]) or (figures["noticed"] and not unread):
        return "noticed"
    if file.name == MARK and unread:
        return "noticed"
    return "harmless" if same(figures["first"], wanted) else "missed"


def examine(folder: Path, count: int, seed: int, states: Sequence[str] = STATES) -> list[dict[str, Any]]:
    """Damage copies of a home; returns one row a variant."""
    home, rng = folder / "home", random.Random(seed)
    filling = Job("ingest", tuple(document(f"doc{number}", 1, PASSAGES) for number in range(DOCUMENTS)))
    assert in_child(lambda: filling.run(home, "words:one"), lambda _child: None)[0] == 0
    copy = folder / "copy"
    shutil.copytree(home, copy)
    status, healthy = in_child(lambda: look(copy), lambda _child: None)
    assert status == 0
    assert healthy["noticed"] == []
    wanted: Answers = healthy["first"]
    rows = []
    for file, kind, state in variants(home, count, seed, states):
        shutil.rmtree(copy)
        shutil.copytree(home, copy)
        how = damage(copy / file, kind, rng)
        if state == "killed":
            (copy / file.parts[0] / file.parts[1] / MARK).unlink()
        status, figures = in_child(lambda: look(copy), lambda _child: None)
        row: dict[str, Any] = {"file": shown(file), "kind": kind, "state": state, "how": how}
        row["outcome"] = outcome(file, status, figures, wanted)
        if status == 0:
            row["recall"] = recall(figures["first"], wanted)
            row["recall later"] = recall(figures["second"], wanted[: len(QUESTIONS)])
        rows.append(row)
        if row["outcome"] in ("died", "missed") or min(row.get("recall", 0), row.get("recall later", 0)) < 1:
            print("found:", row, status, str(figures.get("noticed"))[:200], flush=True)
    return rows


def shown(file: Path) -> str:
    """Return a file's name without what is random in it."""
    return file.name if file.parts[2] != KEYWORDS_FOLDER or file.suffix in (".json", "") else f"*{file.suffix}"


OUTCOMES = ("noticed", "set aside", "harmless", "missed", "died")


def summary(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each file and state, and one of all."""
    found = []
    keys = sorted({(one["file"], one["state"]) for one in rows})
    for key in [*keys, ("all", "")]:
        some = [one for one in rows if key in ((one["file"], one["state"]), ("all", ""))]
        row: dict[str, Any] = {"file": key[0], "state": key[1], "variants": len(some)}
        row |= {name: sum(one["outcome"] == name for one in some) for name in OUTCOMES}
        row["harmless kinds"] = " ".join(sorted({one["kind"] for one in some if one["outcome"] == "harmless"}))
        row["least recall@10"] = min(min(one.get("recall", 0), one.get("recall later", 0)) for one in some)
        found.append(row)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--variants", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--states", nargs="+", choices=STATES, default=STATES)
    parser.add_argument("--name", default="damage")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        report(arguments.name, summary(examine(Path(scratch), arguments.variants, arguments.seed, arguments.states)))


if __name__ == "__main__":
    main()
