"""Compares the small words that qualify a claim: how sure it is, of how many, how often, when, how much at most.

Each of them belongs to the next word that carries meaning, or to the next figure. A sentence may leave out the part
of its source that one belongs to; where it repeats that part, it may neither drop the word, where the claim would grow
by that, nor put another in its place.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from assistant.statements import BREAKS, CONDITIONS, MEASURES, MONTHS, Row, Token
from assistant.terms import stem

_Said = TypeVar("_Said", str, tuple[str, ...])


@dataclass(frozen=True)
class _Family:
    """Words of one kind, each with what it means; words of one meaning may stand for each other.

    `kept` are words that may not be dropped where what they belong to is repeated, `brought` words that may not be
    added where the source has none of the family there.
    """

    meanings: Mapping[str, str]
    kept: frozenset[str] = frozenset()
    brought: frozenset[str] = frozenset()


def _family(listed: Mapping[str, str], *, kept: str = "", brought: str = "") -> _Family:
    meanings = {word: meaning for meaning, words in listed.items() for word in words.split()}
    return _Family(meanings, frozenset(kept.split()), frozenset(brought.split()))


_ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth once twice thrice single double triple half "
    "quarter hourly daily weekly monthly quarterly yearly annual annually".split()
)

_FAMILIES = (
    _family(
        {
            "possible": "can could may might possibly perhaps probably likely potentially",
            "obliged": "must shall need needs required mandatory obliged obligatory",
            "advised": "should ought recommended advised",
            "certain": "will certainly definitely surely",
        },
        kept="may might could possibly perhaps probably",
        brought="must shall mandatory",
    ),
    _family(
        {
            "all": "all every each any both",
            "most": "most",
            "many": "many several numerous",
            "some": "some certain other",
            "few": "few",
        },
        kept="most some",
        brought="all every most",
    ),
    _family(
        {
            "always": "always constantly entirely fully completely wholly",
            "often": "often usually generally typically normally frequently mostly commonly largely partly",
            "sometimes": "sometimes occasionally",
            "rarely": "rarely seldom hardly",
        },
        kept="usually generally typically normally sometimes occasionally partly",
        brought="always entirely fully completely wholly",
    ),
    _family({"past": "was were had did", "present": "is are has have does do", "future": "will"}),
    _family({word: word for word in _ORDINALS}),
    _family({"free": "free gratis complimentary", "paid": "charged chargeable payable"}),
    _family({"up to": "until till", "before": "before", "from": "from after since"}, kept="until till since"),
)

QUALIFYING = frozenset(stem(word) for family in _FAMILIES for word in family.meanings)
"""The terms of all these words: they are compared by what they belong to, not by whether the source has them."""

_BOUNDS = {
    "at most": "up to|at most|maximum of|max|a maximum of|or less|or fewer|or under|on or before",
    "below": "less than|fewer than|under|below|lower than|younger than|smaller than",
    "at least": "at least|from|minimum of|a minimum of|or more|and more|and over|or over|or older"
    "|and older|or above|and above|or longer|or later|on or after",
    "above": "more than|over|above|greater than|higher than|exceeding|exceeds|exceeded|larger than"
    "|older than|longer than",
    "exactly": "exactly|precisely",
}
_BOUND_OF = {tuple(words.split()): bound for bound, listed in _BOUNDS.items() for words in listed.split("|")}
_LONGEST_BOUND = max(map(len, _BOUND_OF))
_UP_TO = ("to", "until", "till")
_ALSO_NAMES = frozenset("may will might".split())
_ALSO_BEFORE_FIGURES = frozenset("a an the of about eur usd gbp chf around approximately nearly $ € £".split())


def qualifies_the_same(said: Row, span: Row) -> bool:
    """Tell whether a sentence is as sure, as general and as bounded as the span that is to support it."""
    return all(_keeps_family(said, span, one) for one in _FAMILIES) and _bounds_the_same(said, span)


def _keeps_family(said: Row, span: Row, family: _Family) -> bool:
    mine, theirs = _marked(said, family.meanings), _marked(span, family.meanings)
    if not mine and not theirs:
        return True
    in_span = {one.key for one in span if one.is_content}
    for key, marks in mine.items():
        meant = {family.meanings[word] for word in marks}
        held = {family.meanings[word] for word in theirs.get(key, ())}
        if "future" in held:
            held.add("present")
        if (held and not meant <= held) or (not held and key in in_span and not family.brought.isdisjoint(marks)):
            return False
    return not any(_drops(said, span, key, marks, mine, family.kept) for key, marks in theirs.items())


def _drops(
    said: Row, span: Row, key: str, marks: Sequence[str], mine: Mapping[str, list[str]], kept: Collection[str]
) -> bool:
    """Tell whether a sentence repeats a word more often without a mark than the span does, and has none elsewhere."""
    if not any(word in kept for word in marks):
        return False
    free_here = sum(one.key == key for one in said) - len(mine.get(key, ()))
    free_there = sum(one.key == key for one in span) - len(marks)
    moved = any(other not in {one.key for one in span} for other in mine)
    return free_here > max(0, free_there) and not moved


def _marked(row: Row, meanings: Mapping[str, str]) -> dict[str, list[str]]:
    """Return, for each key that words of a family belong to, these words."""
    marked: dict[str, list[str]] = defaultdict(list)
    for place, one in enumerate(row):
        if (
            one.word in meanings
            and not (one.is_name and one.word in _ALSO_NAMES)
            and not _is_part_of_another(row, place)
        ):
            last = next((other.key for other in reversed(row[:place]) if other.is_content), "")
            marked[_next_meaning(row[place + 1 :], meanings) or last].append(one.word)
    return marked


def _is_part_of_another(row: Row, place: int) -> bool:
    """Tell whether a word stands in `how many` or `how often`, or in the bound `at most`."""
    last = row[place - 1].word if place else ""
    return last == "how" or (last == "at" and row[place].word == "most")


def _next_meaning(row: Row, meanings: Mapping[str, str]) -> str | None:
    for one in row:
        if one.word in BREAKS or (one.word in CONDITIONS and one.word != "only"):
            return None
        if one.is_content and one.word not in meanings:
            return one.key
    return None


def _bounds_the_same(said: Row, span: Row) -> bool:
    """A figure has the bound that it has in the span, and counts in the same measure."""
    bounds, measures = _figures(span)
    my_bounds, my_measures = _figures(said)
    return all(_fits(mine, bounds[key]) for key, mine in my_bounds.items() if key in bounds) and all(
        _fits(mine, measures[key]) for key, mine in my_measures.items() if key in measures and () not in measures[key]
    )


def _fits(mine: Counter[_Said], theirs: Counter[_Said]) -> bool:
    """Tell whether a figure is said with nothing that the span does not say of it, nor twice for one that is lost."""
    return mine.keys() - {()} <= theirs.keys() and not (mine - theirs and theirs - mine and () not in mine)


def _figures(row: Row) -> tuple[dict[str, Counter[str]], dict[str, Counter[tuple[str, ...]]]]:
    """Return the bounds of each figure of a row, and its measures with what stands before these."""
    bounds: dict[str, Counter[str]] = defaultdict(Counter)
    measures: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for place, one in enumerate(row):
        if one.is_number:
            bounds[one.key][_range(row, place) or _bound(row, place)] += 1
            measures[one.key][_measure(row, place)] += 1
    return bounds, measures


def _bound(row: Row, place: int) -> str:
    """Return the bound of a figure; `from` is one where no `to` follows."""
    before, after = row[:place], row[place + 1 :]
    if any(one.word == "from" for one in before[-2:]) and any(one.word in _UP_TO for one in _until_break(after[:8])):
        return ""
    return _bound_before(before) or _bound_after(after)


def _until_break(row: Row) -> Iterator[Token]:
    return takewhile(lambda one: one.word not in BREAKS, row)


def _range(row: Row, place: int) -> str:
    """Return the two figures of a range in which one stands: `2 to 3`, `2-3` or `between 2 and 3`."""
    for low in (place, place - 1, place - 2):
        if low < 0 or not row[low].is_number:
            continue
        joint = row[low + 1].word if low + 1 < len(row) else ""
        is_between = joint == "and" and low > 0 and row[low - 1].word == "between"
        high = low + 2 if joint in _UP_TO or is_between else low + 1
        if high < len(row) and row[high].is_number and place in (low, high):
            return f"{row[low].key} to {row[high].key}"
    return ""


def _bound_before(row: Row) -> str:
    words = [one.word for one in row[-6:]]
    if date := next((at for at in range(len(words) - 1, max(-1, len(words) - 4), -1) if words[at] in MONTHS), None):
        words = words[:date]
    while words and words[-1] in _ALSO_BEFORE_FIGURES and not _ends_bound(words):
        words.pop()
    return _ends_bound(words)


def _ends_bound(words: Sequence[str]) -> str:
    lengths = range(min(_LONGEST_BOUND, len(words)), 0, -1)
    return next((bound for n in lengths if (bound := _BOUND_OF.get(tuple(words[-n:]), ""))), "")


def _bound_after(row: Row) -> str:
    words = [one.word for one in row[:6]]
    starts = (place for place, word in enumerate(words) if word in ("or", "and"))
    return next((bound for at in starts if (bound := _BOUND_OF.get(tuple(words[at : at + 2]), ""))), "")


def _measure(row: Row, place: int) -> tuple[str, ...]:
    """Return what a figure counts in: the sign before it, or the words after it as far as they name a measure."""
    if place and row[place - 1].key in MEASURES:
        return (row[place - 1].key,)
    after = list(_run(row[place + 1 : place + 4]))
    last = max((at for at, one in enumerate(after) if one.key in MEASURES), default=-1)
    return tuple(one.key for one in after[: last + 1])


def _run(row: Row) -> Iterator[Token]:
    for one in row:
        if one.is_number or not (one.is_content or one.key in MEASURES):
            return
        yield one


def exchanges(said: Row, span: Row) -> bool:
    """Tell whether a sentence has a measure or an ordinal that the span has not, and lacks one that the span has.

    The same holds of a figure that it says more often than the span does.
    """
    mine, theirs = ([one.key for one in row if one.key in MEASURES] for row in (said, span))
    my_places, their_places = ([one.word for one in row if one.word in _ORDINALS] for row in (said, span))
    return _exchange(mine, theirs) or _exchange(my_places, their_places) or _counts_anew(said, span)


def _exchange(mine: Sequence[str], theirs: Sequence[str]) -> bool:
    """Tell whether one of the words is said more often than in the span, and another less often."""
    return bool(Counter(mine) - Counter(theirs)) and bool(Counter(theirs) - Counter(mine))


def _counts_anew(said: Row, span: Row) -> bool:
    """Tell whether a figure of the span is said more often than there, while another of its figures is left out."""
    mine, theirs = (
        Counter("1" if one.word == "one" else one.key for one in row if one.is_number or one.word == "one")
        for row in (said, span)
    )
    return any(key in theirs for key in mine - theirs) and bool(theirs - mine)
