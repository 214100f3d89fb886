"""One event loop in a daemon thread, on which models' streams run, so that waiting for them can be cut short.

A blocking read cannot be interrupted from outside; a task can. Cancelling it closes the connection to the service
at once, whether it stalls before the first byte or drips.
"""

import asyncio
import queue
import threading
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Future
from contextlib import aclosing
from functools import cache
from typing import Generic, TypeVar

Item = TypeVar("Item")


class BackgroundStream(Generic[Item]):
    """Runs an asynchronous generator on the background loop and hands its items to one waiting thread."""

    def __init__(self, source: Callable[[], AsyncGenerator[Item, None]]) -> None:
        """Start `source` at once."""
        self._items: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._future = asyncio.run_coroutine_threadsafe(self._pump(source), _background_loop())
        self._future.add_done_callback(lambda _: self._items.put(None))

    def take(self, timeout_seconds: float) -> Item | None:
        """Return the next item; None when the stream has ended, be it well or not.

        Raises:
            TimeoutError: Nothing came in time.
        """
        try:
            return self._items.get(timeout=max(0.0, timeout_seconds))
        except queue.Empty:
            raise TimeoutError from None

    @property
    def failure(self) -> BaseException | None:
        """What ended the stream; None while it runs and after a good end."""
        return self._future.exception() if self._future.done() and not self._future.cancelled() else None

    def cancel(self) -> None:
        """Stop the work behind the stream; harmless after its end."""
        self._future.cancel()

    async def _pump(self, source: Callable[[], AsyncGenerator[Item, None]]) -> None:
        async with aclosing(source()) as items:
            async for item in items:
                self._items.put(item)


def in_background(work: Callable[[], Item]) -> "Future[Item]":
    """Run `work` on a thread of its own; nobody has to wait for its end."""
    return asyncio.run_coroutine_threadsafe(asyncio.to_thread(work), _background_loop())


_starting = threading.Lock()


def _background_loop() -> asyncio.AbstractEventLoop:
    with _starting:
        return _started_loop()


@cache
def _started_loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="model-streams", daemon=True).start()
    return loop
