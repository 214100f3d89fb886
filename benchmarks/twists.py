"""Changes that leave every word of a true sentence in place but one, or none: who did it, how sure, how much, of what.

`benchmarks.mutators` changes figures, dates, names, denials and conditions; these are what is left for a liar then,
with those of `benchmarks.inventions`.
"""

import random
import re
from collections.abc import Sequence

from assistant.segmentation import sentences
from assistant.terms import terms
from benchmarks.inventions import INVENTIONS
from benchmarks.mutators import MUTATIONS, NAME, Change, put

Swaps = Sequence[tuple[str, str]]

_BOUND = re.compile(
    r"\b(?:[Uu]p to|[Aa]t least|[Aa]t most|[Nn]o more than|[Mm]ore than|[Ll]ess than|[Ff]ewer than|[Oo]ver|[Uu]nder|"
    r"[Aa] (?:minimum|maximum) of|[Nn]o less than|[Ff]rom(?! [^,.;]{0,40}(?:\bto\b|\buntil\b|[-–]))) "
    r"(?=(?:[€£$]|EUR |USD )?\d)"
)
_MODALITY = (
    ("may", "must"), ("must", "may"), ("should", "must"), ("can", "must"), ("might", "will"), ("could", "will"),
    ("may", "will"), ("can", "will"), ("must", "can"), ("recommended", "required"), ("required", "recommended"),
)  # fmt: skip
_CURRENCY = (
    ("€", "$"), ("$", "€"), ("£", "€"), ("EUR", "USD"), ("USD", "EUR"), ("CHF", "EUR"), ("euros", "dollars"),
    ("euro", "dollar"), ("dollars", "euros"), ("dollars", "pounds"), ("pounds", "dollars"), ("cents", "dollars"),
)  # fmt: skip
_UNIT = (
    ("days", "weeks"), ("day", "week"), ("weeks", "months"), ("week", "month"), ("hours", "days"), ("hour", "minute"),
    ("minutes", "hours"), ("minutes", "seconds"), ("seconds", "minutes"), ("months", "years"), ("month", "year"),
    ("years", "months"), ("kg", "g"), ("cm", "mm"), ("mm", "cm"), ("km", "miles"), ("miles", "km"), ("feet", "metres"),
    ("GB", "MB"), ("MB", "GB"), ("million", "billion"), ("billion", "million"), ("thousand", "million"),
    ("percent", "euros"), ("working days", "days"), ("business days", "days"), ("inches", "feet"),
)  # fmt: skip
_QUANTIFIER = (
    ("all", "some"), ("All", "Some"), ("some", "all"), ("Some", "All"), ("most", "all"), ("Most", "All"),
    ("many", "all"), ("Many", "All"), ("every", "almost no"), ("each", "only one"), ("both", "neither"),
    ("often", "always"), ("usually", "always"), ("sometimes", "always"), ("generally", "always"), ("rarely", "often"),
    ("several", "most"), ("few", "most"), ("typically", "always"), ("partly", "fully"), ("mostly", "entirely"),
)  # fmt: skip
_COMPARATIVE = (
    ("more", "less"), ("less", "more"), ("fewer", "more"), ("better", "worse"), ("worse", "better"),
    ("older", "younger"), ("younger", "older"), ("larger", "smaller"), ("smaller", "larger"), ("longer", "shorter"),
    ("shorter", "longer"), ("higher", "lower"), ("lower", "higher"), ("greater", "smaller"), ("faster", "slower"),
    ("heavier", "lighter"), ("best", "worst"), ("most", "least"), ("least", "most"), ("oldest", "youngest"),
    ("highest", "lowest"), ("lowest", "highest"), ("wider", "narrower"), ("until", "from"), ("since", "until"),
    ("inside", "outside"), ("upper", "lower"), ("same", "opposite"), ("strong", "weak"), ("increases", "reduces"),
)  # fmt: skip
_FREQUENCY = (
    ("once", "twice"), ("twice", "once"), ("first", "second"), ("second", "third"), ("third", "first"),
    ("daily", "weekly"), ("weekly", "monthly"), ("monthly", "yearly"), ("annual", "monthly"), ("annually", "monthly"),
    ("half", "all"), ("double", "half"), ("quarter", "half"), ("one", "two"), ("single", "double"),
)  # fmt: skip
_TENSE = (
    ("was", "is"), ("were", "are"), ("is", "was"), ("are", "were"), ("will be", "was"), ("has been", "will be"),
    ("no longer", "still"), ("already", "not yet"), ("still", "no longer"),
    ("currently", "formerly"), ("former", "current"), ("planned", "completed"), ("proposed", "adopted"),
)  # fmt: skip
_LIST_OF_NAMES = re.compile(r"(?:,|\s|\b(?:and|or|the|as well as)\b|\b[A-Z][a-zA-Z]+\b)*")
_CLOCK = re.compile(r"(?<=\d )([ap])(?=\.?m\b)|(?<=\d)([ap])(?=\.?m\b)", re.IGNORECASE)
_VERB = re.compile(r" (?:is|are|was|were|can|will|has|have|must|may|costs?|takes?) ")
_STANDS_FOR = re.compile(
    r"(?:I|you|we|it|he|she|they|this|these|those|that|some|all|both|there|if|when|after|before|while|because|to|for|"
    r"in|on|at|by|with|during|although|once|until|unless|as|where|however|also)\b", re.IGNORECASE
)  # fmt: skip
_LISTED = re.compile(r"\b[\w-]+, [\w-]+,? (?:and|or) (?=[\w-]+)")
_THING = re.compile(r"\b(?:delivery|shipping|return|repair|service|support|storage|access|use|parking|entry|plan)\b")
_YEARS = range(1950, 2030)


