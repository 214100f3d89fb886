"""Tells the language of a text, offline, by py3langid (a fork of Lui and Baldwin's langid.py, ACL 2012)."""

import threading
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SURE = 0.4
"""Below this probability nothing is said: of "battery" or "Aria 5" no one can tell the language."""

READ_CHARS = 500
"""So much of a document tells its language; all of it would take longer and tell no more."""

_LOADING = threading.Lock()


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the language that a text is in; empty where that is not sure."""
    if not any(one.isalpha() for one in text[:READ_CHARS]):
        return ""
    with _LOADING:
        model = _model()
    language, probability = model.classify(text[:READ_CHARS])
    return str(language) if probability >= SURE else ""


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
