"""Which network addresses a crawler may connect to: the public internet, and what the operator names besides.

The table follows IANA's special-purpose address registries for IPv4 and IPv6. Python's own `is_global` changed between
patch releases and calls multicast global, so it is asked too but never alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from assistant.errors import ConfigurationError
from assistant.ingestion.crawler.names import canonical_host, literal_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

WEB_PORTS = frozenset({80, 443, 8000, 8080, 8443})
"""Any other port speaks something else than the web more often than not; `host:port` in the setting opens one."""

_KINDS: tuple[tuple[Network, str], ...] = tuple(
    (ip_network(network), kind)
    for kind, networks in {
        "unspecified": "0.0.0.0/8 ::/128",
        "loopback": "127.0.0.0/8 ::1/128",
        "private": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 fc00::/7",
        "link-local": "169.254.0.0/16 fe80::/10",
        "site-local": "fec0::/10",
        "multicast": "224.0.0.0/4 ff00::/8",
        "documentation": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20",
        "tunnel": "192.88.99.0/24 2002::/16 2001::/32",
        "reserved": "192.0.0.0/24 198.18.0.0/15 240.0.0.0/4 2001::/23 64:ff9b:1::/48",
    }.items()
    for network in networks.split()
)
_METADATA = frozenset(
    ip_address(one) for one in ("169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254")
)
"""Where clouds hand out credentials; two of them hide in ranges that an intranet may use."""

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP_MARKS = (0x00005EFE, 0x02005EFE)
_OPENED_BY_NAME = frozenset({"private"})
_OPENED_BY_NUMBER = frozenset({"private", "loopback", "documentation", "reserved", "site-local", "public"})
_WITH_PORT = re.compile(r"(\[[^\]]+\]|[^:\[\]]+):([0-9]{1,5})")


def kind_of(address: Address) -> str:
    """Name what an address is for; only "public" may be crawled without leave.

    An IPv6 address that carries an IPv4 address (mapped, NAT64, ISATAP) is as public as the one it carries; those of
    6to4, Teredo and the old compatible form are never public.
    """
    if isinstance(address, IPv6Address) and address.scope_id:
        return "link-local"
    if address in _METADATA:
        return "metadata"
    inner = _carried(address)
    if inner is not None:
        return kind_of(inner)
    for network, kind in _KINDS:
        if address in network:
            return kind
    if isinstance(address, IPv6Address) and address not in _GLOBAL_UNICAST:
        return "reserved"
    return "public" if address.is_global else "reserved"


def plain(address: Address) -> Address:
    """Return the IPv4 address behind its IPv6 mapping, anything else as it is."""
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _carried(address: Address) -> IPv4Address | None:
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _NAT64:
        return low
    is_isatap = (int(address) >> 32) & 0xFFFFFFFF in _ISATAP_MARKS
    return low if is_isatap and kind_of(low) != "public" else None


@dataclass(frozen=True)
class _Entry:
    """One host or network that the operator opened, on one port or on those of the web."""

    name: str
    network: Network | None
    port: int | None

    def covers(self, host: str, port: int, address: Address) -> bool:
        if port not in (WEB_PORTS if self.port is None else (self.port,)):
            return False
        kind = kind_of(address)
        if self.network is not None:
            return plain(address) in self.network and kind in _OPENED_BY_NUMBER
        opened = _OPENED_BY_NAME | ({"loopback"} if self.name == "localhost" else set()) | {"public"}
        return host == self.name and kind in opened


class PrivateHosts:
    """The hosts of an intranet that may be crawled all the same.

    A name opens the private addresses it resolves to (loopback only for `localhost` itself), an address or a network in
    CIDR form opens those addresses whatever their name, and `:port` opens a port that is not the web's. Link-local
    and multicast addresses and the clouds' metadata services stay closed.
    """

    def __init__(self, entries: Iterable[str] = ()) -> None:
        """Read the entries.

        Raises:
            ConfigurationError: One of them is no host name, address or network.
        """
        self._entries = tuple(_parse_entry(one.strip()) for one in entries if one.strip())

    def refusal(self, host: str, port: int, addresses: Iterable[Address]) -> str:
        """Say why a connection to any of the addresses of a host is refused; empty where all of them are fine."""
        closed = [one for one in addresses if not any(entry.covers(host, port, one) for entry in self._entries)]
        for address in closed:
            if (kind := kind_of(address)) != "public":
                return (
                    f"leads to {address} ({kind}); only public addresses are crawled, "
                    f"unless ASSISTANT_CRAWL_PRIVATE_HOSTS names {host}:{port}"
                )
        if closed and port not in WEB_PORTS:
            return (
                f"asks for port {port}; only {', '.join(map(str, sorted(WEB_PORTS)))} are crawled, "
                f"unless ASSISTANT_CRAWL_PRIVATE_HOSTS names {host}:{port}"
            )
        return ""


def _parse_entry(text: str) -> _Entry:
    found = _WITH_PORT.fullmatch(text)
    subject, port = (found[1], int(found[2])) if found else (text, None)
    subject = subject.strip("[]")
    try:
        if "/" in subject:
            return _Entry(name="", network=ip_network(subject, strict=False), port=port)
        host = canonical_host(f"[{subject}]" if ":" in subject else subject)
    except ValueError as error:
        message = f"ASSISTANT_CRAWL_PRIVATE_HOSTS: {text!r} is no host, host:port, address or network ({error})"
        raise ConfigurationError(message) from error
    address = literal_address(host)
    return _Entry(name=host, network=None if address is None else ip_network(address), port=port)
