"""Reads what a sentence claims: of which subject, with which figures, dates and polarity."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.hygiene.measures import Day, Measure, figures, is_money
from assistant.hygiene.vocabulary import LIGHT, PLACES, PREDICATES, QUALIFIERS, SAME
from assistant.segmentation import sentences
from assistant.terms import STOP_WORDS, stem
from assistant.types import Passage

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")
_PRONOUN = re.compile(
    r"[\s\"“*|-]*(?:it|they|this|these|those|that|he|she|both|neither|such|here|there you|then|otherwise|the (?:same"
    r"|other|latter|former))\b",
    re.I,
)
_QUESTION = re.compile(r"\?[\s\"”’)*]*\Z")
_CLAUSE = re.compile(r",?\s(?:and|but)\s|;\s|,\s(?=otherwise)")
_MAX_CHARS = 400
"""A longer sentence says several things at once."""

_BRAND_SHARE = 0.3
_BRAND_DOCUMENTS = 10
"""A name in this share of at least so many documents is the house's own and tells no subjects apart."""

_ASIDE = re.compile(r",\s(?!exclud|based|depend)(?:[a-z]+(?:ed|ing)|because|so)\b.*\Z", re.DOTALL)
"""What follows a claim and explains it: `, counted from the end of the year`."""

_NEGATION = re.compile(r"\b(?:not|no|never|cannot|none|nobody|neither|nor)\b|n['’]t\b", re.I)
_NEGATIVE = re.compile(
    r"\b(?:unavailable|impossible|forbidden|prohibited|excluded|excludes?|refused|rejected|invalid|unsupported"
    r"|optional(?!\s*\n)|"
    r"voluntary|unlimited|disabled|(?:is|are|stays?|remains?)\s+closed)\b",
    re.I,
)
_HEDGED = re.compile(
    r"\bnot only\b|\bno matter\b|\b(?:no|not)\s+(?:later|longer|more|less|fewer)\b|\bnot until\b|\bno problem\b"
    r"|\bnothing\b|"
    r"\b(?:if|when|unless|because|although|while|whether|until|as long as|so that|that|which|who)\b[^,]*\b(?:not|no"
    r"|cannot|never)\b|"
    r"\b(?:not|no|cannot|never)\b.*\b(?:because|but|unless|until|except|only|yet|either)\b|"
    r"\bnot\s+(?:to|the|a|an|by|in|on|before|after|all|every|always)\b",
    re.I,
)
_LIMITS = re.compile(
    r"\b(?:unless|except|only|without|some|most|many|other|others|certain|either|half|first|second|last|next|instead|"
    r"outside|inside|within|during|while|if|when|once|again|later|already|still|above|below|over|under|each|every"
    r"|off)\b",
    re.I,
)
_FREE = re.compile(
    r"\bfree(?:\s+of\s+charge)?\b(?!-)|\bat no (?:extra\s+)?(?:cost|charge)\b|\bcosts? nothing\b|\bwithout "
    r"(?:a\s+)?(?:fee|charge)\b",
    re.I,
)
_CHARGED = re.compile(
    r"\bcosts?\b|\bcharged?\b|\bfees?\b|\bpays? for\b|\bpaid by the customer\b|\bat (?:your|the customer['’]s) "
    r"(?:own\s+)?(?:cost|expense)\b",
    re.I,
)
_BEFORE, _AFTER = re.compile(r"\bbefore\b", re.I), re.compile(r"\bafter\b", re.I)


