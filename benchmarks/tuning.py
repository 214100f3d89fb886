"""`python -m benchmarks.tuning SET...`: what `assistant tune` gains, on questions that are in none of the documents.

Each set becomes a knowledge base in a temporary home, is asked, tuned, and asked again. Printed beside that is what the
adapter's own held-out questions said, which lets it in or keeps it out, and how many of the foreign questions find
another passage than before: an adapter should leave them alone.
"""

import argparse
import csv
import json
import random
import tarfile
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.bootstrap import open_assistant
from assistant.ports import Conversations
from assistant.retrieval import Mode
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import open_stores
from assistant.types import Citation, Decision, LoadedDocument, Passage, Reply, Sentiment, Signals

DATA = Path("../shared/data")
FOREIGN = 100
MOST_ASKED = 400
MODES: tuple[Mode, ...] = ("dense", "hybrid")

Judged = tuple[str, Callable[[Passage], bool]]
"""A question, and what tells a passage that answers it."""

Liked = tuple[str, str, str]
"""A question, the document that answered it, and the words quoted from it."""


def banking77_list(settings: Settings, folder: Path, limit: int) -> list[Judged]:
    """Make `limit` utterances an intent a list of questions, with the intent as answer; as many others are asked."""
    known, asked = _utterances(limit)
    path = folder / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("question", "answer"), *known])
    with open_assistant(settings) as bot:
        bot.ingest(path)
    return [(question, _holding(answer)) for question, answer in asked]


def banking77_liked(settings: Settings, _folder: Path, limit: int) -> list[Judged]:
    """Make each intent's name a document, and `limit` utterances of it liked questions; as many others are asked."""
    known, asked = _utterances(limit)
    answers = sorted({answer for _, answer in known})
    with open_assistant(settings) as bot:
        bot.ingest_documents([_document(one, one) for one in answers])
    _like(settings, [(question, answer, answer) for question, answer in known])
    return [(question, _holding(answer)) for question, answer in asked]


def squad2(settings: Settings, _folder: Path, limit: int) -> list[Judged]:
    """Like `4 * limit` questions on half of the paragraphs; `limit` others, on all of them, are asked."""
    folder = DATA / "retrieval/squad2"
    texts = {one["_id"]: one["text"] for one in _lines(folder / "corpus.jsonl")}
    with open_assistant(settings) as bot:
        bot.ingest_documents([_document(name, text) for name, text in texts.items()])
    queries = [one for one in _lines(folder / "queries.jsonl") if not one["is_impossible"]]
    random.Random(0).shuffle(queries)
    known = [one for one in queries[limit:] if int(one["source_doc"].rpartition("#")[2]) % 2][: 4 * limit]
    _like(settings, [(one["text"], one["source_doc"], one["answers"][0]) for one in known])
    return [(one["text"], _in_documents(one["source_doc"])) for one in queries[:limit]]


def magento(settings: Settings, folder: Path, limit: int) -> list[Judged]:
    """Ingest `limit` pages of a manual, whose headings are all there is to learn from; nothing is asked."""
    with tarfile.open(DATA / "documents/docs_magento_merchant/docs.tar.gz") as archive:
        pages = sorted((one for one in archive.getmembers() if one.name.endswith(".md")), key=lambda one: one.name)
        archive.extractall(folder, members=random.Random(0).sample(pages, limit), filter="data")
    with open_assistant(settings) as bot:
        bot.ingest(folder)
    return []


def shop(settings: Settings, _folder: Path, _limit: int) -> list[Judged]:
    """Ingest the sample shop, and ask the questions that its tests ask."""
    with open_assistant(settings) as bot:
        bot.ingest(shipped_folder("knowledge_base"))
    rows = _lines(Path("tests/content/questions.jsonl"))
    return [(one["question"], _in_documents(*one["documents"])) for one in rows if one["answerable"]]


SETS = {
    "banking77-list": (banking77_list, 15),
    "banking77-liked": (banking77_liked, 15),
    "squad2": (squad2, 300),
    "magento": (magento, 60),
    "shop": (shop, 0),
}


