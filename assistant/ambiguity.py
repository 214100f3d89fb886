"""Tells whether a question can be meant of several products, countries or other subjects that the passages tell apart.

It is ambiguous if passages of parallel shape ("Delivery to Austria", "Delivery to Canada") are about equally good, give
different answers of the kind asked for, and the question names none of their subjects. Pure: no model, no state.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.extraction import Asked, answer_in, is_question, read_question
from assistant.segmentation import sentences
from assistant.statements import tokens
from assistant.terms import terms
from assistant.types import Passage, ScoredPassage, SearchResult

NEAR_SHARE = 0.62
"""A passage is about as good as the best if its score is at least this share of the best one's."""

ALIKE_COVERAGE = 0.25
"""Passages of which one holds this much more of the question, by weight, are not equally meant."""

LEAST_COVERAGE = 0.5
"""A passage that holds less of the question, by weight, is not meant."""

LEAST_NAMES = 0.3
"""A label such as "Pip children's headphones" is that share names."""

ANCHORS = 3
"""One of the best so many passages must be among those that are parallel."""

MAX_CHOICES = 4
MAX_LABEL_CHARS = 60

_WORD = re.compile(r"[^\W_][\w'’-]*")
_INNER_WORD = re.compile(r"(?<=[\w,;’'”)] )[^\W_][\w'’-]*")
_PIECE = re.compile(r"[^\s:–—,|]+|[:–—,|]")
_ARTICLE = re.compile(r"^the\s+", re.I)
_SECTION = re.compile(r"^\d+(?:\.\d+)*\.?\s+")
_AFTER_HEAD = re.compile(r"\s*[:–—|(]|\s-\s")


@dataclass(frozen=True)
class _Reading:
    """One subject that a question may be meant of: how it is called, and what its passage answers."""

    label: str
    rank: int
    answer: str
    covered: float


def choices_in(found: SearchResult, most: int = MAX_CHOICES) -> tuple[str, ...]:
    """Return the subjects that the customer should choose from, the likeliest first; empty where nothing is unclear."""
    if not found.passages or not _asks(found.searched_for):
        return ()
    near = [one for one in found.passages if one.score >= NEAR_SHARE * found.passages[0].score]
    asked = read_question(found.searched_for)
    group = _parallel(found, near, loosely=asked.wants_figure)
    if len(group) < 2 or _names_one(found, group):
        return ()
    readings = [_read(label, one, asked, _own(found)) for label, one in group.items()]
    needed = max(LEAST_COVERAGE, max(one.covered for one in readings) - ALIKE_COVERAGE)
    readings = [one for one in readings if one.answer and one.covered >= needed]
    if len({one.answer for one in readings}) < 2:
        return ()
    before = found.passages[: min(one.rank for one in readings) - 1]
    others = [one.passage for one in before if answer_in(asked, found.weights, one)]
    if any(_is_about(one, found.searched_for) for one in others):
        return ()
    return tuple(dict.fromkeys([*(_head(one.title) for one in others), *(one.label for one in readings)]))[:most]


def subjects_in(passages: Sequence[ScoredPassage]) -> dict[str, ScoredPassage]:
    """Return the named subjects, such as products, that documents are about, each with its best passage, in order."""
    names = _Names([one.passage for one in passages])
    subjects: dict[str, ScoredPassage] = {}
    for one in passages:
        head = _ARTICLE.sub("", _head(one.passage.title))
        if len(head) <= MAX_LABEL_CHARS and names.is_name(head):
            subjects.setdefault(head, one)
    return subjects


def name_terms(label: str) -> frozenset[str]:
    """Return the terms of the names in a label, without its words of kind: those of "Pip" in "Pip headphones"."""
    return frozenset(terms(" ".join(word for word in _WORD.findall(label) if not word[0].islower())))


def _asks(text: str) -> bool:
    return any(is_question(text[start:end]) for start, end in sentences(text))


def _is_about(passage: Passage, question: str) -> bool:
    """Tell whether a passage of no one subject answers for all of them: it is named in the question, or asks it."""
    return passage.heading.endswith("?") or bool(set(terms(passage.title)) & set(terms(question)))


