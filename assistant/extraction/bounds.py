"""Finds the numbers of a question between the bounds that a sentence names: 12 years are within "under 14"."""

import re

_UNITS = "seconds? minutes? hours? days? weeks? months? years? mm cm km m kg g inch(?:es)? € % £ euros? people persons?"
_MEASURE = rf"(?:[ -]?(?P<unit>{'|'.join(_UNITS.split())})(?![^\W\d]))?"
_ASKED = re.compile(rf"(?<![\d.,:])(?P<number>\d+)(?![\d.,:]*\d){_MEASURE}", re.I)
_RANGE = re.compile(r"\b(\d+) ?(?:to|–|-) ?(\d+)\b")
_OPEN_RANGE = re.compile(
    r"\b(?:(?P<most>under|below|less than|fewer than|younger than|up to|at most)"
    r"|over|above|more than|older than|at least)"
    rf"(?: the age of)? [€£$]?\s?(?P<number>\d+)(?![\d.,:]*\d){_MEASURE}",
    re.I,
)


def numbers_within(text: str, question: str) -> frozenset[str]:
    """Return the whole numbers of a question that a text names by their bounds: 30 is in "25 to 49", 12 "under 14".

    Where only one bound is named, both count the same, as far as they say what.
    """
    asked = {found["number"]: _singular(found["unit"]) for found in _ASKED.finditer(question)}
    if not asked:
        return frozenset()
    bounds = [(int(low), int(high)) for low, high in _RANGE.findall(text)]
    within = {number for number in asked if any(low <= int(number) <= high for low, high in bounds)}
    for found in _OPEN_RANGE.finditer(text):
        unit, bound = _singular(found["unit"]), int(found["number"])
        alike = (number for number, counted in asked.items() if not unit or unit == counted)
        within.update(number for number in alike if (int(number) <= bound if found["most"] else int(number) >= bound))
    return frozenset(within)


def _singular(unit: str | None) -> str:
    return (unit or "").lower().removesuffix("s").removesuffix("e")
