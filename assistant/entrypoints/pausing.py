"""Waiting for the events of a turn without being held up by them."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor

from assistant.types import Event


def with_pauses(events: Iterator[Event], pause_seconds: float) -> Generator[Event | None, None, None]:
    """Yield the events, and None whenever none came for `pause_seconds`. Closing it closes the events at once.

    Raises:
        AssistantError: The turn failed.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="turn") as waiting:
        try:
            while True:
                pending = waiting.submit(next, events, None)
                while True:
                    try:
                        event = pending.result(pause_seconds)
                    except TimeoutError:
                        yield None
                    else:
                        break
                if event is None:
                    return
                yield event
        finally:
            close = getattr(events, "close", None)
            if close is not None:
                close()
