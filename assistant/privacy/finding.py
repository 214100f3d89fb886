"""Finds personal data in a text by its form and, where that proves nothing, by the words around it."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.privacy.names import names_in

Kind = Literal["email", "phone", "card", "iban", "ip", "order", "name"]


@dataclass(frozen=True)
class Personal:
    """The range `start..end` of a text that holds something personal, and what it is."""

    start: int
    end: int
    kind: Kind


_EMAIL = re.compile(r"(?<![\w.+-])[\w.+%'-]*[\w+%-]\s?@\s?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?![\w-])")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{1,4}){3,8}(?![A-Za-z0-9])", re.IGNORECASE)
_DIGITS = re.compile(r"(?<![\w.,-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]*\w)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])", re.IGNORECASE)
_VERSION = re.compile(r"(?:version|firmware|release|build|update|software|\bv)[\s:.]{0,2}$", re.IGNORECASE)

_GROUPED = r"(?:[ \u00a0./-]{0,2}\(?\d{1,5}\)?){1,7}"
_PHONE = re.compile(
    rf"(?<![\w.,/#-])(?:(?:\+|00)[ \u00a0]?\(?\d{{1,3}}\)?{_GROUPED}"
    r"|\(\d{2,5}\)[ \u00a0-]?\d{3,4}[ \u00a0-]?\d{3,5}"
    r"|0\d{1,5}[ \u00a0/-]+\d{2,}(?:[ \u00a0-]?\d{2,}){0,3}|0\d{8,12}"
    r"|\d{3}[-. \u00a0]\d{3}[-. \u00a0]\d{4})(?![\w-]|[.,]\d)"
)
_PHONE_AFTER = re.compile(
    r"\b(?:phone|telephone|tel|mobile|cell(?:phone)?|call(?: me)?|ring(?: me)?|reach me|text me|fax|whatsapp|handy)\b"
    r"(?:\s+(?:number|no|nr|at|on|under|is|back|me|my|us|to|it['’]?s|anytime))*[\s:.#]*"
    r"(\+?\(?\d(?:[\s./()-]{0,2}\d){5,14})(?![\w-]|[.,]\d)",
    re.IGNORECASE,
)
_PHONE_DIGITS = range(7, 16)
_DATE = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})(?:\s+\d{1,2}(?:[:.]\d{2})?)?|\d{1,4}[.\s]\d{3}[.\s]\d{3}"
)
_CODE = r"(?=[\w/-]*\d)[^\W_](?:[\w/-]*\w)?"
_NAMED = re.compile(
    r"\b(?:order|invoice|receipt|ticket|case|tracking|shipment|parcel|package|customer|client|account|member(?:ship)?|"
    r"booking|reservation|reference|ref|rma|return|confirmation|serial|contract|policy|transaction|purchase)\b"
    r"(?:[\s-]*(?:number|numbers|no|nr|num|id|ids|code|reference|ref|#|№))+[\s.:#№]*(?:is|was|are|=)?[\s:#\"'“(]*"
    rf"({_CODE}(?:(?:,| and| or|/|&)\s?#?{_CODE})*)",
    re.IGNORECASE,
)
_BARE_ORDER = re.compile(
    r"\b(?:order|invoice|ticket|case|parcel|shipment|rma|booking|reservation|tracking|return|purchase)s?\b[\s:]*"
    rf"(?:#|№|nr\.?|no\.?)?\s?({_CODE})",
    re.IGNORECASE,
)
_HASH = re.compile(r"(?<![\w&#/])#\s?([A-Za-z]{0,4}-?\d[\w-]{2,})")
_COIN = re.compile(r"(?<![\w/-])([A-Z]{2,5}[-_]?\d{5,}(?:[-_]\w+)*)(?![\w/-])")
_QUANTITY = re.compile(r"\d{1,3}-?[a-z]+(?:-[a-z]+)*|[a-z]+-?\d{1,2}|\d{1,4}[-/]\d{1,2}[-/]\d{1,4}", re.IGNORECASE)
"""A date, a size or a word with one figure, such as `2-year` or `24-hour`."""

_LONG = re.compile(r"(?<![\w.,€$£#/-])\d{8,19}(?![\w-]|[.,]\d)")
"""So many digits in a row count nothing: they name something."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_SPLIT = re.compile(r"(?:,| and| or|/|&)\s?#?", re.IGNORECASE)
_ORDER_CHARS = 5
"""Without a word such as "number" before it, a code this short may be a quantity: "order 1000 cables"."""


