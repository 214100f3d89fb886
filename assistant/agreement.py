"""Tells whether a sentence claims no more and nothing else than a span of a source: by code, word against word.

A sentence may leave things out and put them in another order. It may not bring a number or a name that the span does
not hold, put one in the place of another, deny what is said or say what is denied, turn a word into its opposite, or
drop what limits the claim. What cannot be told apart is refused: a refused sentence is missed, a wrong one is believed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from assistant.enumerations import adds_an_item
from assistant.qualifiers import exchanges, qualifies_the_same
from assistant.roles import keeps_roles
from assistant.statements import (
    BREAKS,
    CONDITIONS,
    MONTHS,
    NEGATORS,
    Row,
    Token,
    are_opposites,
    sentences_of,
    tokens,
)

MIN_KEPT_CONDITION = 0.5
"""The share of a condition's terms that a sentence must repeat to have kept it."""

_PRONOUNS = frozenset("it its he she they him her his their them this these those that which who we our".split())
_JOINTS = frozenset("and but or while whereas because so".split())
_OPENING_LIMITS = ("when", "where", "during", "before", "after", "until")
_WHOLE_PHRASES = (("as", "long", "as"), ("other", "than"), ("apart", "from"), ("but", "not"))

_PLAIN_NEGATORS = NEGATORS - {"except", "excluding", "excluded", "excludes"}

_PROMISES = frozenset(
    one.key
    for one in tokens(
        "cost price fee free charge extra surcharge discount refund money voucher gift guarantee warranty promise "
        "compensation insurance insured exchange replacement cancel deadline immediately instantly forever lifetime "
        "always"
    )
)
"""What a customer may hold the company to: it is never said without a source that says it."""


def agrees(said: Row, span: Row, before: Row, around: Row) -> bool:
    """Tell whether a sentence agrees with a span in figures, names, denial, direction and conditions.

    Args:
        said: The tokens of the sentence.
        span: The tokens of the span that is to support it.
        before: The tokens that come before the span in its passage; its pronouns may stand for a name in them.
        around: The tokens of what a reader knows of the passage: its title and heading.
    """
    if tuple(said) == tuple(span):
        return True
    return (
        _brings_nothing(said, span, before, around)
        and _swaps_nothing(said, span)
        and _turns_nothing(said, span)
        and _denies_the_same(said, span)
        and _counts_the_same(said, span)
        and _keeps_conditions(said, span)
        and _stands_on_each(said, span)
        and qualifies_the_same(said, span)
        and not exchanges(said, span)
        and not adds_an_item(said, span)
        and keeps_roles(said, span, (*before, *around))
    )


def _brings_nothing(said: Row, span: Row, before: Row, around: Row) -> bool:
    """Every number, name and promise stands in the span, in what is around it, or is what a pronoun of it means."""
    known, models = list(around), set(_models(around))
    if any(one.word in _PRONOUNS for one in span):
        known += [one for one in before if one.is_name]
        models |= set(_models(before))
    held = {one.key for one in span} | {one.key for one in known if not one.is_number}
    names = {one.word for one in (*span, *before) if one.is_name}
    binding = [
        (last, one)
        for last, one in zip((None, *said), said, strict=False)
        if one.binds or one.word in names or one.key in _PROMISES
    ]
    if span[:1] and span[0].word != "|" and not any(one.word in _PRONOUNS for one in span):
        held -= _PROMISES - {one.key for one in span}
    is_known = all(one.key in held or (last is not None and (last.key, one.key) in models) for last, one in binding)
    return is_known and not _promises_more(said, span) and _names_what_is_meant(said, span)


def _models(row: Row) -> Iterator[tuple[str, str]]:
    """Yield each number of a model with the word before it: a year or an amount is no name of anything."""
    for last, one in pairwise(row):
        if one.is_number and last.is_content and last.word not in MONTHS:
            yield last.key, one.key


def _promises_more(said: Row, span: Row) -> bool:
    """Tell whether a promise that the span makes is made more often."""
    mine, theirs = (Counter(one.key for one in row if one.key in _PROMISES) for row in (said, span))
    return any(key in theirs for key in mine - theirs)


def _names_what_is_meant(said: Row, span: Row) -> bool:
    """A name from around the span stands where the span has a pronoun, or beside all names of the span's own."""
    own = {one.key for one in span}
    brought = [one.is_name and one.key not in own for one in said]
    names = sum(is_new and not was for was, is_new in pairwise((False, *brought)))
    pronouns = _counted(span, _PRONOUNS) - _counted(said, _PRONOUNS)
    lost = Counter(one.key for one in span if one.is_name) - Counter(one.key for one in said)
    return names <= pronouns.total() or not lost


