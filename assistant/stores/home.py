"""The state folder, its lock, and the folders of the indexes in it."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import ConfigurationError, HomeInUse

LOCK_FILE = "writer.lock"
HOLDER_FILE = "writer.pid"
INDEXES = "indexes"
WAIT_SECONDS = 300.0
LEGACY_FOLDERS = ("chroma", "keywords")
"""Where the indexes were before they had generations; they are built anew from the catalog."""


def prepare(home: Path) -> None:
    """Make the folder, readable by its owner alone.

    Raises:
        ConfigurationError: It cannot be made or written to.
    """
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        message = f"ASSISTANT_HOME={home} cannot be made: {error.strerror}; choose another with --home"
        raise ConfigurationError(message) from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise ConfigurationError(f"ASSISTANT_HOME={home} cannot be written to; choose another with --home")


class HomeLock:
    """Makes one process the owner of a state folder: it alone opens embedded Chroma, and writes.

    The system frees the lock when the process dies. Once owned, a folder stays so until `close`.
    """

    def __init__(self, home: Path) -> None:
        """Name the folder; nothing is opened before the first use."""
        self._home = home
        self._lock = FileLock(home / LOCK_FILE, timeout=0, thread_local=False)
        self._guard = threading.RLock()
        self._writing = threading.Lock()
        self._writer: int | None = None

    def own(self) -> bool:
        """Tell whether this process owns the folder, becoming its owner where it is free."""
        with self._guard:
            if self._lock.is_locked:
                return True
            try:
                self._lock.acquire()
            except Timeout:
                return False
            (self._home / HOLDER_FILE).write_text(str(os.getpid()), encoding="ascii")
            return True

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Let one thread of the owner write; another waits for it.

        Raises:
            HomeInUse: Another process owns the folder, or another thread has been writing for very long.
        """
        if not self.own():
            message = (
                f"another process{self._holder()} is using {self._home} and may be writing to it; stop it, or let "
                "`assistant serve` run and repeat the command, which then goes through the server"
            )
            raise HomeInUse(message)
        mine = self._writer == threading.get_ident()
        if mine or not self._writing.acquire(timeout=WAIT_SECONDS):
            raise HomeInUse(f"another job is writing to {self._home}; wait for it or stop it, and try again")
        self._writer = threading.get_ident()
        try:
            yield
        finally:
            self._writer = None
            self._writing.release()

    @contextmanager
    def try_writing(self) -> Iterator[bool]:
        """Let this thread write, if nobody else does; tells whether it may."""
        if not self.own() or not self._writing.acquire(blocking=False):
            yield False
            return
        self._writer = threading.get_ident()
        try:
            yield True
        finally:
            self._writer = None
            self._writing.release()

    def close(self) -> None:
        """Give the folder up."""
        with self._guard:
            if self._lock.is_locked:
                (self._home / HOLDER_FILE).unlink(missing_ok=True)
                self._lock.release()

    def _holder(self) -> str:
        try:
            return f" (pid {int((self._home / HOLDER_FILE).read_text(encoding='ascii'))})"
        except (OSError, ValueError):
            return ""


def remove_legacy_indexes(home: Path) -> None:
    """Remove the indexes of versions that had no generations."""
    for name in LEGACY_FOLDERS:
        shutil.rmtree(home / name, ignore_errors=True)
