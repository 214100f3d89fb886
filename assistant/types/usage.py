"""What a turn may take and what it took: time, tokens and money."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pydantic import Field

from assistant.types.value import Value

UNBOUNDED_SECONDS = 86_400.0
"""What nobody waits for; waiting for ever cannot be told to a lock."""


class Usage(Value):
    """What models read and wrote, as far as their providers told.

    `cached_tokens` are those of the `prompt_tokens` that a provider had kept from an earlier call. `cost_dollars` is
    None where the price of a model is not known.
    """

    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    cached_tokens: int = Field(default=0, ge=0)
    cost_dollars: float | None = 0.0
    providers: tuple[str, ...] = ()

    @property
    def tokens(self) -> int:
        """All tokens, read and written."""
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        """Return both together; an unknown cost makes the sum unknown."""
        known = self.cost_dollars is not None and other.cost_dollars is not None
        return Usage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            cost_dollars=(self.cost_dollars or 0.0) + (other.cost_dollars or 0.0) if known else None,
            providers=tuple(dict.fromkeys((*self.providers, *other.providers))),
        )


class Allowance:
    """What is left to one turn, shared by all who work on it, whoever comes first. Thread-safe.

    The turn may be cancelled from another thread than the one that works on it: whoever waits for something outside
    this process says with `interrupting` how the wait is cut short.
    """

    def __init__(self, seconds: float = UNBOUNDED_SECONDS, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Give so many `seconds` from now."""
        self._clock = clock
        self._deadline = clock() + seconds
        self._refusal = ""
        self._refused = False
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._stops: list[Callable[[], None]] = []
        self._used = Usage()

    @property
    def deadline(self) -> float:
        """When the time is up, in seconds of the monotonic clock."""
        return self._deadline

    def remaining(self) -> float:
        """Return the seconds that are left, at least 0."""
        return max(0.0, self._deadline - self._clock())

    # --- Cancelling ------------------------------------------------------------------------------------------------

    @property
    def cancelled(self) -> bool:
        """Tell whether the turn is not wanted any more."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """End the turn: whoever waits is woken."""
        with self._lock:
            self._cancelled.set()
            stops = list(self._stops)
        for stop in stops:
            stop()

    @contextmanager
    def interrupting(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call `stop` should the turn be cancelled while the block runs, or have been before it."""
        with self._lock:
            self._stops.append(stop)
        try:
            if self.cancelled:
                stop()
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)

    def sleep(self, seconds: float) -> None:
        """Wait, not longer than until the turn is cancelled."""
        self._cancelled.wait(seconds)

    # --- Spending --------------------------------------------------------------------------------------------------

    def forbid(self, refusal: str) -> None:
        """Say why no model that costs money may be asked; empty where it may."""
        self._refusal = refusal

    def refuse(self) -> str:
        """Return why a model that costs money may not be asked, which is remembered; empty where it may."""
        if self._refusal:
            self._refused = True
        return self._refusal

    @property
    def refused(self) -> str:
        """Why a model was not asked; empty where none was refused."""
        return self._refusal if self._refused else ""

    def spend(self, usage: Usage) -> None:
        """Note what a model took."""
        with self._lock:
            self._used += usage

    @property
    def used(self) -> Usage:
        """Everything that was noted."""
        with self._lock:
            return self._used
