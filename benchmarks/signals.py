"""Measures what is read between a customer's lines, beside VADER: sentiment, emotions, dissatisfaction, and time.

    python -m benchmarks.signals --data ../shared/data [--home DIR] [--limit N]

None of the sets was learnt from. `calibration` is the expected calibration error of the label's probability; emotions
are right where people named the one that is named. Dissatisfaction is told from the turns rated below 2.5 of 5.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from assistant.answerability.curves import auroc, calibration_error
from assistant.embedders import open_embedder
from assistant.ports.indexes import Vectors
from assistant.settings import Settings
from assistant.signals.frustration import course_of
from assistant.signals.mood import LABELS, MoodHeads
from assistant.signals.reader import MEMORY, RuleSignalReader
from assistant.signals.sentiment import VaderSentiment
from assistant.types import Message
from benchmarks.machine import report

EMBEDDER = "onnx:all-MiniLM-L6-v2-int8"
DISSATISFIED_BELOW = 2.5

Dialogue = list[tuple[Message, float | None]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--home", type=Path, default=Path("var"))
    parser.add_argument("--limit", type=int, default=None, help="only so many texts and dialogues of a set")
    options = parser.parse_args()
    tweets = read_tweets(options.data / "sentiment/tweeteval/sentiment")[: options.limit]
    comments = read_comments(options.data / "sentiment/goemotions/original")[: options.limit]
    dialogues = read_dialogues(options.data / "dialogues/uss_sgd/SGD.txt")[: options.limit]
    embedder = open_embedder(Settings(home=options.home, embedder=EMBEDDER))
    heads = MoodHeads()
    rows = [
        *sentiment_rows(heads, tweets, embedder.embed_documents([text for text, _ in tweets])),
        emotion_row(heads, comments, embedder.embed_documents([text for text, _ in comments])),
        *dissatisfaction_rows(heads, dialogues),
    ]
    report("signals", rows)


def sentiment_rows(heads: MoodHeads, texts: list[tuple[str, str]], vectors: Vectors) -> Iterator[dict[str, Any]]:
    """Yield how well labels are told by VADER, by wording, and by wording and vector."""
    truth = [label for _, label in texts]
    vader = VaderSentiment()
    said, took = timed([lambda text=text: vader.score(text).label for text, _ in texts])
    yield sentiment_row("VADER", truth, said, took)
    for reader, given in (("wording", [None] * len(texts)), ("wording and vector", list(vectors))):
        moods, took = timed([lambda t=t, v=v: heads.read(t, v) for (t, _), v in zip(texts, given, strict=True)])
        row = sentiment_row(reader, truth, [one.sentiment.label for one in moods], took)
        right = [one.sentiment.label == label for one, label in zip(moods, truth, strict=True)]
        yield row | {"calibration": round(calibration_error([max(one.probabilities) for one in moods], right), 3)}


def sentiment_row(reader: str, truth: Sequence[str], said: Sequence[str], milliseconds: float) -> dict[str, Any]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for label, guess in zip(truth, said, strict=True):
        hits[label].append(label == guess)
    accuracy = sum(map(sum, hits.values())) / len(truth)
    row = row_of("tweeteval", reader, len(truth), milliseconds)
    return row | {"accuracy": round(accuracy, 3), "macro_recall": round(fmean(map(fmean, hits.values())), 3)}


def emotion_row(heads: MoodHeads, texts: list[tuple[str, frozenset[str]]], vectors: Vectors) -> dict[str, Any]:
    """Return how often an emotion is named, and how often that is one of those people named."""
    moods, took = timed([lambda t=t, v=v: heads.read(t, v) for (t, _), v in zip(texts, vectors, strict=True)])
    named = [(mood.emotion, felt) for mood, (_, felt) in zip(moods, texts, strict=True) if mood.emotion]
    row = row_of("goemotions (test)", "wording and vector", len(texts), took)
    share = sum(emotion in felt for emotion, felt in named) / max(1, len(named))
    return row | {"named": round(len(named) / len(texts), 3), "accuracy": round(share, 3)}


def dissatisfaction_rows(heads: MoodHeads, dialogues: list[Dialogue]) -> Iterator[dict[str, Any]]:
    """Yield how well dissatisfied turns are told: by VADER's mood, by the cues with VADER, and as a turn tells it."""
    vader, reader = VaderSentiment(), RuleSignalReader(heads)
    turns = [
        ([one for one, _ in dialogue[: place + 1]], rating)
        for dialogue in dialogues
        for place, (message, rating) in enumerate(dialogue)
        if message.speaker == "customer" and rating is not None
    ]
    bad = [rating < DISSATISFIED_BELOW for _, rating in turns]

    def by_vader(said: list[Message]) -> float:
        return -vader.score(said[-1].text).score

    def by_cues(said: list[Message]) -> float:
        moods = [vader.score(one.text).score for one in said if one.speaker == "customer"]
        return course_of(said, moods[-MEMORY:]).frustration

    def by_all(said: list[Message]) -> float:
        return -(reader.read(said[-1].text, said[:-1]).satisfaction or 3.0)

    for name, tell in (("VADER", by_vader), ("cues and VADER", by_cues), ("a turn's satisfaction", by_all)):
        scores, took = timed([lambda said=said, tell=tell: tell(said) for said, _ in turns])
        yield row_of("uss_sgd", name, len(turns), took) | {"auroc": round(auroc(scores, bad), 3)}


def row_of(name: str, reader: str, count: int, milliseconds: float) -> dict[str, Any]:
    empty = dict.fromkeys(("accuracy", "macro_recall", "calibration", "named", "auroc"))
    return {"set": name, "read by": reader, "n": count} | empty | {"ms": round(milliseconds, 2)}


def timed(tasks: Sequence[Any]) -> tuple[list[Any], float]:
    """Run tasks; returns their results and the milliseconds of processor time that one took."""
    tasks[0]()
    started = time.process_time()
    results = [task() for task in tasks]
    return results, (time.process_time() - started) * 1000 / len(tasks)


def read_tweets(folder: Path) -> list[tuple[str, str]]:
    texts = (folder / "val_text.txt").read_text(encoding="utf-8").split("\n")
    labels = (folder / "val_labels.txt").read_text(encoding="utf-8").split()
    return [(text, LABELS[int(label)]) for text, label in zip(texts, labels, strict=False)]


def read_comments(folder: Path) -> list[tuple[str, frozenset[str]]]:
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    rows = [line.split("\t") for line in (folder / "test.tsv").read_text(encoding="utf-8").splitlines()]
    return [(text, frozenset(names[int(one)] for one in numbers.split(","))) for text, numbers, _ in rows]


def read_dialogues(file: Path) -> list[Dialogue]:
    """Return dialogues with the mean rating of each turn of a user; the file separates them by empty lines."""
    dialogues: list[Dialogue] = [[]]
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip():
            dialogues.append([])
            continue
        role, text, _, ratings, *_ = [*line.split("\t"), "", ""]
        if text == "OVERALL":
            continue
        rating = fmean(map(float, ratings.split(","))) if ratings else None
        message = Message(speaker="customer" if role == "USER" else "assistant", text=text)
        dialogues[-1].append((message, rating))
    return [one for one in dialogues if one]


if __name__ == "__main__":
    main()
