"""Changes one thing in a true sentence so that it is no longer true, or says the same thing in other words."""

import random
import re
from collections.abc import Callable, Sequence

Change = Callable[[str, str, random.Random], str | None]
"""Takes a sentence, the passage around it and a source of chance; returns another sentence, or None."""

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-]|[.,]\d)")
_YEAR = re.compile(r"\b(?:1[0-9]|20)\d\d\b")
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(r"\b(?:" + "|".join(_MONTHS) + r")\b")
_WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_WEEKDAY = re.compile(r"\b(?:" + "|".join(_WEEKDAYS) + r")\b")
NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-zA-Z]+(?: [A-Z][a-zA-Z]+)*")
_NO_NAMES = "Thus Nor One However Also Therefore These Those Some Many Most Although While When After Before".split()
_POSSESSIVES = "My Your Our Their His Her Its".split()
"""`Your plan` for `the Aria plan` may be as true."""

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|can|will|does|do|did|has|have|must|should|may|could)\b(?! not\b|n['’]t|['’]| no\b)"
)
_NEGATED = re.compile(r"\b(is|are|was|were|can|will|does|do|did|has|have|must|should|may|could) not |\bcannot\b")
_OPPOSITES = (
    ("before", "after"), ("included", "excluded"), ("includes", "excludes"), ("with", "without"), ("open", "closed"),
    ("opened", "unopened"), ("at least", "at most"), ("more than", "less than"), ("minimum", "maximum"),
    ("first", "last"), ("increase", "decrease"), ("increased", "decreased"), ("allowed", "forbidden"),
    ("possible", "impossible"), ("used", "unused"), ("north", "south"), ("eastern", "western"), ("higher", "lower"),
    ("above", "below"), ("all", "no"), ("always", "never"), ("earlier", "later"), ("largest", "smallest"),
    ("free", "charged"), ("valid", "invalid"), ("able", "unable"),
)  # fmt: skip
_CONDITION = re.compile(
    r",? (?:except|unless|only if|only|if(?! any\b)|provided that|as long as|but not(?! limited)|excluding|apart from|"
    r"other than)\b"
    r"[^,.;:]*(?=[,.;]|$)"
)
_LEADING_CONDITION = re.compile(r"^(?:If|Unless|When|Where|As long as|Except)\b[^,.;]*, ")


def number(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put another number in the place of one; half the time one that the passage holds elsewhere."""
    found = [one for one in _NUMBER.finditer(sentence) if not _YEAR.fullmatch(one.group())]
    if not found:
        return None
    one = chance.choice(found)
    others = [other for other in _NUMBER.findall(passage) if other not in sentence]
    there = chance.choice(others) if others and chance.random() < 0.5 else _another(one, chance)
    return put(sentence, one, there) if _value(there) != _value(one.group()) else None


def _value(number: str) -> float | str:
    """Return what a number says: `10.00` says 10."""
    try:
        return float(number.replace(",", ""))
    except ValueError:
        return number


def _another(one: re.Match[str], chance: random.Random) -> str:
    digits = one.group()
    first = str(chance.choice([digit for digit in range(1, 10) if str(digit) != digits[0]]))
    return first + digits[1:] if chance.random() < 0.5 or len(digits) > 3 or not digits.isdigit() else f"{digits}0"


def date(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Put another year, month or day of the week in the place of one."""
    kinds = ((_YEAR, None), (_MONTH, _MONTHS), (_WEEKDAY, _WEEKDAYS))
    found = [(one, among) for pattern, among in kinds for one in pattern.finditer(sentence)]
    if not found:
        return None
    one, among = chance.choice(found)
    if among is None:
        return put(sentence, one, str(int(one.group()) + chance.choice((-100, -11, -1, 1, 2, 10))))
    return put(sentence, one, chance.choice([name for name in among if name != one.group()]))


def name(sentence: str, passage: str, chance: random.Random) -> str | None:
    """Put another name in the place of one; one of the same passage where it holds another."""
    found = [one for one in NAME.finditer(sentence) if one.group() not in (*_MONTHS, *_WEEKDAYS, *_NO_NAMES)]
    if not found:
        return None
    one = chance.choice(found)
    held = sorted({other for other in NAME.findall(passage) if other not in sentence and one.group() not in other})
    held = [other for other in held if other not in _POSSESSIVES]
    return put(sentence, one, chance.choice(held or ["Zealand", "Quillon", "Marcus Abara"]))


def negation(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Deny what was said, or say what was denied."""
    denied = list(_NEGATED.finditer(sentence))
    if denied:
        one = chance.choice(denied)
        return put(sentence, one, "can" if one.group() == "cannot" else f"{one[1]} ")
    said = list(_AUXILIARY.finditer(sentence))
    if said:
        one = said[0]
        return put(sentence, one, f"{one.group()} not" if one.group() != "can" else "cannot")
    return None


def condition(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Leave out a condition or an exception, or turn it into its opposite."""
    changes = [put(sentence, one, "") for one in _CONDITION.finditer(sentence) if one.start() > 0]
    if leading := _LEADING_CONDITION.match(sentence):
        rest = sentence[leading.end() :]
        changes.append(rest[:1].upper() + rest[1:])
    for pair in _OPPOSITES:
        for here, there in (pair, pair[::-1]):
            if found := re.search(rf"\b{here}\b", sentence):
                changes.append(put(sentence, found, there))
    changes = [one for one in changes if len(one.split()) > 3]
    return chance.choice(changes) if changes else None


MUTATIONS: dict[str, Change] = {
    "number": number, "date": date, "name": name, "negation": negation, "condition": condition,
}  # fmt: skip


def put(sentence: str, one: re.Match[str], text: str) -> str:
    """Return a sentence with a text in the place of a match."""
    return sentence[: one.start()] + text + sentence[one.end() :]


# --- The same in other words --------------------------------------------------------------------------------------

_SAME = (
    ("cannot", "can't"), ("is not", "isn't"), ("are not", "aren't"), ("do not", "don't"), ("does not", "doesn't"),
    ("can't", "cannot"), ("it is", "it's"), ("approximately", "about"), ("in order to", "to"), ("such as", "like"),
    ("must", "have to"), ("receive", "get"), ("purchase", "buy"), ("via", "through"), ("also ", ""),
)  # fmt: skip
_INTRODUCTION = re.compile(r"^(?:However|Additionally|In addition|Moreover|Furthermore|Also|Therefore|Thus|Instead), ")
_ASIDE = re.compile(r" \((?![^)]*\b(?:not|except|only|excl\w*|unless|if)\b)[^()]*\)")
_IF_FIRST = re.compile(r"^If ([^,;:]+), ([^;:]+)\.$")
_COUNTED = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|\d{1,2})(?= (?:days|weeks|months|years|hours)\b)"
)
_WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()
LEADS = ("Yes. ", "Please note that ", "According to our documents, ", "Thanks for asking. ", "Good news: ")


