"""What every embedder owes: the same suite over all backends, the hosted ones against a loopback server."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from assistant.embedders import open_embedder
from assistant.embedders.packaged import SHA256, packaged_folder, sha256_of, verify
from assistant.embedders.tokens import approximate_spans
from assistant.errors import (
    BackendError,
    ConfigurationError,
    MissingDependency,
)
from assistant.ports import Embedder, Vectors
from assistant.settings import Settings
from tests.tiny_models import make_tiny_bert, make_tiny_gpt2
from tests.wire import WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

LOCAL = (
    "sentence-transformers:all-MiniLM-L6-v2",
    "transformers:all-MiniLM-L6-v2",
    "transformers:bert",
    "transformers:gpt2",
    "onnx:all-MiniLM-L6-v2",
    "onnx:all-MiniLM-L6-v2-int8",
    "onnx:folder",
)
HOSTED = ("openai:text-embedding-3-small", "cohere:embed-v4.0")
MINILM = tuple(name for name in LOCAL if name.endswith("MiniLM-L6-v2"))

TEXTS = (
    "Returns are free within 30 days.",
    "ok",
    "",
    "Straße, naïve café – 10 % Rabatt",
    "日本語のマニュアルはありますか",
    "👍🏽 merci 🇫🇷",
    "lone \ud800 surrogate",
    "The battery lasts eight hours. " * 60,
)


def hosted_settings(wire: WireServer, embedder: str, home: Path) -> Settings:
    return Settings(
        home=home,
        embedder=embedder,
        openai_api_key=SecretStr("sk-test"),
        cohere_api_key=SecretStr("co-test"),
        openai_base_url=wire.openai_url,
        cohere_base_url=wire.cohere_url,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One state folder for the module, so that the ONNX model is exported once."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory, home: Path) -> dict[str, Path]:
    root = tmp_path_factory.mktemp("models")
    made = {"bert": root / "bert", "gpt2": root / "gpt2", "folder": root / "folder"}
    make_tiny_bert(made["bert"])
    make_tiny_gpt2(made["gpt2"])
    open_embedder(Settings(home=home, embedder="onnx:all-MiniLM-L6-v2")).embed_query("export")
    exported = next((home / "models" / "onnx").iterdir())
    shutil.copytree(exported, made["folder"], ignore=shutil.ignore_patterns("*.int8.onnx", "*.question.onnx"))
    return made


@pytest.fixture(scope="module", params=(*LOCAL, *HOSTED))
def embedder(request: pytest.FixtureRequest, home: Path, folders: dict[str, Path]) -> Iterator[Embedder]:
    scheme, _, name = str(request.param).partition(":")
    with WireServer() as server:
        yield open_embedder(hosted_settings(server, f"{scheme}:{folders.get(name, name)}", home))


def cosines(left: Vectors, right: Vectors) -> list[float]:
    return [float(one @ other) for one, other in zip(left, right, strict=True)]


# --- All backends --------------------------------------------------------------------------------------------------


def test_shape_and_unit_length(embedder: Embedder) -> None:
    vectors = embedder.embed_documents(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_query_is_one_unit_vector(embedder: Embedder) -> None:
    vector = embedder.embed_query("How long may I return it?")
    assert vector.shape == (embedder.dimension,)
    assert vector.dtype == np.float32
    assert float(np.linalg.norm(vector)) == pytest.approx(1, abs=1e-5)


def test_nothing_gives_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_documents([]).shape == (0, embedder.dimension)


def test_the_same_text_gives_the_same_vector(embedder: Embedder) -> None:
    first, again = embedder.embed_documents(TEXTS), embedder.embed_documents(TEXTS)
    assert np.array_equal(first, again)
    assert np.array_equal(embedder.embed_query("hello"), embedder.embed_query("hello"))


def test_rows_do_not_depend_on_their_neighbours(embedder: Embedder) -> None:
    many = [f"{'word ' * (row % 23)}{row}" for row in range(40)]
    together = embedder.embed_documents(many)
    apart = np.stack([embedder.embed_documents([text])[0] for text in many])
    assert min(cosines(together, apart)) > 0.99999
    backwards = embedder.embed_documents(many[::-1])[::-1]
    assert min(cosines(together, backwards)) > 0.99999


def test_different_texts_give_different_vectors(embedder: Embedder) -> None:
    first, second = embedder.embed_documents(["free returns 30", "warranty claims"])
    assert float(first @ second) < 0.9999


def test_threads_may_share_it(embedder: Embedder) -> None:
    expected = embedder.embed_documents(TEXTS)
    results: list[Vectors] = []
    threads = [threading.Thread(target=lambda: results.append(embedder.embed_documents(TEXTS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all(min(cosines(one, expected)) > 0.99999 for one in results)


def test_token_spans_are_in_order_and_cover_the_text(embedder: Embedder) -> None:
    for text in TEXTS:
        check_spans(text, embedder.token_spans(text))


def check_spans(text: str, spans: Sequence[tuple[int, int]]) -> None:
    assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert all(one[0] <= other[0] and one[1] <= other[1] for one, other in pairwise(spans))
    covered = {position for start, end in spans for position in range(start, end)}
    letters = {position for position, sign in enumerate(text) if sign.isalnum()}
    assert letters <= covered


def test_long_texts_keep_all_their_spans(embedder: Embedder) -> None:
    word_count = embedder.max_tokens + 50
    spans = embedder.token_spans("word " * word_count)
    assert len(spans) >= word_count
    assert spans[-1][1] >= 5 * word_count - 1


def test_the_limit_is_what_is_read(embedder: Embedder) -> None:
    assert embedder.max_tokens >= 16
    text = "a " * embedder.max_tokens
    spans = embedder.token_spans(text)
    end = spans[embedder.max_tokens - 1][1]
    cut, whole = embedder.embed_documents([text[:end], text[:end] + " b" * 40])
    assert float(cut @ whole) > 0.9999, "text past the limit should not be read"


def test_the_fingerprint_is_stable_and_names_the_backend(embedder: Embedder) -> None:
    assert embedder.fingerprint == embedder.fingerprint
    assert embedder.fingerprint.split(":")[0] in ("sentence-transformers", "transformers", "onnx", "openai", "cohere")


def test_constructing_loads_and_asks_nothing(tmp_path: Path, wire: WireServer) -> None:
    for name in (*MINILM, "onnx:/nowhere", "transformers:/nowhere", *HOSTED):
        open_embedder(hosted_settings(wire, name, tmp_path))
    assert wire.requests == []
    assert list(tmp_path.iterdir()) == []


# --- Local models --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def minilm(home: Path, folders: dict[str, Path]) -> dict[str, Embedder]:
    return {name: open_embedder(Settings(home=home, embedder=name)) for name in MINILM}


def test_the_three_runtimes_agree(minilm: dict[str, Embedder]) -> None:
    reference = minilm["sentence-transformers:all-MiniLM-L6-v2"]
    for name, other in minilm.items():
        assert min(cosines(reference.embed_documents(TEXTS), other.embed_documents(TEXTS))) >= 0.9999
        # The packaged model's ONNX form keeps its weights in 8 bits for questions.
        least = 0.99 if name.startswith("onnx:") else 0.9999
        assert all(float(reference.embed_query(text) @ other.embed_query(text)) >= least for text in TEXTS)
        assert reference.token_spans(TEXTS[-1]) == other.token_spans(TEXTS[-1])
        assert other.max_tokens == 254
    assert len({one.fingerprint for one in minilm.values()}) == len(minilm)


def test_related_texts_are_near(minilm: dict[str, Embedder]) -> None:
    for one in minilm.values():
        texts = ["You may send goods back within 30 days.", "The lamp uses LED bulbs."]
        right, wrong = one.embed_documents(texts) @ one.embed_query("What is the return period?")
        assert right > wrong + 0.2


def test_other_weights_have_another_fingerprint(folders: dict[str, Path], tmp_path: Path) -> None:
    changed = tmp_path / "bert"
    shutil.copytree(folders["bert"], changed)
    same = open_embedder(Settings(home=tmp_path, embedder=f"transformers:{changed}")).fingerprint
    assert same == open_embedder(Settings(home=tmp_path, embedder=f"transformers:{folders['bert']}")).fingerprint
    weights = bytearray((changed / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (changed / "model.safetensors").write_bytes(weights)
    assert open_embedder(Settings(home=tmp_path, embedder=f"transformers:{changed}")).fingerprint != same


def test_the_packaged_model_needs_no_network(tmp_path: Path) -> None:
    code = f"""
