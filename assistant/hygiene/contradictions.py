"""Sentences on one subject that cannot both be true: another figure, another date, or the opposite.

A rule decides, no model is asked, and it would rather miss than accuse: what differs in a name, a place, a kind of
customer or product, a condition or a period is another subject, and so is what shares too few telling words.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from assistant.hygiene.claims import Claim, Reader, Subject, is_qualifier, proper_names
from assistant.hygiene.measures import Day, Measure, disagree
from assistant.hygiene.report import Contradiction, ContradictionKind, Place
from assistant.types import Passage

MIN_LIKENESS = 0.75
"""The share, weighted by rarity, of the telling words of two sentences that they must have in common."""

MIN_POLARITY_LIKENESS = 0.9
"""One word more makes an exception of a rule, so opposites must say the same of the same."""

MIN_COSINE = 0.25
"""Passages whose vectors are farther apart are about different things, whatever words they share."""

_RAREST = 3
_CROWD = 32
"""A word that so many claims share tells too little to compare them all."""

_VARIANTS = 3

Wording = tuple[frozenset[str], frozenset[str]]
Difference = tuple[ContradictionKind, str]


def contradictions(passages: Sequence[Passage], vectors: NDArray[np.float32] | None = None) -> list[Contradiction]:
    """Return pairs of sentences that contradict each other, in the order of the passages; of equal pairs the first.

    Args:
        passages: Passages of any documents; two of one document are compared as well.
        vectors: One row for each passage, of unit length; where given, pairs of passages that are far apart are
            skipped.
    """
    reader = Reader(proper_names(passages))
    claims = [claim for number, passage in enumerate(passages) for claim in reader.claims(number, passage)]
    rarity = _rarity(claims)
    parameters = _parameters(claims)
    found: dict[frozenset[str], tuple[int, int, Contradiction]] = {}
    for one, two in _candidates(claims, rarity):
        if one.passage == two.passage:
            continue
        if vectors is not None and float(vectors[one.passage] @ vectors[two.passage]) < MIN_COSINE:
            continue
        difference = compare(one, two, rarity, same_document=_same_document(passages, one, two))
        if difference and not (difference[0] == "number" and {_wording(one), _wording(two)} & parameters):
            made = _contradiction(passages, one, two, difference)
            if made.first.quote != made.second.quote:
                found.setdefault(frozenset((made.first.quote, made.second.quote)), (one.passage, one.start, made))
    return [made for _, _, made in sorted(found.values(), key=lambda entry: entry[:2])]


def _wording(claim: Claim) -> Wording:
    return claim.heavy | claim.subject.names | claim.subject.places, frozenset(
        f"{one.unit}, {one.form}" for one in claim.measures
    )


def _parameters(claims: Sequence[Claim]) -> set[Wording]:
    """Return the wordings that stand with three figures or more: of examples and variants rather than of one fact."""
    figures: dict[Wording, set[tuple[tuple[float, float], ...]]] = defaultdict(set)
    for claim in claims:
        if claim.measures:
            figures[_wording(claim)].add(tuple((one.low, one.high) for one in claim.measures))
    return {wording for wording, seen in figures.items() if len(seen) >= _VARIANTS}


def _contradiction(passages: Sequence[Passage], one: Claim, two: Claim, difference: Difference) -> Contradiction:
    first = Place.of(passages[one.passage], one.start, one.end)
    second = Place.of(passages[two.passage], two.start, two.end)
    return Contradiction(first=first, second=second, kind=difference[0], difference=difference[1])


def _same_document(passages: Sequence[Passage], one: Claim, two: Claim) -> bool:
    return passages[one.passage].document_id == passages[two.passage].document_id


def _rarity(claims: Sequence[Claim]) -> dict[str, float]:
    """Return a weight for each word: high where few claims hold it."""
    held = Counter(term for claim in claims for term in (*claim.heavy, *claim.subject.names, *claim.subject.places))
    return {term: 1.0 + math.log(len(claims) / count) for term, count in held.items()}


def _candidates(claims: Sequence[Claim], rarity: Mapping[str, float]) -> Iterator[tuple[Claim, Claim]]:
    """Yield pairs that share a rare word and a kind of figure, or that may be opposites; each pair once."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        words = sorted(claim.heavy | claim.subject.names | claim.subject.places, key=lambda word: (-rarity[word], word))
        for word, sort in product(words[: _RAREST + 1], _sorts(claim)):
            groups[word, sort].append(number)
    seen: set[tuple[int, int]] = set()
    for members in groups.values():
        if len(members) > _CROWD:
            continue
        for pair in combinations(members, 2):
            if pair not in seen:
                seen.add(pair)
                yield claims[pair[0]], claims[pair[1]]


def _sorts(claim: Claim) -> set[str]:
    kinds = {measure.unit for measure in claim.measures} | ({"date"} if claim.days else set())
    if claim.denies is not None or claim.free is not None or claim.after is not None:
        kinds.add("polarity")
    return kinds


def compare(one: Claim, two: Claim, rarity: Mapping[str, float], *, same_document: bool = False) -> Difference | None:
    """Return in what two claims contradict each other; None where they do not, or may speak of different things."""
    likeness = _likeness(one, two, rarity)
    if likeness < MIN_LIKENESS or one.limits != two.limits or not _one_subject(one, two, likeness, same_document):
        return None
    if one.denies == two.denies and (one.denies is not None or not one.limits):
        found = _other_figure(one, two)
        if found and not (same_document and found[0] == "date"):
            return found
    if likeness < MIN_POLARITY_LIKENESS:
        return None
    return _opposite(one, two) or (None if same_document else _other_order(one, two))


