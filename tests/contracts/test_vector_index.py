"""What every vector index owes: in memory, embedded Chroma, a real Chroma server."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from assistant.errors import BackendError, BackendTimeout
from assistant.ports import VectorIndex, Vectors
from assistant.stores.chroma import ChromaClient, ChromaVectorIndex
from tests.fakes import ExactVectors
from tests.services import free_port


@pytest.fixture(params=["memory", "embedded", "server"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "memory":
        yield ExactVectors()
        return
    server = request.param == "server"
    client = ChromaClient(cast("str", request.getfixturevalue("chroma_url")) if server else str(tmp_path / "chroma"))
    opened = ChromaVectorIndex(client, "passages-1")
    yield opened
    opened.clear()
    client.close()


def unit(count: int, dimension: int = 16, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return cast("Vectors", vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def names(count: int) -> list[str]:
    return [f"p{number}" for number in range(count)]


def test_the_nearest_comes_first_with_its_cosine(index: VectorIndex) -> None:
    vectors = unit(30)
    index.upsert(names(30), vectors)
    found = index.search(vectors[7], 5)
    assert found[0].passage_id == "p7"
    assert found[0].score == pytest.approx(1.0, abs=1e-5)
    exact = np.sort(vectors @ vectors[7])[::-1][:5]
    assert [one.score for one in found] == pytest.approx(exact.tolist(), abs=1e-5)


def test_an_empty_index_and_empty_calls(index: VectorIndex) -> None:
    index.upsert([], np.zeros((0, 16), np.float32))
    index.remove([])
    assert index.count() == 0


def test_a_sample_is_of_what_it_holds(index: VectorIndex) -> None:
    vectors = unit(9)
    index.upsert(names(9), vectors)
    assert index.sample(4).shape == (4, 16)
    assert np.allclose(sorted(index.sample(50).tolist()), sorted(vectors.tolist()), atol=1e-6)
    assert np.array_equal(index.sample(4), index.sample(4))


def test_the_position_is_kept_until_it_is_cleared(index: VectorIndex) -> None:
    assert index.position() is None
    index.upsert(names(3), unit(3))
    index.set_position(7)
    assert index.position() == 7
    index.set_position(8)
    assert (index.position(), index.count()) == (8, 3)
    index.clear()
    assert index.position() is None


def test_fewer_than_asked(index: VectorIndex) -> None:
    index.upsert(names(3), unit(3))
    assert len(index.search(unit(1)[0], 50)) == 3
    assert index.search(unit(1)[0], 0) == []


def test_upsert_overwrites_and_remove_is_idempotent(index: VectorIndex) -> None:
    vectors = unit(2)
    index.upsert(["a"], vectors[:1])
    index.upsert(["a"], vectors[1:])
    assert index.count() == 1
    assert index.search(vectors[1], 1)[0].score == pytest.approx(1.0, abs=1e-5)
    index.remove(["a", "never there"])
    index.remove(["a"])
    assert index.count() == 0


def test_more_than_one_batch(index: VectorIndex) -> None:
    vectors = unit(6000)
    index.upsert(names(6000), vectors)
    assert index.count() == 6000
    hits = sum(index.search(vectors[number], 1)[0].passage_id == f"p{number}" for number in range(0, 6000, 240))
    assert hits == 25
    index.remove(names(5900))
    assert index.count() == 100
    left = {one.passage_id for one in index.search(vectors[0], 20)}
    assert len(left) == 20
    assert left <= {f"p{number}" for number in range(5900, 6000)}


def test_clear_drops_everything_and_the_index_can_be_used_again(index: VectorIndex) -> None:
    index.upsert(names(3), unit(3))
    index.clear()
    assert index.count() == 0
    index.upsert(names(2), unit(2))
    assert index.count() == 2


def test_an_embedded_index_survives_closing(tmp_path: Path) -> None:
    vectors = unit(20)
    client = ChromaClient(str(tmp_path))
    ChromaVectorIndex(client, "passages-1").upsert(names(20), vectors)
    client.close()
    client = ChromaClient(str(tmp_path))
    assert ChromaVectorIndex(client, "passages-1").search(vectors[3], 1)[0].passage_id == "p3"
    client.close()


def test_a_server_that_is_not_there_names_the_setting() -> None:
    client = ChromaClient(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(BackendError, match="ASSISTANT_CHROMA"):
        ChromaVectorIndex(client, "passages-1").count()


def test_a_server_that_accepts_and_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        client = ChromaClient(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_seconds=0.3)
        with pytest.raises(BackendTimeout, match="ASSISTANT_CHROMA"):
            ChromaVectorIndex(client, "passages-1").count()


def test_a_connected_client_keeps_the_limit(chroma_url: str) -> None:
    client = ChromaClient(chroma_url, timeout_seconds=7.5)
    index = ChromaVectorIndex(client, "passages-limit")
    assert index.count() == 0
    assert client.client._server._session.timeout.read == 7.5
    index.clear()
    client.close()


@pytest.mark.parametrize("where", ["embedded", "server"])
def test_an_index_goes_on_after_another_instance_cleared_it(
    request: pytest.FixtureRequest, tmp_path: Path, where: str
) -> None:
    location = cast("str", request.getfixturevalue("chroma_url")) if where == "server" else str(tmp_path)
    first, second = ChromaClient(location), ChromaClient(location)
    one, other = ChromaVectorIndex(first, "passages-shared"), ChromaVectorIndex(second, "passages-shared")
    one.upsert(["a"], unit(1))
    assert other.count() == 1
    one.clear()
    assert other.search(unit(1)[0], 1) == []
    first.close()
    other.upsert(["b"], unit(1))
    assert other.count() == 1
    other.clear()
    second.close()
