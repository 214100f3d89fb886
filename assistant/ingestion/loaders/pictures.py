"""Small pictures in sentences: `Click ![Save](s.png)` says `Click Save`; others go, with the brackets around them."""

import re

_BEGIN, _END = "\ue001", "\ue002"
"""Stand around what a picture is called until the sentence around it is whole."""

_BRACKETED = re.compile(rf"[ \t]?[(\[]\s*(?:{_BEGIN}[^{_END}]*{_END}\s*)+[)\]]")
_NAMED = re.compile(
    rf"\b((?:click|press|tap|select|choose|hit|the|on)[ \t]+){_BEGIN}[ \t]*(?!icon\b|image\b|screenshot\b)"
    rf"([^\W\d][^{_END}.\n]{{0,29}}){_END}",
    re.IGNORECASE,
)
_PICTURE = re.compile(f"{_BEGIN}[^{_END}]*{_END}|[{_BEGIN}{_END}]")


def picture(called: str) -> str:
    """Return what stands for a picture in a text until `without_pictures` has read the text."""
    words = " ".join(called.replace(_BEGIN, "").replace(_END, "").split())
    return f"{_BEGIN}{words}{_END}"


def without_pictures(text: str) -> str:
    """Return a text without its pictures, but for the names of those that a reader is told to click."""
    if _BEGIN not in text:
        return text
    return _PICTURE.sub("", _NAMED.sub(r"\1\2", _BRACKETED.sub("", text)))
