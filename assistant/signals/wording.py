"""What the heads read of a text's wording: hashed words, pairs and endings, and a few measures. No model, no state."""

import html
import re
import zlib
from collections.abc import Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

READ_CHARS = 2000
"""The mood of a longer text is read from its beginning."""

MEASURES = 9
"""How many numbers `measures_of` returns."""

_LINK = re.compile(r"https?://\S+|www\.\S+")
_MENTION = re.compile(r"@\w+|\[NAME\]")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_STRETCHED = re.compile(r"(\w)\1{2,}")
_TOKEN = re.compile(
    r"[a-z]+(?:'[a-z]+)?|[:;=8x][-o^']?[()\[\]dp/\\|*]+|[()]+[-o^']?[:;=]|<3+|[!?]+|\.{2,}|@user|#|\d+"
    r"|[\U0001F300-\U0001FAFF\u2600-\u27BF]"
)
_DENYING = frozenset(
    """not no never don't can't won't isn't doesn't didn't wasn't cannot without dont cant ain't wouldn't couldn't
    shouldn't aren't haven't hasn't nobody nothing""".split()
)
_DENIED_WORDS = 3
_LONG_WORD_CHARS = 5
_LOUD_WORD_CHARS = 3


def normalised(text: str) -> str:
    """Return the beginning of a text without what tells nothing of mood: links, names, escapes, stretched letters."""
    plain = html.unescape(text[:READ_CHARS])
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), plain).replace("’", "'")
    plain = _MENTION.sub("@user", _LINK.sub("url", plain))
    return _STRETCHED.sub(r"\1\1", plain)


def buckets_of(normal: str, count: int) -> NDArray[np.int64]:
    """Return the numbers of a normalised text's words, pairs and word parts among `count` buckets, each once, sorted.

    Words that follow a denial count as denied, too. A text without words has bucket 0.
    """
    tokens = _TOKEN.findall(normal.lower())
    grams = [*tokens, *(f"{one} {after}" for one, after in pairwise(tokens))]
    denied = 0
    for token in tokens:
        if denied > 0:
            grams.append(f"NEG_{token}")
            denied -= 1
        if token in _DENYING:
            denied = _DENIED_WORDS
        if len(token) > _LONG_WORD_CHARS and token.isalpha():
            grams += [f"<{token[:5]}", f"{token[-4:]}>"]
    return np.array(sorted({zlib.crc32(gram.encode()) % count for gram in grams}) or [0], dtype=np.int64)


def measures_of(normal: str, polarity: Mapping[str, float]) -> NDArray[np.float32]:
    """Return what can be counted of a normalised text, shape (MEASURES,); `polarity` is VADER's."""
    split = normal.split()
    compound = polarity["compound"]
    loud = sum(word.isupper() and len(word) >= _LOUD_WORD_CHARS for word in split)
    return np.array(
        [
            compound,
            polarity["pos"],
            polarity["neg"],
            max(compound, 0.0) ** 2,
            max(-compound, 0.0) ** 2,
            float("?" in normal),
            float("!" in normal),
            min(3, normal.count("!")) / 3,
            loud / max(1, len(split)),
        ],
        dtype=np.float32,
    )
