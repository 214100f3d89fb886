"""Tells whether a sentence retells its source in the source's own order, with nothing put in but small words.

What `assistant.agreement` lets through has every figure, name and denial of its source, and may still be false: the
subject of one clause with the predicate of another, what holds of some said of all, a word too many. What passes here
as well says what the source says, word after word, but for a closed list of changes: words of no weight come and go,
what stands in brackets or between commas is left out, as is the end behind a comma, and a pronoun that opens the
source stands for its title or for the subject before it. Nothing that limits may be left out, and nothing that means
something put in.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product

from assistant.joining import STANDING_IN, STATING, reads_alike, small_words
from assistant.statements import BREAKS, CONDITIONS, MEASURES, NEGATORS, Row, Token, sentences_of, tokens
from assistant.terms import stem

_STANDS_FOR = STANDING_IN | frozenset("this these its their his her".split())
_MANY = frozenset("they these their".split())
_INSIDE_NAMES = frozenset("of and in for".split())
_LIMITING = CONDITIONS | NEGATORS | frozenset("or either when until till before after since as than for within".split())
"""What stands between commas and holds one of these could be what limits the rest."""

_CONFINING = _LIMITING | frozenset(
    "where while with in on at from by to during under over above below via through per up subject depending assuming "
    "providing starting beginning excluding".split()
)
"""What begins with one of these, behind a comma or in brackets, could tell where, when or for whom the rest holds."""

_DEMANDING = CONDITIONS | frozenset("must when need needs required requires with shall should".split())
"""In a sentence with one of these no item of a list is left out: each could be what is demanded."""

_TELLING_MORE = frozenset("which who whom whose called named also".split())

_STOPS = frozenset((".", ";", "!", "?"))
_ENDS = _STOPS | {","}
_JOINTS = frozenset("and but or".split())
_EDGES = frozenset((",", ";", "."))
MAX_SUBJECT = 4
"""Of a sentence before a pronoun, so many of its first words are what the pronoun may stand for."""

MAX_COUNTING = 2
"""Words in brackets, so few and no names, could belong to a figure: `(yearly)`, `(net)`."""

NAMED_SHARE = 0.6
"""So much of a title, or of the subject of the sentence before, is said again where it stands for a pronoun."""

_NEUTRAL = (
    "however|additionally|furthermore|moreover|in addition|also|finally|for example|for instance|in fact|overall|"
    "in general|besides|and|but|on the other hand"
)
_FOLLOWING = (
    "similarly|likewise|"
    "therefore|thus|hence|consequently|as a result|accordingly|instead|in turn|for this reason|because of this|so|then|"
    "first|second|third|next|again|of course|nevertheless|nonetheless|still|meanwhile|since then"
)
_JOINING = re.compile(rf"^(?:(?:{_NEUTRAL})\b,?\s+)+", re.IGNORECASE)
_JOINING_OF_SOURCE = re.compile(rf"^(?:(?:{_NEUTRAL}|{_FOLLOWING})\b\s*,?\s+)+", re.IGNORECASE)
_VERBS_OF_CELLS = frozenset(one.key for one in tokens("take takes cost costs price last lasts"))
_ENDING = re.compile(r"(?:ies|es|s|ied|ed|d|ing|y|e)$")
_LIST_SIGN = re.compile(r"^\s*(?:[-*•]|\(?\d{1,3}[.)])\s+")
_PHRASES = (
    (re.compile(r"\bsuch as\b", re.IGNORECASE), "like"),
    (re.compile(r"\b(?:ha(?:ve|s)|needs?) to\b", re.IGNORECASE), "must"),
    (re.compile(r"\bin order to\b", re.IGNORECASE), "to"),
    (re.compile(r"\bas well as\b", re.IGNORECASE), "and"),
    (re.compile(r"\b(?:approximately|roughly)\b", re.IGNORECASE), "about"),
    (re.compile(r"\b(it|he|she|that|there|here|what)['’]s\b", re.IGNORECASE), r"\1 is"),
    (re.compile(r"(?<=\w)['’]re\b", re.IGNORECASE), " are"),
    (re.compile(r"(?<=\w)['’]ll\b", re.IGNORECASE), " will"),
    (re.compile(r"(?<=\w)['’]ve\b", re.IGNORECASE), " have"),
)
"""Words that say the same only together, and short forms."""

_DASH = re.compile(r"\s+[-–—]+\s+|\s*—\s*")
_FIGURE = re.compile(r"([<>≤≥±≈~+]?)\s?((?<![\w)])[-−])?(\d+(?:[.,]\d+)*)([+½¼¾⅓⅔]?)")
_ADDRESS = re.compile(r"@|://|www\.|[a-z]\.[a-z]{2,}")


def retells(claim: str, quote: str, title: Row, before: Row) -> bool:
    """Tell whether a sentence says what a source says, in its words and their order.

    Args:
        claim: The sentence, without signs of a list and words of courtesy.
        quote: The sentences of the source that are to say it.
        title: The tokens of the title above the quote.
        before: The tokens that come before the quote in its passage.
    """
    if not _keeps_signs(claim, quote):
        return False
    meant = [_subject(before), {one.word for one in title if one.is_content}]
    said = {claim, _JOINING.sub("", claim)}
    plain = _LIST_SIGN.sub("", quote)
    told = {plain, _JOINING_OF_SOURCE.sub("", plain)}
    return any(_follows(_read(mine), _read(theirs), meant) for mine, theirs in product(said, told))


def _keeps_signs(claim: str, quote: str) -> bool:
    """Tell whether figures have the signs of the source's, below zero or above, and addresses are those of the source.

    Signs are no words: a row of tokens does not hold them.
    """
    theirs = {one.groups() for one in _FIGURE.finditer(quote)}
    figures = {number for _, _, number, _ in theirs}
    if any(one[3] in figures and one.groups() not in theirs for one in _FIGURE.finditer(claim)):
        return False
    written = [one.strip("()[]<>.,;:!?\"'`*") for one in claim.lower().split() if _ADDRESS.search(one)]
    return all(one in quote.lower() for one in written)


def retells_row(claim: str, row: str, header: str, around: Row) -> bool:
    """Tell whether a sentence says the cells of one row of a table whole, and leaves out none that tells them apart.

    Args:
        claim: The sentence, without words of courtesy.
        row: The row as it stands; several say nothing alone.
        header: The names of the columns; empty where there are none.
        around: The tokens of what a reader knows around the table.
    """
    said = Counter(one.key for one in tokens(claim) if one.is_content)
    mine = said.keys() - _VERBS_OF_CELLS
    cells, heads = _cells(row), _cells(header)
    known = {one.key for one in (*tokens(header), *around)}.union(*cells)
    used = {place for place, cell in enumerate(cells) if not (mine - MEASURES).isdisjoint(cell)}
    if not _keeps_signs(claim, row) or "\n" in row.strip() or not used or not mine <= known or not all(cells):
        return False
    figures = {place for place in range(1, len(cells)) if any(cells[place].values())}
    is_named = len(heads) == len(cells) and all(not heads[place].keys().isdisjoint(said) for place in used & figures)
    passed = set(range(max(used))) - used
    # A word that two cells hold is said for each of them.
    whole = sum((Counter(cells[place].keys()) for place in used), Counter[str]())
    return passed <= figures and (len(figures) == 1 or is_named) and whole <= said


def _cells(row: str) -> list[dict[str, bool]]:
    """Return the words of each cell that mean something, with whether they are figures."""
    cells = row.strip().strip("|").split("|") if row else []
    return [{one.key: one.is_number for one in tokens(cell) if one.is_content} for cell in cells]


def _read(text: str) -> Row:
    for phrase, plain in _PHRASES:
        text = phrase.sub(plain, text)
    return tokens(_DASH.sub(", ", text))


def _subject(before: Row) -> set[str]:
    """Return the words that open the last sentence of a row."""
    found: set[str] = set()
    last = list(sentences_of(before))[-1] if before else ()
    for one in last[2:] if [token.word for token in last[1:2]] == [","] and not last[0].is_name else last:
        if one.word in BREAKS or one.word in STATING or len(found) >= MAX_SUBJECT:
            break
        if one.is_content:
            found.add(one.word)
    return found


def _follows(said: Row, told: Row, meant: Sequence[set[str]]) -> bool:
    """Tell whether all words of a sentence that mean something stand in the source in their order, joined as there."""
    places = [place for place, one in enumerate(said) if one.is_content]
    demands = any(one.word in _DEMANDING for one in told)
    opened = {
        (number, at)
        for number, place in enumerate(places[: 2 * MAX_SUBJECT])
        for at in _places(said[place], told)
        if _opens_alike(said[:place], told[:at], meant)
    }
    reached: set[int] = set()
    for number, place in enumerate(places):
        between = said[places[number - 1] + 1 : place] if number else ()
        reached = {
            at
            for at in _places(said[place], told)
            if (number, at) in opened
            or any(last < at and _joins_alike(between, told[last + 1 : at], is_demanding=demands) for last in reached)
        }
    return bool(places) and any(
        _ends_alike(said[places[-1] + 1 :], told[at + 1 :], is_demanding=demands) for at in reached
    )


def _places(one: Token, told: Row) -> Iterator[int]:
    """Yield where the source has a word, inflected or not; of names that share a stem, only the very name."""
    is_there = one.is_name and any(other.word == one.word for other in told)
    for place, other in enumerate(told):
        if other.is_content and _is_same(one, other) and (other.word == one.word or not is_there):
            yield place


def _is_same(one: Token, other: Token) -> bool:
    """Tell whether two words are one, inflected, or stand for each other.

    `collected` is no `collection`, and who charges is not charged.
    """
    if one.key != other.key:
        return False
    if {one.word[-2:], other.word[-2:]} == {"ed", "ng"}:
        return False
    bare, there = (_ENDING.sub("", token.word) for token in (one, other))
    return bare == there or stem(one.word) != stem(other.word)


def _opens_alike(mine: Row, theirs: Row, meant: Sequence[set[str]]) -> bool:
    """Tell whether a sentence begins where the source does, with no more than what a pronoun of it stands for."""
    theirs = _without_brackets(theirs)
    if _says(theirs):
        return False
    subject = {one.word for one in mine if one.is_content}
    if not subject:
        return reads_alike(mine, theirs)
    named = any(subject <= words and len(subject) >= NAMED_SHARE * len(words) for words in meant)
    standing = [one.word for one in theirs if one.word in _STANDS_FOR]
    if not named or not standing or _are_many(mine) != (standing[0] in _MANY):
        return False
    rest = [word for word in small_words([one for one in mine if not one.is_content]) if word not in _INSIDE_NAMES]
    return [word for word in rest if word not in ("the", "s")] == [
        word for word in small_words([one for one in theirs if one.word not in _STANDS_FOR]) if word not in ("the", "s")
    ]


def _are_many(row: Row) -> bool:
    """Tell whether a subject is read as more than one thing."""
    last = next((one.word for one in reversed(row) if one.is_content), "")
    return any(one.word == "and" for one in row) or (last.endswith("s") and not last.endswith(("ss", "us", "is")))


def _joins_alike(mine: Row, theirs: Row, *, is_demanding: bool) -> bool:
    """Tell whether two neighbouring words are joined as in the source, or what stands between them is an aside."""
    if not _says(theirs) or not _says(theirs := _without_brackets(theirs)):
        return reads_alike(mine, theirs)
    content = [place for place, one in enumerate(theirs) if one.is_content]
    start = next((at for at in range(content[0], -1, -1) if theirs[at].word in _EDGES), None)
    end = next((at for at in range(content[-1], len(theirs)) if theirs[at].word in _EDGES), None)
    if start is None or end is None or (theirs[start].word in _STOPS) != (theirs[end].word in _STOPS):
        return False
    is_left_out = theirs[start].word in _STOPS or _is_aside(theirs[start:end], is_demanding=is_demanding)
    return is_left_out and reads_alike(mine, [*theirs[:start], *theirs[end:]])


def _is_aside(row: Row, *, is_demanding: bool) -> bool:
    """Tell whether what follows a comma, up to the next, only tells more of the word before it, or is one of a list."""
    first = row[1].word if len(row) > 1 else ""
    inner = [row[place + 1].word for place, one in enumerate(row[:-1]) if place and one.word in BREAKS]
    if first in _CONFINING or any(one.word in _LIMITING or one.word in _STOPS for one in row):
        return False
    if first in _TELLING_MORE:
        return not any(word in _JOINTS for word in inner)
    return not inner and not is_demanding and not any(one.word in _JOINTS for one in row)


def _ends_alike(mine: Row, theirs: Row, *, is_demanding: bool) -> bool:
    """Tell whether a sentence ends with its source, or where the source has a comma and nothing that limits."""
    theirs = _without_brackets(theirs)
    if not _says(theirs):
        return reads_alike(mine, theirs)
    first = theirs[1].word if len(theirs) > 1 else ""
    if small_words(mine) or theirs[0].word not in _ENDS:
        return False
    limits = any(one.word in CONDITIONS or one.word in NEGATORS or one.word == "or" for one in theirs)
    goes_on = first in _CONFINING or limits or (is_demanding and first not in _TELLING_MORE)
    return theirs[0].word in (".", "!", "?") or not goes_on


def _says(row: Row) -> bool:
    return any(one.is_content for one in row)


def _without_brackets(row: Row) -> Row:
    """Return a row without what stands in brackets, unless that could limit the rest."""
    kept: list[Token] = []
    for one in row:
        kept.append(one)
        opened = next((at for at in range(len(kept) - 1, -1, -1) if kept[at].word == "("), None)
        if one.word == ")" and opened is not None and not _confines(kept[opened + 1 :]):
            del kept[opened:]
    return kept


def _confines(row: Row) -> bool:
    """Tell whether what stands in brackets tells where, when or for whom the rest holds, or what a figure counts."""
    counts = 0 < sum(one.is_content for one in row) <= MAX_COUNTING and not any(one.binds for one in row)
    return counts or row[0].word in _CONFINING or any(one.word in CONDITIONS or one.word in NEGATORS for one in row)
