"""Mends misspelt words of a question with words that the documents use."""

import re
from collections.abc import Callable, Mapping, Sequence

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from assistant.ports import Catalog, KeywordIndex
from assistant.terms import STOP_WORDS, beginning, stem, words_beginning
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
SHORTEST_MEANT = 4
"""A shorter word of the documents is not what anybody meant by one of five letters."""

STEMS_READ = 16
"""So many stems like that of an unknown word are looked at, the nearest ones."""

PASSAGES_READ = (5, 30)
"""So many passages of each stem are read for its words; more where those few hold none that may be meant."""

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
    allowed = _allowed(word)
    stems = _stems_like(word, keywords.terms_with(word[0]))
    is_right = is_word(word)
    for count in PASSAGES_READ:
        holding = {root: keywords.holding(root, count) for root in stems}
        near = {
            other: distance
            for other in _words_of(holding, catalog, only)
            if (not is_right or other.startswith(word) or word.startswith(other))
            and (distance := _distance(word, other, allowed)) <= allowed
        }
        if near:
            return min(
                near, key=lambda one: (near[one], OSA.distance(word, one), -keywords.document_frequency(one), one)
            )
        stems = [root for root, found in holding.items() if len(found) == count]
    return None


def _allowed(word: str) -> int:
    """Return how many letters of a word may be wrong."""
    return 2 if len(word) >= LONG_WORD else 1


def _stems_like(word: str, known: Sequence[str]) -> list[str]:
    """Return the stems that a misspelt word may have, the likeliest first.

    A mistake can hide the ending that the stemmer would have taken off: what words of a stem begin with is compared
    with each beginning of the word.
    """
    beginnings = [beginning(one) for one in known]
    compared = [(word[:end], beginnings) for end in range(SHORTEST_MEANT, len(word) + 1)]
    likely: dict[int, int] = {}
    for said, among in [*compared, (stem(word), known)]:
        for _, distance, place in extract(said, among, scorer=OSA.distance, score_cutoff=_allowed(said), limit=None):
            likely[place] = min(distance, likely.get(place, MOST_MISTAKES))
    best = sorted(likely, key=lambda place: (likely[place], -len(known[place]), known[place]))
    return [known[place] for place in best[:STEMS_READ]]


def _words_of(holding: Mapping[str, Sequence[str]], catalog: Catalog, only: Filter) -> set[str]:
    """Return the words of stems, as they stand in passages that hold them; names with a number are none."""
    ids = dict.fromkeys(one for found in holding.values() for one in found)
    texts = {one.id: one.indexed_text.lower() for one in catalog.passages(list(ids), only)}
    words = {
        word
        for root, found in holding.items()
        for one in found
        if one in texts
        for _, word in words_beginning(beginning(root), texts[one])
        if len(word) >= SHORTEST_MEANT and word.isalpha()
    }
    return words - STOP_WORDS


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
