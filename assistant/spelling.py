"""Mends misspelt words of a question with words that the documents use."""

import re
from collections import Counter
from collections.abc import Callable

from rapidfuzz.distance import OSA

from assistant.ports import Catalog, KeywordIndex
from assistant.terms import STOP_WORDS, stem
from assistant.types import FOR_EVERYBODY, Filter

SHORTEST_WORD = 5
"""A shorter word has too many neighbours to tell which was meant."""

LONG_WORD = 9
"""From this length on two mistakes are allowed, below it one."""

LONGEST_WORD = 30
"""A longer one is a key, a checksum or a line without spaces, and no misspelling."""

MOST_WORDS = 8
"""So many unknown words are looked up; who writes more of them writes another language, or pastes a log."""

MOST_MISTAKES = 2
PASSAGES_READ = 400
"""So many passages with words like an unknown one are read; it takes about 10 ms."""

IsWord = Callable[[str], bool]
"""Tells whether a word, in small letters, is one of the language: it is no misspelling of another."""


def knows_none(_word: str) -> bool:
    """Know no word: every word that no passage holds may be a misspelling."""
    return False


_LETTERS = re.compile(r"[^\W\d_]+")


def mended(
    question: str,
    keywords: KeywordIndex,
    catalog: Catalog,
    only: Filter = FOR_EVERYBODY,
    is_word: IsWord = knows_none,
) -> str:
    """Return the question with each word that no passage holds replaced by its nearest neighbour in the passages.

    Words of the language are left alone, other forms of the same word apart: who asks for parking does not mean parts,
    who says that it broke means broken.

    A word is replaced only by one that begins with the same letter and is at most one mistake away (two for long
    words): a letter more, less or other, or two letters swapped. Everything else stays as it was written. Words
    come from passages that `only` admits.
    """
    unknown = [word for word in dict.fromkeys(_LETTERS.findall(question)) if _is_unknown(word, keywords)]
    nearest = {word: _nearest(word.lower(), keywords, catalog, only, is_word) for word in unknown[:MOST_WORDS]}
    return _LETTERS.sub(lambda found: nearest.get(found.group()) or found.group(), question)


def _is_unknown(word: str, keywords: KeywordIndex) -> bool:
    if not SHORTEST_WORD <= len(word) <= LONGEST_WORD or word.lower() in STOP_WORDS:
        return False
    return not keywords.document_frequency(word)


def _nearest(word: str, keywords: KeywordIndex, catalog: Catalog, only: Filter, is_word: IsWord) -> str | None:
    allowed = 2 if len(word) >= LONG_WORD else 1
    # A mistake can hide the ending that the stemmer would have taken off, so the index is asked for one more.
    ids = keywords.spelled_like(stem(word), MOST_MISTAKES, PASSAGES_READ)
    # A misspelling is looked for among the words with its first letter alone.
    begins = re.compile(rf"(?<![^\W\d_]){re.escape(word[0])}[^\W\d_]*\d*")
    counts = Counter(
        one for passage in catalog.passages(ids, only) for one in begins.findall(passage.indexed_text.lower())
    )
    is_right = is_word(word)
    near = (
        (distance, -count, other)
        for other, count in counts.items()
        if (not is_right or other.startswith(word) or word.startswith(other))
        and (distance := _distance(word, other, allowed)) <= allowed
    )
    return min(near, default=(0, 0, None))[2]


def _distance(word: str, other: str, limit: int) -> int:
    """Return the mistakes between two words, or between their stems where those are nearer; a short stem has one."""
    root = stem(word)
    within = limit if len(root) >= LONG_WORD else min(limit, 1)
    of_stems = mistakes(root, stem(other), within)
    return min(mistakes(word, other, limit), of_stems if of_stems <= within else limit + 1)


def mistakes(one: str, other: str, limit: int) -> int:
    """Return how many letters differ: the optimal string alignment distance; `limit + 1` where it is above the limit.

    Source: Damerau, "A technique for computer detection and correction of spelling errors", CACM 7 (1964).
    """
    return OSA.distance(one, other, score_cutoff=limit)
