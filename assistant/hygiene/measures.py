"""Reads the figures of a sentence: amounts with their unit, and dates, in one form so that they can be compared."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.statements import NUMBER_WORDS
from assistant.terms import STOP_WORDS, stem

Form = Literal["exact", "range", "most", "least", "about"]


@dataclass(frozen=True, slots=True)
class Measure:
    """An amount between `low` and `high` of a unit, both in the unit's smallest member; `text` is how it was put."""

    unit: str
    low: float
    high: float
    form: Form
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Day:
    """A date; year or day may be missing, and so may the month of a bare year."""

    year: int | None
    month: int | None
    day: int | None
    start: int
    end: int
    text: str


_MONTHS = {
    name: number
    for number, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        start=1,
    )
    for name in names.split()
}
_UNITS: dict[str, tuple[str, float]] = {
    name: (unit, factor)
    for unit, members in {
        "time": "s sec secs second seconds=1 min mins minute minutes=60 h hr hrs hour hours=3600 day days=86400 "
        "week weeks=604800 fortnight=1209600 month months=2629800 year years=31557600 ms=0.001",
        "mass": "mg=0.001 g gram grams=1 kg kilogram kilograms kilo kilos=1000 lb lbs=453.6",
        "length": "mm=1 cm=10 m metre metres meter meters=1000 km=1000000 inch inches=25.4",
        "volume": "ml=1 l litre litres liter liters=1000",
        "memory": "KB=1 MB=1000 GB=1000000 TB=1000000000",
        "power": "W watt watts=1 kW=1000",
        "voltage": "V volt volts=1",
        "current": "mA=1 A ampere=1000",
        "charge": "mAh=1",
        "frequency": "Hz=1 kHz=1000 MHz=1000000 GHz=1000000000",
        "loudness": "dB=1",
        "temperature": "°C=1",
        "share": "% percent=1",
        "euros": "€ euro euros EUR=1",
        "pounds": "£ GBP=1",
        "francs": "CHF francs=1",
        "dollars": "$ US$ USD dollars=1",
        "canadian dollars": "CA$ CAD=1",
    }.items()
    for group in re.findall(r"([^=]+)=([\d.]+)\s*", members)
    for word, factor in ((one, float(group[1])) for one in group[0].split())
    for name in ({word, word.capitalize()} if len(word) > 2 else {word})
}
_MONEY = {"euros", "pounds", "francs", "dollars", "canadian dollars"}
_AMOUNT = r"\d{1,3}(?:[.,’']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?"
_SPELLED = "|".join(NUMBER_WORDS)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_UNIT = "|".join(
    sorted((re.escape(name) for name in _UNITS if name.isalpha() or name in "%°C€£$"), key=len, reverse=True)
)

_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|\b[\w-]+\.(?:example|com|org|net|de|ch|eu)\b\S*|\+\d[\d ()-]{6,}\d")
_DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?(?P<m1>{_MONTH})\b\.?(?:,?\s+(?P<y1>(?:19|20)\d\d)\b)?"
    rf"|\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y2>(?:19|20)\d\d)\b)?"
    rf"|\b(?P<m3>{_MONTH})\s+(?P<y3>(?:19|20)\d\d)\b"
    r"|\b(?P<y4>(?:19|20)\d\d)-(?P<n4>\d\d)-(?P<d4>\d\d)\b|\b(?P<d5>\d{1,2})\.(?P<n5>\d{1,2})\.(?P<y5>(?:19|20)\d\d)\b"
    r"|\b(?:in|since|of|until|year)\s+(?P<y6>(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(?P<h>[01]?\d|2[0-3])(?::(?P<m>[0-5]\d)(?:\s*(?P<s1>[ap]\.?m\b))?|\s*(?P<s2>[ap]\.?m\b))", re.IGNORECASE
)
_CURRENCY = r"CA\$|US\$|CHF|EUR|USD|GBP|CAD|€|£|\$"
_FIGURE = re.compile(
    rf"(?P<sign>{_CURRENCY})?\s?(?<![\w.,-])(?P<low>{_AMOUNT}|\b(?:{_SPELLED}|an?)\b)"
    rf"(?:\s?(?P<unit0>{_UNIT})?\s?(?:-|–|to)\s{{0,2}}(?:{_CURRENCY})?\s?(?P<high>{_AMOUNT}|\b(?:{_SPELLED})\b))?"
    rf"(?:[\s-]?(?P<working>(?:business|working|work|bank)[\s-]?)?(?:calendar\s|full\s|whole\s|Swiss\s|US\s|more\s"
    rf"|extra\s)?"
    rf"(?P<unit>{_UNIT})(?![\w$]))?",
)
_BETWEEN = re.compile(r"(\bbetween\s[^.;,]{1,20}?\s)and(?=\s)", re.IGNORECASE)
_FORMS: tuple[tuple[Form, re.Pattern[str]], ...] = (
    (
        "most",
        re.compile(
            r"(?:up to|at most|max(?:imum)?(?: of)?|not? more than|less than|under|below|not? later than)\s*\Z", re.I
        ),
    ),
    (
        "least",
        re.compile(
            r"(?:at least|min(?:imum)?(?: of)?|from|above|over|more than|exceed(?:s|ing)?|starting at|not? less than)"
            r"(?:\s+an?)?(?:\s+(?:\w+\s+)?(?:value|amount|total|price)\s+of)?\s*\Z",
            re.I,
        ),
    ),
    ("about", re.compile(r"(?:about|approximately|approx\.?|around|roughly|nearly|almost|ca\.?)\s*\Z", re.I)),
)
_LABEL = re.compile(r"\b([A-Z][\w-]*|version|step|page|section|level|chapter|no\.|number)\s\Z")
_NOUN_AFTER = re.compile(r"\s(?:more |extra |different |full )?([^\W\d_]{3,})")


