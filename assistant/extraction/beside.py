"""Tells which sentences may stand beside the one that answers best, and which are about something else."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.extraction.asking import Asked
from assistant.extraction.kinds import FULLY
from assistant.extraction.scoring import FEWEST_NAMED, Candidate, weight_of
from assistant.extraction.units import first_cell
from assistant.terms import terms

KEEP_SHARE = 0.62
"""A further sentence is quoted only if it scores at least this share of the best one."""

WITHOUT_FIGURE_SHARE = 0.85
"""Beside a sentence with a figure of the kind asked for, one without must score at least this share of it."""

ELSEWHERE_SHARE = 0.8
"""A sentence of another passage that adds no word of the question must score at least this share of the best one."""

NAMED_SHARE = 0.5
"""One with a figure of the kind asked for is quoted if its own words are this share of what the question is about."""


_SIDE_BY_SIDE = re.compile(r"\w,? (?:and|or|plus) \w|\w[,;/&]", re.I)


@dataclass(frozen=True)
class Company:
    """What is asked, by what a sentence is let in beside others.

    `telling` are the terms that name what the question itself is about, a part of those that have `weights`.
    """

    asked: Asked
    weights: Mapping[str, float]
    telling: frozenset[str]

    def is_named_in(self, candidates: Sequence[Candidate]) -> bool:
        """Tell whether any sentence, or what stands above it, names something that the question itself is about."""
        return not self.telling or any(one.held & self.telling for one in candidates)

    def is_told_by(self, best: Candidate) -> bool:
        """Tell whether the best sentence itself names a part of what is asked, or its headings all of it.

        What merely stands below a heading that shares a word with the question is mostly about something else. Rows
        and steps are read with what stands above them.
        """
        if self.asked.wants_steps or best.unit.kind not in ("sentence", "item") or best.read:
            return True
        return bool(best.own & self.telling) or self.telling <= best.held

    def admits(self, one: Candidate, chosen: Sequence[Candidate]) -> bool:
        """Tell whether a sentence adds to those that were chosen, the best of which is the first."""
        best = chosen[0]
        if one in chosen or self._lacks_figure(one, best) or _is_stray(one, best) or _repeats(one, chosen):
            return False
        return self._says_something(one, best) and self._belongs(one, chosen)

    def _says_something(self, one: Candidate, best: Candidate) -> bool:
        """Tell whether it belongs to the paragraph of the best one, or names what is asked, itself or by its headings.

        One with the figure asked for need not. Beside a sentence a row must say more of the question than that does.
        """
        if (one.unit.rank, one.unit.paragraph) == (best.unit.rank, best.unit.paragraph) and one.unit.kind != "row":
            return True
        if one.named or one.score >= ELSEWHERE_SHARE * best.by_words:
            return True
        if self.asked.wants_figure and self.asked.likeness(one.unit.text) >= FULLY:
            return True
        if one.unit.kind == "row" and best.unit.kind != "row":
            return bool(one.own & self.telling - best.own)
        return bool(one.own & self.telling) or not best.own & self.telling or self.telling <= one.held

    def _lacks_figure(self, one: Candidate, best: Candidate) -> bool:
        """Tell whether it adds nothing to one with a figure of the kind asked for: neither one nor a word asked."""
        if not self.asked.wants_figure or self.asked.wants_yes_or_no:
            return False
        if self.asked.likeness(best.unit.text) < FULLY or self.asked.likeness(one.unit.text) >= FULLY:
            return False
        return one.score < WITHOUT_FIGURE_SHARE * best.by_words and not one.held & self.telling - best.held

    def _belongs(self, one: Candidate, chosen: Sequence[Candidate]) -> bool:
        """Tell whether it is from the best passage, nearly as good, or says a word asked that was not said yet.

        Beside a row that the question names, a row of the same table is about something else: one that holds no word
        of the question, or one whose first cell does not hold all of the name.
        """
        rows = [other for other in chosen if other.unit.kind == "row" and _share_a_table(one, other)]
        if one.unit.kind == "row" and rows and not self._is_row_beside(one, rows):
            return False
        if one.unit.rank == chosen[0].unit.rank:
            return True
        said = frozenset(term for other in chosen for term in other.held)
        if not self._is_linked(one, chosen[0], said):
            return False
        if one.score >= ELSEWHERE_SHARE * chosen[0].by_words:
            return True
        if self._tells_figure(one):
            return True
        return bool(one.held & self.telling - said)

    def _is_linked(self, one: Candidate, best: Candidate, said: frozenset[str]) -> bool:
        """Tell whether one of another document speaks of what those chosen do, as far as they name what is asked.

        What is asked side by side, as "a pool and a garage", may stand in documents that have nothing in common.
        """
        if one.document == best.document or not best.held & self.telling or _SIDE_BY_SIDE.search(self.asked.text):
            return True
        return bool(one.held & self.telling & said)

    def _tells_figure(self, one: Candidate) -> bool:
        """Tell whether it has a figure of the kind asked for, and names what the question is about.

        One word that both name is too little: "how long does it take to register?" is asked of many things.
        """
        if not self.asked.wants_figure or self.asked.likeness(one.unit.text) < FULLY or one.unit.kind != "sentence":
            return False
        if len(self.telling) < FEWEST_NAMED:
            return False
        own = weight_of(one.own & self.telling, self.weights)
        return own >= NAMED_SHARE * weight_of(self.telling, self.weights) > 0

    def _is_row_beside(self, one: Candidate, rows: Sequence[Candidate]) -> bool:
        if one.named:
            return True
        names = [set(terms(first_cell(other.unit.text))) for other in rows if other.named]
        if names:
            own = set(terms(first_cell(one.unit.text)))
            return any(name and name <= own for name in names)
        is_asked = any(other.own & self.telling for other in (one, *rows))
        asked = self.telling if is_asked else frozenset(self.weights)
        return bool(one.own & asked) or not any(other.own & asked for other in rows)


def _share_a_table(one: Candidate, other: Candidate) -> bool:
    """Tell whether two rows stand in one passage, or below the same header of a section."""
    return one.unit.rank == other.unit.rank or bool(one.unit.table and one.unit.table == other.unit.table)


def _is_stray(one: Candidate, best: Candidate) -> bool:
    """Tell a step from among others, beside a sentence that is none: half the steps are no procedure."""
    return one.unit.procedure > 0 and not best.unit.procedure


def _repeats(one: Candidate, chosen: Sequence[Candidate]) -> bool:
    """Tell whether a sentence says again what a chosen one does; with other figures it says something else."""
    return any(
        len(one.own & other.own) >= 0.8 * max(1, min(len(one.own), len(other.own)))
        and (one.unit.rank == other.unit.rank or _figures(one) <= _figures(other) or _figures(other) <= _figures(one))
        for other in chosen
    )


def _figures(one: Candidate) -> frozenset[str]:
    return frozenset(term for term in one.own if term[0].isdigit())
