"""Texts for the hygiene checks: labelled pairs of statements, documents of a folder, made-up passages."""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DocumentError
from assistant.hygiene.contradictions import contradictions
from assistant.ingestion.files import discover
from assistant.ingestion.loaders import load
from assistant.ingestion.splitting import split
from assistant.types import LoadedDocument, Passage
from tests.fakes import HashingEmbedder, passage

CATALOGUE = passage(
    "Our shop in Hamburg sells the Norda 300, the Kestrel GX, the Vela Buds, the Vela Sport and the Torvald 5.",
    document="catalogue.md",
    title="Products",
)
"""Tells which words are names, as the product pages of any knowledge base do."""

CASES = Path(__file__).parent / "content" / "contradictions.jsonl"


@dataclass(frozen=True)
class Case:
    """Two statements from different documents, and whether they contradict each other."""

    set: str
    contradict: bool
    passages: tuple[Passage, Passage]


def cases() -> list[Case]:
    """Read all labelled pairs."""
    return [_case(number, line) for number, line in enumerate(CASES.read_text(encoding="utf-8").splitlines())]


def _case(number: int, line: str) -> Case:
    entry = json.loads(line)
    first, second = (
        passage(
            entry[side]["text"], document=f"{number}-{side}", title=entry[side]["title"], heading=entry[side]["heading"]
        )
        for side in ("first", "second")
    )
    return Case(entry["set"], entry["contradict"], (first, second))


def accused(chosen: Iterable[Case]) -> list[Case]:
    """Return the cases whose two statements are said to contradict each other."""
    return [case for case in chosen if contradictions([*case.passages, CATALOGUE])]


def score(chosen: Iterable[Case]) -> dict[str, float]:
    """Return how many pairs there are, and precision and recall of the accusations."""
    chosen = list(chosen)
    found = accused(chosen)
    right = sum(case.contradict for case in found)
    true = sum(case.contradict for case in chosen)
    return {
        "contradictions": true,
        "others": len(chosen) - true,
        "precision": right / max(1, len(found)),
        "recall": right / max(1, true),
    }


def passages_of(documents: Iterable[LoadedDocument]) -> Iterator[Passage]:
    """Cut documents as ingestion does, in words instead of tokens."""
    embedder = HashingEmbedder()
    for document in documents:
        for chunk in split(document.text, title=document.title, embedder=embedder, target_tokens=100):
            yield Passage(
                id=f"{document.name}-{chunk.ordinal}",
                document_id=document.name,
                document=document.name,
                title=document.title,
                revision=1,
                text=document.text[chunk.start : chunk.end],
                **chunk.model_dump(exclude={"held_because"}),
            )


def folder_documents(folder: Path) -> Iterator[LoadedDocument]:
    """Load what can be loaded below a folder."""
    for file in discover([folder]):
        try:
            document = load(file.path, source=file.source, name=file.name)
        except DocumentError:
            continue
        if document is not None:
            yield document


def made_up_passages(count: int) -> tuple[list[Passage], int]:
    """Return passages of 150 random words; one in fifty is a copy of another with four words changed."""
    chance = random.Random(1)
    vocabulary = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9))) for _ in range(20_000)]
    texts = [chance.choices(vocabulary, k=150) for _ in range(count - count // 50)]
    for original in range(count // 50):
        copy = list(texts[original])
        for _ in range(4):
            copy[chance.randrange(len(copy))] = chance.choice(vocabulary)
        texts.append(copy)
    return [
        passage(" ".join(words), document=f"page-{number}", title="") for number, words in enumerate(texts)
    ], count // 50