def figures(sentence: str) -> tuple[list[Measure], list[Day], str]:
    """Return the measures and the dates of a sentence, in order, and the sentence with them blanked out.

    Addresses and telephone numbers are no figures. A number after a name, as in "Norda 300", is left in the rest,
    for it belongs to the name.
    """
    rest = _ADDRESS.sub(lambda match: " " * len(match.group()), sentence)
    days = [_day(match) for match in _DATE.finditer(rest)]
    rest = _blanked(rest, days)
    clocks = list(_clocks(rest))
    rest = _BETWEEN.sub(r"\1to ", _blanked(rest, clocks))
    measures = list(_measures(rest))
    return sorted(clocks + measures, key=lambda one: one.start), days, _blanked(rest, measures)


def _blanked(text: str, found: "list[Day] | list[Measure]") -> str:
    for one in found:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text


def _day(match: re.Match[str]) -> Day:
    held = {name: value for name, value in match.groupdict().items() if value}
    by_kind = {name[0]: value for name, value in held.items()}
    month = _MONTHS[by_kind["m"].lower()] if "m" in by_kind else int(by_kind["n"]) if "n" in by_kind else None
    year, day = by_kind.get("y"), by_kind.get("d")
    return Day(int(year) if year else None, month, int(day) if day else None, *match.span(), match.group())


def _clocks(text: str) -> Iterator[Measure]:
    for match in _CLOCK.finditer(text):
        half = (match["s1"] or match["s2"] or "").lower()
        hour = int(match["h"]) % 12 + 12 * half.startswith("p") if half else int(match["h"])
        minute = 60.0 * hour + int(match["m"] or 0)
        yield Measure("clock", minute, minute, "exact", *match.span(), match.group())


def _measures(text: str) -> Iterator[Measure]:
    for match in _FIGURE.finditer(text):
        unit, factor = _unit(match, text)
        if not unit:
            continue
        low = _value(match["low"]) * factor
        high = _value(match["high"]) * factor if match["high"] else low
        if match["unit0"] and match["high"]:
            low = _value(match["low"]) * _UNITS[match["unit0"]][1]
        form = _form(text[: match.start()], is_range=bool(match["high"]))
        start = match.start() + len(match.group()) - len(match.group().lstrip())
        yield Measure(unit, low, high, form, start, match.end(), text[start : match.end()].strip())


def _unit(match: re.Match[str], text: str) -> tuple[str, float]:
    """Return unit and factor of a figure; a bare number counts the noun after it, or is none at all."""
    if match["sign"]:
        return _UNITS[match["sign"]]
    if match["unit"]:
        unit, factor = _UNITS[match["unit"]]
        return ("working days", 1.0) if match["working"] else (unit, factor)
    noun = _NOUN_AFTER.match(text, match.end())
    before = text[: match.start("low")][-1:]
    name = _LABEL.search(text[: match.start("low")])
    after_name = name is not None and name[1].lower() not in STOP_WORDS | {
        "between",
        "within",
        "about",
        "around",
        "via",
    }
    if not noun or after_name or match["low"].lower() in ("a", "an", "one") or before in "-/#":
        return "", 1.0
    return f"count of {stem(noun[1].lower())}", 1.0


def _value(number: str) -> float:
    spelled = NUMBER_WORDS.get(number.lower(), 1 if number.lower() in ("a", "an") else None)
    if spelled is not None:
        return float(spelled)
    if re.fullmatch(r"\d{1,3}(?:[.,’']\d{3})+", number):
        return float(re.sub(r"\D", "", number))
    whole, mark, part = number.replace("’", "").replace("'", "").replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{part}") if mark else float(part)


def _form(before: str, *, is_range: bool) -> Form:
    if is_range:
        return "range"
    return next((form for form, pattern in _FORMS if pattern.search(before)), "exact")


def disagree(one: Measure, two: Measure) -> bool:
    """Tell whether two measures of one unit cannot both be right.

    Measures put in the same way must be equal. Put differently they must have an amount in common: "up to 10 days"
    allows 7, "about 6 hours" allows 6.5. A threshold, such as "from €49", says nothing of a price. Months and years
    are not a whole number of weeks, so durations given in different members of the unit may differ by a tenth.
    """
    slack = 0.1 if one.unit == "time" and _member(one) != _member(two) else 0.0
    if one.form == two.form:
        return not (_near(one.low, two.low, slack) and _near(one.high, two.high, slack))
    if "least" in (one.form, two.form) or (is_money(one) and "most" in (one.form, two.form)):
        return False
    (low, high), (other_low, other_high) = _interval(one, slack), _interval(two, slack)
    return low > other_high or other_low > high


def _member(measure: Measure) -> str:
    word = re.findall(r"[^\W\d_]+", measure.text)
    return word[-1].rstrip("s") if word else ""


def _near(one: float, two: float, slack: float) -> bool:
    return abs(one - two) <= max(slack * max(one, two), 1e-9 * max(abs(one), abs(two)))


def _interval(measure: Measure, slack: float) -> tuple[float, float]:
    slack = 0.1 if measure.form == "about" else slack
    low = 0.0 if measure.form == "most" else measure.low * (1 - slack)
    return low, float("inf") if measure.form == "least" else measure.high * (1 + slack)


def is_money(measure: Measure) -> bool:
    """Tell whether a measure is an amount of money."""
    return measure.unit in _MONEY
