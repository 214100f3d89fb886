"""Chooses what to quote: the sentences that answer each part of a question, and what is needed to understand them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.denials import asks_what_is_not
from assistant.extraction.asking import Asked, compared_in, names_in, names_something, parts_of, read_question
from assistant.extraction.beside import KEEP_SHARE, Company
from assistant.extraction.columns import compared_table, kinds_asked, listed_rows
from assistant.extraction.completing import completed, denied_list, subject_of
from assistant.extraction.kinds import FULLY, MOSTLY
from assistant.extraction.neighbours import answer_word, other_cases, price_notes, same_question, told_behind
from assistant.extraction.pointing import pointed_out
from assistant.extraction.procedures import procedure_for
from assistant.extraction.scoring import Candidate, score_units
from assistant.extraction.units import Unit
from assistant.extraction.weighing import named_in, telling, weighed
from assistant.terms import terms
from assistant.types import ScoredPassage

_AMOUNT = re.compile(
    r"\d|\b(?:free|included|includes|nothing|price|priced|prices|costs?|charged?|charges|fees?|on request|depends)\b",
    re.I,
)
"""Who asks how much something is, is told a figure, that there is none, or who tells it."""

MAX_SENTENCES = 3
"""So many sentences are chosen for a question, or for each part of one; what they need to be understood comes along."""

MAX_CHARS = 700

MAX_ROWS = 8
"""So many rows of a table of which none was named are quoted together."""

FIGURE_SHARE = 0.75
"""A sentence with a figure of the kind asked for opens the answer if it scores this share of the best without one."""

LEANING = 0.3
"""What a word weighs that only the topic of a question holds."""

OTHER_NAME = 0.8
"""What a name weighs that only the first part holds, for a part that names nothing itself."""

OTHER_PART = 0.25
"""What a word weighs for one part of a question that stands in another part of it."""


def choose(
    question: str, weights: Mapping[str, float], passages: Sequence[ScoredPassage], *, topic: str = ""
) -> list[Unit]:
    """Return the units to quote, in the order in which they are to be read; none where the passages hold nothing.

    `weights` maps each stemmed term of the question to its rarity, those of the `topic` that it leans on among them.
    """
    parts = parts_of(question)
    leaning = set(terms(topic)) - set(terms(question))
    weights = {term: LEANING * weight if term in leaning else weight for term, weight in weights.items()}
    if len(parts) == 1 and not pointed_out(question, passages) and (compared := compared_in(question)):
        return _compare(read_question(question, topic), compared, weights, passages)
    chosen: list[Unit] = []
    for part in parts:
        if pointed := pointed_out(part, passages):
            chosen.extend(unit for unit in pointed if unit not in chosen)
            continue
        asked = read_question(part, topic)
        own, lent = frozenset(terms(part)), frozenset[str]()
        if part != parts[0] and not named_in(asked):
            own |= named_in(read_question(parts[0], topic))
        elif not names_something(part):
            lent = names_in(parts[0])
        part_weights = {
            term: weight * (1.0 if term in own else OTHER_NAME if term in lent else OTHER_PART)
            for term, weight in weights.items()
        }
        own_weights = weighed(asked, part_weights if len(parts) > 1 else weights)
        candidates = score_units(asked, own_weights, passages)
        if len(parts) > 1:
            candidates = [one if one.held & own else replace(one, score=0.0, read=0.0) for one in candidates]
        elsewhere = leaning if len(parts) == 1 else leaning | (set(terms(question)) - own)
        new = telling(asked, own_weights, elsewhere)
        found = _choose(
            Company(asked, own_weights, new), candidates, MAX_SENTENCES if len(parts) == 1 else MAX_SENTENCES - 1
        )
        chosen.extend(unit for unit in found if unit not in chosen)
    return chosen or pointed_out(question, passages)


def _compare(
    asked: Asked, compared: Sequence[str], weights: Mapping[str, float], passages: Sequence[ScoredPassage]
) -> list[Unit]:
    """Return what tells two or more things apart: the best sentence, then for each of them one that says what it is."""
    scored = score_units(asked, weights, passages)
    best = _choose(Company(asked, weights, frozenset(weights)), scored, 1)
    if not best:
        return []
    units = [one.unit for one in scored]
    if table := compared_table(compared, units):
        return table
    groups = [best]
    for thing in compared:
        own = {term: weights[term] for term in terms(thing) if term in weights}
        others = [set(terms(other)) - own.keys() for other in compared if other != thing]
        said = {unit for group in groups for unit in group}
        candidates = score_units(read_question(f"What is {thing}?"), own, passages)
        telling = [
            one
            for one in candidates
            if own.keys() <= one.own
            and not any(other and other <= set(terms(one.unit.text)) for other in others)
            and one.unit not in said
        ]
        if telling and own:
            units = [one.unit for one in candidates]
            groups.append(completed(max(telling, key=lambda one: one.score).unit, units))
    return _ordered(asked, groups)


def answer_in(asked: Asked, weights: Mapping[str, float], scored: ScoredPassage) -> str:
    """Return the text of one passage that answers a question best: a sentence, or the steps where steps are wanted.

    Empty where a figure is asked for and the passage has none of the kind.
    """
    candidates = [one for one in score_units(asked, weights, [scored]) if one.unit.kind != "header"]
    steps = " ".join(one.unit.text for one in candidates if one.unit.kind == "step") if asked.wants_steps else ""
    if asked.wants_figure:
        candidates = [one for one in candidates if asked.likeness(one.unit.text) >= FULLY]
    best = max(candidates, key=lambda one: one.score, default=None)
    return steps or (best.unit.text if best else "")


def _choose(company: Company, candidates: Sequence[Candidate], limit: int) -> list[Unit]:
    asked = company.asked
    best = _best(company, candidates) if candidates else None
    if best is None or not asked.may_answer(best.unit.text) or not company.is_named_in(candidates):
        return []
    if not company.is_told_by(best):
        return []
    units = [one.unit for one in candidates]
    if whole := _listed(company, candidates) or same_question(company, best, candidates):
        return whole
    if asks_what_is_not(asked.text) and (denied := denied_list(best.unit, units)):
        return denied
    if steps := procedure_for(asked, best, candidates, company.weights):
        return steps
    chosen = _joined_by(company, best, candidates, limit)
    if asked.wants_consequence:
        chosen = _consequence_first(asked, chosen)
    if asked.wants_amount and not any(_tells_amount(asked, one.unit.text) for one in chosen):
        return []
    groups = [[*subject_of(one.unit, units, asked.text), *completed(one.unit, units)] for one in chosen]
    groups[0] = [*answer_word(company, best, candidates), *groups[0]]
    return _ordered(asked, groups)


def _tells_amount(asked: Asked, sentence: str) -> bool:
    return asked.likeness(sentence) > 0 or bool(_AMOUNT.search(sentence))


def _joined_by(company: Company, best: Candidate, candidates: Sequence[Candidate], limit: int) -> list[Candidate]:
    """Return the best sentence with up to `limit` less one that add to it, and with what belongs to these."""
    asked = company.asked
    chosen = [best, *told_behind(asked, best, candidates)]
    length = sum(len(one.unit.text) for one in chosen)
    for one in sorted(candidates, key=lambda one: -one.score):
        if one.score < KEEP_SHARE * best.by_words or len(chosen) >= limit:
            break
        if not company.admits(one, chosen):
            continue
        if length + len(one.unit.text) <= MAX_CHARS:
            chosen.append(one)
            length += len(one.unit.text)
    if asked.wants_consequence:
        chosen.extend(one for also in chosen[1:] for one in told_behind(asked, also, candidates) if one not in chosen)
    beside = (*price_notes(asked, best, candidates), *other_cases(asked, best, candidates))
    chosen.extend(one for one in beside if one not in chosen)
    chosen.extend(_like_rows(chosen, candidates, asked, company.weights))
    return chosen


def _consequence_first(asked: Asked, chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return the chosen sentences with those first that say what follows, unless the best one's paragraph does."""
    follows = [one for one in chosen if one.unit.kind != "row" and asked.likeness(one.unit.text) >= MOSTLY]
    best = chosen[0].unit
    if any((one.unit.rank, one.unit.paragraph) == (best.rank, best.paragraph) for one in follows):
        return list(chosen)
    return [*follows, *(one for one in chosen if one not in follows)]


