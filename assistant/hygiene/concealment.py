"""Undoes what hides words from a reader but not from a model: invisible letters, look-alikes, codes, reversal."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.visibility import latin, visible

_SMUGGLED = re.compile("[\U000e0000-\U000e0fff\ufe00-\ufe0f]{4,}|[\u200b-\u200d\u2060-\u2064\ufeff\u180e]{8,}")
"""Runs that no typesetting needs: tag characters and variation selectors spell bytes, zero-width ones spell bits."""

_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f")
"""The flags of England, Scotland and Wales are the one honest use of tag characters."""

_OVERRIDE = re.compile("[\u202d\u202e]")
_BLOB = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[ :]){11,}[0-9a-fA-F]{2}|(?:\\x[0-9a-fA-F]{2}){12,}")
_HEX_ONLY = re.compile(r"(?:0x)?[0-9a-fA-F]+")
_SPACED_HEX = (" 20 ", ":20:", "\\x20")
"""The code of the blank between two words, as it stands in spaced hexadecimal code."""

_URL_CODED = re.compile(r"(?:%[0-9a-fA-F]{2}){8,}")
_LEAST_CODE_CHARS = 24
_LEAST_DECODED_CHARS = 12
_PRINTABLE_SHARE = 0.9

_SPACED = re.compile(r"(?<!\S)(?:\w {1,3}){11,}\w(?!\S)")
_FIGURES = str.maketrans("013457@$", "oieastas")
_TELLING = ("ignore", "instruction", "previous", "prompt", "disregard")
"""Words of almost every such command, which figures for letters hide."""

_BACKWARD = ("snoitcurtsni", "tpmorp", "erongi", "dragersid", "suoiverp")
_ROTATED = ("vtaber", "vafgehpg", "cebzcg", "qvfertneq", "cerivbhf")


@dataclass(frozen=True)
class Unveiled:
    """A text that was hidden in the range `start..end` of another, and how. `aligned` texts keep their offsets."""

    text: str
    start: int
    end: int
    how: str
    aligned: bool = False


def smuggling(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield ranges of invisible characters that carry something, and what they are."""
    if text.isascii():
        return
    flags = [match.span() for match in _FLAG.finditer(text)]
    for match in _SMUGGLED.finditer(text):
        spells = len(set(match.group())) > 1
        if spells and not any(start <= match.start() and match.end() <= end for start, end in flags):
            yield match.start(), match.end(), "a run of invisible characters that can spell a hidden message"
    if reordered := _OVERRIDE.search(text):
        yield (
            reordered.start(),
            reordered.end(),
            "a control character that shows text in another order than a model reads it",
        )


def unveiled(text: str, lowered: str) -> Iterator[Unveiled]:
    """Yield each reading of a text that its look hides; nothing for ordinary text. `lowered` is it in lower case."""
    if not text.isascii():
        yield from _plain_letters(text)
    yield from _respelled(text, lowered)
    if text.count("%") >= _LEAST_DECODED_CHARS:
        yield from _decoded(text, _URL_CODED, "percent code")
    if max(map(len, text.split()), default=0) >= _LEAST_CODE_CHARS:
        yield from _decoded(text, _BLOB, "base64 or hexadecimal code")
    if any(code in text for code in _SPACED_HEX):
        yield from _decoded(text, _HEX, "hexadecimal code")


def _respelled(text: str, lowered: str) -> Iterator[Unveiled]:
    """Yield a text whose letters were turned round, moved along the alphabet, made figures or set apart."""
    if any(word in lowered for word in _ROTATED):
        yield Unveiled(codecs.decode(text, "rot13"), 0, len(text), "rot13", aligned=True)
    if any(word in lowered for word in _BACKWARD):
        yield Unveiled(text[::-1], 0, len(text), "reversed text")
    if _hidden_by_figures(lowered):
        yield Unveiled(text.translate(_FIGURES), 0, len(text), "figures for letters", aligned=True)
    for match in _SPACED.finditer(text):
        closed = re.sub(r"(\w) (?=\w)", r"\1", match.group())
        yield Unveiled(closed, match.start(), match.end(), "letters set apart")


def _hidden_by_figures(lowered: str) -> bool:
    read = lowered.translate(_FIGURES)
    return read != lowered and any(read.count(word) > lowered.count(word) for word in _TELLING)


def _plain_letters(text: str) -> Iterator[Unveiled]:
    """Yield the text with look-alike letters made Latin, and the text without invisible ones, where they differ."""
    if (folded := latin(text)) != text:
        yield Unveiled(folded, 0, len(text), "look-alike letters", aligned=True)
    shown = visible(text)
    if shown != text:
        yield Unveiled(shown, 0, len(text), "invisible characters between letters")
    tags = "".join(chr(ord(letter) - 0xE0000) for letter in text if "\U000e0020" <= letter <= "\U000e007e")
    if tags:
        yield Unveiled(tags, 0, len(text), "tag characters")


def _decoded(text: str, pattern: re.Pattern[str], how: str) -> Iterator[Unveiled]:
    for match in pattern.finditer(text):
        plain = _as_text(_bytes(match.group()))
        if plain:
            yield Unveiled(plain, match.start(), match.end(), how)


def _bytes(blob: str) -> bytes:
    digits = re.sub(r"[ :%]|\\x", "", blob)
    try:
        if _HEX_ONLY.fullmatch(digits):
            return bytes.fromhex(digits.removeprefix("0x"))
        even = digits.rstrip("=").replace("-", "+").replace("_", "/")
        return base64.b64decode(even + "=" * (-len(even) % 4))
    except (ValueError, binascii.Error):
        return b""


def _as_text(raw: bytes) -> str:
    """Return bytes as text, or nothing where they are not mostly printable."""
    text = raw.decode("utf-8", "ignore")
    if len(text) < _LEAST_DECODED_CHARS:
        return ""
    return text if sum(map(str.isprintable, text)) >= _PRINTABLE_SHARE * len(raw) else ""
