"""Reads a sentence as a row of tokens that can be compared: terms, names, numbers, words that turn a meaning."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.terms import STOP_WORDS, stem

_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|n['’]t\b|[^\W\d_]+?(?=n['’]t\b)|[^\W\d_]+(?:\d+)?|[€£$%;:,.!?()|]", re.UNICODE)
_CONTRACTED = re.compile(r"\bcannot\b|\bcan['’]t\b|\bwon['’]t\b|\bshan['’]t\b", re.IGNORECASE)
_NOON = re.compile(r"(?<=\d)\s?([ap])\.?m\b\.?", re.IGNORECASE)
NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=1
    )
} | {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
_BEFORE_FIGURE = rf"(?=\s+(?:EUR |USD |CHF |GBP |[€£$]\s?)?(?:\d|(?:{'|'.join(NUMBER_WORDS)})\b))"
_PHRASES = (
    (re.compile(r"\bno longer\b", re.IGNORECASE), "not"),
    (re.compile(rf"\b(?:no|not) more than\b{_BEFORE_FIGURE}", re.IGNORECASE), "at most"),
    (re.compile(rf"\b(?:no|not) (?:less|fewer) than\b{_BEFORE_FIGURE}", re.IGNORECASE), "at least"),
)
"""Words that deny, or do not, only together; as bounds they are compared with their figures."""

MONTHS = frozenset("january february march april may june july august september october november december".split())

_SPELLED = {word: str(value) for word, value in NUMBER_WORDS.items()} | {"hundred": "100"}
_MONTHS_AND_DAYS = MONTHS.union("monday tuesday wednesday thursday friday saturday sunday".split())

PRONOUNS = frozenset(
    "i me my mine you your yours it its he she they him her his hers them their theirs this these those that which who "
    "whom whose we us our ours".split()
)
NEGATORS = frozenset("not n't no never none neither nor without cannot except excluding excluded excludes".split())
CONDITIONS = frozenset("if unless provided except excluding only".split())
_SIGNS = {"€": "eur", "£": "gbp", "$": "usd", "%": "percent", "euro": "eur", "euros": "eur"}
_SAME = {
    "purchase": "buy", "purchased": "buy", "bought": "buy", "receive": "get", "obtain": "get", "approximately": "about",
    "around": "about", "roughly": "about", "via": "through", "cost": "price", "costs": "price", "send": "ship",
}  # fmt: skip
"""Words that may stand for each other, each with the one it is compared as."""

MEASURES = frozenset(
    stem(_SIGNS.get(word, word))
    for word in (
        "second minute hour day week month year decade century am pm € $ £ % chf eur usd gbp euro dollar pound cent "
        "yen rupee percent kg g gram kilogram ton tonne lb ounce mm cm m km metre meter kilometre kilometer mile foot "
        "feet inch yard acre hectare litre liter gallon ml kb mb gb tb watt volt amp hz kwh celsius fahrenheit degree "
        "thousand million billion trillion dozen"
    ).split()
)
"""What figures count in, as compared: another of them beside the same figure is another amount."""

_OPPOSITES = (
    "before after", "include exclude", "included excluded", "includes excludes", "including excluding",
    "with without", "open closed", "opened unopened", "least most", "more less", "more fewer", "minimum maximum",
    "first last", "increase decrease", "increased decreased", "increases decreases", "allow forbid",
    "allowed forbidden", "permitted prohibited", "higher lower", "high low", "above below", "over under",
    "always never", "earlier later", "early late", "largest smallest", "larger smaller", "longest shortest",
    "longer shorter", "best worst", "free charged", "north south", "east west", "northern southern",
    "eastern western", "all none", "all no", "every no", "all some", "on off", "accept refuse", "accepted refused",
    "accepts refuses", "win lose", "won lost", "rise fall", "rose fell", "gain loss", "inside outside",
    "internal external", "new used", "full empty", "major minor", "public private", "buy sell", "start end",
    "starts ends", "began ended", "enable disable", "enabled disabled", "arrive leave", "left right", "up down",
    "hot cold", "old new", "cheaper dearer", "faster slower", "stronger weaker", "positive negative", "same different",
    "better worse", "older younger", "greater smaller", "greater lesser", "heavier lighter", "oldest youngest",
    "highest lowest", "wider narrower", "strong weak", "increase reduce", "increases reduces", "increased reduced",
    "most least", "same opposite", "current former", "currently formerly", "greatest least", "upper lower",
    "fewer more", "since until", "proposed adopted", "planned completed", "often rarely", "rich poor",
    "many few", "must may", "required optional", "mandatory optional", "until after", "within after", "true false",
)  # fmt: skip
_OPPOSITE: dict[str, frozenset[str]] = {
    word: frozenset(other for pair in _OPPOSITES if word in pair.split() for other in pair.split() if other != word)
    for pair in _OPPOSITES
    for word in pair.split()
}
_DENYING_PREFIX = re.compile(r"^(?:un|in|im|ir|il|non|dis|mis)(?=[a-z]{4})")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or sign. `key` is what it is compared as; content is what is no function word."""

    word: str
    key: str
    is_content: bool
    is_name: bool
    is_number: bool

    @property
    def binds(self) -> bool:
        """Tell whether another in its place would be another claim: a number or a name."""
        return self.is_name or self.is_number


