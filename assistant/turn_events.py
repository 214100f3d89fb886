"""The events of a turn, which another thread than the one that waits for them may break off."""

import threading
from collections.abc import Generator, Iterator

from assistant.types import Allowance, Event, Reply, ReplyFinished


class TurnEvents(Iterator[Event]):
    """An iterator of events whose `close` may be called while `next` is waiting: the wait is cut short."""

    def __init__(self, events: Generator[Event, None, None], allowance: Allowance) -> None:
        """Hand out `events`, whose work watches the `allowance`."""
        self._events = events
        self._allowance = allowance
        self._lock = threading.Lock()

    def __next__(self) -> Event:
        """Return the next event.

        Raises:
            Cancelled: `close` was called meanwhile.
        """
        with self._lock:
            return next(self._events)

    def close(self) -> None:
        """Cancel what is left of the turn and return when that is stored; harmless after its end."""
        self._allowance.cancel()
        with self._lock:
            self._events.close()


def finished(events: Iterator[Event]) -> Reply:
    """Return what the events of a turn come to."""
    last = list(events)[-1]
    assert isinstance(last, ReplyFinished)
    return last.reply
