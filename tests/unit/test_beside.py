import os
import threading
from contextvars import ContextVar

import pytest

from assistant import beside as module
from assistant.beside import THREADS, beside


def test_it_is_made_while_the_caller_does_something_else() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def make() -> str:
        begun.set()
        assert go_on.wait(10)
        return threading.current_thread().name

    made = beside(make)
    assert begun.wait(10)
    go_on.set()
    assert made().startswith("beside")


def test_what_it_raises_is_raised_where_it_is_waited_for() -> None:
    def fail() -> None:
        raise KeyError("lost")

    made = beside(fail)
    with pytest.raises(KeyError, match="lost"):
        made()


def test_it_sees_the_context_of_its_caller() -> None:
    turn: ContextVar[str] = ContextVar("turn", default="none")
    token = turn.set("seventh")
    try:
        assert beside(turn.get)() == "seventh"
    finally:
        turn.reset(token)


def test_what_no_thread_is_free_for_is_made_by_the_caller() -> None:
    go_on = threading.Event()
    waiting = [beside(lambda: go_on.wait(10)) for _ in range(THREADS)]
    try:
        assert beside(threading.current_thread)() is threading.current_thread()
    finally:
        go_on.set()
    assert all(one() for one in waiting)
    # They are free again.
    assert beside(threading.current_thread)() is not threading.current_thread()


def test_nothing_made_leaves_a_thread_taken() -> None:
    for _ in range(5 * THREADS):
        beside(lambda: None)()
    assert beside(threading.current_thread)() is not threading.current_thread()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system does not fork")
def test_a_child_after_a_fork_has_threads_of_its_own() -> None:
    beside(lambda: None)()
    before = module._threads
    child = os.fork()
    if child == 0:
        os._exit(0 if module._threads is not before and beside(lambda: 7)() == 7 else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
