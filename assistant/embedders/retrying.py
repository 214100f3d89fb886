"""Repeats what failed for a passing reason: with full jitter, as long as the service asks, and never without end."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from assistant.embedders.pacing import Pace
from assistant.errors import BackendError, BadResponse, RateLimited

T = TypeVar("T")

PASSING = (408, 409, 425)
"""Statuses below 500 that another try may mend: a slow request, a conflict, and one that came too early."""


@dataclass(frozen=True)
class Patience:
    """How long one request is worth repeating; all times in seconds, `timeout_seconds` for a single try.

    The wait before try n + 1 is drawn evenly from 0 to `base_seconds` * 2**n, at most `longest_wait_seconds` ("full
    jitter", Brooker, AWS Architecture Blog, 2015): clients that failed together must not come back together.
    """

    attempts: int
    budget_seconds: float
    timeout_seconds: float
    base_seconds: float = 0.5
    longest_wait_seconds: float = 30.0

    def wait_seconds(self, failures: int, asked_seconds: float | None) -> float:
        """Return how long to wait after so many failures; what the service asked for is a floor, not a guess."""
        jitter = random.uniform(0, min(self.longest_wait_seconds, self.base_seconds * 2**failures))
        return jitter if asked_seconds is None else asked_seconds + min(jitter, 1.0)


FOR_DOCUMENTS = Patience(attempts=8, budget_seconds=240.0, timeout_seconds=30.0)
"""Limits are counted by the minute: a request refused by one may have to wait for that, more than once."""

FOR_QUERIES = Patience(attempts=3, budget_seconds=8.0, timeout_seconds=6.0)
"""A customer is waiting."""


class Retrying:
    """Sends requests of one kind until they succeed, or are not worth another try."""

    def __init__(self, pace: Pace, patience: Patience, *, stopped: threading.Event | None = None) -> None:
        """Follow `pace` and `patience`. Once `stopped` is set, nothing waits and nothing is tried again."""
        self._pace = pace
        self._patience = patience
        self._stopped = stopped or threading.Event()

    def call(self, attempt: Callable[[], T]) -> T:
        """Return what `attempt` returns.

        Raises:
            BackendError: The last failure, once tries or time are used up, or when another try could not help: the
                service refused the request itself, or its answer made no sense.
        """
        until = time.monotonic() + self._patience.budget_seconds
        failures = 0
        while True:
            try:
                result = attempt()
            except BadResponse:
                raise
            except BackendError as error:
                failures += 1
                asked = self._heard(error)
                wait = self._patience.wait_seconds(failures, asked)
                spent = failures >= self._patience.attempts or time.monotonic() + wait > until
                if spent or self._stopped.wait(wait):
                    raise
            else:
                self._pace.accepted()
                return result

    def _heard(self, error: BackendError) -> float | None:
        if not isinstance(error, RateLimited):
            return None
        self._pace.refused(error.retry_after_seconds)
        return error.retry_after_seconds