def personal_in(text: str) -> tuple[Personal, ...]:
    """Return what is personal in a text, in order and without overlaps.

    Cards are proven by Luhn's sum and IBANs by ISO 7064's, addresses by their parts. Phones need an international or
    trunk prefix, a usual grouping, or a word such as "call" before them; order numbers and names a word before them.
    """
    found: list[Personal] = []
    for reader in _READERS:
        for start, end, kind in reader(text):
            if not any(start < one.end and one.start < end for one in found):
                found.append(Personal(start, end, kind))
    return tuple(sorted(found, key=lambda one: one.start))


def _emails(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        yield match.start(), match.end(), "email"


def _ibans(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _IBAN.finditer(text):
        for end in _ends(match):
            if is_iban(text[match.start() : end]):
                yield match.start(), end, "iban"
                break


def _ends(match: re.Match[str]) -> Iterator[int]:
    """Yield where a match may end, the longest first: a word after an account number looks like a part of it."""
    written = match.group()
    yield match.end()
    for at in range(len(written) - 1, 14, -1):
        if written[at] in " -":
            yield match.start() + at


def _cards(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _DIGITS.finditer(text):
        if is_card(match.group()):
            yield match.start(), match.end(), "card"


def _addresses(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _IPV4.finditer(text):
        if _is_address(match.group()) and not _VERSION.search(text[: match.start()]):
            yield match.start(), match.end(), "ip"
    for match in _IPV6.finditer(text) if "::" in text or text.count(":") > 3 else ():
        if len(match.group()) > 4 and _is_address(match.group()):
            yield match.start(), match.end(), "ip"


def _phones(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _PHONE.finditer(text):
        if _digit_count(match.group()) in _PHONE_DIGITS and not _DATE.fullmatch(match.group().strip()):
            yield match.start(), match.end(), "phone"
    for match in _PHONE_AFTER.finditer(text):
        if not _DATE.fullmatch(match[1].strip()):
            yield match.start(1), match.end(1), "phone"


def _orders(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _NAMED.finditer(text):
        at = match.start(1)
        for part in _SPLIT.split(match[1]):
            start = text.index(part, at)
            at = start + len(part)
            if len(part) > 2 and any(map(str.isdigit, part)):
                yield start, at, "order"
    for match in _BARE_ORDER.finditer(text):
        if _is_order(match[1], numbered="#" in match.group(), last=_ends_a_phrase(text, match.end())):
            yield match.start(1), match.end(1), "order"
    for pattern in (_HASH, _COIN):
        for match in pattern.finditer(text):
            yield match.start(1), match.end(1), "order"


def _codes(text: str) -> Iterator[tuple[int, int, Kind]]:
    for match in _LONG.finditer(text):
        yield match.start(), match.end(), "order"


def _is_order(code: str, *, numbered: bool, last: bool) -> bool:
    """Tell whether a code after "order" names one; `last` tells that no thing that could be counted follows it."""
    if numbered:
        return len(code) > 2
    if len(code) >= _ORDER_CHARS:
        return not _QUANTITY.fullmatch(code)
    return last and code.isdigit() and len(code) == _ORDER_CHARS - 1 and not _YEAR.fullmatch(code)


def _ends_a_phrase(text: str, at: int) -> bool:
    """Tell whether no thing that could be counted follows: "order 4711 has", "order 4711."."""
    after = text[at:].lstrip(" ")
    return not after[:1].isalpha() or bool(
        re.match(r"(?:is|was|has|have|had|hasn|isn|did|does|and|but|from|on|to|which|that|please|still|yet)\b", after)
    )


def _names(text: str) -> Iterator[tuple[int, int, Kind]]:
    for start, end in names_in(text):
        yield start, end, "name"


_READERS: tuple[Callable[[str], Iterator[tuple[int, int, Kind]]], ...] = (
    _emails, _ibans, _cards, _addresses, _orders, _phones, _codes, _names,
)  # fmt: skip


def is_card(text: str) -> bool:
    """Tell whether 13 to 19 digits, spaced or not, pass Luhn's sum (ISO/IEC 7812) and begin as cards do."""
    digits = [int(one) for one in text if one.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in (2, 3, 4, 5, 6) or len(set(digits)) == 1:
        return False
    doubled = [one if at % 2 == 0 else (one * 2 - 9 if one > 4 else one * 2) for at, one in enumerate(digits[::-1])]
    return sum(doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Tell whether a text is an International Bank Account Number by length and check digits (ISO 13616)."""
    plain = re.sub(r"[ -]", "", text).upper()
    if not 15 <= len(plain) <= 34 or not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", plain):
        return False
    return int("".join(str(int(one, 36)) for one in plain[4:] + plain[:4])) % 97 == 1


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _digit_count(text: str) -> int:
    return sum(map(str.isdigit, text))
