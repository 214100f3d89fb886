"""Says in words which feature weighed most, for the staff who read why a turn was answered or not."""

from collections.abc import Mapping

_WORDS: dict[str, tuple[str, str]] = {
    "best_cosine": ("the best passage means much the same", "the best passage does not mean quite the same"),
    "sentence_lead": ("one sentence stands out by its words", "no sentence stands out by its words"),
    "meaning_lead": ("the best passage stands out in meaning", "no passage stands out in meaning"),
    "words_lead": ("the best passage stands out by words", "no passage stands out by words"),
    "short_coverage": ("the passages hold its words", "words of it are missing from the passages"),
    "kind": ("what kind of thing it asks for was found", "nothing of the kind it asks for was found"),
    "negation_differs": (
        "question and sentence affirm alike",
        "one of question and sentence denies what the other affirms",
    ),
    "numbers_missing": ("its numbers were found", "a number in it was not found"),
}


def in_words(contributions: Mapping[str, float], *, for_it: bool) -> str:
    """Return the reason that moved the judgement most in the direction it took; empty where none did."""
    towards = {name: move if for_it else -move for name, move in contributions.items() if name in _WORDS}
    strongest = max(towards, key=lambda name: towards[name], default="")
    if not strongest or towards[strongest] <= 0:
        return ""
    return _WORDS[strongest][0 if for_it else 1]
