"""Makes of links, images and markup plain words, so that no text that is shown can be clicked, fetched or run.

A link stays only where its host is one that the operator allows; that a document of the knowledge base names a host
does not allow it.
"""

import re
from collections.abc import Callable, Sequence
from html import unescape
from urllib.parse import unquote, urlsplit

from assistant.addresses import ADDRESS, replace_addresses

_ROUNDS = 8
"""Marks inside marks are undone from the inside; what is still markup after so many rounds is refused."""

_MAIL_OR_CALL = re.compile(r"<?\b(?:mailto|tel|sms):(?=[\w+])([^\s<>?]*)(?:\?[^\s<>]*)?>?", re.IGNORECASE)
_IMAGE = re.compile(r"!\[([^\]\n]*)\](?:\([^)\n]*\)|\[[^\]\n]*\])?")
_DEFINITION = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]+\S.*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]\[\n]*)\]\(([^)\n]*)\)|\[([^\]\[\n]*[^\]\[\n\d,\s][^\]\[\n]*)\]\[[^\]\n]*\]")
_TAG = re.compile(r"</?([a-z][\w:-]*)([^<>]*)(?:>|(?=<)|$)|<(?:!|\?)[^<>]*(?:>|(?=<)|$)", re.IGNORECASE)
"""A browser takes a tag that nobody closed to go on behind the next one's beginning."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""A terminal takes these for orders: one of them begins a link."""

_INNER = re.compile(r"(?<=.)(?:https?:|(?<=[=&,;]))//.*", re.IGNORECASE)
"""An address within an address: a page may send its visitors on to it."""

_AFTER_URL = ".,;:!?)]}'’”*_>"
_HARMLESS = frozenset("b i em strong u s sub sup small mark code kbd samp var span p div br wbr hr q cite abbr".split())
_ELEMENTS = frozenset(
    """a acronym address applet area article aside audio b base basefont bdi bdo bgsound big blink blockquote body br
    button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div dl dt
    em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i
    iframe image img input ins isindex kbd keygen label legend li link listing main map mark marquee math menu menuitem
    meta meter nav nobr noembed noframes noscript object ol optgroup option output p param picture plaintext portal pre
    progress q rp rt ruby s samp script search section select slot small source span strike strong style sub summary
    sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xml xmp""".split()
)


def disarmed(text: str, allowed_hosts: Sequence[str] = (), left_out: str = "") -> str | None:
    """Return a text without images, markup and links to other hosts; None where it cannot be made harmless.

    Args:
        text: One sentence, or a title or file name.
        allowed_hosts: Hosts, with all below them, that may be linked to by http or https.
        left_out: What stands in the place of an address that was taken out.
    """

    def address(written: str, read: str) -> str:
        bare = read.strip("<>")
        url = bare.rstrip(_AFTER_URL)
        return written if written == read and is_allowed(url, allowed_hosts) else left_out + bare[len(url) :]

    text = _CONTROL.sub("", text)
    if (read := unescape(text)) != text and disarmed(read, allowed_hosts, left_out) != read:
        return None
    for _ in range(_ROUNDS):
        unmarked = _without_marks(text, allowed_hosts)
        if unmarked is None:
            return None
        # Marks inside marks come first: an address is only looked for where no mark is left around it.
        changed = replace_addresses(unmarked, address) if unmarked == text else unmarked
        if changed == text:
            return text
        text = changed
    return None


def is_allowed(url: str, allowed_hosts: Sequence[str]) -> bool:
    """Tell whether a link leads by http or https to one of the hosts, or to one below it, and from there no farther."""
    if any(not is_allowed(inner, allowed_hosts) for inner in _INNER.findall(unquote(url))):
        return False
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return False
    if parts.scheme.lower() not in ("http", "https") or "@" in parts.netloc or "\\" in url:
        return False
    wanted = (one.lower().strip(".") for one in allowed_hosts)
    return any(host == one or host.endswith(f".{one}") for one in wanted if one)


def _without_marks(text: str, allowed_hosts: Sequence[str]) -> str | None:
    """Return a text without images, marks of links and harmless tags; None where another tag stands in it."""
    if "<" in text:
        text, refused = _without_tags(text)
        if refused:
            return None
    if "[" in text:
        text = _DEFINITION.sub("", _IMAGE.sub(r"\1", text))
        text = _LINK.sub(lambda match: _label(match, allowed_hosts), text)
    return _MAIL_OR_CALL.sub(r"\1", text)


def _label(match: re.Match[str], allowed_hosts: Sequence[str]) -> str:
    target = (match[2] or "").strip().strip("<>")
    if "://" in target and " " not in target and is_allowed(target, allowed_hosts):
        return match.group()
    return match[1] or match[3] or ""


def _without_tags(text: str) -> tuple[str, bool]:
    refused: list[str] = []
    return _TAG.sub(_tag(refused.append), text), bool(refused)


def _tag(refuse: Callable[[str], None]) -> Callable[[re.Match[str]], str]:
    """Return what replaces a tag: nothing or a space for a harmless one, itself where it is a name in brackets."""

    def replaced(match: re.Match[str]) -> str:
        name, rest = (match[1] or "!").lower(), match[2] or ""
        if name in _HARMLESS and not rest.strip(" /"):
            return " " if name in ("br", "p", "div", "hr") else ""
        is_element = name == "!" or name in _ELEMENTS or "=" in rest or name.partition(":")[0] in ("svg", "math")
        if is_element and not ADDRESS.fullmatch(match.group()):
            refuse(name)
        return match.group()

    return replaced
