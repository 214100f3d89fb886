"""Makes plain how a text looks: takes out what shows nothing, and reads letters that stand for others."""

import re
import unicodedata

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
_LOOK_ALIKE = str.maketrans("аеорсухіјѕԁһкмнтвАВЕКМНОРСТУХІЈЅαορνικ", "aeopcyxijsdhkmhtbABEKMHOPCTYXIJSaopvik")
"""Cyrillic and Greek letters that look like Latin ones, one for one, so that offsets stay."""

_SQUARED = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
"""Where alphabets of white and black squares and circles begin, which Unicode does not call forms of letters."""

_UNUSUAL = re.compile(
    "[\u0250-\u1fff\u2070-\u218f\u2460-\u24ff\uff01-\uff5e\U0001d400-\U0001d7ff\U0001f100-\U0001f1ff]"
)
"""Where a letter may stand that another form or script lends to a Latin word."""


def visible(text: str) -> str:
    """Return a text without characters that show nothing; joiners inside other scripts and emoji stay."""
    if text.isascii():
        return text
    return _INVISIBLE.sub(_keep_joiner, text)


def _keep_joiner(match: re.Match[str]) -> str:
    sign, text = match.group(), match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return sign if sign in _JOINERS and before > "\u02ff" and after > "\u02ff" else ""


def latin(text: str) -> str:
    """Return a text with letters of other forms and scripts that look Latin made Latin; every offset stays."""
    if text.isascii() or not _UNUSUAL.search(text):
        return text
    return without_forms(text).translate(_LOOK_ALIKE)


def without_forms(text: str) -> str:
    """Return a text with wide, bold, circled and such letters and signs made plain ones; every offset stays."""
    return text if text.isascii() else "".join(map(_plain, text))


def _plain(letter: str) -> str:
    for start in _SQUARED:
        if start <= ord(letter) < start + 26:
            return chr(ord("A") + ord(letter) - start)
    if letter < "\u0250" or "\u3000" <= letter <= "\u9fff":
        return letter
    folded = unicodedata.normalize("NFKC", letter)
    return folded if len(folded) == 1 else letter
