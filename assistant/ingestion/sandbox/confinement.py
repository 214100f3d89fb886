"""What a parser process gives up before it looks at the first file. Most of it cannot be had back.

Linux enforces all of this; elsewhere what the system lacks is left out, and the owner's clock still holds.
"""

import ctypes
import os
import resource
import signal
import sys
from pathlib import Path

MEMORY_BYTES = 900 * 1024**2
"""Address space on top of what the interpreter and the loaders take themselves; together they stay below 1 GB."""

CPU_SECONDS = 20
_OPEN_FILES = 64
_SET_DEATH_SIGNAL = 1
_NEW_USERS, _NEW_NETWORK = 0x10000000, 0x40000000
_STATM = Path("/proc/self/statm")
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "os.startfile",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.link",
    "os.symlink",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.kill",
    "pty.",
    "shutil.",
    "urllib.",
    "ftplib.",
    "smtplib.",
    "webbrowser.",
)


def confine(owner: int) -> None:
    """Bind this process to the life of its owner, cut it off the network, and limit its memory, files and core dumps.

    Call it when everything is imported: the limit of memory counts from there. `owner` is the process id to die with.
    """
    _die_with(owner)
    _leave_network()
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if size := address_space_bytes():
        _limit(resource.RLIMIT_AS, size + MEMORY_BYTES)
    sys.addaudithook(_refuse)


def allow_cpu_seconds(seconds: int) -> None:
    """Let this process use so many seconds of processor time from now on; past them the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 1 + seconds, hard))


def address_space_bytes() -> int:
    """Return the size of this process's address space, 0 where the system does not tell it."""
    try:
        return int(_STATM.read_text().split()[0]) * resource.getpagesize()
    except OSError:
        return 0


def _limit(kind: int, most: int) -> None:
    _, hard = resource.getrlimit(kind)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(kind, (most, most))
    except (ValueError, OSError):
        # macOS refuses some of them; the owner's clock still holds.
        return


def _die_with(owner: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != owner:
        raise SystemExit("the owner is gone")


def _leave_network() -> None:
    """Move into a network of one's own, which has no way out, where the system lets us.

    An ordinary user needs a user namespace for it. Root does without, since there it would lose the right to read
    other people's files.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).unshare(_NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USERS)


def _refuse(event: str, _arguments: object) -> None:
    if event.startswith(_REFUSED):
        raise PermissionError(f"a parser may not use {event}")