Row = Sequence[Token]

_SHORTENED = frozenset("max min approx incl excl etc vs st mr mrs dr prof".split())

BREAKS = frozenset(",;:.!?()|")
"""Signs between which words belong together."""


def _is_shortened(one: Token) -> bool:
    """Tell whether a full stop after a word is a part of it: `e.g.`, `max. 5`, `X.25`."""
    return (len(one.word) == 1 and one.word.isalpha()) or one.word in _SHORTENED


def sentences_of(row: Row) -> Iterator[Row]:
    """Yield each sentence of a row of tokens, with the sign that ends it."""
    start = 0
    for place, one in enumerate(row):
        if one.word in ("!", "?") or (one.word == "." and not (place and _is_shortened(row[place - 1]))):
            yield row[start : place + 1]
            start = place + 1
    if start < len(row):
        yield row[start:]


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the tokens of a text in order, short forms spelled out, signs of punctuation among them."""
    spelled = _CONTRACTED.sub(lambda match: match.group()[:2].replace("wo", "will").replace("ca", "can") + " not", text)
    spelled = _NOON.sub(r" \1m ", spelled)
    for phrase, plain in _PHRASES:
        spelled = phrase.sub(plain, spelled)
    found: list[Token] = []
    opens = True
    for match in _TOKEN.finditer(spelled):
        found.append(_token(match.group(), opens=opens))
        opens = match.group() in ".!?:|"
    return tuple(found)


def _token(written: str, *, opens: bool) -> Token:
    word = written.lower().replace("’", "'")
    number = _SPELLED.get(word, word if word[0].isdigit() else "")
    if number and word != "one":
        return Token(word, _number(number), True, False, True)
    if word in _SIGNS:
        return Token(word, _SIGNS[word], True, False, False)
    # "May", "US" or "Will" within a sentence; who writes "You" so means no name.
    is_acronym = written.isupper() and len(written) > 1
    stands_out = written[0].isupper() and not opens and (word not in PRONOUNS or is_acronym)
    if not word[0].isalpha() or (word in STOP_WORDS and not stands_out) or word == "n't":
        return Token("not" if word == "n't" else word, word, False, False, False)
    is_name = written[0].isupper() and (
        not opens or word in _MONTHS_AND_DAYS or any(one.isupper() for one in written[1:])
    )
    return Token(word, stem(_SAME.get(word, word)), True, is_name, False)


def _number(text: str) -> str:
    """Return a number in one form: `1,000` is 1000, and `4.50` is 4.5."""
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    text = text.replace(",", ".")
    return text.rstrip("0").rstrip(".") if re.fullmatch(r"\d+\.\d+", text) else text


def are_opposites(one: str, other: str) -> bool:
    """Tell whether two lower-case words deny each other: before and after, opened and unopened."""
    if other in _OPPOSITE.get(one, ()):
        return True
    return _without_denial(one) == other or _without_denial(other) == one


def _without_denial(word: str) -> str | None:
    rest = _DENYING_PREFIX.sub("", word)
    return rest if rest != word else None
