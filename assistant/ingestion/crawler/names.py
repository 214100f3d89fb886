"""Host names in one spelling, and the numbers that pretend to be names."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_MAX_HOST_CHARACTERS = 253


def canonical_host(host: str) -> str:
    """Return a host in lower case: a name in its ASCII form (IDNA, UTS 46), or an address, IPv6 in brackets.

    What a browser would take for a number (`127.1`, `0x7f.0.0.1`, `2130706433`) must be four plain decimals.

    Raises:
        ValueError: It is neither; the message says what is wrong with it.
    """
    if host.startswith("["):
        return _bracketed(host)
    name = _ascii(host).lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _decimal(name)
    if len(name) > _MAX_HOST_CHARACTERS or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("the host is not a valid name")
    return name


def literal_address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a canonical host spells out, None for a name."""
    if host.startswith("["):
        return IPv6Address(host[1:-1])
    return IPv4Address(host) if _NUMBER.fullmatch(host.rpartition(".")[2]) else None


def _bracketed(host: str) -> str:
    if not host.endswith("]") or "%" in host:
        raise ValueError("the IPv6 address is not a valid one; zones are not crawled")
    try:
        return f"[{IPv6Address(host[1:-1]).compressed}]"
    except AddressValueError as error:
        raise ValueError("the IPv6 address is not a valid one") from error


def _decimal(name: str) -> str:
    try:
        return str(IPv4Address(name))
    except AddressValueError as error:
        raise ValueError("the host is a number; write the address as four decimal numbers") from error


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError("the host is not a valid international name") from error
