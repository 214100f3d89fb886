"""Notices that files below some folders changed, and tells when they have come to rest.

What counts as a change is told by comparing what `discover` finds, so that hidden files, editors' temporary files and
links out of a folder are passed over as in an ingest. The operating system's notifications only say when to look; where
there are none (network drives, folders made anew, too many folders) a look at every poll does.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import watchfiles

from assistant.errors import AssistantError, DocumentError
from assistant.ingestion.files import discover

_LOGGER = logging.getLogger(__name__)
_STEP_SECONDS = 0.25
_MAX_SETTLE_SECONDS = 30.0
"""A file that never stops growing is read all the same."""

_MAX_RETRY_SECONDS = 300.0

Snapshot = dict[str, tuple[int, int, int]]
"""Of each file its inode, size and time of change in nanoseconds."""


def watch(
    paths: Sequence[Path],
    on_change: Callable[[], None],
    *,
    stop: threading.Event,
    known: Snapshot | None = None,
    settle_seconds: float = 0.5,
    poll_seconds: float = 20.0,
) -> None:
    """Call `on_change` after files under the paths changed and then were quiet, until `stop` is set.

    `known` is how they were when they were last read; None takes them as they are.

    A path need not exist yet, and may go and come back. An AssistantError of `on_change` is logged, and it is called
    again after a pause that doubles each time, or when something changes; any other error ends the watch.
    """
    seen = snapshot(paths) if known is None else known
    retry = _Retry(poll_seconds)
    for _ in _looks(paths, stop, poll_seconds):
        now = snapshot(paths)
        if now == seen and not retry.is_due():
            continue
        now = _settled(paths, now, stop, settle_seconds)
        if stop.is_set():
            return
        seen = now
        try:
            on_change()
            retry.clear()
        except AssistantError as error:
            retry.postpone()
            _LOGGER.warning("changes were not taken in, will try again: %s", error)


def snapshot(paths: Sequence[Path]) -> Snapshot:
    """Return the files that an ingest of the paths would read now, and what tells their versions apart."""
    found: Snapshot = {}
    for path in paths:
        try:
            files = discover([path])
        except (DocumentError, OSError):
            continue
        for file in files:
            try:
                status = file.path.stat()
            except OSError:
                continue
            found[file.source] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found


class _Retry:
    """When to call again what failed: after a pause that doubles."""

    def __init__(self, first_seconds: float) -> None:
        self._first_seconds = first_seconds
        self._pause_seconds = first_seconds
        self._at: float | None = None

    def is_due(self) -> bool:
        return self._at is not None and time.monotonic() >= self._at

    def postpone(self) -> None:
        self._at = time.monotonic() + self._pause_seconds
        self._pause_seconds = min(2 * self._pause_seconds, _MAX_RETRY_SECONDS)

    def clear(self) -> None:
        self._at = None
        self._pause_seconds = self._first_seconds


def _settled(paths: Sequence[Path], now: Snapshot, stop: threading.Event, settle_seconds: float) -> Snapshot:
    """Wait until two looks in a row find the same, and return what they found."""
    latest = time.monotonic() + _MAX_SETTLE_SECONDS
    while not stop.wait(settle_seconds) and time.monotonic() < latest:
        before, now = now, snapshot(paths)
        if before == now:
            break
    return now


def _looks(paths: Sequence[Path], stop: threading.Event, poll_seconds: float) -> Iterator[None]:
    """Yield whenever it is time to look: soon after something happened, else at every poll."""
    while not stop.is_set():
        folders = [path for path in paths if path.is_dir()]
        # A single file is cheap to look at, and notifications lose it when an editor puts another in its place.
        pause = poll_seconds if len(folders) == len(paths) else min(poll_seconds, 1.0)
        try:
            yield from _notified(paths, folders, stop, pause) if folders else iter(())
        except (OSError, RuntimeError) as error:
            _LOGGER.info("no notifications of changes, polling instead: %s", error)
        if not stop.wait(pause):
            yield


def _notified(
    paths: Sequence[Path], folders: Sequence[Path], stop: threading.Event, poll_seconds: float
) -> Iterator[None]:
    """Yield on notifications, and at every poll; ends where a path came, went or was replaced, to watch anew."""
    identities = _identities(paths)
    polled = 0.0
    step = int(1_000 * _STEP_SECONDS)
    for changes in watchfiles.watch(
        *folders,
        watch_filter=None,
        debounce=step,
        step=50,
        stop_event=stop,
        rust_timeout=step,
        yield_on_timeout=True,
        ignore_permission_denied=True,
    ):
        if changes or time.monotonic() - polled >= poll_seconds:
            polled = time.monotonic()
            yield
            if _identities(paths) != identities:
                return


def _identities(paths: Sequence[Path]) -> list[int | None]:
    return [path.stat().st_ino if path.is_dir() else None for path in paths]
