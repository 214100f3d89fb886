"""Tells how much of a question one sentence of a passage holds, without reading the whole passage."""

import re
from collections.abc import Mapping

from assistant.answerability.reading import above
from assistant.terms import beginning, stem, words_beginning
from assistant.types import Passage

_ENDS = re.compile(r"[.!?]['”\"’)\]]*\s|\n\s*\n|\n\s*[-*|•\d]|\|\s*\n")
"""Where one sentence, item or row ends and another begins."""


def share_in_a_sentence(passage: Passage, weights: Mapping[str, float]) -> float:
    """Return the share of the terms' weight in the sentence that holds most of it; 0 where none holds a term.

    Title and heading say what each sentence is about. Only words that begin as a term does are looked at: stemming
    every word of ten passages would take ten times as long.
    """
    total = sum(weights.values())
    if not total:
        return 0.0
    text = passage.text.lower()
    places = sorted(place for term in weights for place in _places(term, text))
    named = above(passage)
    best, held, last = 0.0, set[str](), 0
    for at, term in places:
        if held and _ENDS.search(text, last, at):
            held = set()
        held.add(term)
        last = at
        best = max(best, sum(weights[one] for one in held | (named & weights.keys())))
    return best / total


def _places(term: str, text: str) -> list[tuple[int, str]]:
    return [(at, term) for at, word in words_beginning(beginning(term), text) if stem(word) == term]