def _likeness(one: Claim, two: Claim, rarity: Mapping[str, float]) -> float:
    """Return the weighted share of telling words in common; what the other's heading or title says counts as said."""
    ours, theirs = one.heavy - two.heavy, two.heavy - one.heavy
    known = frozenset[str]() if ours and theirs else (ours & two.scope) | (theirs & one.scope)
    shared = (one.heavy & two.heavy) | known
    apart = (ours | theirs) - known
    if any(map(is_qualifier, apart)):
        return 0.0
    if not shared and not apart:
        return 1.0 if one.light == two.light else 0.0
    common = sum(rarity.get(word, 1.0) for word in shared)
    return common / (common + sum(rarity.get(word, 1.0) for word in apart))


def _one_subject(one: Claim, two: Claim, likeness: float, same_document: bool) -> bool:
    """Tell whether names, places and topics allow that both claims speak of one thing."""
    names = [_identity(claim, "names") for claim in (one, two)]
    places = [_identity(claim, "places") for claim in (one, two)]
    if names[0] != names[1] or not _same_places(places[0], places[1]):
        return False
    strays = [(claim.scope - other.heavy - other.scope) - claim.heavy for claim, other in ((one, two), (two, one))]
    if any(map(is_qualifier, strays[0] | strays[1])):
        return False
    words = _words_in_common(one, two)
    if same_document and (one.heading != two.heading or one.is_row or two.is_row):
        return words >= 3 and likeness >= MIN_POLARITY_LIKENESS and one.is_row != two.is_row
    topics_meet = bool((one.scope | one.heavy) & two.scope or one.scope & two.heavy)
    if topics_meet or not all(strays):
        return words >= 2
    return words >= 3 and likeness >= MIN_POLARITY_LIKENESS


def _words_in_common(one: Claim, two: Claim) -> int:
    """Count the telling words, names and places that both sentences hold; equal everyday words count as one."""
    own = one.heavy & two.heavy | one.subject.names & two.subject.names | one.subject.places & two.subject.places
    return len(own) + bool(one.everyday and one.everyday == two.everyday)


def _identity(claim: Claim, kind: str) -> frozenset[str]:
    """Return the names or places that a claim is about: its own, and those of heading and title that it leaves open."""
    own, heading, title = (_of(subject, kind) for subject in (claim.subject, claim.heading, claim.title))
    if own & (heading | title):
        return own
    if kind == "places":
        return own or heading or title
    return own | (heading or title)


def _of(subject: Subject, kind: str) -> frozenset[str]:
    return subject.names if kind == "names" else subject.places


def _same_places(one: frozenset[str], two: frozenset[str]) -> bool:
    if not one or not two:
        return not one and not two
    return one <= two or two <= one


def _other_figure(one: Claim, two: Claim) -> Difference | None:
    """Return the one figure or date in which two claims differ; None where none or more than one does."""
    units = {measure.unit for measure in one.measures}
    if units != {measure.unit for measure in two.measures} or bool(one.days) != bool(two.days):
        return None
    differing: list[tuple[Measure, Measure]] = []
    for unit in units:
        ours, theirs = ([one for one in claim.measures if one.unit == unit] for claim in (one, two))
        if len(ours) != len(theirs):
            return None
        differing += [pair for pair in zip(ours, theirs, strict=True) if disagree(*pair)]
    if any(_says(two, ours) or _says(one, theirs) for ours, theirs in differing):
        return None
    dates = _other_dates(one.days, two.days)
    if dates is None or len(differing) + len(dates) != 1:
        return None
    if differing:
        return "number", f"{differing[0][0].text} / {differing[0][1].text}"
    return "date", f"{dates[0][0].text} / {dates[0][1].text}"


def _says(claim: Claim, measure: Measure) -> bool:
    """Tell whether the sentence of a claim holds a figure, be it of another clause."""
    return (measure.unit, measure.low, measure.high) in claim.mentioned


def _other_dates(ours: Sequence[Day], theirs: Sequence[Day]) -> list[tuple[Day, Day]] | None:
    """Return the dates that differ, pairwise; None where the claims may speak of different periods."""
    if len(ours) != len(theirs):
        return None
    pairs = list(zip(ours, theirs, strict=True))
    years = [(one.year, two.year) for one, two in pairs if one.year and two.year]
    is_founding = all(one.month is None and "since" in one.text.lower() for day in pairs for one in day)
    if any(one != two for one, two in years) and not is_founding:
        return None
    if any((one.day is None) != (two.day is None) for one, two in pairs):
        return None
    return [
        (one, two)
        for one, two in pairs
        if (one.month, one.day) != (two.month, two.day) or (is_founding and one.year != two.year)
    ]


def _opposite(one: Claim, two: Claim) -> Difference | None:
    """Return the polarity in which two claims differ, all else being equal."""
    if one.free is not None and two.free is not None and one.free != two.free and one.denies == two.denies:
        return "polarity", "free / charged" if one.free else "charged / free"
    if len(one.heavy ^ two.heavy) > 1 or _other_figure(one, two) or len(one.measures) != len(two.measures):
        return None
    if one.denies is not None and two.denies is not None and one.denies != two.denies:
        return "polarity", "denied / affirmed" if one.denies else "affirmed / denied"
    return None


def _other_order(one: Claim, two: Claim) -> Difference | None:
    """Return "before" against "after"; within a document both are most often steps of one story."""
    if one.heavy != two.heavy or one.denies != two.denies or _other_figure(one, two):
        return None
    if one.after is None or two.after is None or one.after == two.after:
        return None
    return "polarity", "after / before" if one.after else "before / after"
