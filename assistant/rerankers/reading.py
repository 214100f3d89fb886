"""What cross-encoders read: how much of a question, and how many passages while time lasts."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from assistant.embedders.batching import usable_cores
from assistant.embedders.tokens import readable

Score = TypeVar("Score")
"""What a model makes of a pair: a probability, or more."""

QUESTION_CHARS = 1000
"""A longer question would push the passage out of what the model reads; its beginning says what it is about."""

TEXT_CHARS = 8000
"""Several times what the models read, so that a tokenizer is not given a whole book to cut."""


def pairs_of(question: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """Return the question with each text, both shortened to what can be read at most."""
    asked = readable(question[:QUESTION_CHARS])
    return [(asked, readable(text[:TEXT_CHARS])) for text in texts]


def scored_in_time(
    pairs: Sequence[tuple[str, str]], score: Callable[[tuple[str, str]], Score], seconds: float
) -> list[Score]:
    """Return the scores of the pairs, in order, up to the first that was not begun within `seconds`."""
    until = time.monotonic() + seconds

    def in_time(pair: tuple[str, str]) -> Score | None:
        return score(pair) if time.monotonic() < until else None

    with ThreadPoolExecutor(usable_cores(), thread_name_prefix="reranker") as pool:
        return list(_until_none(pool.map(in_time, pairs)))


def _until_none(scores: Iterator[Score | None]) -> Iterator[Score]:
    for score in scores:
        if score is None:
            return
        yield score
