"""Finds in a sentence what must never be said: keys and tokens, and the words of a system prompt, also in disguise."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from assistant.visibility import latin

PROMPT_WORDS = 8
"""So many words of a system prompt in a row are a piece of it; fewer may be anybody's."""

_LEAST_SECRET_CHARS = 8
_PART_CHARS = 16
"""A part of a longer secret that is as long as this gives it away."""

_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_](?:[A-Za-z0-9]+[-_])*[A-Za-z0-9]{16,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bAIza[\w-]{30,}|\bglpat-[\w-]{18,}|\bhf_[A-Za-z0-9]{30,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s/:@]+:[^\s/@]+@"
)
_CODE = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_SPACED = re.compile(r"(?<!\S)(?:\S ){12,}\S(?!\S)")
_WORD = re.compile(r"[^\W_]+")
_PLAIN_SHARE = 0.9


def squeezed(text: str) -> str:
    """Return the letters and digits of a text alone, in lower case."""
    return "".join(_WORD.findall(text)).casefold()


class Secrets:
    """The values that the settings keep secret, and the shapes that keys have."""

    def __init__(self, values: Sequence[str] = ()) -> None:
        """Remember secrets; what is shorter than eight letters and digits cannot be told from a word."""
        plain = (squeezed(one) for one in values)
        self._parts = tuple({part for one in plain if len(one) >= _LEAST_SECRET_CHARS for part in _parts(one)})

    def are_in(self, sentence: str) -> bool:
        """Tell whether a sentence holds a key, or a telling part of one, plain, backward or in a common code."""
        return any(_KEY.search(one) or self._holds(squeezed(one)) for one in readings(sentence))

    def _holds(self, text: str) -> bool:
        return any(part in text for part in self._parts)


def repeats_prompt(sentence: str, prompts: Sequence[str]) -> bool:
    """Tell whether a sentence holds `PROMPT_WORDS` words in a row of one of the prompts, plain or in a common code."""
    kept = [_runs(prompt) for prompt in prompts]
    return any(not run.isdisjoint(_runs(one)) for one in readings(sentence) for run in kept)


def readings(text: str) -> Iterator[str]:
    """Yield a text as it stands, in plain letters, backward, in rot13, closed up, and what codes in it spell."""
    yield text
    if (plain := latin(text)) != text:
        yield from readings(plain)
    yield text[::-1]
    yield codecs.decode(text, "rot13")
    if spaced := _SPACED.findall(text):
        yield " ".join(one.replace(" ", "") for one in spaced)
    for match in _CODE.finditer(text):
        yield from _decoded(match.group())


def _parts(secret: str) -> Iterator[str]:
    length = min(len(secret), _PART_CHARS)
    for start in range(len(secret) - length + 1):
        yield secret[start : start + length]


@lru_cache(maxsize=256)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return frozenset(tuple(words[at : at + PROMPT_WORDS]) for at in range(len(words) - PROMPT_WORDS + 1))


def _decoded(code: str) -> Iterator[str]:
    """Yield what a run of base64 or hexadecimal spells, wherever in the code it was cut off."""
    plain = code.rstrip("=").replace("-", "+").replace("_", "/")
    raws = [_bytes(plain[start:]) for start in range(4)]
    if len(code) % 2 == 0 and re.fullmatch(r"[0-9a-fA-F]+", code):
        raws.append(bytes.fromhex(code))
    for raw in raws:
        text = raw.decode("utf-8", "ignore")
        if text and sum(map(str.isprintable, text)) >= _PLAIN_SHARE * len(raw):
            yield text
            yield text[::-1]


def _bytes(code: str) -> bytes:
    try:
        return base64.b64decode(code[: len(code) // 4 * 4] + _padded(code))
    except (ValueError, binascii.Error):
        return b""


def _padded(code: str) -> str:
    rest = code[len(code) // 4 * 4 :]
    return "" if len(rest) < 2 else rest + "=" * (4 - len(rest))