def _swapped(pairs: Swaps) -> Change:
    def twist(sentence: str, _passage: str, chance: random.Random) -> str | None:
        edge = (r"(?<!\w)(?<!how )(?<!at )", r"(?!\w)")
        found = [
            (one, there)
            for here, there in pairs
            for one in re.finditer(f"{edge[0]}{re.escape(here)}{edge[1] if here.isalpha() else ''}", sentence)
        ]
        return put(sentence, *chance.choice(found)) if found else None

    return twist


def bound(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Take a bound for the very figure, or turn it round."""
    found = [one for one in _BOUND.finditer(sentence) if one.start() > 0]
    if not found:
        return None
    one = chance.choice(found)
    same = {"most": "up to", "maximum": "up to", "no more": "up to", "minimum": "at least", "no less": "at least"}
    others = [
        other
        for other in ("", "exactly", "up to", "at least")
        if not other or (other not in one.group().lower() and other not in (same[w] for w in same if w in one.group()))
    ]
    return put(sentence, one, f"{chance.choice(others)} ".lstrip())


def clock(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Take the morning for the evening."""
    found = list(_CLOCK.finditer(sentence))
    if not found:
        return None
    one = chance.choice(found)
    other = {"a": "p", "p": "a", "A": "P", "P": "A"}[one.group()]
    return put(sentence, one, other)


def roles(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Let two names change places: who did it is whom it was done to."""
    found = list(NAME.finditer(sentence))
    if len({one.group() for one in found}) < 2:
        return None
    one, other = sorted(chance.sample(found, 2), key=re.Match.start)
    between = sentence[one.end() : other.start()]
    # Those of a list may stand in any order.
    if _LIST_OF_NAMES.fullmatch(between) or set(one.group().split()) & set(other.group().split()):
        return None
    return f"{sentence[: one.start()]}{other.group()}{between}{one.group()}{sentence[other.end() :]}"


def year_added(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Say of when it is, though the source does not."""
    held = [one for one in re.findall(r"\b(?:19|20)\d\d\b", passage) if one not in sentence]
    year = chance.choice(held) if held and chance.random() < 0.5 else str(chance.choice(_YEARS))
    return f"{sentence.rstrip('. ')} in {year}." if year not in sentence else None


def free_added(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Promise it for nothing."""
    if "free" in sentence:
        return None
    if (found := _THING.search(sentence)) and chance.random() < 0.5:
        return put(sentence, found, f"free {found.group()}")
    return f"{sentence.rstrip('. ')} {chance.choice(('free of charge', 'for free', 'at no cost', 'with a discount'))}."


def merged(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Say of one thing what the source says of another."""
    head = _subject(sentence)
    others = [passage[start:end] for start, end in sentences(passage)]
    told = [
        one[found.start() :]
        for one in others
        if one != sentence and one.endswith(".") and "\n" not in one and (theirs := _subject(one))
        if (found := _VERB.search(one)) and not set(terms(theirs)) & set(terms(head))
    ]
    changed = head + chance.choice(told) if head and told else ""
    return changed if changed and changed not in passage else None


def _subject(sentence: str) -> str:
    """Return what stands before the first verb; nothing where that is long, a condition or stands for something."""
    found = _VERB.search(sentence)
    head = sentence[: found.start()] if found else ""
    is_plain = len(head.split()) <= 8 and "," not in head and not _STANDS_FOR.match(head)
    return head if is_plain and len(terms(head)) > 0 else ""


def listed(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put one thing too many into a list."""
    found = _LISTED.search(sentence)
    held = set(terms(sentence))
    words = [one for one in re.findall(r"\b[\w-]{5,}\b", passage) if terms(one) and held.isdisjoint(terms(one))]
    if found is None or not words:
        return None
    joint = re.search(r",? (?:and|or) $", found.group())
    at = found.start() + (joint.start() if joint else 0)
    return f"{sentence[:at]}, {chance.choice(words)}{sentence[at:]}"


def row(_sentence: str, passage: str, chance: random.Random) -> str | None:
    """Say of one row of a table what stands in another."""
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in passage.split("\n") if line[:1] == "|"]
    rows = [one for one in rows if len(one) > 1 and one[0] and not set(one[0]) <= set(":- ")]
    if len(rows) < 3:
        return None
    header, *told = rows
    mine, other = chance.sample(told, 2)
    at = chance.randrange(1, min(len(header), len(mine), len(other))) if min(len(mine), len(other)) > 1 else 0
    if not at or not other[at] or any(one[0] == mine[0] and one[at : at + 1] == [other[at]] for one in told):
        return None
    shapes = (f"{header[at]} for {mine[0]}: {other[at]}.", f"For {mine[0]}, {header[at]} is {other[at]}.",
              f"| {mine[0]} | {other[at]} |")  # fmt: skip
    return chance.choice(shapes)


TWISTS: dict[str, Change] = {
    "bound": bound, "modality": _swapped(_MODALITY), "currency": _swapped(_CURRENCY), "unit": _swapped(_UNIT),
    "clock": clock, "quantifier": _swapped(_QUANTIFIER), "comparative": _swapped(_COMPARATIVE),
    "frequency": _swapped(_FREQUENCY), "tense": _swapped(_TENSE), "roles": roles, "year added": year_added,
    "free added": free_added, "merged": merged, "listed": listed, "row": row,
}  # fmt: skip
"""Each kind of change by its name."""

CHANGES = MUTATIONS | TWISTS | INVENTIONS
"""All ways to make a true sentence false."""
