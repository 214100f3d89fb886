"""Stops asking a backend that keeps failing, so that customers do not wait for it to fail once more."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from assistant.errors import BackendError

FAILURES = 5
WINDOW_SECONDS = 30.0
OPEN_SECONDS = 20.0


class CircuitBreaker:
    """Opens after 5 failures within 30 s. After 20 s one call may probe; its outcome closes or reopens. Thread-safe."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Start closed; `clock` returns seconds."""
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._opened_at: float | None = None
        self._probing = False

    @contextmanager
    def guarding(self, backend: str) -> Iterator[None]:
        """Let a call through and learn from its outcome. A call that is broken off teaches nothing.

        Raises:
            BackendError: The backend is being left alone; raised without asking it. Or the call itself failed.
        """
        probe = self._admit(backend)
        try:
            yield
        except BackendError:
            self._failed()
            raise
        else:
            self._succeeded()
        finally:
            if probe:
                with self._lock:
                    self._probing = False

    def _admit(self, backend: str) -> bool:
        """Tell whether this call is the probe of an open circuit."""
        with self._lock:
            if self._opened_at is None:
                return False
            wait = self._opened_at + OPEN_SECONDS - self._clock()
            if wait > 0 or self._probing:
                message = f"left alone after {FAILURES} failures; the next try is in {max(wait, 0):.0f} s"
                raise BackendError(backend, message)
            self._probing = True
            return True

    def _failed(self) -> None:
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            recent = len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW_SECONDS
            if recent or self._opened_at is not None:
                self._opened_at = now

    def _succeeded(self) -> None:
        with self._lock:
            self._failures.clear()
            self._opened_at = None
