"""Evaluates what is read between a customer's lines: the mood of a text, and dissatisfaction over a conversation."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any, get_args

from assistant.answerability.curves import auroc
from assistant.errors import ConfigurationError, DocumentError
from assistant.evaluation.sets import read_jsonl
from assistant.intents.examples import read_rows
from assistant.intents.scoring import score
from assistant.ports import SignalReader
from assistant.types import IntentGuess, Message, SentimentLabel

ReadIntents = Callable[[Sequence[str]], Sequence[IntentGuess]]
"""Returns the intent of each text, in order."""

ReaderFor = Callable[[Sequence[str]], SignalReader]
"""Returns a reader that is about to read these texts."""

LABELS: tuple[str, ...] = get_args(SentimentLabel)

DISSATISFIED_BELOW = 2.5
"""On the scale of 1 to 5 on which people rate a turn (Sun et al., SIGIR 2021)."""

UNKNOWN = 3.0
"""Where nothing was inferred, the turn counts as one that people are neither pleased nor displeased with."""


def evaluate_signals(
    reader: SignalReader, file: Path, intents: ReadIntents | None = None, reader_for: ReaderFor | None = None
) -> dict[str, float | int]:
    """Measure signals on a JSONL file; its first line tells the kind, and the others must be of the same.

    `reader_for` returns a reader of the texts with a label, which has embedded them at once; `reader` reads the others.

    * `{"text", "label"}` with a label of negative, neutral, positive gives `n`, `accuracy`, `macro_recall` (the mean of
      the recalls of the labels that occur).
    * `{"turns": [{"speaker", "text"}], "satisfaction": [...]}` with a number or null for each turn, or for each of the
      user, gives `n` and `dissatisfaction_auroc`: how well the satisfaction inferred from the conversation up to a turn
      of the user tells the turns rated below 2.5 from the others. Turns without a number, and those of the other
      side, do not count.
    * `{"text", "intent"}` with null for out of scope gives `n`, `accuracy`, `in_scope_accuracy` (a text in scope that
      is refused counts as wrong) and `out_of_scope_recall`; a figure that the file has no rows for is left out.
      `intents` is what reads them.

    Raises:
        DocumentError: The file is empty, or a line does not have this form.
        ConfigurationError: No intents were trained.
    """
    rows = list(enumerate(read_jsonl(file), start=1))
    if not rows:
        raise DocumentError(file, "holds nothing to measure")
    first = rows[0][1]
    if "turns" in first:
        return _dissatisfaction(reader, [one for number, row in rows for one in _rated_turns(file, number, row)], file)
    if "label" in first:
        labelled = [_labelled(file, number, row) for number, row in rows]
        return _sentiment(reader_for([text for text, _ in labelled]) if reader_for else reader, labelled)
    if "intent" in first:
        if intents is None:
            raise ConfigurationError("no intents were trained yet; run `assistant intents train FILE`")
        return _intents(intents, file)
    raise DocumentError(file, "object 1 has neither `text` and `label` or `intent`, nor `turns` and `satisfaction`")


def _intents(intents: ReadIntents, file: Path) -> dict[str, float | int]:
    return score(rows := read_rows(file), intents([one.text for one in rows]))


def _sentiment(reader: SignalReader, rows: Sequence[tuple[str, str]]) -> dict[str, float | int]:
    hits: dict[str, list[bool]] = defaultdict(list)
    for text, label in rows:
        hits[label].append(reader.read(text, ()).sentiment.label == label)
    return {
        "n": len(rows),
        "accuracy": round(sum(map(sum, hits.values())) / len(rows), 4),
        "macro_recall": round(fmean(fmean(map(float, one)) for one in hits.values()), 4),
    }


def _labelled(file: Path, number: int, row: Mapping[str, Any]) -> tuple[str, str]:
    text, label = row.get("text"), row.get("label")
    if not isinstance(text, str) or label is None:
        raise DocumentError(file, f"object {number} has no `text` or no `label`")
    if label not in LABELS:
        raise DocumentError(file, f"object {number}: label {label!r} is not one of {', '.join(LABELS)}")
    return text, str(label)


def _dissatisfaction(
    reader: SignalReader, turns: Sequence[tuple[str, tuple[Message, ...], float]], file: Path
) -> dict[str, float | int]:
    if not turns:
        raise DocumentError(file, "rates no turn of a user")
    inferred = [reader.read(text, history).satisfaction or UNKNOWN for text, history, _ in turns]
    dissatisfied = [rating < DISSATISFIED_BELOW for _, _, rating in turns]
    return {"n": len(turns), "dissatisfaction_auroc": round(auroc([-one for one in inferred], dissatisfied), 4)}


def _rated_turns(file: Path, number: int, row: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Message, ...], float]]:
    """Yield each rated turn of a user: its text, what was said before it, and its rating."""
    turns, ratings = _turns(file, number, row), row.get("satisfaction")
    by_users = [turn for turn in turns if _is_user(turn)]
    if isinstance(ratings, list) and len(ratings) == len(by_users) < len(turns):
        given = iter(ratings)
        ratings = [next(given) if _is_user(turn) else None for turn in turns]
    if not isinstance(ratings, list) or len(ratings) != len(turns):
        raise DocumentError(file, f"object {number} does not have as many `satisfaction` entries as `turns`")
    said: list[Message] = []
    for turn, rating in zip(turns, ratings, strict=True):
        if _is_user(turn) and rating is not None:
            yield turn["text"], tuple(said), _number(file, number, rating)
        said.append(Message(speaker="customer" if _is_user(turn) else "assistant", text=turn["text"]))


def _turns(file: Path, number: int, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    turns = row.get("turns")
    if not isinstance(turns, list):
        raise DocumentError(file, f"object {number} has no `turns`")
    for turn in turns:
        if not isinstance(turn, dict) or not isinstance(turn.get("text"), str) or "speaker" not in turn:
            raise DocumentError(file, f"object {number} has a turn without `speaker` and `text`")
    return turns


def _is_user(turn: Mapping[str, Any]) -> bool:
    return str(turn["speaker"]).lower() in ("user", "customer")


def _number(file: Path, number: int, rating: object) -> float:
    if isinstance(rating, bool) or not isinstance(rating, int | float):
        raise DocumentError(file, f"object {number}: satisfaction {rating!r} is neither a number nor null")
    return float(rating)
