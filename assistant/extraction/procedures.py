"""Finds the procedure that answers a question, and quotes it whole: half of the steps are of no use."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from assistant.extraction.asking import Asked
from assistant.extraction.completing import MAX_BEFORE, completed, length_of
from assistant.extraction.scoring import Candidate, weight_of
from assistant.extraction.units import Unit

NEAR_SHARE = 0.62
"""Steps beside the best sentence, in its passage, are quoted if one scores this share of it."""

STEPS_SHARE = 0.8
"""Steps of another document hold, with their title and heading, this share of what the best sentence holds."""

NAMED_SHARE = 0.5
"""A sentence that steps of another passage follow holds this share of the question itself: it names the matter."""

ABOVE_SHARE = 0.5
"""Their title and heading alone hold this share of it."""

OWN_STEPS_SHARE = 0.65
"""Steps of the same document hold so much: that it tells how to create or to change something is often not repeated."""

STEPS_WITHIN = 3
"""So many sentences may stand between the one that matches a question and the first step."""

FEWEST_ANNOUNCING = 4
"""A sentence of so many terms says what the steps below it are for; "Do the following" does not."""

STEPS_CHARS = 1500
"""How much of a numbered list is quoted where steps are asked for."""

STEPS_UNASKED_CHARS = 700
"""A longer numbered list is no answer to a question that does not ask for steps, but its sentences may be."""

MOST_BINDING = 2
"""So many sentences below a procedure are looked at for what binds whoever follows it."""

BINDING_CHARS = 320

_BINDS = re.compile(
    r"\b(?:must|only|cannot|never|without|at least|at most|(?:no|not) later|deadlines?|fees?|charged|pays?"
    r"|notice|\w+n[’']t|(?:can|may|will|do|does|is|are) not|within \w+ (?:\w+ )?(?:minute|hour|day|week|month|year)s?"
    r"|(?:until|before|after|up to) (?:\d|the end|\w+ (?:minute|hour|day|week|month|year)s?))\b|[€£$]\s?\d|\d ?[€£%]",
    re.I,
)

_STEP_BEGINS = re.compile(r"\d+[.)]\s+[\"'“(*]*[^\Wa-z]")
"""A step is a sentence of its own; what goes on in small letters is part of one that the list belongs to."""


def procedure_for(
    asked: Asked, best: Candidate, candidates: Sequence[Candidate], weights: Mapping[str, float]
) -> list[Unit]:
    """Return the list of steps that the best sentence belongs to or, where steps are asked for, one nearly as good.

    Those of another passage follow the best sentence; title, heading and steps must hold nearly all that it holds of
    the question.
    """
    if asked.wants_consequence:
        return []
    units = [one.unit for one in candidates]
    # Whether it can be done is best told by how.
    is_told_by_steps = asked.wants_steps or (asked.wants_possibility and best.unit.kind == "step")
    foreign = _announced_for_else(candidates, weights)
    around = steps_around(best.unit, units, is_told_by_steps)
    if around and not best.unit.procedure:
        around = [] if any((one.rank, one.procedure) in foreign for one in around) else around
    if around or not asked.wants_steps:
        return around
    steps = [one for one in candidates if one.unit.kind == "step" and _list_of(one) not in foreign]
    near = (one for one in steps if one.unit.rank == best.unit.rank and one.score >= NEAR_SHARE * best.by_words)
    if (step := next(near, None)) is not None:
        return steps_around(step.unit, units, wanted=True)
    return _elsewhere(best, steps, units, weights)


def _announced_for_else(candidates: Sequence[Candidate], weights: Mapping[str, float]) -> set[tuple[int, int]]:
    """Return the lists that a sentence right above announces for something in which no word of the question stands."""
    foreign = set()
    for above, first in pairwise(candidates):
        begins = first.unit.procedure and _list_of(above) != _list_of(first) and above.unit.rank == first.unit.rank
        if begins and above.unit.opens_list and len(above.own) >= FEWEST_ANNOUNCING and not above.own & weights.keys():
            foreign.add(_list_of(first))
    return foreign


def _list_of(one: Candidate) -> tuple[int, int]:
    return one.unit.rank, one.unit.procedure


def _elsewhere(
    best: Candidate, steps: Sequence[Candidate], units: Sequence[Unit], weights: Mapping[str, float]
) -> list[Unit]:
    """Return the best sentence with the steps of another passage that are about what it names; nothing without."""
    said = weight_of(best.held, weights)
    if said < NAMED_SHARE * sum(weights.values()):
        return []
    for one in sorted(steps, key=lambda one: -one.score):
        list_of = [other for other in steps if _list_of(other) == _list_of(one)]
        if not all(_STEP_BEGINS.match(other.unit.text) for other in list_of):
            continue
        is_own = one.document == best.document
        above = frozenset[str].intersection(*(other.held for other in list_of))
        if weight_of(one.held, weights) >= (OWN_STEPS_SHARE if is_own else STEPS_SHARE) * said and (
            is_own or weight_of(above, weights) >= ABOVE_SHARE * said
        ):
            return [*completed(best.unit, units), *steps_around(one.unit, units, wanted=True)]
    return []


def steps_around(best: Unit, units: Sequence[Unit], wanted: bool) -> list[Unit]:
    """Return the numbered list that the best sentence belongs to, or announces, with its opening sentence.

    Empty where there is none; and where the question does not want one, if the best sentence is no step, or if all
    steps would be too much. `units` may be those of several passages.
    """
    passage = [one for one in units if one.rank == best.rank]
    at = passage.index(best)
    ahead = (one.procedure for one in passage[at + 1 : at + 1 + STEPS_WITHIN] if one.kind == "step")
    number = best.procedure or (next(ahead, 0) if wanted else 0)
    if not number:
        return []
    first = next(place for place, one in enumerate(passage) if one.procedure == number)
    opening = min(at, first)
    if opening == first and first > 0 and _opens_steps(passage[first - 1]):
        opening = _paragraph_start(passage, first - 1)
    steps = [one for one in passage if one.procedure == number and not one.is_label]
    if not wanted and length_of(steps) > STEPS_UNASKED_CHARS:
        return []
    brief = _brief(steps, best)
    below = _binding(passage, brief[-1]) if brief[-1] == steps[-1] else []
    return [*(one for one in passage[opening:first] if not one.is_label), *brief, *below]


def _binding(passage: Sequence[Unit], last: Unit) -> list[Unit]:
    """Return the sentences right below the last step that bind whoever follows them: a limit, a deadline, a price."""
    below = passage[passage.index(last) + 1 :][:MOST_BINDING]
    binding: list[Unit] = []
    for one in below:
        if not _opens_steps(one) or one.opens_list or one.text.endswith("?"):
            break
        if binding and one.paragraph != binding[-1].paragraph and not one.points_back:
            break
        binding.append(one)
    while binding and not (_BINDS.search(binding[-1].text) or binding[-1].limits):
        binding.pop()
    return binding if length_of(binding) <= BINDING_CHARS else binding[:1] if _BINDS.search(below[0].text) else []


def _paragraph_start(passage: Sequence[Unit], at: int) -> int:
    """Return where the paragraph of a sentence begins, or so many sentences back as a subject is looked for."""
    first = at
    while first > max(0, at - MAX_BEFORE) and passage[first - 1].paragraph == passage[at].paragraph:
        if not _opens_steps(passage[first - 1]):
            break
        first -= 1
    return first


def _opens_steps(unit: Unit) -> bool:
    return unit.kind == "sentence" and not unit.procedure and not unit.is_label


def _brief(steps: list[Unit], best: Unit) -> list[Unit]:
    """Return steps that are not too much to read.

    First goes what explains a step, then what is listed under any but that of the best sentence, then the last steps.
    """
    if length_of(steps) > STEPS_CHARS:
        lines = {one.item for one in steps if one.kind != "sentence"}
        steps = [one for one in steps if one.item in lines]
    numbers = [place for place, one in enumerate(steps) if one.kind == "step" and one.indent <= max(0, steps[0].indent)]
    if length_of(steps) > STEPS_CHARS:
        own = [place for place in numbers if steps[place].position <= best.position]
        kept = {steps[place].item for place in numbers}
        end = next((place for place in numbers if own and place > own[-1]), len(steps))
        nested = range(own[-1], end) if own else range(0)
        steps = [one for place, one in enumerate(steps) if one.item in kept or place in nested]
        numbers = [place for place, one in enumerate(steps) if one.item in kept and one.kind == "step"]
    while length_of(steps) > STEPS_CHARS and len(numbers) > 1:
        steps = steps[: numbers.pop()]
    return steps
