"""The sets that the heads of mood may learn from: all of them allow it, and none is one that they are measured on.

GoEmotions (CC BY 4.0; Demszky et al., ACL 2020), the ground truth of VADER (MIT; Hutto and Gilbert, ICWSM 2014), XED
(CC BY 4.0; Öhman et al., COLING 2020; github.com/Helsinki-NLP/XED), the questions of CLINC150 and
BANKING77 (CC BY), and sentences of our own.
"""

import csv
import gzip
import json
import math
import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from assistant.types.value import Value

Shares = tuple[float, float, float]
"""How negative, neutral and positive a text is; they add up to 1."""

POSITIVE = frozenset("admiration amusement approval caring desire excitement gratitude joy love optimism pride".split())
NEGATIVE = frozenset("anger annoyance disappointment disapproval disgust embarrassment fear grief remorse".split())
SOFT: Mapping[str, Shares] = {
    "amusement": (0.05, 0.25, 0.7), "approval": (0.0, 0.35, 0.65), "caring": (0.05, 0.3, 0.65),
    "confusion": (0.35, 0.6, 0.05), "curiosity": (0.05, 0.85, 0.1), "desire": (0.0, 0.4, 0.6),
    "disapproval": (0.75, 0.25, 0.0), "nervousness": (0.6, 0.4, 0.0), "neutral": (0.1, 0.8, 0.1),
    "pride": (0.0, 0.2, 0.8), "realization": (0.15, 0.7, 0.15), "relief": (0.0, 0.0, 1.0),
    "sadness": (1.0, 0.0, 0.0), "surprise": (0.2, 0.45, 0.35),
}  # fmt: skip
"""Emotions that are milder, or go both ways."""

XED: tuple[Shares, ...] = (
    (0.9, 0.1, 0.0), (0.1, 0.6, 0.3), (0.9, 0.1, 0.0), (0.8, 0.2, 0.0), (0.0, 0.1, 0.9), (0.85, 0.15, 0.0),
    (0.2, 0.5, 0.3), (0.05, 0.35, 0.6), (0.1, 0.8, 0.1),
)  # fmt: skip
"""Of its labels 1 to 9: anger, anticipation, disgust, fear, joy, sadness, surprise, trust, neutral."""

VALENCE_EDGE, VALENCE_SLOPE = 0.4, 2.5
"""On VADER's scale of -4 to 4 a text of this valence is as much positive as neutral."""

TWEET_WEIGHT = 2.0
SERVICE_WEIGHT = 10.0
"""Sentences of customer service are few, and what the heads are for."""


class MoodExample(Value):
    """A text with how negative, neutral and positive it is; `emotions` are None where nobody looked for them."""

    text: str
    shares: Shares
    emotions: tuple[int, ...] | None = None
    weight: float = 1.0


def examples(shared: Path, xed: Path, own: Path) -> list[MoodExample]:
    """Return all examples in a fixed order; `shared` holds sentiment/ and intents/, `xed` the AnnotatedData of XED."""
    return [
        *_goemotions(shared / "sentiment/goemotions/original"),
        *_vader(shared / "sentiment/vader_gt"),
        *_xed(xed),
        *_questions(shared / "intents"),
        *_own(own),
    ]


def emotion_names(shared: Path) -> list[str]:
    """Return the emotions of GoEmotions in the order of its numbers; the last is `neutral`."""
    return (shared / "sentiment/goemotions/original/labels.txt").read_text(encoding="utf-8").split()


def _goemotions(folder: Path) -> Iterator[MoodExample]:
    names = (folder / "labels.txt").read_text(encoding="utf-8").split()
    with gzip.open(folder / "train.tsv.gz", "rt", encoding="utf-8") as train:
        lines = [*train, *(folder / "dev.tsv").read_text(encoding="utf-8").splitlines()]
    for line in lines:
        text, numbers, _ = line.rstrip("\n").split("\t")
        emotions = tuple(int(number) for number in numbers.split(","))
        yield MoodExample(text=text, shares=_mean([_shares_of(names[one]) for one in emotions]), emotions=emotions)


def _shares_of(emotion: str) -> Shares:
    if emotion in SOFT:
        return SOFT[emotion]
    return (float(emotion in NEGATIVE), float(emotion not in NEGATIVE | POSITIVE), float(emotion in POSITIVE))


def _vader(folder: Path) -> Iterator[MoodExample]:
    for name in ("tweets", "amazonReviewSnippets", "nytEditorialSnippets"):
        weight = TWEET_WEIGHT if name == "tweets" else 1.0
        content = (folder / f"{name}_GroundTruth.txt").read_text(encoding="utf-8", errors="replace")
        for line in content.splitlines():
            parts = line.split("\t")
            if len(parts) > 2:
                yield MoodExample(text=parts[2], shares=_shares_of_valence(float(parts[1])), weight=weight)


def _shares_of_valence(valence: float) -> Shares:
    positive, negative = (1 / (1 + math.exp(-VALENCE_SLOPE * (x - VALENCE_EDGE))) for x in (valence, -valence))
    neutral = max(0.0, 1 - positive - negative)
    total = positive + negative + neutral
    return (negative / total, neutral / total, positive / total)


def _xed(folder: Path) -> Iterator[MoodExample]:
    for line in (folder / "en-annotated.tsv").read_text(encoding="utf-8").splitlines():
        text, _, numbers = line.rpartition("\t")
        if len(text) > 8:
            yield MoodExample(text=text, shares=_mean([XED[int(number) - 1] for number in numbers.split(",")]))
    for line in (folder / "neu_en.txt").read_text(encoding="utf-8").splitlines():
        text = line.partition("\t")[2]
        if len(text) > 8:
            yield MoodExample(text=text, shares=XED[-1])


def _questions(folder: Path) -> Iterator[MoodExample]:
    """Yield questions to a bank and to a voice assistant: they are calm, whatever they are about."""
    asked = json.loads((folder / "clinc150/data_full.json").read_text(encoding="utf-8"))["train"]
    random.Random(0).shuffle(asked)
    yield from (MoodExample(text=text, shares=(0.05, 0.9, 0.05)) for text, _ in asked[:2500])
    with (folder / "banking77/train.csv").open(encoding="utf-8", newline="") as file:
        bank = [row["text"] for row in csv.DictReader(file)]
    random.Random(0).shuffle(bank)
    yield from (MoodExample(text=text, shares=(0.2, 0.77, 0.03)) for text in bank[:1500])


def _own(file: Path) -> Iterator[MoodExample]:
    labels = ("negative", "neutral", "positive")
    for line in file.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        negative, neutral, positive = (0.9 if label == row["label"] else 0.05 for label in labels)
        yield MoodExample(text=row["text"], shares=(negative, neutral, positive), weight=SERVICE_WEIGHT)


def _mean(several: list[Shares]) -> Shares:
    negative, neutral, positive = (sum(column) / len(several) for column in zip(*several, strict=True))
    return (negative, neutral, positive)
