"""A policy that is read again when its file is edited, between one decision and the next."""

import logging
import threading
from collections.abc import Callable, Collection
from pathlib import Path

from assistant.errors import ConfigurationError
from assistant.policy.rules import Policy
from assistant.types import Circumstances, Decision, Signals

logger = logging.getLogger(__name__)

State = tuple[int, int]


class FollowedPolicy:
    """Decides as its file says now; where an edit is wrong, as the last good version said. Thread-safe."""

    def __init__(self, path: Path, read: Callable[[Path], Policy]) -> None:
        """Follow the file at `path`; `read` returns its policy.

        Raises:
            ConfigurationError: What it holds now is not a policy.
        """
        self._path = path
        self._read = read
        self._lock = threading.Lock()
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
            if state not in (self._seen, None):
                self._seen = state
                try:
                    self._policy = self._read(self._path)
                    logger.info("the policy was read again from %s", self._path)
                except ConfigurationError as error:
                    logger.warning("the policy before stays in use: %s", error)
            return self._policy

    def _state(self) -> State | None:
        """Return what tells one version of the file from the next; None while it is not there."""
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size
