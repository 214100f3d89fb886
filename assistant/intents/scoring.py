"""Compares guessed intents with those that people gave."""

from collections import defaultdict
from collections.abc import Sequence

from assistant.intents.examples import Example
from assistant.types import IntentGuess


def score(examples: Sequence[Example], guesses: Sequence[IntentGuess]) -> dict[str, float | int]:
    """Return `n`, `accuracy`, `in_scope_accuracy` and `out_of_scope_recall`, of those kinds that there are examples of.

    A message in scope that was refused counts as wrong, and so does one out of scope that was given an intent.
    """
    right = [one.intent == guess.intent for one, guess in zip(examples, guesses, strict=True)]
    inside = [hit for one, hit in zip(examples, right, strict=True) if one.intent is not None]
    outside = [hit for one, hit in zip(examples, right, strict=True) if one.intent is None]
    figures: dict[str, float | int] = {"n": len(right)}
    for name, hits in (("accuracy", right), ("in_scope_accuracy", inside), ("out_of_scope_recall", outside)):
        if hits:
            figures[name] = round(sum(hits) / len(hits), 4)
    return figures


def confusions(
    examples: Sequence[Example], guesses: Sequence[IntentGuess]
) -> list[tuple[str | None, str | None, list[str]]]:
    """Return each pair of a true and a guessed intent that differ, with its messages; the most frequent first."""
    found: dict[tuple[str | None, str | None], list[str]] = defaultdict(list)
    for one, guess in zip(examples, guesses, strict=True):
        if one.intent != guess.intent:
            found[one.intent, guess.intent].append(one.text)
    return sorted(((true, guessed, texts) for (true, guessed), texts in found.items()), key=lambda one: -len(one[2]))
