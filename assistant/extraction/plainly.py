"""Tells where passages plainly hold what a question asks for, whatever else they are like."""

from collections.abc import Sequence

from assistant.extraction.asking import compared_in, read_question
from assistant.extraction.columns import compared_table
from assistant.extraction.kinds import FULLY, PARTLY
from assistant.extraction.scoring import FEWEST_NAMED, READ_PASSAGES, score_units
from assistant.extraction.units import read_units
from assistant.extraction.weighing import named_in
from assistant.terms import terms
from assistant.types import Passage, ScoredPassage


def answers_plainly(question: str, passages: Sequence[ScoredPassage]) -> bool:
    """Tell whether one table has both things that are compared, or one sentence or row the figure that is asked for.

    The sentence, with its headings and its header, must name all that the question names, and itself a part of it; one
    that says what happens if something does, all of it. A section that is called what is asked holds the answer, too.
    """
    if compared := compared_in(question):
        units = [unit for one in passages[:READ_PASSAGES] for unit in read_units(one)]
        return bool(compared_table(compared, units))
    asked = read_question(question)
    named = named_in(asked)
    if asked.wants_yes_or_no or not named:
        return False
    if any(_is_called(one.passage, named) for one in passages[:READ_PASSAGES]):
        return True
    if not (asked.wants_figure or asked.wants_consequence):
        return False
    found = score_units(asked, dict.fromkeys(named, 1.0), passages)
    if not asked.wants_figure:
        follows = (one for one in found if one.score and asked.likeness(one.unit.text) >= PARTLY)
        return len(named) >= FEWEST_NAMED and any(named <= one.own for one in follows)
    telling = (one for one in found if one.score and asked.likeness(one.unit.text) >= FULLY)
    return any(named <= one.held and named & one.own for one in telling)


def _is_called(passage: Passage, named: frozenset[str]) -> bool:
    """Tell whether a section is called what a question names, as "In the box" is, with or without the title's words."""
    section = set(terms(passage.heading.rpartition(" > ")[2]))
    return bool(section) and section <= named <= section | set(terms(passage.title))
