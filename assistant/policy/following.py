"""A policy that is read again when its file is edited, between one decision and the next."""

import logging
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path

from assistant.errors import ConfigurationError
from assistant.policy.rules import Policy
from assistant.types import Circumstances, Decision, Signals

logger = logging.getLogger(__name__)

State = tuple[int, int]

RETRY_SECONDS = 5.0
"""What was wrong is looked at again this often: it may be mended elsewhere, such as in a template that a rule says."""


class FollowedPolicy:
    """Decides as its file says now; where an edit is wrong, as the last good version said. Thread-safe."""

    def __init__(
        self, path: Path, read: Callable[[Path], Policy], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Follow the file at `path`; `read` returns its policy.

        Raises:
            ConfigurationError: What it holds now is not a policy.
        """
        self._path = path
        self._read = read
        self._clock = clock
        self._lock = threading.Lock()
        self._trouble = ""
        self._retry_at = 0.0
        self._seen = self._state()
        self._policy = read(path)

    def decide(
        self, signals: Signals, circumstances: Circumstances, *, without: Collection[str] = ()
    ) -> Decision | None:
        """Return what the first matching rule says; see `Policy.decide`."""
        return self.current().decide(signals, circumstances, without=without)

    def current(self) -> Policy:
        """Return the policy that holds now."""
        state = self._state()
        with self._lock:
            is_due = bool(self._trouble) and self._clock() >= self._retry_at
            if state is not None and (state != self._seen or is_due):
                self._seen = state
                self._read_again()
            return self._policy

    def trouble(self) -> str:
        """Return why the file as it is now is not in use, with its line and what to do; empty where it is."""
        self.current()
        if self._state() is None:
            return f"{self._path} is gone; put it back"
        return self._trouble

    def _read_again(self) -> None:
        try:
            self._policy = self._read(self._path)
        except ConfigurationError as error:
            if str(error) != self._trouble:
                logger.warning("the policy before stays in use: %s", error)
            self._trouble = str(error)
            self._retry_at = self._clock() + RETRY_SECONDS
        else:
            self._trouble = ""
            logger.info("the policy was read again from %s", self._path)

    def _state(self) -> State | None:
        """Return what tells one version of the file from the next; None while it is not there."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size