@dataclass(frozen=True, slots=True)
class Subject:
    """What words are about: terms that carry meaning, proper names and places."""

    terms: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing said in a passage; `start` and `end` count from the passage's beginning.

    `denies`, `free` and `after` are None where the sentence says nothing clear about it. `limits` are the words that
    narrow what is said, such as "only" and "if".
    """

    passage: int
    start: int
    end: int
    subject: Subject
    heading: Subject
    title: Subject
    measures: tuple[Measure, ...] = ()
    days: tuple[Day, ...] = ()
    limits: frozenset[str] = frozenset()
    denies: bool | None = None
    free: bool | None = None
    after: bool | None = None
    is_row: bool = False
    mentioned: frozenset[tuple[str, float, float]] = frozenset()
    """Unit and bounds of every figure in the whole sentence, those of its other clauses too."""

    @property
    def light(self) -> frozenset[str]:
        """The terms that many subjects share: order, cost, accept."""
        return self.subject.terms & LIGHT

    @property
    def everyday(self) -> frozenset[str]:
        """The light terms that name a subject rather than say something of it: order, product."""
        return self.light - PREDICATES

    @property
    def heavy(self) -> frozenset[str]:
        """The terms that tell one subject from another."""
        return self.subject.terms - LIGHT

    @property
    def scope(self) -> frozenset[str]:
        """The terms of heading and title that tell one subject from another."""
        return (self.heading.terms | self.title.terms) - LIGHT


def is_qualifier(term: str) -> bool:
    """Tell whether a term alone makes another subject of a sentence: express, student, refurbished."""
    return term in QUALIFIERS


def proper_names(passages: Iterable[Passage]) -> frozenset[str]:
    """Return, in lower case, the words that stand in capitals inside sentences more often than not.

    The name of the house, which most documents hold, is left out.
    """
    capital: Counter[str] = Counter()
    small: Counter[str] = Counter()
    holders: set[tuple[str, str]] = set()
    documents: set[str] = set()
    for passage in passages:
        documents.add(passage.document_id)
        for start, end in sentences(passage.text):
            sentence = passage.text[start:end]
            if sentence.startswith(("|", "#")):
                continue
            for before, match in pairwise(_WORD.finditer(sentence)):
                gap = sentence[before.end() : match.start()]
                if gap.strip(" ,-/("):
                    continue
                word = match.group()
                (capital if word[0].isupper() else small)[word.lower()] += 1
                if word[0].isupper():
                    holders.add((word.lower(), passage.document_id))
    spread = Counter(word for word, _ in holders)
    most = max(_BRAND_DOCUMENTS, _BRAND_SHARE * len(documents))
    return frozenset(
        word
        for word, count in capital.items()
        if count > small[word] and word not in STOP_WORDS and spread[word] < most
    )


class Reader:
    """Reads claims out of passages; it knows which words are names."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.subject = lru_cache(maxsize=20_000)(self._subject)

    def claims(self, number: int, passage: Passage) -> Iterator[Claim]:
        """Yield what a passage claims; `number` is how the caller counts it."""
        header = self._header(passage.text)
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            if text.startswith("|"):
                yield from self._row(number, passage, start, end, header)
            elif _is_statement(text):
                yield from self._sentence(number, passage, start, end)

    @staticmethod
    def _header(text: str) -> list[str]:
        lines = text.lstrip().split("\n", 2)
        is_table = len(lines) > 1 and lines[0].startswith("|") and set(lines[1]) <= set("|-: ")
        return _cells(lines[0]) if is_table else []

    def _row(self, number: int, passage: Passage, start: int, end: int, header: list[str]) -> Iterator[Claim]:
        """Yield a claim for each cell with a figure: of the row's first cells without one, and the column's name."""
        cells = _cells(passage.text[start:end])
        if not header or len(cells) != len(header) or cells == header:
            return
        keys = [cell for cell in cells if not any(figures(cell)[:2])]
        for name, cell in zip(header, cells, strict=True):
            measures, days, rest = figures(cell)
            if cell and (measures or days) and cells[0] in keys:
                subject = self.subject(" ".join([*keys, name, rest]))
                yield self._claim(
                    number,
                    passage,
                    (start, end),
                    subject,
                    tuple(measures),
                    tuple(days),
                    said=" ".join(keys),
                    is_row=True,
                )

    def _sentence(self, number: int, passage: Passage, start: int, end: int) -> Iterator[Claim]:
        text = passage.text[start:end]
        measures, days, rest = figures(text)
        aside = _ASIDE.search(rest)
        if aside and any(one.end <= aside.start() for one in measures):
            measures = [one for one in measures if one.end <= aside.start()]
            days = [one for one in days if one.end <= aside.start()]
            text, rest = text[: aside.start()], rest[: aside.start()]
        whole = self.subject(rest)
        parts = _clauses(text, measures, days)
        if len(parts) == 1:
            yield self._claim(number, passage, (start, end), whole, tuple(measures), tuple(days), said=text)
            return
        first = self.subject(rest[: parts[0][1]])
        for at, (begin, stop) in enumerate(parts):
            own = self.subject(rest[begin:stop])
            terms = own.terms if at == 0 else own.terms | first.terms - LIGHT
            names, places = (
                (own.names, own.places) if at == 0 else (own.names or first.names, own.places or first.places)
            )
            inside = [one for one in measures if begin <= one.start < stop]
            dated = [one for one in days if begin <= one.start < stop]
            yield self._claim(
                number,
                passage,
                (start, end),
                Subject(terms, names, places),
                tuple(inside),
                tuple(dated),
                said=text[begin:stop],
            )

    def _claim(
        self,
        number: int,
        passage: Passage,
        span: tuple[int, int],
        subject: Subject,
        measures: tuple[Measure, ...],
        days: tuple[Day, ...],
        said: str,
        is_row: bool = False,
    ) -> Claim:
        is_sentence = passage.text[: span[1]].endswith((".", "!", "”", ")", '"'))
        return Claim(
            passage=number,
            start=span[0],
            end=span[1],
            subject=subject,
            heading=self.subject(passage.heading),
            title=self.subject(passage.title),
            measures=measures,
            days=days,
            limits=frozenset(word.lower() for word in _LIMITS.findall(said)) - {"within"},
            denies=False if is_row else _denies(said) if is_sentence or measures or days else None,
            free=False if is_row else _free(said, measures),
            after=_after(said),
            is_row=is_row,
            mentioned=frozenset((one.unit, one.low, one.high) for one in figures(passage.text[span[0] : span[1]])[0])
            if measures
            else frozenset(),
        )

    def _subject(self, text: str) -> Subject:
        terms: set[str] = set()
        names: set[str] = set()
        places: set[str] = set()
        found = [match.group() for match in _WORD.finditer(text)]
        for before, word in zip(["", *found], found, strict=False):
            lowered = word.lower().removesuffix("'s").removesuffix("’s")
            if lowered in PLACES and word[0].isupper():
                places.add(PLACES[lowered])
            elif word[0].isdigit():
                names.discard(before.lower())
                names.add(f"{before} {word}".lower().strip())
            elif word[0].isupper() and (lowered in self._names or any(map(str.isdigit, word))):
                names.add(lowered)
            elif lowered not in STOP_WORDS:
                terms.add(SAME.get(stem(lowered), stem(lowered)))
        return Subject(frozenset(terms), frozenset(names), frozenset(places))