class _Names:
    """Tells names from other words that begin with a capital, by how passages write them within a sentence."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        words = [
            word
            for one in passages
            for text in (one.title, one.heading, one.text)
            for word in _INNER_WORD.findall(text)
        ]
        self._small = frozenset(word for word in words if word[0].islower())
        self._large = frozenset(word.lower() for word in words if word[0].isupper() or word[0].isdigit())

    def is_name(self, text: str) -> bool:
        """Tell whether a text begins with a name, and at least a third of its words are names."""
        share = self._share(text)
        return share >= LEAST_NAMES

    def is_all_names(self, text: str) -> bool:
        """Tell whether a text holds nothing but names."""
        return self._share(text) == 1.0

    def _share(self, text: str) -> float:
        """Return the share of names among the words that carry meaning; 0 where the first is none."""
        written = _WORD.findall(text)
        named = [self.is_named(word) for word in written]
        for at in range(len(written) - 2, -1, -1):
            named[at] = named[at] or (named[at + 1] and self.may_lead(written[at]))
        content = [(word, is_named) for word, is_named in zip(written, named, strict=True) if is_named or terms(word)]
        names = [word for word, is_named in content if is_named]
        spelled = any(word[0].isalpha() for word in names)
        return len(names) / len(content) if spelled and content[0][1] else 0.0

    def may_lead(self, word: str) -> bool:
        """Tell whether a word before a name may belong to it: "Vela" to "Vela 5"."""
        return word[0].isupper() and word.lower() not in self._small

    def is_named(self, word: str) -> bool:
        """Tell whether one word is a name or a number by itself."""
        if word[0].isdigit():
            return True
        return word[0].isupper() and word.lower() in self._large and word.lower() not in self._small


def _parallel(found: SearchResult, near: Sequence[ScoredPassage], *, loosely: bool) -> dict[str, ScoredPassage]:
    """Return the passages parallel to one of the best, by the name of their subject, in order.

    `loosely` takes any two sections of documents whose titles are parallel; else their headings must be so too.
    Where several are of one subject, the one whose heading says most of the question stands for it.
    """
    names = _Names([one.passage for one in found.passages])
    groups = []
    for anchor in near[:ANCHORS]:
        group = [one for one in near if one is anchor or _are_parallel(anchor.passage, one.passage, names, loosely)]
        groups.append((len(group), _held(found.weights, anchor.passage.heading), group))
    best = max(groups, key=lambda one: one[:2])[2]
    by_label: dict[str, list[ScoredPassage]] = {}
    titles = list(dict.fromkeys(one.passage.title for one in best))
    for one in best:
        label = _label(one.passage, titles, names)
        if label and len(label) <= MAX_LABEL_CHARS:
            by_label.setdefault(label, []).append(one)
    return {
        label: max(group, key=lambda one: _held(found.weights, one.passage.heading))
        for label, group in by_label.items()
    }


def _are_parallel(one: Passage, other: Passage, names: _Names, loosely: bool) -> bool:
    """Tell whether two passages say the same of two subjects: titles or headings differ by names alone."""
    headings = _unnumbered(one.heading), _unnumbered(other.heading)
    if one.document == other.document:
        return headings[0] != headings[1] and all(names.is_all_names(text) for text in headings)
    if one.title == other.title:
        return False
    left, right = _differing([one.title, other.title], names)
    if loosely and names.is_name(left) and names.is_name(right) and terms(one.title) != terms(left):
        return True
    heads = _head(one.title), _head(other.title)
    left_topic, right_topic = (
        frozenset(terms(heading)) - frozenset(terms(head)) for heading, head in zip(headings, heads, strict=True)
    )
    return bool(left_topic) and left_topic == right_topic and all(names.is_name(head) for head in heads)


def _label(passage: Passage, titles: Sequence[str], names: _Names) -> str:
    """Return how the subject of a passage is called: by its heading if that is a name, else by its title."""
    heading = _unnumbered(passage.heading)
    if names.is_all_names(heading):
        return heading
    rest = _differing(titles, names)[titles.index(passage.title)] if len(titles) > 1 else ""
    called = [label for label in (rest, _head(passage.title)) if names.is_name(label)]
    return _ARTICLE.sub("", min(called, key=len, default=""))


def _differing(texts: Sequence[str], names: _Names) -> list[str]:
    """Return what is left of each text without the words that all begin or end with; names stay whole."""
    pieces = [_PIECE.findall(text) for text in texts]
    shortest = min(len(one) for one in pieces)
    start = 0
    while start < shortest and len({one[start].lower() for one in pieces}) == 1:
        start += 1
    while start and names.may_lead(pieces[0][start - 1]):
        start -= 1
    end = 0
    while end < shortest - start and len({one[-1 - end].lower() for one in pieces}) == 1:
        end += 1
    return [_joined(one[start : len(one) - end]) for one in pieces]


def _joined(pieces: Sequence[str]) -> str:
    return re.sub(r" (?=[,:])", "", " ".join(pieces)).strip(" :–—|,")


def _head(title: str) -> str:
    return _AFTER_HEAD.split(title)[0].strip()


def _unnumbered(heading: str) -> str:
    return _SECTION.sub("", heading)


def _names_one(found: SearchResult, group: Mapping[str, ScoredPassage]) -> bool:
    """Tell whether the question, or what it leans on, names one of the subjects, or another name than all share."""
    lent = () if found.switched else (one.text for one in found.query.context)
    said = set(terms(" ".join((found.searched_for, *lent))))
    labels = [name_terms(label) for label in group]
    in_all = {term for term in labels[0] if all(term in other for other in labels)}
    if any(said & label - in_all for label in labels):
        return True
    held = [set(terms(one.passage.indexed_text)) for one in group.values()]
    return any(
        (one.is_name or one.is_number) and not all(one.key in text for text in held) for one in tokens(found.query.text)
    )


def _read(label: str, scored: ScoredPassage, asked: Asked, weights: Mapping[str, float]) -> _Reading:
    covered = _held(weights, scored.passage.indexed_text)
    return _Reading(label, scored.rank, answer_in(asked, weights, scored), covered)


def _own(found: SearchResult) -> Mapping[str, float]:
    """Return the weights of what the question says itself, without those of the topic before it."""
    own = set(terms(found.query.text))
    return {term: weight for term, weight in found.weights.items() if term in own} or found.weights


def _held(weights: Mapping[str, float], text: str) -> float:
    """Return the share of the question, by the weights of its terms, that a text holds."""
    held = set(terms(text))
    return sum(weight for term, weight in weights.items() if term in held) / (sum(weights.values()) or 1.0)
