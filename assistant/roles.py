"""Tells whether the names of a sentence stand where they stand in its source: who did it, and to whom it was done.

All names may be there and the sentence still be false: two of them may have changed places, or parts of two may have
been put together to the name of a third.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.statements import MONTHS, PRONOUNS, Row, Token, sentences_of

SAME_PREDICATE = 0.8
"""So much of what a sentence says of its subject makes it the predicate of a sentence of the source."""

LEAST_TOLD = 0.5
"""A sentence of which the span says less than this tells something else of the same subject."""

LEAST_OF_PREDICATE = 0.5
"""A sentence that repeats less of a predicate may speak of a part of it only."""

_AUXILIARIES = frozenset("is are was were can could will would has have had must may might shall should".split())
_VERBS = _AUXILIARIES | frozenset("costs cost takes take get gets".split())
_JOINTS = frozenset((",", "and", "or", "the"))
_JOINING = ("which", "who", "it", "they", "he", "she")
_ADDRESSED = frozenset("you us".split())

MIN_SLOT = 2
"""A name stands in the place of another if so many of the four words around it are those around the other."""


def keeps_roles(said: Row, span: Row, known: Row) -> bool:
    """Tell whether each name of a sentence is a name of its source, and stands in its own place.

    Args:
        said: The tokens of the sentence.
        span: The tokens of the span that is to support it.
        known: The tokens of what else may hold a name as it is written: what comes before the span, and its title.
    """
    return (
        _joins_no_names(said, span, known)
        and _changes_no_places(said, span)
        and _keeps_subjects(said, span)
        and _tells_of_its_subject(said, span)
        and _tells_what_is_told(said, span)
    )


def _joins_no_names(said: Row, span: Row, known: Row) -> bool:
    """Two words of names that follow each other do so in the source too, if both stand in the span."""
    held = {one.key for one in span if one.binds}
    plain = [one for one in span if one.word not in ("s", "(", ")")]
    read = (span, known, _without_brackets(span), plain)
    joined = {pair for row in read for pair in _neighbours(row)}
    return all(pair in joined for pair in _neighbours(said) if held.issuperset(pair))


def _neighbours(row: Row) -> Iterator[tuple[str, str]]:
    """Yield each two words that make up one name: both are names, or a name and the number of a model."""
    for one, other in pairwise(row):
        if one.is_name and other.binds and one.word not in MONTHS and other.word not in MONTHS:
            yield one.key, other.key


def _without_brackets(row: Row) -> list[Token]:
    """Return a row without what stands in brackets."""
    depth, kept = 0, []
    for one in row:
        depth += one.word == "("
        if not depth:
            kept.append(one)
        depth = max(0, depth - (one.word == ")"))
    return kept


@dataclass(frozen=True)
class _Named:
    """A name with the two words before it and the two after it, and the number of the list of names it stands in."""

    keys: tuple[str, ...]
    around: tuple[str, ...]
    listed: int = 0

    def is_another_than(self, other: "_Named") -> bool:
        """Tell whether two names mean two things: a short form keeps the end of a name."""
        return self.keys != other.keys[-len(self.keys) :] and other.keys != self.keys[-len(other.keys) :]

    def shares(self, other: "_Named") -> int:
        return sum(one == there for one, there in zip(self.around, other.around, strict=True) if one)


def _changes_no_places(said: Row, span: Row) -> bool:
    """Neither a name nor `you` stands where the span has another name, unless who does it and to whom is turned."""
    if _times(said, "by") > _times(span, "by") or (
        _times(said, "by") < _times(span, "by") and len(said) > len(span) // 2
    ):
        return True
    there = list(_named(span))
    for one in _named(said):
        same = [other for other in there if other.keys == one.keys]
        own = max((one.shares(other) for other in same), default=0 if one.keys[0] in _ADDRESSED else None)
        lists = {other.listed for other in same}
        others = (other for other in there if one.is_another_than(other) and other.listed not in lists)
        strange = max(map(one.shares, others), default=0)
        if own is not None and strange >= MIN_SLOT and strange > own:
            return False
    return True


def _named(row: Row) -> Iterator[_Named]:
    """Yield each name of a row, and each `you` or `us`."""
    end = listed = place = 0
    for kind, group in groupby(row, key=_naming):
        start, place = place, place + len(keys := tuple(one.key for one in group))
        if kind:
            listed += any(one.word not in _JOINTS for one in row[end:start])
            yield _Named(keys, (*_words(row, start - 2, start), *_words(row, place, place + 2)), listed)
            end = place


def _naming(one: Token) -> str:
    return one.word if one.word in _ADDRESSED else "name" if one.is_name else ""


def _words(row: Row, start: int, end: int) -> tuple[str, ...]:
    return tuple(row[place].key if 0 <= place < len(row) else "" for place in range(start, end))


def _times(row: Row, word: str) -> int:
    return sum(one.word == word for one in row)


def _keeps_subjects(said: Row, span: Row) -> bool:
    """What the span says of one thing is not said of another: the subject of its predicate is kept, or a pronoun."""
    about, told = _parted(said)
    return not any(
        about
        and theirs
        and about.isdisjoint(theirs)
        and len(told & predicate) >= SAME_PREDICATE * max(len(told), 1)
        and len(told) >= LEAST_OF_PREDICATE * len(predicate)
        for theirs, predicate in map(_parted, sentences_of(span))
    )


def _tells_of_its_subject(said: Row, span: Row) -> bool:
    """Of several sentences, none lends only its subject to a predicate whose own subject is left out."""
    parts = [part for part in sentences_of(span) if any(one.is_content for one in part)]
    if len(parts) < 2:
        return True
    if any(_times(said, one) > _times(span, one) for one in _JOINING):
        return True
    mine = {one.key for one in said if one.is_content}
    keys = [{one.key for one in part} for part in parts]
    own = [_ending(part).difference(*keys[:place], *keys[place + 1 :]) for place, part in enumerate(parts)]
    bare = any(not ending & mine and _opening(part) & mine for part, ending in zip(parts, own, strict=True))
    return not bare or not any(
        (opening := _opening(part)) and not opening & mine and len(_ending(part) & mine) >= len(_ending(part)) / 2
        for part in parts
    )


def _tells_what_is_told(said: Row, span: Row) -> bool:
    """Of what a sentence says of its subject, the span says a part."""
    told = _parted(said)[1]
    return not told or len(told & {one.key for one in span}) >= LEAST_TOLD * len(told)


def _opening(part: Row) -> set[str]:
    """Return the words before the first verb that is known, at most three; none where a pronoun stands among them."""
    at = next((place for place, one in enumerate(part) if one.word in _VERBS and place), len(part))
    places = [place for place, one in enumerate(part[:at]) if one.is_content][:3]
    if not places or any(one.word in PRONOUNS and not one.is_name for one in part[: places[-1] + 1]):
        return set()
    return {part[place].key for place in places}


def _ending(part: Row) -> set[str]:
    """Return the words of the second half of a sentence."""
    keys = [one.key for one in part if one.is_content]
    return set(keys[len(keys) // 2 :]) - set(keys[: len(keys) // 2])


def _parted(sentence: Row) -> tuple[set[str], set[str]]:
    """Return the words of a sentence before its first auxiliary and after it; none before where a pronoun stands."""
    at = next((place for place, one in enumerate(sentence) if one.word in _AUXILIARIES and place), None)
    if at is None:
        return set(), set()
    if any(_is_pronoun(one, following) for one, following in pairwise(sentence[: at + 1])):
        return set(), set()
    return {one.key for one in sentence[:at] if one.is_content}, {one.key for one in sentence[at:] if one.is_content}


def _is_pronoun(one: Token, following: Token) -> bool:
    """Tell whether a word stands for a thing; `this` and `our` before a word of their own do not."""
    return one.word in PRONOUNS and not one.is_name and not following.is_content