def other_words(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Put a word or a short form in the place of another that means the same."""
    found = [pair for pair in _SAME if re.search(rf"(?<!\w){re.escape(pair[0])}(?!\w)|{pair[0]}$", sentence)]
    if not found:
        return None
    here, there = chance.choice(found)
    return sentence.replace(here, there, 1)


def no_introduction(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Leave out the word that joins a sentence to the one before it."""
    rest = _INTRODUCTION.sub("", sentence)
    return rest[:1].upper() + rest[1:] if rest != sentence else None


def no_aside(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Leave out what stands in brackets, unless it limits what is said."""
    rest = _ASIDE.sub("", sentence)
    return rest if rest != sentence else None


def condition_last(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Put the condition after what depends on it."""
    if (found := _IF_FIRST.match(sentence)) is None:
        return None
    then = found[2].removeprefix("then ")
    return f"{then[:1].upper()}{then[1:]} if {found[1]}."


def counted(sentence: str, _passage: str, _chance: random.Random) -> str | None:
    """Spell a small number, or write a spelled one in digits."""
    found = _COUNTED.search(sentence)
    if found is None or (found[1].isdigit() and int(found[1]) >= len(_WORDS)):
        return None
    other = _WORDS[int(found[1])] if found[1].isdigit() else str(_WORDS.index(found[1]))
    return put(sentence, found, other)


def led_in(sentence: str, _passage: str, chance: random.Random) -> str | None:
    """Open with words of courtesy."""
    lead = chance.choice(LEADS)
    first = sentence.split(" ", 1)[0]
    plain = first in ("The", "A", "An", "You", "If", "It", "This", "We", "In", "There", "Your", "Our", "For")
    follows = lead.endswith(("that ", ", ", ": "))
    return lead + (sentence[:1].lower() + sentence[1:] if plain and follows and first != "I" else sentence)


RETELLINGS: dict[str, Change] = {
    "other words": other_words, "no introduction": no_introduction, "no aside": no_aside,
    "condition last": condition_last, "counted": counted, "led in": led_in,
}  # fmt: skip


def retold(sentence: str, passage: str, chance: random.Random, kinds: Sequence[str] = ()) -> tuple[str, str]:
    """Return how a sentence was retold, and the retelling; the sentence itself where no way fits."""
    for kind in chance.sample(list(kinds or RETELLINGS), len(kinds or RETELLINGS)):
        told = RETELLINGS[kind](sentence, passage, chance)
        if told is not None and told != sentence:
            return kind, told
    return "verbatim", sentence
