"""Lets a thread do something of its own while another thread is waited for, such as a model outside the interpreter."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import TypeVar

Made = TypeVar("Made")

THREADS = 4
"""So many things are done beside others at once; what comes on top is done by who needs it, when it is needed."""


class _Threads:
    """Threads that start when they are first needed, and how many of them are free."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(THREADS, thread_name_prefix="beside")
        self.free = threading.Semaphore(THREADS)


_threads = _Threads()


def beside(make: Callable[[], Made]) -> Callable[[], Made]:
    """Begin to make something in another thread; return what waits for it, and returns it or raises what it raised.

    What is returned may be left uncalled.
    """
    threads = _threads
    if not threads.free.acquire(blocking=False):
        return make
    return threads.pool.submit(copy_context().run, partial(_made, threads, make)).result


def _made(threads: _Threads, make: Callable[[], Made]) -> Made:
    try:
        return make()
    finally:
        threads.free.release()


def _begin_anew() -> None:
    """Forget the threads after a fork: the child has none of them."""
    global _threads
    _threads = _Threads()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