import socket
def refuse(*parts, **options):
    raise SystemExit(f"network: {{parts}}")
socket.getaddrinfo = socket.socket.connect = socket.socket.connect_ex = refuse
from pathlib import Path
from assistant.embedders import open_embedder
from assistant.settings import Settings
for name in {MINILM!r}:
    one = open_embedder(Settings(home=Path({str(tmp_path)!r}), embedder=name))
    print(one.embed_query("hello").shape[0], one.max_tokens, len(one.token_spans("word " * 600)), one.fingerprint != "")
"""
    ran = run_python(code)
    assert ran.stdout.splitlines() == ["384 254 600 True"] * len(MINILM)
    assert ran.stderr == "", "no progress bar, no warning"


def test_serving_onnx_imports_no_torch(home: Path, folders: dict[str, Path]) -> None:
    code = f"""
import sys
from pathlib import Path
from assistant.embedders import open_embedder
from assistant.settings import Settings
one = open_embedder(Settings(home=Path({str(home)!r}), embedder="onnx:all-MiniLM-L6-v2"))
one.embed_documents(["hello", "word " * 600]), one.embed_query("hello"), one.fingerprint, one.token_spans("hello")
print(sorted({{"torch", "transformers", "sentence_transformers", "onnx"}} & set(sys.modules)))
"""
    assert run_python(code).stdout.strip() == "[]"


def run_python(code: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "TRANSFORMERS_"))}
    return subprocess.run(
        [sys.executable, "-W", "default", "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=environment,
    )


def test_int8_is_near_fp32_and_never_mixed_with_it(minilm: dict[str, Embedder], home: Path) -> None:
    exact, small = (open_embedder(Settings(home=home, embedder=f"onnx:all-MiniLM-L6-v2{end}")) for end in ("", "-int8"))
    texts = [text for text in TEXTS if text.strip()]
    assert min(cosines(exact.embed_documents(texts), small.embed_documents(texts))) > 0.97
    assert exact.fingerprint != small.fingerprint
    assert exact.fingerprint.removesuffix("fp32") == small.fingerprint.removesuffix("int8")


def test_int8_does_not_depend_on_neighbours_at_all(home: Path) -> None:
    one = open_embedder(Settings(home=home, embedder="onnx:all-MiniLM-L6-v2-int8"))
    assert np.array_equal(one.embed_documents(TEXTS)[1], one.embed_documents([TEXTS[1]])[0])


def test_an_interrupted_export_is_repeated(home: Path, folders: dict[str, Path], tmp_path: Path) -> None:
    exported = next((home / "models" / "onnx").iterdir())
    copy = tmp_path / "models" / "onnx" / exported.name
    copy.mkdir(parents=True)
    shutil.copy(exported / "tokenizer.json", copy)
    (copy / "model.onnx.1.unfinished").write_bytes(b"half")
    vector = open_embedder(Settings(home=tmp_path, embedder="onnx:all-MiniLM-L6-v2")).embed_query("hello")
    assert vector.shape == (384,)


def test_a_damaged_export_is_a_backend_error(home: Path, folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["folder"], tmp_path / "damaged")
    model = tmp_path / "damaged" / "model.onnx"
    model.write_bytes(model.read_bytes()[:5000])
    with pytest.raises(BackendError, match=r"check model\.onnx"):
        open_embedder(Settings(home=tmp_path, embedder=f"onnx:{tmp_path / 'damaged'}")).embed_query("hello")


def test_a_damaged_tokenizer_is_told(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["folder"], tmp_path / "damaged")
    for content in ("{", "[]", '{"version": "1.0"}'):
        (tmp_path / "damaged" / "tokenizer.json").write_text(content, encoding="utf-8")
        with pytest.raises(ConfigurationError, match=r"tokenizer\.json"):
            open_embedder(Settings(home=tmp_path, embedder=f"onnx:{tmp_path / 'damaged'}")).embed_query("hello")


def test_replaced_weights_are_refused(tmp_path: Path) -> None:
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(b"something else")
    with pytest.raises(ConfigurationError, match="damaged or was replaced"):
        verify(weights, SHA256)
    with pytest.raises(MissingDependency, match="missing"):
        verify(tmp_path / "gone.safetensors", SHA256)
    assert sha256_of(packaged_folder() / "model.safetensors") == SHA256


@pytest.mark.parametrize("scheme", ["sentence-transformers", "transformers", "onnx"])
def test_a_folder_without_a_model_is_told(scheme: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigurationError):
        open_embedder(Settings(home=tmp_path, embedder=f"{scheme}:{tmp_path / 'empty'}")).embed_query("hello")


# --- Estimated tokens ----------------------------------------------------------------------------------------------


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text())
def test_estimated_spans_cover_any_text(text: str) -> None:
    check_spans(text, approximate_spans(text))


def test_estimates_are_not_below_a_real_tokenizer(minilm: dict[str, Embedder]) -> None:
    for text in (*TEXTS, "Antidisestablishmentarianism 1234567890 https://example.com/a?b=c&d=e"):
        assert len(approximate_spans(text)) >= 0.9 * len(minilm["onnx:all-MiniLM-L6-v2"].token_spans(text))