def _utterances(limit: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return utterances with their answers: `limit` an intent to learn from, and as many to ask."""
    with (DATA / "intents/banking77/train.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    random.Random(0).shuffle(rows)
    seen: Counter[str] = Counter()
    known: list[tuple[str, str]] = []
    asked: list[tuple[str, str]] = []
    for row in rows:
        text, answer = " ".join(row["text"].split()), f"This is about {row['category'].replace('_', ' ').lower()}."
        seen[answer] += 1
        if seen[answer] <= 2 * limit:
            (known if seen[answer] <= limit else asked).append((text, answer))
    return known, asked


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _document(name: str, text: str) -> LoadedDocument:
    return LoadedDocument(source=f"made:{name}", name=name, title=name.partition("#")[0], text=text)


def _holding(text: str) -> Callable[[Passage], bool]:
    return lambda passage: text in passage.text


def _in_documents(*names: str) -> Callable[[Passage], bool]:
    return lambda passage: passage.document in names


def _like(settings: Settings, liked: Sequence[Liked]) -> None:
    """Store conversations in which questions were answered from the right document, and the answers liked."""
    stores = open_stores(settings)
    texts: dict[str, str] = {}
    try:
        for question, name, quote in liked:
            if name not in texts:
                document = stores.catalog.document(name)
                texts[name] = document.text if document else ""
            start = texts[name].find(quote)
            place = (start, start + len(quote))
            cited = Citation(marker=1, document=name, title=name, revision=1, start=place[0], end=place[1], quote=quote)
            _like_one(stores.conversations, question, cited)
    finally:
        stores.close()


def _like_one(conversations: Conversations, question: str, cited: Citation) -> None:
    neutral = Sentiment(label="neutral", score=0)
    conversation = conversations.start()
    turn = conversations.begin_turn(conversation.id, question)
    reply = Reply(
        conversation_id=conversation.id,
        turn_id=turn.id,
        text=cited.quote,
        citations=(cited,),
        decision=Decision(action="answer", reason="made for the benchmark"),
        signals=Signals(sentiment=neutral, conversation=neutral),
        responder="extractive",
        searched_for=question,
        timings_ms={},
    )
    conversations.finish_turn(turn.id, "complete", reply)
    conversations.set_feedback(turn.id, "like")


def _first(bot: Assistant, question: str, mode: Mode) -> Passage | None:
    found = bot.find(question, 1, mode).passages
    return found[0].passage if found else None


def _recall(bot: Assistant, asked: Sequence[Judged]) -> dict[str, float]:
    """Return by mode for which share of the questions the first passage answers."""
    figures: dict[str, float] = {}
    for mode in MODES if asked else ():
        first = [(is_right, _first(bot, question, mode)) for question, is_right in asked]
        figures[mode] = round(sum(one is not None and is_right(one) for is_right, one in first) / len(asked), 4)
    return figures


def _foreign() -> list[str]:
    """Return claims of biomedicine, which have nothing to do with any of the sets."""
    return [one["text"] for one in _lines(DATA / "retrieval/scifact/queries.jsonl")[:FOREIGN]]


def measure(name: str, limit: int | None, *, fine_tune: bool) -> dict[str, Any]:
    """Return what tuning changes on one set, with an adapter and, where wished, with a model of its own after it."""
    make, usual = SETS[name]
    with tempfile.TemporaryDirectory(prefix="tuning-") as scratch:
        settings = Settings(home=Path(scratch) / "home")
        sources = Path(scratch) / "sources"
        sources.mkdir()
        asked = make(settings, sources, limit or usual)
        asked = random.Random(0).sample(asked, min(MOST_ASKED, len(asked)))
        with open_assistant(settings) as bot:
            before = _recall(bot, asked)
            strangers = [_first(bot, one, "dense") for one in _foreign()]
            runs = []
            for with_model in (False, True)[: 1 + fine_tune]:
                report = bot.tune(fine_tune=with_model)
                after = _recall(bot, asked) if report.steps[0].accepted else before
                moved = sum(_first(bot, one, "dense") != was for one, was in zip(_foreign(), strangers, strict=True))
                runs.append({"recall@1": after, "foreign_moved": moved, **report.model_dump(mode="json")})
                bot.remove_tuning()
    return {"set": name, "asked": len(asked), "recall@1_before": before, "runs": runs}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", default=list(SETS), metavar="SET", help=f"some of {', '.join(SETS)}")
    parser.add_argument("--limit", type=int, help="how large a set is made; see its function")
    parser.add_argument("--fine-tune", action="store_true", help="train a model as well")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args()
    rows = []
    for name in options.sets:
        row = measure(name, options.limit, fine_tune=options.fine_tune)
        rows.append({"at": datetime.now(UTC).isoformat(timespec="seconds")} | row)
        print(f"{name}: {row['asked']} asked, recall@1 {row['recall@1_before']}")
        for run in row["runs"]:
            step = run["steps"][0]
            print(f"  {step['name']}: recall@1 {run['recall@1']}, {run['foreign_moved']} of {FOREIGN} foreign moved")
            print(f"    {step['reason']}; {step['stored_bytes']} bytes, {step['seconds']} s", flush=True)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
