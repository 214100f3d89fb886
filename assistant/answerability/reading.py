"""Reads a passage once: its sentences, their terms, and what stands above them."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import Passage

READINGS_KEPT = 1_000
"""Passages that many questions find are cut only once; the least asked for are forgotten first."""

MAX_SENTENCES = 60
"""Of a very long passage only this many sentences are looked at, so that a turn stays within its milliseconds."""


class Sentence(NamedTuple):
    """One sentence as it was written, and its stemmed terms."""

    text: str
    terms: frozenset[str]


class Reading(NamedTuple):
    """A passage's sentences, and the terms of its title and heading, which every sentence is about."""

    sentences: tuple[Sentence, ...]
    above: frozenset[str]


def read(passage: Passage) -> Reading:
    """Return the sentences of a passage; what was read before is remembered."""
    return Reading(_sentences(passage.text), above(passage))


def above(passage: Passage) -> frozenset[str]:
    """Return the terms of a passage's title and heading, and of the header of a table that it begins in."""
    return _above(f"{passage.title}\n{passage.heading}\n{passage.header}")


def held_terms(readings: Iterable[Reading]) -> frozenset[str]:
    """Return the terms that passages hold together, title and heading included."""
    kept = list(readings)
    above = frozenset[str]().union(*(reading.above for reading in kept))
    return above.union(*(sentence.terms for reading in kept for sentence in reading.sentences))


@lru_cache(maxsize=READINGS_KEPT)
def _sentences(text: str) -> tuple[Sentence, ...]:
    cut = (re.sub(r"\s+", " ", text[start:end]) for start, end in sentences(text)[:MAX_SENTENCES])
    return tuple(Sentence(one, frozenset(terms(one))) for one in cut)


@lru_cache(maxsize=READINGS_KEPT)
def _above(words: str) -> frozenset[str]:
    return frozenset(terms(words))
