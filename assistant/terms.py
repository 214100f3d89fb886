"""Words of a text as comparable terms: lower case, stemmed, without stop words."""

import re
import threading
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

STOP_WORDS = frozenset(
    """a about after all also am an and any anybody anyone anything are as at be because been before being but by can
    cannot could did do does doing done for from get gets getting give go goes going got had has have having he hello
    help her here hey hi him his how i if in into is it its just know let like many may me might mine much must my
    need no nor not of off on one only or other our ours out over please question same she should so some somebody
    someone something still such tell than thank thanks that the their them then there these they thing things this
    those to too under until up upon us very want wants was we were what when where which while who whom whose why
    will with within without would yes yet you your yours ve ll re don doesn didn isn aren wasn won wouldn couldn
    shouldn haven hasn im ive d s t m""".split()
)

NEGATIONS = frozenset(
    """cannot couldn didn doesn don excluding hadn hasn haven isn aren wasn won wouldn shouldn never neither no nobody
    none nor not nothing except only unless without""".split()
)
"""Words that turn a sentence into its opposite, or narrow what it allows."""

SHORTEST_CUT = 4
"""A stem of fewer letters is what its words begin with as it is."""

_REST = re.compile(r"[^\W\d_]*\d*")
_WORD = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:\d+)?", re.UNICODE)


class _Stemmers(threading.local):
    """A stemmer for each thread: it keeps the word at hand in itself, and two threads would mix theirs."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


_STEMMERS = _Stemmers()


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return the English Snowball stem of one lower-case word."""
    return str(_STEMMERS.english.stemWord(word))


def words(text: str) -> list[str]:
    """Return the words and numbers of a text, lower case, in order. `12.50` and `10:00` are one word each."""
    return _WORD.findall(text.lower().replace("’", "'"))


def terms(text: str) -> list[str]:
    """Return the stemmed words of a text that carry meaning, in order, repetitions kept."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS]


def plain_words(text: str) -> list[str]:
    """Return the words of a text that consist of letters and carry meaning, lower case, each once, in order."""
    return [word for word in dict.fromkeys(words(text)) if word.isalpha() and word not in STOP_WORDS]


def beginning(stemmed: str) -> str:
    """Return what the words of a stem begin with: "batteri" stands for "battery" too, "hope" for "hoping"."""
    return stemmed[:-1] if len(stemmed) >= SHORTEST_CUT and stemmed[-1] in "ei" else stemmed


def words_beginning(begins: str, text: str) -> Iterator[tuple[int, str]]:
    """Yield the words of a text in small letters that begin so, with a number behind, each after its place."""
    at = text.find(begins)
    while at >= 0:
        rest = _REST.match(text, at + len(begins))
        assert rest is not None, "it may be empty"
        if not (_is_cut_number(text, at, rest.end()) if begins[:1].isdigit() else text[at - 1 : at].isalpha()):
            yield at, text[at : rest.end()]
        at = text.find(begins, rest.end())


def _is_cut_number(text: str, start: int, end: int) -> bool:
    """Tell whether a number is a part of a longer one or of a word: 5 of 12.5, of 25 and of X5."""
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    return bool(before[-1:].isalnum() or re.fullmatch(r"\d[.,:]", before) or re.fullmatch(r"[.,:]\d", behind))


def placed_terms(text: str, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield the terms between two places of a text in small letters, each with the place where its word begins."""
    for found in _WORD.finditer(text, start, end):
        if (word := found.group()) not in STOP_WORDS:
            yield stem(word), found.start()


def asked_words(question: str) -> list[str]:
    """Return the words of a question that carry meaning, in order, as they were written but in lower case."""
    return [word for word in words(question) if word not in STOP_WORDS]
