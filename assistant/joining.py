"""Compares the small words between two others: they may be left out, in places, but not put in and not moved."""

from collections import Counter
from collections.abc import Iterator, Sequence

from assistant.statements import BREAKS, NEGATORS, Row

STATING = frozenset("am is are was were be been being".split())
_OWNERS = {"our": "us", "my": "us", "your": "you"} | dict.fromkeys("its their his her".split(), "them")
_LIGHT = frozenset(
    "the this that these those s also then thus there here just whose has having had does did".split()
).union(STATING)
"""Words that may be left out between two others; an article may be put in as well."""

STANDING_IN = frozenset("it they he she".split())
_SAME = {
    "may": "can", "could": "can", "might": "can", "a": "the", "an": "the", "which": "that", "who": "that",
    "whom": "that", "are": "is", "am": "is", "were": "was", "have": "has", "do": "does",
}  # fmt: skip
"""Small words, each with the one it is compared as."""


def reads_alike(mine: Row, theirs: Row) -> bool:
    """Tell whether the small words between two others are those of the source, in its order, but for some left out."""
    signs = [one.word for one in theirs if one.word in BREAKS]
    if not _is_part([one.word for one in mine if one.word in BREAKS and one.word != ","], signs):
        return False
    if not _owned(mine) <= _owned(theirs):
        return False
    said, told = small_words(mine), small_words(theirs)
    if STATING.isdisjoint(told) and (":" in signs or any(one.word in ("which", "who") for one in theirs)):
        said = [word for word in said if word not in STATING]
    if signs and "and" not in told:
        said = [word for word in said if word != "and"]
    if said[-1:] == ["the"] != told[-1:]:
        del said[-1]
    return _is_part(said, told) and not any(_is_missed(word, told, signs) for word in _left_out(said, told))


def small_words(row: Row) -> list[str]:
    """Return the words of a row, those that are one in another form as one."""
    return [_SAME.get(one.word, "the" if one.word in _OWNERS else one.word) for one in row if one.word not in BREAKS]


def _is_part(some: Sequence[str], words: Sequence[str]) -> bool:
    """Tell whether some words stand among others in the same order."""
    rest = iter(words)
    return all(one in rest for one in some)


def _left_out(said: Sequence[str], told: Sequence[str]) -> Iterator[str]:
    yield from (Counter(told) - Counter(said)).elements()


def _is_missed(word: str, told: Sequence[str], signs: Sequence[str]) -> bool:
    """Tell whether a small word is needed where it stands: a verb is, unless `which` goes with it."""
    if word in STATING:
        return "that" not in told and not signs
    if word in STANDING_IN:
        return not signs and "and" not in told
    if word == "and":
        return not signs
    return word not in _LIGHT or (word != "the" and not NEGATORS.isdisjoint(told))


def _owned(row: Row) -> set[str]:
    """Return whose the things of a row are said to be."""
    return {_OWNERS[one.word] for one in row if one.word in _OWNERS}