def _is_statement(text: str) -> bool:
    """Tell whether a unit of text is a sentence that says something by itself; a flattened table is none."""
    is_flat = "\n" in text and not text.endswith((".", "!", "”", '"', ")"))
    return (
        not (text.startswith("#") or text.endswith(":") or is_flat or _QUESTION.search(text) or _PRONOUN.match(text))
        and len(text) < _MAX_CHARS
    )


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip().strip("|").split("|")]


def _clauses(text: str, measures: Sequence[Measure], days: Sequence[Day]) -> list[tuple[int, int]]:
    """Return the ranges of a sentence's clauses, each with a figure of its own; one range where it has but one."""
    marks = [one.start for one in measures] + [one.start for one in days]
    cuts = [0]
    for match in _CLAUSE.finditer(text):
        has_before = any(cuts[-1] <= mark < match.start() for mark in marks)
        if has_before and any(mark >= match.end() for mark in marks):
            cuts.append(match.end())
    return list(pairwise([*cuts, len(text)]))


def _denies(text: str) -> bool | None:
    """Tell whether a sentence denies; None where a negation governs a part of it only, or there are several."""
    text = _FREE.sub("", text)
    count = len(_NEGATION.findall(text)) + len(_NEGATIVE.findall(text))
    if count > 1 or (count and _HEDGED.search(text)):
        return None
    return count == 1


def _free(text: str, measures: Sequence[Measure]) -> bool | None:
    """Tell whether something costs nothing; None where money is no matter, or a threshold or condition decides."""
    if any(is_money(one) and one.form in ("least", "most") for one in measures) or _NEGATION.search(text):
        return None
    is_free, is_charged = bool(_FREE.search(text)), bool(_CHARGED.search(text)) or any(map(is_money, measures))
    if _FREE.search(text) and not any(map(is_money, measures)):
        return True
    return False if is_charged and not is_free else None


def _after(text: str) -> bool | None:
    before, after = bool(_BEFORE.search(text)), bool(_AFTER.search(text))
    return after if before != after else None
