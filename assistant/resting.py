"""Asks a model that a turn can do without. One that fails is left alone for a while."""

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from assistant.errors import AssistantError

logger = logging.getLogger(__name__)

PAUSE_SECONDS = 30.0
"""After a failure a model is left alone for so long: a customer should not wait for it to fail once more."""

Judgement = TypeVar("Judgement")
"""What the model makes of one text."""


class Resting:
    """Loads a model when it is first asked, and lets it rest after a failure. Thread-safe."""

    def __init__(self, load: Callable[[], None], *, without: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Load with `load`, once; `without` says in the log which model failed, and what happens without it."""
        self._load = load
        self._without = without
        self._clock = clock
        self._lock = threading.Lock()
        self._is_loaded = False
        self._paused_until = 0.0

    def asked(self, ask: Callable[[], list[Judgement]]) -> list[Judgement]:
        """Return what `ask` returns; nothing where the model fails or rests."""
        if self._clock() < self._paused_until:
            return []
        try:
            self._loaded()
            return ask()
        except AssistantError as error:
            self._paused_until = self._clock() + PAUSE_SECONDS
            logger.warning("%s: %s", self._without, error)
            return []

    def _loaded(self) -> None:
        with self._lock:
            if not self._is_loaded:
                self._load()
                self._is_loaded = True
