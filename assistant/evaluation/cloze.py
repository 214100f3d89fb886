"""Makes questions of statements, and unanswerable ones of answerable ones, by rule."""

import re

from assistant.segmentation import sentences
from assistant.terms import terms, words

LEAST_TERMS, MOST_WORDS = 4, 24
"""A shorter sentence asks about nothing, a longer one is not how people ask."""

INVENTED_NAMES = tuple(
    "Velmora Quindara Zentrix Oskarel Brivanta Talmiro Hexalon Nordvik Pellarin Sunatra Ferrowick Calibrax".split()
)
"""Names of nothing, for questions about something that the company does not have."""

_UNIT = r"(?:(?:business|working|calendar) )?(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)"
_ASKED = (
    (
        re.compile(
            r"(?:(?:€|£|\$|EUR|CHF|USD|GBP|CAD) ?\d[\d.,]*\d|(?:€|£|\$) ?\d|\b\d[\d.,]* ?(?:€|EUR|CHF|USD|euros?))"
        ),
        "how much",
    ),
    (re.compile(rf"\b\d+(?:\.\d+)?(?: |-)(?={_UNIT}\b)"), "how many "),
    (re.compile(r"\b\d+(?:\.\d+)? ?(?:%|percent\b)"), "what percentage"),
)
"""What can be asked for, and the words that ask for it at its place."""

_LIST_SIGN = re.compile(r"^\W*[-*•]\s+")
_DIGIT = re.compile(r"\d")
_LEANS = re.compile(
    r"^(?:it|its|this|that|these|those|they|them|their|he|she|we|if so|then|there|also|but|and|or)\b", re.I
)
_UNFIT = re.compile(r"[|#*`\[\]{}<>]|https?:|\?|:$|^\W*\d+[.)]")
_MODEL = re.compile(r"\b([A-Z][A-Za-z]*)([ -]?)(\d+)\b(?!\s*(?:days?|weeks?|hours?|minutes?|months?|years?|%))")
_NAME = re.compile(r"(?<!\band )(?<!\bor )(?<=[a-z,] )[A-Z][a-z]{3,}(?: [A-Z][a-z]{3,})*\b(?! (?:and|or)\b)(?!,)")
"""A name among several is left: what is asked is still answered for the others."""


def statements(text: str) -> list[str]:
    """Return the sentences of a text that can be understood alone and hold exactly one figure worth asking for."""
    found = []
    for start, end in sentences(text):
        sentence = _LIST_SIGN.sub("", " ".join(text[start:end].split()))
        fits = len(set(terms(sentence))) >= LEAST_TERMS and len(words(sentence)) <= MOST_WORDS
        if fits and not _LEANS.match(sentence) and not _UNFIT.search(sentence) and question_of(sentence):
            found.append(sentence)
    return found


def question_of(statement: str) -> str:
    """Return a statement with its only figure asked for: "It costs €5." becomes "It costs how much?"; else nothing."""
    for pattern, asks in _ASKED:
        matches = list(pattern.finditer(statement))
        if len(matches) == 1:
            asked = statement[: matches[0].start()] + asks + statement[matches[0].end() :]
            return "" if _DIGIT.search(asked) else asked.rstrip(" .!") + "?"
    return ""


def near_miss(question: str, known_text: str, draw: int) -> str:
    """Return the question about a model or name that `known_text`, in lower case, does not hold; else nothing.

    `draw` chooses among the names that would do.
    """
    model = _MODEL.search(question)
    if model is not None:
        name, gap, number = model.groups()
        others = (f"{name}{gap}{int(number) + step}" for step in range(1 + draw % 3, 40))
        other = next((one for one in others if _loosely(one) not in _loosely(known_text)), "")
        return question[: model.start()] + other + question[model.end() :] if other else ""
    named = _NAME.search(question)
    absent = [one for one in INVENTED_NAMES if one.lower() not in known_text]
    if named is None or not absent:
        return ""
    return question[: named.start()] + absent[draw % len(absent)] + question[named.end() :]


def _loosely(text: str) -> str:
    return text.lower().replace(" ", "").replace("-", "")
