"""Remembers the vectors of the last questions: search, moods and intents of one turn read the same one."""

from collections.abc import Callable
from functools import lru_cache

from assistant.ports.indexes import Vectors

QUESTIONS_KEPT = 256


def remembering(embed: Callable[[str], Vectors]) -> Callable[[str], Vectors]:
    """Return `embed` with a memory of its last results, which cannot be written to. What fails is not remembered."""

    def embed_once(text: str) -> Vectors:
        vector = embed(text)
        vector.setflags(write=False)
        return vector

    return lru_cache(maxsize=QUESTIONS_KEPT)(embed_once)
