"""Bytes to text, and text to what may be stored and shown: one normal form, nothing invisible."""

import re
import unicodedata
from pathlib import Path

from assistant.errors import DocumentError

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE_BYTES = 65_536
_MAX_CONTROL_SHARE = 0.01
_STRAY_CONTROLS = 2
"""So few control characters are dropped from a text of any length, rather than held against it."""

_FOREIGN_SHARE = 0.15
"""Above this share of bytes beyond ASCII a text is hardly in a Western European language, so its code is guessed."""

_NEW_LINE = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_WIDE_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
_JOINER = re.compile("(?<![^\x00-\u02ff])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\u02ff])")
"""Joiners are part of some scripts and emoji; beside Latin letters they only hide something."""

_TRAILING_SPACE = re.compile(r"[ \t]+(?=\n|\Z)")
_MANY_BLANK_LINES = re.compile(r"\n{3,}")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")


def decode(raw: bytes, path: Path) -> str:
    """Return the text behind bytes of unknown encoding: BOM, UTF-8, then the likeliest one-byte encoding.

    Raises:
        DocumentError: These are not the bytes of a text, but for a few stray control characters, which go.
    """
    try:
        text = _decode(raw)
    except UnicodeError as error:
        raise DocumentError(path, f"the text cannot be decoded ({error}); save it as UTF-8") from error
    sample = text[:_SAMPLE_BYTES]
    if len(_CONTROL.findall(sample)) > max(_STRAY_CONTROLS, _MAX_CONTROL_SHARE * len(sample)):
        raise DocumentError(path, "this is not a text file, whatever its name says")
    return _CONTROL.sub("", text)


def clean(text: str) -> str:
    """Return text in NFC with Unix line ends, plain spaces and no invisible characters; nothing else changes."""
    text = _WIDE_SPACE.sub(" ", _NEW_LINE.sub("\n", text))
    text = unicodedata.normalize("NFC", _JOINER.sub("", _INVISIBLE.sub("", text)))
    return _MANY_BLANK_LINES.sub("\n\n", _TRAILING_SPACE.sub("", text)).strip()


def one_line(text: str) -> str:
    """Return cleaned text with every run of white space made one space."""
    return " ".join(clean(text).split())


def _decode(raw: bytes) -> str:
    for mark, encoding in _BOMS:
        if raw.startswith(mark):
            return raw.decode(encoding)
    if encoding := _wide_encoding(raw[:200]):
        return raw.decode(encoding)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(_one_byte_encoding(raw[:_SAMPLE_BYTES]), "replace")


def _wide_encoding(start: bytes) -> str:
    """Name the UTF-16 of Western text without a mark: every other byte is zero."""
    half = len(start) // 2
    if half and start[1::2].count(0) > 0.8 * half:
        return "utf-16-le"
    return "utf-16-be" if half and start[0::2].count(0) > 0.8 * half else ""


def _one_byte_encoding(sample: bytes) -> str:
    letters = sum(not byte < 0x30 for byte in sample) or 1
    if sum(byte >= 0x80 for byte in sample) / letters < _FOREIGN_SHARE:
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding if best is not None else "cp1252"
