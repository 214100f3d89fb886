"""Tells what kind of thing a question asks for, and whether a text holds a thing of that kind."""

import re
from typing import Literal

from assistant.terms import words

Kind = Literal["person", "place", "time", "duration", "amount"]

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|march|april|may|june|july|aug(?:ust)?|sept(?:ember)?|oct(?:ober)?|nov(?:ember)?|"
    r"dec(?:ember)?"
)
_NUMBER = (
    r"\d+(?:[.,]\d+)*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|"
    r"hundreds?|thousands?|millions?|billions?|dozens?|half|twice|once|none|zero"
)
_UNIT_OF_TIME = r"seconds?|minutes?|hours?|(?:working |business )?days?|weeks?|months?|years?|decades?|centur(?:y|ies)"

_ASKED: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "duration",
        re.compile(r"\bhow (?:long|many (?:more )?(?:seconds|minutes|hours|days|weeks|months|years))\b", re.I),
    ),
    (
        "amount",
        re.compile(
            r"\bhow (?:many|much|far|tall|high|deep|wide|heavy|old|large|big|fast|often|loud|thick)\b|"
            r"\b(?:what|which) (?:(?:is|was) the )?(?:percent(?:age)?|number|amount|price|cost|fee|size|rate)\b",
            re.I,
        ),
    ),
    ("time", re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|time|century|decade)\b", re.I)),
    ("person", re.compile(r"\bwho(?:se|m)?\b|\b(?:what|which) (?:person|man|woman|company|firm|king|author)\b", re.I)),
    ("place", re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|town|place|region|street|river)\b", re.I)),
)
_FIGURE = re.compile(rf"\b(?:{_NUMBER})\b", re.I)
_TIME = re.compile(
    rf"\b(?:1\d{{3}}|20\d\d)s?\b|\b(?:{_MONTHS})\b|\b\d{{1,2}}(?:th|st|nd|rd)\b|\bcentur(?:y|ies)\b|\b\d{{1,2}}:\d\d\b|"
    rf"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:within|after|until|before|by) (?:\w+ )?(?:{_NUMBER})\b",
    re.I,
)
_DURATION = re.compile(rf"\b(?:{_NUMBER})(?: to | or |[ -–]){{1,2}}(?:\d+ )?(?:{_UNIT_OF_TIME}|min|h|s)\b", re.I)
_NAME = re.compile(r"(?<=[\w,;:)’'\"] )[A-ZÀ-Þ][\w’'-]+")
_OPENING_NAME = re.compile(r"^[A-ZÀ-Þ][\w’'-]+ (?=[A-ZÀ-Þ])")
_NEGATED = re.compile(
    r"\b(?:not|no|never|none|nor|neither|without|cannot|except|unable|fail(?:s|ed)?)\b|n['’]t\b", re.I
)


def asked_kind(question: str) -> Kind | None:
    """Return the kind of thing that a question asks for; None where its words do not tell."""
    return next((kind for kind, pattern in _ASKED if pattern.search(question)), None)


def holds_kind(kind: Kind, text: str, question: str) -> bool:
    """Tell whether a text holds a thing of a kind that the question does not hold itself."""
    known = set(words(question))
    return any(not known.issuperset(words(one)) for one in candidates(kind, text))


def candidates(kind: Kind, text: str) -> list[str]:
    """Return what in a text may be a thing of a kind, in order."""
    if kind in ("person", "place"):
        return _NAME.findall(text) + _OPENING_NAME.findall(text)
    pattern = {"time": _TIME, "duration": _DURATION, "amount": _FIGURE}[kind]
    return [match.group() for match in pattern.finditer(text)]


def names(text: str) -> list[str]:
    """Return the capitalised words of a text that do not merely open a sentence, in order."""
    return _NAME.findall(text)


def is_negated(text: str) -> bool:
    """Tell whether a text denies something."""
    return _NEGATED.search(text) is not None
