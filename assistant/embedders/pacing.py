"""Keeps requests to a paid service under its limits, and goes slower where the service says that it is too fast."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

BURST_SECONDS = 2.0
"""How much unused time may be saved up; services count over a minute, so a short burst does no harm."""

LEAST_SHARE = 1 / 64
RECOVERY = 1.05
"""Each success raises the speed by 5 %, so that 14 of them make good one refusal, which halves it."""


@dataclass(frozen=True)
class Limits:
    """What a service takes in one minute; None where it does not count that."""

    requests_a_minute: float | None = None
    texts_a_minute: float | None = None
    tokens_a_minute: float | None = None

    def seconds_for(self, requests: int, texts: int, tokens: int) -> float:
        """Return the least time, in seconds, in which so much may be sent."""
        pairs = (
            (requests, self.requests_a_minute),
            (texts, self.texts_a_minute),
            (tokens, self.tokens_a_minute),
        )
        return max((60.0 * amount / rate for amount, rate in pairs if rate), default=0.0)


class Pace:
    """Tells each request when it may go. Thread-safe; shared by all requests with one key.

    The limits of an account are seldom known, so they are a start: a refusal halves the speed, successes raise it again
    up to the limits.
    """

    def __init__(self, limits: Limits, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the `limits` to stay under, and the `clock`, which gives seconds."""
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._share = 1.0
        self._free_at = clock()
        self._closed_until = 0.0

    @property
    def share(self) -> float:
        """The part of the limits that is used now: 1 at best."""
        return self._share

    def reserve(self, texts: int, tokens: int) -> float:
        """Take the next place for a request of so many texts and tokens; return the seconds to wait before sending."""
        with self._lock:
            now = self._clock()
            begins = max(self._free_at, now - BURST_SECONDS, self._closed_until)
            self._free_at = begins + self._limits.seconds_for(1, texts, tokens) / self._share
            return max(0.0, begins - now)

    def refused(self, retry_after_seconds: float | None) -> None:
        """Go half as fast, and let nothing new go before the service said it would listen again.

        Requests that were under way together are refused together; while the door is closed that counts once.
        """
        with self._lock:
            now = self._clock()
            if now >= self._closed_until:
                self._share = max(LEAST_SHARE, self._share / 2)
            self._closed_until = max(self._closed_until, now + (retry_after_seconds or 1.0))

    def accepted(self) -> None:
        """Go a little faster, up to the limits."""
        with self._lock:
            self._share = min(1.0, self._share * RECOVERY)
