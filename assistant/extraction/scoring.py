"""Scores the units of passages by how well they answer one question."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from assistant.denials import asks_what_is_not
from assistant.extraction.asking import Asked, is_question, names_something
from assistant.extraction.bounds import numbers_within
from assistant.extraction.columns import lacks_asked, names_cell
from assistant.extraction.kinds import MOSTLY
from assistant.extraction.units import Unit, first_cell, header_of, read_units
from assistant.extraction.weighing import named_in, opposites
from assistant.terms import terms
from assistant.types import Passage, Readout, ScoredPassage

READ_PASSAGES = 4
"""Passages below this rank are not quoted: they rarely hold the answer and cost trust."""

PASSAGE_PRIOR = 0.35
"""What the best passage adds to the score of its sentences; the others add less, by their rank."""

HEADING_SHARE = 0.6
"""What a word of the question counts that stands in the title, the heading or the table's header only."""

BEFORE_SHARE = 0.3
"""What it counts where it stands only in the sentence that this one points back to."""

NAMED_ROW = 0.3
"""What it adds that the question names a row of a table by its first cell."""

DECIDES = 0.6
"""What is left of its likeness where a yes or no is asked for, other than on money: a figure alone decides nothing."""

WITHOUT_ROW = 0.5
"""What it adds that a question asks for something without what a row has none of."""

FEWEST_NAMED = 2
SECTION = 0.25
"""What it adds that title and heading hold all that the question names, if that is so much; it counts as said."""

OPPOSITE = 0.5
"""What is left of the score of what a heading denies, where it is asked for what is so."""

READ_SHARE = 0.3
"""What it adds that a reader sees the answer in a sentence, if it is sure; less by how much it doubts."""

_OF_A_CASE = re.compile(r"\W*(?:if|when|unless|in case|should)\b", re.I)
_FOR_OTHERS = re.compile(r"\|\s*(?:(?:(?:for )?(?:all|any|every) (?:the )?)?others?|everything else|the rest)\b", re.I)


@dataclass(frozen=True)
class Candidate:
    """A unit with its score, its own terms, and those that it holds together with what stands around it.

    `document` is the name of the document that it stands in, `section` the heading, `above` the terms of title and
    heading.

    `named` tells that it is a table row which the question names by its first cell. `read` is the part of the score
    that a reader gave.
    """

    unit: Unit
    held: frozenset[str]
    own: frozenset[str]
    named: bool
    score: float
    read: float = 0.0
    document: str = ""
    section: str = ""
    above: frozenset[str] = frozenset()

    @property
    def by_words(self) -> float:
        """The score without what a reader added to it."""
        return self.score - self.read


def score_units(asked: Asked, weights: Mapping[str, float], passages: Sequence[ScoredPassage]) -> list[Candidate]:
    """Return every unit of the best passages with its score, in the order of the passages."""
    scorer = _Scorer(asked, weights, sum(weights.values()) or 1.0)
    return [one for scored in passages[:READ_PASSAGES] for one in scorer.read(scored)]


