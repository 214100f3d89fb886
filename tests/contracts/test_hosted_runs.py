"""Large paid runs: concurrent requests, retries, Retry-After, and nothing that was paid for is lost."""

import threading
import time
from collections.abc import Iterator
from itertools import islice
from typing import Protocol

import numpy as np
import pytest
from pydantic import SecretStr

from assistant.embedders import cohere, openai
from assistant.embedders.cohere import CohereEmbedder
from assistant.embedders.openai import OpenAIEmbedder
from assistant.embedders.retrying import Patience
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.ports import Embedder, Vectors
from tests.wire import WIDTH, Page, Refusal, Reply, Rows, Silence, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

BATCH = {"openai": openai.BATCH_TEXTS, "cohere": cohere.BATCH_TEXTS}
QUICK = Patience(attempts=3, budget_seconds=5.0, timeout_seconds=1.0, base_seconds=0.01)
PATIENT = Patience(attempts=3, budget_seconds=20.0, timeout_seconds=3.0, base_seconds=0.01)
"""Time enough for a good answer on a busy machine: one that comes too late would be asked for again."""

GARBLED = Page('{"data": [{"index": 0, "embedd', "application/json")


class InParts(Embedder, Protocol):
    def embed_documents_in_parts(self, texts: list[str]) -> Iterator[tuple[list[int], Vectors]]: ...


def opened(vendor: str, wire: WireServer, patience: Patience = QUICK) -> InParts:
    key = SecretStr("test")
    if vendor == "openai":
        return OpenAIEmbedder("m", api_key=key, base_url=wire.openai_url, documents=patience, queries=patience)
    return CohereEmbedder("m", api_key=key, base_url=wire.cohere_url, documents=patience, queries=patience)


@pytest.fixture(params=["openai", "cohere"])
def vendor(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def texts_for(vendor: str, batches: int) -> list[str]:
    return [f"text {row}" for row in range(batches * BATCH[vendor])]


@pytest.mark.parametrize(
    "fault",
    [Refusal(429), Refusal(429, {"Retry-After": "0.05"}), Refusal(500), Refusal(503), Refusal(408), Silence()],
    ids=["429", "429 with Retry-After", "500", "503", "408", "stall"],
)
def test_a_passing_fault_costs_a_retry(vendor: str, fault: Reply, wire: WireServer) -> None:
    texts = texts_for(vendor, 3)
    expected = opened(vendor, wire, PATIENT).embed_documents(texts)
    asked = len(wire.requests)
    wire.enqueue(fault)
    assert np.array_equal(opened(vendor, wire, PATIENT).embed_documents(texts), expected)
    assert len(wire.requests) - asked == 4, "three requests and the one that was repeated; no other layer retries"


@pytest.mark.parametrize(("fault", "expected"), [(Refusal(500), BackendError), (Silence(), BackendTimeout)])
def test_tries_are_counted(vendor: str, fault: Reply, expected: type[BackendError], wire: WireServer) -> None:
    wire.enqueue(*[fault] * 9)
    quick = Patience(attempts=3, budget_seconds=5.0, timeout_seconds=0.3 if vendor == "openai" else 1.0)
    with pytest.raises(expected):
        opened(vendor, wire, quick).embed_documents(["a"])
    assert len(wire.requests) == 3


def test_retry_after_is_honoured_while_the_budget_lasts(vendor: str, wire: WireServer) -> None:
    wire.enqueue(Refusal(429, {"Retry-After": "0.6"}))
    began = time.monotonic()
    opened(vendor, wire).embed_documents(["a"])
    assert time.monotonic() - began >= 0.6
    wire.enqueue(Refusal(429, {"Retry-After": "6"}))
    began = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        opened(vendor, wire).embed_query("a")
    assert caught.value.retry_after_seconds == 6
    assert time.monotonic() - began < 3, "what would outlast the budget is given up at once"


@pytest.mark.parametrize("fault", [GARBLED, Rows(vectors=((1.0,) * WIDTH,)), Refusal(400)])
def test_what_no_retry_can_mend_is_not_retried(vendor: str, fault: Reply, wire: WireServer) -> None:
    wire.enqueue(fault)
    with pytest.raises(BadResponse):
        opened(vendor, wire).embed_documents(["a", "b"])
    assert len(wire.requests) == 1


def test_a_spent_quota_is_not_waited_for(wire: WireServer) -> None:
    wire.enqueue(Refusal(429, code="insufficient_quota"))
    with pytest.raises(BadResponse, match="add credit"):
        opened("openai", wire).embed_documents(["a"])
    assert len(wire.requests) == 1


def test_what_was_paid_for_is_handed_on_before_the_error(vendor: str, wire: WireServer) -> None:
    batches = 40
    texts = texts_for(vendor, batches)
    expected = opened(vendor, wire).embed_documents(texts)
    asked = len(wire.requests)
    # The sixth request is refused; on a busy machine many more are sent before that answer is read, but not all.
    wire.enqueue(*[Rows()] * 5, GARBLED)
    kept: dict[int, Vectors] = {}
    with pytest.raises(BadResponse):
        keep(opened(vendor, wire).embed_documents_in_parts(texts), kept)
    sent = wire.requests[asked:]
    assert len(kept) == (len(sent) - 1) * BATCH[vendor]
    assert 6 <= len(sent) < batches, "no request is begun after one failed for good"

    missing = [row for row in range(len(texts)) if row not in kept]
    asked = len(wire.requests)
    rest = opened(vendor, wire).embed_documents([texts[row] for row in missing])
    assert len(wire.requests) - asked == batches - (len(sent) - 1)
    kept |= dict(zip(missing, rest, strict=True))
    assert np.array_equal(np.stack([kept[row] for row in range(len(texts))]), expected)


def keep(parts: Iterator[tuple[list[int], Vectors]], kept: dict[int, Vectors]) -> None:
    for rows, vectors in parts:
        kept |= dict(zip(rows, vectors, strict=True))


def test_requests_overlap_but_not_without_bound(vendor: str, wire: WireServer) -> None:
    wire.enqueue(*[Silence()] * 20)
    patience = Patience(attempts=1, budget_seconds=1.0, timeout_seconds=1.0)
    failed = threading.Thread(target=_expect_timeout, args=(opened(vendor, wire, patience), texts_for(vendor, 10)))
    failed.start()
    time.sleep(0.7)
    assert len(wire.requests) == 4
    failed.join()
    assert len(wire.requests) == 4


def _expect_timeout(embedder: Embedder, texts: list[str]) -> None:
    with pytest.raises(BackendTimeout):
        embedder.embed_documents(texts)


def test_a_reader_that_stops_sends_nothing_more(vendor: str, wire: WireServer) -> None:
    parts = opened(vendor, wire).embed_documents_in_parts(texts_for(vendor, 12))
    list(islice(parts, 1))
    del parts
    asked = len(wire.requests)
    assert asked <= 5
    time.sleep(0.2)
    assert len(wire.requests) == asked
