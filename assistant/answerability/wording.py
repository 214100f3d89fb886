"""Says in words which feature weighed most, for the staff who read why a turn was answered or not."""

from collections.abc import Mapping

_WORDS: dict[str, tuple[str, str]] = {
    "cosine": ("a passage means much the same", "no passage means quite the same"),
    "cosine_margin": ("one passage is clearly nearest in meaning", "several passages are equally near in meaning"),
    "cosine_lead": ("the best passage stands out in meaning", "no passage stands out in meaning"),
    "bm25": ("a passage shares its rare words", "no passage shares its rare words"),
    "bm25_margin": ("one passage is clearly first by words", "several passages are equally good by words"),
    "bm25_lead": ("the best passage stands out by words", "no passage stands out by words"),
    "overlap": ("both searches found the same passages", "the two searches found different passages"),
    "dense_first_by_words": ("both searches agree on the first passage", "the two searches disagree on the first"),
    "words_first_by_dense": ("both searches agree on the first passage", "the two searches disagree on the first"),
    "first_of_both": ("both searches put the same passage first", "the two searches disagree on the first"),
    "coverage": ("the passages hold its words", "words of it are missing from the passages"),
    "coverage_first": ("the first passage holds its words", "words of it are missing from the first passage"),
    "coverage_one": ("one passage holds all its words", "no single passage holds its words"),
    "heaviest_missing": ("its rarest word was found", "its rarest word was not found"),
    "terms": ("it asks for something definite", "it says little that could be looked up"),
    "sentence": ("one sentence holds its words", "no single sentence holds its words"),
    "sentence_own": ("one sentence holds its words", "no single sentence holds its words"),
    "together": ("its words stand together in a sentence", "its words stand nowhere together"),
    "kind": ("what kind of thing it asks for was found", "nothing of the kind it asks for was found"),
    "negation_differs": (
        "question and sentence affirm alike",
        "one of question and sentence denies what the other affirms",
    ),
    "numbers_missing": ("its numbers were found", "a number in it was not found"),
    "names_missing": ("its names were found", "a name in it was not found"),
    "names": ("it names something", "it names nothing"),
}


def in_words(contributions: Mapping[str, float], *, for_it: bool) -> str:
    """Return the reason that moved the judgement most in the direction it took; empty where none did."""
    towards = {name: move if for_it else -move for name, move in contributions.items() if name in _WORDS}
    strongest = max(towards, key=lambda name: towards[name], default="")
    if not strongest or towards[strongest] <= 0:
        return ""
    return _WORDS[strongest][0 if for_it else 1]
