"""Takes out of a text the characters that show nothing: what a reader cannot see, a reader cannot judge."""

import re

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Return a text without characters that show nothing; joiners inside other scripts and emoji stay."""
    if text.isascii():
        return text
    return _INVISIBLE.sub(_keep_joiner, text)


def _keep_joiner(match: re.Match[str]) -> str:
    sign, text = match.group(), match.string
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
    return sign if sign in _JOINERS and before > "\u02ff" and after > "\u02ff" else ""
