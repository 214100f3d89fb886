"""How requests of one run affect each other, with requests that a test controls."""

import threading
import time

import numpy as np
import pytest

from assistant.embedders.pacing import Limits
from assistant.embedders.retrying import Patience
from assistant.embedders.sending import Sender, ServiceLimits
from assistant.errors import BadResponse, RateLimited
from assistant.ports import Vectors

ONE_A_REQUEST = ServiceLimits(texts=1, tokens=1000, text_tokens=100, by_minute=Limits())
PATIENT = Patience(attempts=9, budget_seconds=60.0, timeout_seconds=1.0)


def test_a_failure_ends_the_waits_of_others() -> None:
    waits = threading.Event()

    def request(texts: list[str], _seconds: float) -> Vectors:
        if texts == ["waits"]:
            waits.set()
            raise RateLimited("x", "too many requests", 30.0)
        waits.wait(10)
        time.sleep(0.05)
        raise BadResponse("x", "the key was refused")

    began = time.monotonic()
    with pytest.raises(BadResponse):
        list(Sender("x", ONE_A_REQUEST, documents=PATIENT).parts(["fails", "waits"], request))
    assert time.monotonic() - began < 10


def test_parts_name_their_rows() -> None:
    def request(texts: list[str], _seconds: float) -> Vectors:
        return np.asarray([[float(text)] for text in texts], dtype=np.float32)

    limits = ServiceLimits(texts=3, tokens=1000, text_tokens=100, by_minute=Limits())
    parts = list(Sender("x", limits).parts([str(row) for row in range(50)], request))
    assert sorted(row for rows, _ in parts for row in rows) == list(range(50))
    assert all(vector[0] == row for rows, vectors in parts for row, vector in zip(rows, vectors, strict=True))


def test_requests_stay_within_the_tokens_of_one() -> None:
    sizes: list[int] = []

    def request(texts: list[str], _seconds: float) -> Vectors:
        sizes.append(sum(len(text.split()) for text in texts))
        return np.ones((len(texts), 2), dtype=np.float32)

    limits = ServiceLimits(texts=100, tokens=50, text_tokens=20, by_minute=Limits())
    list(Sender("x", limits).parts(["one two " * (row % 30) for row in range(60)], request))
    assert max(sizes) <= 50
    assert len(sizes) >= 10


def test_the_first_of_an_unknown_kind_of_error_is_raised_too() -> None:
    def request(_texts: list[str], _seconds: float) -> Vectors:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(Sender("x", ONE_A_REQUEST).parts(["a"], request))