def _listed(company: Company, candidates: Sequence[Candidate]) -> list[Unit]:
    """Return the table of the kinds of what is asked, and nothing else, from a passage that is called so."""
    what, asked_by = kinds_asked(company.asked.text)
    if not what or company.telling - asked_by:
        return []
    return listed_rows(what, [one.unit for one in candidates if what <= one.above])


def _best(company: Company, candidates: Sequence[Candidate]) -> Candidate:
    """Return the best sentence; where a figure is asked for, one with such a figure if it is nearly as good.

    It names what is asked, if the best one does.
    """
    asked = company.asked
    best = max(candidates, key=lambda one: one.score)
    decides = asked.wants_yes_or_no and not asked.wants_price
    if decides or not asked.wants_figure or asked.likeness(best.unit.text) >= FULLY:
        return best
    telling = (one for one in candidates if company.is_told_by(one) or not company.is_told_by(best))
    fitting = (one for one in telling if asked.likeness(one.unit.text) >= FULLY)
    return max(
        (one for one in fitting if one.score >= FIGURE_SHARE * best.by_words), key=lambda one: one.score, default=best
    )


def _like_rows(
    chosen: Sequence[Candidate], candidates: Sequence[Candidate], asked: Asked, weights: Mapping[str, float]
) -> list[Candidate]:
    """Return the other rows of a table of which the question names none: each answers it for another subject."""
    rows = []
    for one in chosen:
        if one.unit.kind == "row" and not one.named and not one.own & weights.keys():
            table = [other for other in candidates if other.unit.kind == "row" and other.unit.rank == one.unit.rank]
            alike = [other for other in table if asked.likeness(other.unit.text) >= FULLY]
            rows += alike if asked.wants_figure and len(alike) <= MAX_ROWS else []
    return [row for row in rows if row not in chosen]


def _ordered(asked: Asked, groups: list[list[Unit]]) -> list[Unit]:
    """Put the chosen sentences, each with what it needs, into the order of their passages.

    The first of `groups` is the best one; where a yes or no is asked for, that decides, and opens the answer. So does
    one that says what something is, or what follows from it, where that is asked for.
    """
    place = {(unit.rank, unit.position): unit for group in groups for unit in group}
    in_order = [place[key] for key in sorted(place)]
    opens = asked.wants_yes_or_no or asked.wants_consequence
    decides = opens or (asked.wants_meaning and any(asked.likeness(one.text) for one in groups[0]))
    if not decides or groups[0][0] in in_order[:1]:
        return in_order
    first = list(groups[0])
    for unit in in_order:
        # What points back to the sentence that opens stays behind it.
        if (
            unit.points_back
            and unit not in first
            and (unit.rank, unit.position - 1) == (first[-1].rank, first[-1].position)
        ):
            first.append(unit)
    return first + [unit for unit in in_order if unit not in first]
