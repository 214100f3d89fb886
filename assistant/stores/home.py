"""The state folder and its lock."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import ConfigurationError, HomeInUse

LOCK_FILE = "writer.lock"


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


@contextmanager
def writer_lock(home: Path) -> Iterator[None]:
    """Hold the folder against writers in other processes and threads; the system frees it when a process dies.

    Raises:
        HomeInUse: Another writer holds it.
    """
    lock = FileLock(home / LOCK_FILE, timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        message = f"another process is writing to {home}; wait for it, or stop it, and run the command again"
        raise HomeInUse(message) from error
    try:
        yield
    finally:
        lock.release()
