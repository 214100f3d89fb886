"""Asks how to do what a manual's headings name, and counts how many of their steps the answer holds.

    python -m benchmarks.procedures DIR [--limit 200] [--seed 1] [--home HOME]

DIR holds Markdown. A section whose heading begins as a command does ("Create a customer group"), and which holds one
numbered list of two to twelve steps, gives a question ("How do I create a customer group?"). No language model answers.

`begun` is the share of answered questions whose answer holds the first step, `whole` that of those that hold every one
of its steps, by its first sentence, in order; `other` that of those that hold steps, and none of these: many headings
are named alike, so a part of them is right all the same. Beside the assistant stands the passage that it ranked first,
quoted as it is, which is what is shown where passages are shown.
"""

import argparse
import logging
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from assistant.bootstrap import open_assistant
from assistant.segmentation import sentences
from assistant.service import Assistant
from assistant.settings import Settings
from benchmarks.machine import report

EMBEDDER = "onnx:all-MiniLM-L6-v2"
FEWEST_STEPS, MOST_STEPS = 2, 12
_VERBS = (
    "add|apply|assign|cancel|change|check|choose|clear|configure|connect|convert|copy|create|define|delete|disable|"
    "download|edit|enable|export|find|import|install|manage|merge|move|open|place|print|process|remove|rename|reset|"
    "save|schedule|select|send|set|set up|show|transfer|turn off|turn on|update|upload|use|verify|view"
)
_SECTION = re.compile(rf"^#{{2,4}} ((?:{_VERBS})\b[^\n]*)\n(.*?)(?=^#|\Z)", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_STEP = re.compile(r"^\d+\. (.+)$", re.MULTILINE)
_NUMBERED = re.compile(r"^\d+\. ", re.MULTILINE)


class Procedure(NamedTuple):
    """What a section says how to do, and the first sentence of each step."""

    question: str
    steps: tuple[str, ...]


def procedures_in(text: str) -> Iterator[Procedure]:
    """Yield the procedures of a document, as it is stored."""
    for heading, body in _SECTION.findall(text):
        steps = [line[slice(*sentences(line)[0])] for line in _STEP.findall(body)]
        if FEWEST_STEPS <= len(steps) <= MOST_STEPS and body.count("\n1. ") + body.startswith("1. ") == 1:
            yield Procedure(f"How do I {heading[0].lower()}{heading[1:].rstrip('?. ')}?", tuple(steps))


def held(steps: Sequence[str], shown: str) -> list[int]:
    """Return where in an answer each step stands, -1 for one that it does not hold."""
    plain = " ".join(shown.split())
    return [plain.find(" ".join(step.split())) for step in steps]


def judge(name: str, asked: Sequence[tuple[Procedure, str]]) -> dict[str, Any]:
    """Return the figures of one way to answer; an empty text is no answer."""
    answered = [(one, shown) for one, shown in asked if shown]
    places = [held(one.steps, shown) for one, shown in answered]
    begun = sum(at[0] >= 0 for at in places)
    whole = sum(min(at) >= 0 and at == sorted(at) for at in places)
    other = sum(max(at) < 0 and bool(_NUMBERED.search(shown)) for at, (_, shown) in zip(places, answered, strict=True))
    count = max(1, len(answered))
    return {
        "by": name,
        "questions": len(asked),
        "answered": len(answered) / max(1, len(asked)),
        "begun": begun / count,
        "whole": whole / count,
        "other": other / count,
        "characters": sum(len(shown) for _, shown in answered) / count,
    }


def measured(bot: Assistant, folder: Path, limit: int, seed: int) -> list[dict[str, Any]]:
    """Return the figures of the assistant, and of its first passage."""
    documents = [bot.document(str(file.relative_to(folder))) for file in sorted(folder.rglob("*.md"))]
    found = [one for document in documents if document is not None for one in procedures_in(document.text)]
    chosen = random.Random(seed).sample(found, min(limit, len(found)))
    said, passages = [], []
    for one in chosen:
        reply = bot.reply(one.question)
        said.append((one, re.sub(r" \[\d+\]", "", reply.text) if reply.citations else ""))
        ranked = bot.find(one.question, limit=1).passages
        passages.append((one, ranked[0].passage.text if ranked and reply.citations else ""))
    return [judge("assistant", said), judge("first passage", passages)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path)
    parser.add_argument("--limit", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--home", type=Path, help="a state folder to keep, which may hold the documents already")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with ExitStack() as stack:
        home = options.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        bot = stack.enter_context(open_assistant(Settings(home=home, embedder=EMBEDDER, responders=("extractive",))))
        bot.ingest(options.documents)
        report("procedures", measured(bot, options.documents, options.limit, options.seed))


if __name__ == "__main__":
    main()
