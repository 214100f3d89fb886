"""How much one visitor may ask: by browser or customer, and by address, which many may share."""

import ipaddress
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from assistant.errors import AssistantError, LimitReached
from assistant.ports import Visits
from assistant.records import Meter
from assistant.types import Event, Value
from assistant.visitor_settings import VisitorSettings

logger = logging.getLogger(__name__)

MINUTE, DAY = 60, 86_400
ANSWER_SECONDS = 60
"""An answer counts as running for so long at most: with a process that dies, it is forgotten by then."""

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
    """Counts messages of visitors, and what is being answered for them. Thread-safe; all replicas count together."""

    def __init__(self, visits: Visits, settings: VisitorSettings) -> None:
        """Count in `visits`."""
        self._visits = visits
        self._settings = settings

    def admit(self, visitor: Visitor) -> None:
        """Count a message; whoever writes from this machine itself is not counted.

        Raises:
            LimitReached: It is one too many. It is not counted, so that waiting helps.
        """
        self._take(self._meters(visitor))

    def answered(self, visitor: Visitor, begin: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """Count a message, and return the events that answer it, which count as running until they end.

        Raises:
            LimitReached: It is one too many, or too many are being answered.
        """
        running = self._running(visitor)
        taken_at = self._take([*self._meters(visitor), *running])

        def ended() -> None:
            for one in running:
                self._give_back(one, taken_at)

        try:
            return _Running(begin(), ended)
        except BaseException:
            ended()
            raise

    def _take(self, meters: Sequence[Meter]) -> datetime:
        """Count on all meters, and return when."""
        at = datetime.now(UTC)
        wait = self._visits.take(meters, at) if meters else 0.0
        if wait > 0:
            raise LimitReached(wait)
        return at

    def _give_back(self, meter: Meter, taken_at: datetime) -> None:
        """Count an answer as ended; an answer that was given stays one where that fails."""
        try:
            self._visits.give_back(meter, taken_at)
        except AssistantError as error:
            logger.warning("an answer counts as running for %d s, though it has ended: %s", meter.seconds, error)

    def _running(self, visitor: Visitor) -> list[Meter]:
        most = self._settings.answers_at_once
        if not (visitor.network and visitor.name and most):
            return []
        who = f"answers of {visitor.name}"
        return [Meter(who=who, seconds=ANSWER_SECONDS, most=most, retry_seconds=BUSY_SECONDS)]

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
