"""What the hosted embedders owe beyond the common suite: batches, keys, and every fault of a service translated."""

from pathlib import Path

import numpy as np
import pytest

from assistant.embedders import open_embedder
from assistant.embedders.openai import BATCH_TEXTS
from assistant.errors import BackendError, BackendTimeout, BadResponse, MissingSecret, RateLimited
from assistant.settings import Settings
from tests.contracts.test_embedders import HOSTED, hosted_settings
from tests.wire import WIDTH, Page, Refusal, Reply, Rows, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]


@pytest.mark.parametrize("name", HOSTED)
def test_batches_keep_their_order(name: str, wire: WireServer, tmp_path: Path) -> None:
    one = open_embedder(hosted_settings(wire, name, tmp_path))
    texts = [f"text {row}" for row in range(2 * BATCH_TEXTS + 5)]
    together = one.embed_documents(texts)
    assert len(wire.requests) == 3
    assert np.allclose(together[[0, 200, -1]], one.embed_documents([texts[0], texts[200], texts[-1]]))


def test_cohere_tells_questions_from_documents(wire: WireServer, tmp_path: Path) -> None:
    one = open_embedder(hosted_settings(wire, "cohere:embed-v4.0", tmp_path))
    document, query = one.embed_documents(["hello"])[0], one.embed_query("hello")
    assert [sent.body["input_type"] for sent in wire.requests] == ["search_document", "search_query"]
    assert not np.allclose(document, query)
    assert wire.requests[0].headers["authorization"] == "Bearer co-test"


def test_openai_rows_are_matched_by_index(wire: WireServer, tmp_path: Path) -> None:
    one = open_embedder(hosted_settings(wire, "openai:text-embedding-3-small", tmp_path))
    expected = one.embed_documents(["a", "b", "c"])
    wire.enqueue(Rows(shuffled=True))
    assert np.array_equal(one.embed_documents(["a", "b", "c"]), expected)
    assert wire.requests[0].body["encoding_format"] == "float"
    assert wire.requests[0].headers["authorization"] == "Bearer sk-test"


@pytest.mark.parametrize("name", HOSTED)
@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ((Refusal(401),), BadResponse),
        ((Refusal(403),), BadResponse),
        ((Refusal(400),), BadResponse),
        ((Refusal(404),), BadResponse),
        ((Refusal(429, {"Retry-After": "1000"}),), RateLimited),
        ((Page(),), BadResponse),
        ((Page("not json", "application/json"),), BadResponse),
        ((Page("{}", "application/json"),), BadResponse),
        ((Rows(vectors=()),), BadResponse),
        ((Rows(vectors=((1.0,) * WIDTH,)),), BadResponse),
        ((Rows(vectors=((1.0,) * WIDTH,) * 3),), BadResponse),
        ((Rows(vectors=((1.0,) * WIDTH, (1.0,) * 3)),), BadResponse),
        ((Rows(vectors=((1.0, float("nan")), (1.0, 0.0))),), BadResponse),
        ((Rows(vectors=((), ())),), BadResponse),
    ],
)
def test_every_fault_is_translated(
    name: str, replies: tuple[Reply, ...], expected: type[BackendError], wire: WireServer, tmp_path: Path
) -> None:
    one = open_embedder(hosted_settings(wire, name, tmp_path))
    wire.enqueue(*replies)
    with pytest.raises(expected) as caught:
        one.embed_documents(["a", "b"])
    assert caught.value.backend == name


@pytest.mark.parametrize("name", HOSTED)
def test_a_change_of_width_is_refused(name: str, wire: WireServer, tmp_path: Path) -> None:
    one = open_embedder(hosted_settings(wire, name, tmp_path))
    assert one.dimension == WIDTH
    wire.enqueue(Rows(vectors=((1.0, 2.0),)))
    with pytest.raises(BadResponse, match="expected 32"):
        one.embed_query("hello")


@pytest.mark.parametrize("name", HOSTED)
def test_an_unreachable_service_is_told(name: str, tmp_path: Path) -> None:
    with WireServer() as gone:
        values = hosted_settings(gone, name, tmp_path)
    with pytest.raises(BackendError, match="cannot be reached") as caught:
        open_embedder(values).embed_query("hello")
    assert not isinstance(caught.value, BackendTimeout)


@pytest.mark.parametrize(("name", "variable"), [(HOSTED[0], "OPENAI_API_KEY"), (HOSTED[1], "COHERE_API_KEY")])
def test_a_missing_key_is_named(name: str, variable: str, tmp_path: Path, wire: WireServer) -> None:
    with pytest.raises(MissingSecret, match=variable):
        open_embedder(Settings(home=tmp_path, embedder=name))
    own = Settings(home=tmp_path, embedder=name, openai_base_url=wire.openai_url, cohere_base_url=wire.cohere_url)
    assert open_embedder(own).dimension == WIDTH, "a server of one's own needs no key"


def test_the_key_is_in_no_fingerprint(wire: WireServer, tmp_path: Path) -> None:
    for name in HOSTED:
        fingerprint = open_embedder(hosted_settings(wire, name, tmp_path)).fingerprint
        assert "127.0.0.1" in fingerprint
        assert "test" not in fingerprint
