"""Mends misspelt words of a question with words that the documents use."""

import re
from collections.abc import Callable, Iterator, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.ports import Catalog, KeywordIndex
from assistant.terms import STOP_WORDS, beginning, stem
from assistant.types import FOR_EVERYBODY, Filter

SHORTEST_WORD = 5
"""A shorter word has too many neighbours to tell which was meant."""

LONG_WORD = 9
"""From this length on two mistakes are allowed, below it one."""

LONGEST_WORD = 30
"""A longer one is a key, a checksum or a line without spaces, and no misspelling."""

MOST_WORDS = 8
"""So many unknown words are looked up; who writes more of them writes another language, or pastes a log."""

SHORTEST_MEANT = 4
"""A shorter word of the documents is not what anybody meant by one of five letters."""

MOST_NEAR = 16
"""So many words like an unknown one are looked at, the nearest first, until a passage that may be read holds one."""

PASSAGES_READ = (1, 30)
"""So many passages of such a word are looked for among those that may be read; more where the first may not be."""

IsWord = Callable[[str], bool]
"""Tells whether a word, in small letters, is one of the language: it is no misspelling of another."""


def knows_none(_word: str) -> bool:
    """Know no word: every word that no passage holds may be a misspelling."""
    return False


_LETTERS = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
"""A word; the letters before the number of "Kestrel5" are none."""


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
    is_right = is_word(word)
    near = {
        other: distance
        for other, distance in _like(word, keywords).items()
        if len(other) >= SHORTEST_MEANT and (not is_right or other.startswith(word) or word.startswith(other))
    }
    likeliest = sorted(
        near, key=lambda one: (near[one], OSA.distance(word, one), -keywords.document_frequency(one), one)
    )
    return next((one for one in likeliest[:MOST_NEAR] if _may_be_read(one, keywords, catalog, only)), None)


def _like(word: str, keywords: KeywordIndex) -> dict[str, int]:
    """Return the words that a misspelt one may have been meant for, each with the mistakes between them.

    What counts is the distance of the words, or of their stems where those are nearer; a short stem has one mistake.
    """
    known = keywords.words_with(word[0])
    nearest = dict(_within(word, known, _allowed(word)))
    root = stem(word)
    for other_root, distance in _within(root, keywords.stems_with(word[0]), _allowed(root)):
        begins = beginning(other_root)
        for other in known:
            if other.startswith(begins) and stem(other) == other_root:
                nearest[other] = min(distance, nearest.get(other, distance))
    return nearest


def _within(word: str, among: Sequence[str], limit: int) -> Iterator[tuple[str, int]]:
    """Yield those of some words that are at most so many mistakes away, with how many there are.

    Source: Damerau, "A technique for computer detection and correction of spelling errors", CACM 7 (1964).
    """
    for other, distance, _ in extract(word, among, scorer=OSA.distance, score_cutoff=limit, limit=None):
        yield other, distance


def _allowed(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= LONG_WORD else 1


def _may_be_read(word: str, keywords: KeywordIndex, catalog: Catalog, only: Filter) -> bool:
    """Tell whether a passage that `only` admits holds a word."""
    return any(catalog.passages(keywords.holding(word, count), only) for count in PASSAGES_READ)
