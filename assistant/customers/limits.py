"""How much one visitor may ask: by browser or customer, and by address, which many may share."""

import ipaddress
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from assistant.errors import LimitReached
from assistant.ports import Visits
from assistant.records import Meter
from assistant.types import Event, Value
from assistant.visitor_settings import VisitorSettings

MINUTE, DAY = 60, 86_400
BUSY_SECONDS = 5.0
"""When somebody who is being answered several times at once may try again."""

IPV6_PREFIX = 64
"""What one household has of IPv6 addresses."""


class Visitor(Value):
    """Who sends a message: a customer's id, or a browser's mark, and an address; what is not known is empty."""

    customer: str = ""
    browser: str = ""
    address: str = ""

    @property
    def name(self) -> str:
        """What is counted together; empty where only the address is known."""
        return f"customer {self.customer}" if self.customer else f"browser {self.browser}" if self.browser else ""

    @property
    def network(self) -> str:
        """The address, of IPv6 its first 64 bits; empty where there is none, or it is this machine's own."""
        try:
            address = ipaddress.ip_address(self.address.partition("%")[0])
        except ValueError:
            return ""
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if address.is_loopback:
            return ""
        return str(address) if address.version == 4 else str(ipaddress.ip_network((int(address), IPV6_PREFIX), False))


class Limits:
    """Counts the messages of visitors. Thread-safe; all replicas count together, but for what runs at once."""

    def __init__(self, visits: Visits, settings: VisitorSettings) -> None:
        """Count in `visits`."""
        self._visits = visits
        self._settings = settings
        self._running: Counter[str] = Counter()
        self._lock = threading.Lock()

    def admit(self, visitor: Visitor) -> None:
        """Count a message; whoever writes from this machine itself is not counted.

        Raises:
            LimitReached: It is one too many. It is not counted, so that waiting helps.
        """
        meters = self._meters(visitor)
        wait = self._visits.take(meters, datetime.now(UTC)) if meters else 0.0
        if wait > 0:
            raise LimitReached(wait)

    def answered(self, visitor: Visitor, begin: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """Count a message, and return the events that answer it, which count as running until they end.

        Raises:
            LimitReached: It is one too many, or too many are being answered.
        """
        name, most = visitor.name if visitor.network else "", self._settings.answers_at_once
        with self._lock:
            if name and most and self._running[name] >= most:
                raise LimitReached(BUSY_SECONDS)
            self._running[name] += 1
        try:
            self.admit(visitor)
            return _Running(begin(), lambda: self._ended(name))
        except BaseException:
            self._ended(name)
            raise

    def _ended(self, name: str) -> None:
        with self._lock:
            self._running[name] -= 1
            if not self._running[name]:
                del self._running[name]

    def _meters(self, visitor: Visitor) -> list[Meter]:
        s = self._settings
        if not visitor.network:
            return []
        address = f"address {visitor.network}"
        wanted = [(address, MINUTE, s.address_turns_per_minute), (address, DAY, s.address_turns_per_day)]
        if visitor.name:
            wanted += [(visitor.name, MINUTE, s.turns_per_minute), (visitor.name, DAY, s.turns_per_day)]
        return [Meter(who=who, seconds=seconds, most=most) for who, seconds, most in wanted if most]


class _Running(Iterator[Event]):
    """Events that tell once when there are no more."""

    def __init__(self, events: Iterator[Event], ended: Callable[[], None]) -> None:
        self._events = events
        self._ended = ended
        self._lock = threading.Lock()
        self._over = False

    def __next__(self) -> Event:
        try:
            return next(self._events)
        except BaseException:
            self._end()
            raise

    def close(self) -> None:
        """Cancel what is left; harmless after the end."""
        close = getattr(self._events, "close", None)
        try:
            if close is not None:
                close()
        finally:
            self._end()

    def _end(self) -> None:
        with self._lock:
            over, self._over = self._over, True
        if not over:
            self._ended()