def _counted(row: Row, words: Collection[str]) -> Counter[str]:
    return Counter(one.word for one in row if one.word in words)


def _swaps_nothing(said: Row, span: Row) -> bool:
    """Where the sentence runs beside the span, no number or name stands in the place of another, nor an opposite."""
    mine, theirs = _content(said), _content(span)
    missing = Counter(one.key for one in theirs) - Counter(one.key for one in mine)
    held = {one.key for one in theirs}
    for tag, low, high, first, last in _aligned(theirs, mine):
        if tag != "replace":
            continue
        there, here = theirs[low:high], mine[first:last]
        gone = [one for one in there if missing[one.key]]
        new = {one.key for one in here} - {one.key for one in there}
        if any(one.binds for one in gone) and any(one.key in new and (one.binds or _opens(one, said)) for one in here):
            return False
        if gone and any(one.key not in held and _opens(one, said) for one in here):
            return False
        if any(are_opposites(one.word, other.word) for one in here if one.key in new for other in there):
            return False
    return True


def _opens(token: Token, said: Row) -> bool:
    """Tell whether a token is the first of a sentence, where a name looks like any other word."""
    return next((one for one in said if one.is_content), None) is token


def _turns_nothing(said: Row, span: Row) -> bool:
    """No word of the sentence is the opposite of one that the span has in its place."""
    mine, theirs = (Counter(one.word for one in row if one.word not in NEGATORS) for row in (said, span))
    return not any(are_opposites(one, other) for one in mine - theirs for other in theirs - mine)


def _denies_the_same(said: Row, span: Row) -> bool:
    """The sentence denies nothing that the span does not deny, and repeats nothing of it undenied."""
    mine, theirs = _denied(said), _denied(span)
    if _counted(said, _PLAIN_NEGATORS).total() > _counted(span, NEGATORS).total():
        return False
    held = Counter(one.key for one in said if one.is_content)
    there = Counter(one.key for one in span if one.is_content)
    return mine.keys() <= theirs.keys() and not any(
        held[key] - mine[key] > max(0, there[key] - times) for key, times in theirs.items()
    )


def _denied(row: Row) -> Counter[str]:
    """Return the terms that a row denies, each with how often.

    A negator denies the next term of its clause, or the last before it where none follows.
    """
    denied: Counter[str] = Counter()
    for place, one in enumerate(row):
        if one.word in NEGATORS:
            last = next((other.key for other in reversed(row[:place]) if other.is_content), "")
            denied[next((other.key for other in _until_break(row[place + 1 :]) if other.is_content), last)] += 1
    return denied


def _until_break(row: Row) -> Iterator[Token]:
    for one in row:
        if one.word in BREAKS or one.word in CONDITIONS:
            return
        yield one


def _counts_the_same(said: Row, span: Row) -> bool:
    """A number counts the same thing: `7 pears` is not `5 apples and 7 pears` made into `7 apples`."""
    counted: dict[str, set[str]] = {}
    for number, things in _counts(span):
        counted.setdefault(number, set()).update(things)
    for number, things in _counts(said):
        others = counted.get(number)
        if things and others and not things & others:
            return False
    return _in_its_clause(said, span)


def _counts(row: Row) -> Iterator[tuple[str, set[str]]]:
    for place, one in enumerate(row):
        if one.is_number:
            sides = (*row[place + 1 : place + 2], *row[max(0, place - 1) : place])
            yield one.key, {other.key for other in sides if other.is_content and not other.is_number}


def _in_its_clause(said: Row, span: Row) -> bool:
    """Where a span gives several figures, each belongs to the words of its own clause."""
    clauses = [clause for clause in _clauses(span) if any(one.is_number for one in clause)]
    if len(clauses) < 2:
        return True
    held = [{one.key for one in clause} for clause in clauses]
    for mine in _clauses(said):
        names = {one.key for one in mine if one.is_name}
        words = {one.key for one in mine if one.is_content and not one.is_number}
        numbers = {one.key for one in mine if one.is_number} & set().union(*held)
        best = max(len(words & keys) for keys in held)
        named = names & set().union(*held)
        fitting = [keys for keys in held if numbers <= keys and len(words & keys) == best]
        if numbers and not any(named <= keys or not any(named <= other for other in held) for keys in fitting):
            return False
    return True


