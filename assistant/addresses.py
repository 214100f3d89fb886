"""Finds web addresses in a text, also where they are written so that only a person would take them for one.

Browsers read `ｅｖｉｌ。ｃｏｍ` as `evil.com`, and so does a customer who reads `evil[.]com` or `evil dot com`.
"""

import re
from collections.abc import Callable

from assistant.visibility import latin, without_forms

_LAST_LABELS = (
    "com net org info biz io co ai app dev xyz top site online shop store club live click link page website tech cloud "
    "example test invalid edu gov mil int eu uk de at ch fr it es pt nl be lu dk se no fi pl cz ru ua tr gr ie us ca "
    "mx br au nz jp cn in kr za рф укр бел me tv cc ly gl to ws su tk ml ga cf gq pw icu vip win bid loan zip mov "
    "support help zone world life today center centre care delivery money cash bank finance credit claims tax "
    "services solutions agency digital guru space press news blog deals sale shopping fun buzz rest cfd sbs monster "
    "quest cyou museum rocks expert chat social gift gifts ltd gmbh llc inc team works ninja"
)
_SAID_LABELS = "com net org info biz io xyz example museum"
"""Few words that end an address and can stand behind a spoken `dot`."""

_NAME = r"[^\W_](?:[\w-]*[^\W_])?"
_REST = r"[^\s<>\"`|]*"
_LAST = rf"(?:{'|'.join(_LAST_LABELS.split())}|xn--[a-z0-9-]+)(?![\w-]|\.\w)"
_PATH = rf"(?::\d+)?(?:[/?#]{_REST})?"
_BARE = (
    rf"(?<![\w@.\-/])(?:{_NAME}\.)+(?:{_LAST}{_PATH}|[^\W\d_]{{2,}}(?::\d+)?/{_REST})"
    rf"|(?<![\w.])(?:\d{{1,3}}\.){{3}}\d{{1,3}}(?::\d+)?/[^\W\d]{_REST}"
)
_IN_BRACKETS = r"(?:[\[({]\.[\])}]|\s?[\[({]\s?(?:dot|punkt|punto|point)\s?[\])}]\s?)"
_DISGUISED = (
    rf"(?<![\w@.\-/])(?:{_NAME}(?:\.|{_IN_BRACKETS})){{0,6}}{_NAME}{_IN_BRACKETS}(?:{_NAME}\.){{0,4}}{_LAST}{_PATH}"
    rf"|(?<![\w@.\-/])(?:(?!(?:the|a|an|this|that|old)\b){_NAME}\sdot\s){{1,6}}"
    rf"(?:{'|'.join(_SAID_LABELS.split())})(?![\w-]){_PATH}"
    rf"|(?<!\w)h\s?[tx]\s?[tx]\s?p\s?s?\s?:\s?/\s?/\s?(?:\s?[./]\s?|[^\s<>\"`|]){{0,500}}"
    rf"|(?<!\S)\\\\[\w-]+\.[\w.-]+\\{_REST}"
)
ADDRESS = re.compile(
    rf"<?(?:(?:[a-z][a-z0-9+.-]{{0,20}}://|https?:(?=\S)|(?<![\w@])www\d?\.(?=\w)){_REST}"
    rf"|(?<![\w@])(?:javascript|vbscript|blob|file|about|intent):(?=\S){_REST}"
    r"|(?<![\w@])data:\w+/[^\s<>\"`|]*"
    r"|(?<![:\w/])//[\w.-]+\.\w+[^\s<>\"`|]*"
    rf"|{_BARE}|{_DISGUISED})>?",
    re.IGNORECASE,
)
"""An address in plain letters."""

_IDEOGRAPHIC_DOT = re.compile(r"(?<=[a-z0-9-])[\u3002\uff61](?=[a-z])", re.IGNORECASE)
_MIXED = re.compile(r"\S*[a-z]\S*", re.IGNORECASE)


def replace_addresses(text: str, shown: Callable[[str, str], str]) -> str:
    """Return a text with each of its addresses replaced.

    Args:
        text: Any text.
        shown: What stands for an address, by what was written and by how it reads in plain letters.
    """
    read = _read(text)
    parts, end = [], 0
    for match in ADDRESS.finditer(read):
        parts += [text[end : match.start()], shown(text[match.start() : match.end()], match.group())]
        end = match.end()
    return "".join((*parts, text[end:]))


def _read(text: str) -> str:
    """Return a text as a browser reads the addresses in it: letter by letter, so that every offset stays."""
    if text.isascii():
        return text
    plain = _IDEOGRAPHIC_DOT.sub(".", without_forms(text))
    # A word of another script alone is a word; only one that mixes scripts pretends to be Latin.
    return _MIXED.sub(lambda match: latin(match.group()), plain)