@dataclass(frozen=True)
class _Scorer:
    asked: Asked
    weights: Mapping[str, float]
    total: float

    def read(self, scored: ScoredPassage) -> Iterator[Candidate]:
        """Yield the units of a passage, each with its score."""
        heading = frozenset(terms(f"{scored.passage.title} {scored.passage.heading}"))
        named = frozenset(named_in(self.asked) & self.weights.keys())
        is_section = self._is_section(scored.passage, named)
        units = read_units(scored)
        title = frozenset(terms(scored.passage.title))
        named_rows = _named_rows(units, self.asked.text)
        for place, unit in enumerate(units):
            header = header_of(unit, units)
            is_opposite = unit.denied_by >= 0 and self.wants_what_is_so
            context = (title if is_opposite else heading) | frozenset(terms(header.text) if header else ())
            before = frozenset(terms(units[place - 1].text)) if unit.points_back and place else frozenset[str]()
            own = frozenset(terms(unit.words)) | numbers_within(unit.text, self.asked.text)
            own |= opposites(own) if self.asked.wants_yes_or_no and unit.kind == "sentence" else frozenset()
            held = own | context | before
            says = bool(own) and self._may_answer(unit)
            named_row = unit in named_rows
            is_called = (
                is_section and not is_opposite and (not self.asked.wants_figure or self.asked.likeness(unit.text) > 0)
            )
            score = self._score(unit, own | (named if is_called else frozenset()), context, before)
            score += PASSAGE_PRIOR / scored.rank + SECTION * is_called
            score += NAMED_ROW * (named_row and (named <= held or not self.asked.wants_yes_or_no))
            score += NAMED_ROW * (header is not None and names_cell(self.asked, unit.text, header.text))
            score += WITHOUT_ROW * (header is not None and lacks_asked(unit.text, header.text, self.asked.text))
            score *= OPPOSITE if is_opposite else 1.0
            read = _read_as_answer(unit, scored.readout) if says else 0.0
            source = (scored.passage.document, scored.passage.heading, heading)
            yield Candidate(unit, held, own, named_row, score + read if says else 0.0, read, *source)

    @property
    def wants_what_is_so(self) -> bool:
        """Tell whether what a heading denies is no answer: who asks yes or no may be told that it is not so."""
        return not self.asked.wants_yes_or_no and not asks_what_is_not(self.asked.text)

    def _is_section(self, passage: Passage, named: frozenset[str]) -> bool:
        """Tell whether title and heading hold all that the question names, other than as a question of their own.

        What is for a case, as "If the update stops", is the section of a question that names the case.
        """
        heading = frozenset(terms(passage.heading))
        if (len(named) < FEWEST_NAMED and named != heading) or is_question(passage.heading):
            return False
        if _OF_A_CASE.match(passage.heading) and not heading <= self.weights.keys():
            return False
        return bool(named & heading) and named <= heading | frozenset(terms(passage.title))

    def _may_answer(self, unit: Unit) -> bool:
        is_statement = unit.kind != "header" and not unit.is_label and not unit.text.endswith("?")
        return is_statement and self.asked.may_answer(unit.text)

    def _score(self, unit: Unit, own: frozenset[str], context: frozenset[str], before: frozenset[str]) -> float:
        held = weight_of(own, self.weights)
        held += HEADING_SHARE * weight_of(context - own, self.weights)
        held += BEFORE_SHARE * weight_of(before - own, self.weights)
        alike = self.asked.likeness(unit.text)
        if alike >= MOSTLY and self.asked.wants_yes_or_no and not self.asked.wants_price:
            alike *= DECIDES
        return held / self.total + alike


def weight_of(held: frozenset[str], weights: Mapping[str, float]) -> float:
    """Return what the terms that something holds weigh together."""
    return sum(weight for term, weight in weights.items() if term in held)


def _read_as_answer(unit: Unit, readout: Readout | None) -> float:
    """Return what a reader's finding adds to a unit: something where the answer that it sees lies in it."""
    if readout is None or not (unit.start < readout.end and readout.start < unit.end):
        return 0.0
    return READ_SHARE * readout.probability


def _named_rows(units: Sequence[Unit], question: str) -> list[Unit]:
    """Return the rows of tables that a question names by their first cell; where it names none, those for all others.

    A row for all others, such as "All other products", is meant only where the question names something.
    """
    rows = [one for one in units if one.kind == "row"]
    named = [one for one in rows if _names_row(one.text, question)]
    return named or ([one for one in rows if _FOR_OTHERS.match(one.text)] if names_something(question) else [])


def _names_row(row: str, question: str) -> bool:
    """Tell whether a question names the first cell of a table row, as "grade C" does; a letter as it is written."""
    cell = first_cell(row)
    return bool(cell) and bool(re.search(rf"(?<!\w){re.escape(cell)}(?!\w)", question, re.I if len(cell) > 1 else 0))