def _clauses(row: Row) -> list[list[Token]]:
    clauses: list[list[Token]] = [[]]
    for one in row:
        if one.word in BREAKS or one.word in _JOINTS:
            clauses.append([])
        else:
            clauses[-1].append(one)
    return [clause for clause in clauses if clause]


def _keeps_conditions(said: Row, span: Row) -> bool:
    """What limits the part of the span that a sentence repeats is repeated too, and nothing is narrowed to `only`."""
    if _counted(said, _ONLY).total() > _counted(span, _NARROWS).total():
        return False
    mine = {one.key for one in said if one.is_content}
    for sentence in sentences_of(span):
        if not _keeps_only(said, mine, sentence):
            return False
        for start, end in _conditions(sentence):
            limit = {one.key for one in sentence[start:end] if one.is_content}
            rest = {one.key for one in (*sentence[:start], *sentence[end:]) if one.is_content}
            is_spoken_of = len(mine & rest) >= max(1, len(rest) // 2)
            points_back = start == 0 or sentence[start].word not in ("if", "unless", "provided", "only")
            if not limit and points_back and is_spoken_of and not _has_marker(said, sentence[start].word):
                return False
            telling = limit - rest or limit
            if limit and is_spoken_of and len(telling & mine) < MIN_KEPT_CONDITION * len(telling):
                return False
            is_all = len(limit & mine) > len(mine & rest)
            if limit & mine and (is_spoken_of or is_all) and not _has_marker(said, sentence[start].word):
                return False
    return True


def _conditions(sentence: Row) -> Iterator[tuple[int, int]]:
    """Yield the range of each condition or exception, with its marker."""
    words = [one.word for one in sentence]
    for place, word in enumerate(words):
        phrase = any(tuple(words[place : place + len(one)]) == one for one in _WHOLE_PHRASES)
        if word in CONDITIONS or phrase or (place == 0 and word in _OPENING_LIMITS and "," in words):
            end = next((at for at in range(place + 1, len(words)) if words[at] in BREAKS), len(words))
            yield place, end


def _keeps_only(said: Row, mine: set[str], sentence: Row) -> bool:
    """As often as the source says `only` beside a word that a sentence repeats, the sentence says so too."""
    needed = 0
    for place, one in enumerate(sentence):
        if one.word == "only":
            near = [*_until_break(sentence[place + 1 :]), *reversed(sentence[:place])]
            beside = next((other.key for other in near if other.is_content), None)
            needed += beside in mine
    return needed <= sum(one.word in _ONLY for one in said)


def _stands_on_each(said: Row, span: Row) -> bool:
    """Of several sentences, each lends two terms, and not a name alone: those would be picked from anywhere."""
    mine = {one.key for one in said if one.is_content}
    parts = list(sentences_of(span))
    own = [{one.key for one in part if one.is_content} for part in parts]
    if len(parts) < 2:
        return True
    names = {one.key for one in span if one.binds} | _PROMISES
    lent = [(mine & part).difference(*own[:place], *own[place + 1 :]) for place, part in enumerate(own)]
    return all(
        len(mine & part) >= min(2, len(part)) and not (len(only) == 1 and only <= names and not part <= mine)
        for part, only in zip(own, lent, strict=True)
    )


_ONLY = frozenset("only just solely exclusively".split())
_NARROWS = _ONLY | frozenset("sole merely except unless limited".split())
_MARKERS = (
    frozenset("if provided unless when once as where".split()),
    frozenset("except excluding excluded excludes unless but other apart not without no cannot".split()),
    _ONLY,
    frozenset("during in while throughout".split()),
    frozenset("before until prior ahead".split()),
    frozenset("after once since following".split()),
)


def _has_marker(said: Row, marker: str) -> bool:
    kinds = [kind for kind in _MARKERS if marker in kind]
    row = [one.word for one in said]
    words = set(row)
    if "as" in words and ("as", "long", "as") not in zip(row, row[1:], row[2:], strict=False):
        words.remove("as")
    return not kinds or any(words & kind for kind in kinds)


def _content(row: Row) -> list[Token]:
    return [one for one in row if one.is_content or one.word in ("before", "after", "with", "without", "all", "no")]


def _aligned(there: list[Token], here: list[Token]) -> Sequence[tuple[str, int, int, int, int]]:
    return SequenceMatcher(None, [one.key for one in there], [one.key for one in here], autojunk=False).get_opcodes()
