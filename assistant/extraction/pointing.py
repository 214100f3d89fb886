"""Sentences as they are compared by meaning, and what is quoted where one of them was pointed out as the answer."""

from collections.abc import Iterator, Sequence

from assistant.extraction.completing import completed, length_of
from assistant.extraction.units import Unit, header_of, read_units
from assistant.terms import terms
from assistant.types import ScoredPassage

PARAGRAPH_CHARS = 320


def standing_alone(scored: ScoredPassage) -> Iterator[tuple[Unit, str]]:
    """Yield the statements of a passage, each with a text that has what stands above it: title, heading and header."""
    units = read_units(scored)
    above = "".join(f"{one}. " for one in (scored.passage.title, scored.passage.heading) if one)
    for unit in units:
        if unit.kind == "header" or unit.is_label or unit.text.endswith("?"):
            continue
        header = header_of(unit, units)
        yield unit, above + (f"{header.text}\n" if header is not None else "") + unit.text


def pointed_out(question: str, passages: Sequence[ScoredPassage]) -> list[Unit]:
    """Return the sentence that was pointed out for a question, with what it needs to be understood; else nothing.

    A short paragraph is quoted whole: by meaning the sentence beside the one that answers may be the nearest.
    """
    for scored in passages:
        pointed = scored.pointed
        if pointed is not None and terms(pointed.asked) == terms(question):
            units = read_units(scored)
            found = next((one for one in units if (one.start, one.end) == (pointed.start, pointed.end)), None)
            return [] if found is None else _paragraph(found, units) or completed(found, units)
    return []


def _paragraph(unit: Unit, units: Sequence[Unit]) -> list[Unit]:
    """Return the paragraph of a sentence; nothing where it is long, or not of sentences that affirm what they say."""
    whole = [one for one in units if one.paragraph == unit.paragraph]
    is_plain = all(one.kind == "sentence" and not one.is_label and not one.opens_list for one in whole)
    return whole if is_plain and unit.denied_by < 0 and length_of(whole) <= PARAGRAPH_CHARS else []
