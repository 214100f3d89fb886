"""A model that was trained with prefixes gets them: by its own configuration, or by its name."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from assistant.embedders import onnx_export, open_embedder
from assistant.embedders.prefixes import NO_PREFIXES, Prefixes, prefixes_of, reads_only_english
from assistant.ports import Embedder
from assistant.settings import Settings
from tests.tiny_models import make_tiny_bert

SCHEMES = ("sentence-transformers", "transformers", "onnx")
QUESTION = "where is it"


@pytest.mark.parametrize(
    ("name", "query", "document"),
    [
        ("intfloat/multilingual-e5-small", "query: ", "passage: "),
        ("intfloat/e5-base-v2", "query: ", "passage: "),
        ("BAAI/bge-small-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("Snowflake/snowflake-arctic-embed-m-v2.0", "query: ", ""),
        ("Snowflake/snowflake-arctic-embed-s", "Represent this sentence for searching relevant passages: ", ""),
        ("sentence-transformers/all-MiniLM-L6-v2", "", ""),
        ("BAAI/bge-m3", "", ""),
        ("thenlper/gte-base", "", ""),
    ],
)
def test_a_name_tells_the_prefixes(name: str, query: str, document: str) -> None:
    assert prefixes_of(name, None) == (query, document)


@pytest.mark.parametrize(
    ("embedder", "only_english"),
    [
        ("sentence-transformers:all-MiniLM-L6-v2", True),
        ("onnx:all-MiniLM-L6-v2-int8", True),
        ("sentence-transformers:intfloat/e5-small-v2", True),
        ("transformers:Snowflake/snowflake-arctic-embed-m-v1.5", True),
        ("sentence-transformers:Snowflake/snowflake-arctic-embed-m-v2.0", False),
        ("sentence-transformers:intfloat/multilingual-e5-small", False),
        ("sentence-transformers:BAAI/bge-m3", False),
        ("openai:text-embedding-3-small", False),
    ],
)
def test_models_of_english_alone_are_known(embedder: str, only_english: bool) -> None:
    assert reads_only_english(embedder) is only_english


def test_instructions_are_for_questions_only() -> None:
    for name in ("intfloat/multilingual-e5-large-instruct", "Qwen/Qwen3-Embedding-0.6B"):
        prefixes = prefixes_of(name, None)
        assert (prefixes.query[:10], prefixes.document) == ("Instruct: ", "")


def test_the_folders_own_prompts_win(tmp_path: Path) -> None:
    folder = tmp_path / "e5-small"
    folder.mkdir()
    assert prefixes_of(str(folder), folder) == ("query: ", "passage: ")
    told = {"prompts": {"query": "ask: ", "passage": "text: ", "other": "x"}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(told), encoding="utf-8")
    assert prefixes_of(str(folder), folder) == ("ask: ", "text: ")


def test_only_prefixes_change_a_fingerprint() -> None:
    assert NO_PREFIXES.fingerprint == ""
    assert Prefixes("a", "b").fingerprint != Prefixes("", "ab").fingerprint


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same model twice: under a name that tells nothing, and under one that tells of prefixes."""
    root = tmp_path_factory.mktemp("prefixed")
    plain, named = root / "plain", root / "multilingual-e5-small"
    make_tiny_bert(plain)
    onnx_export._export(plain, plain / "model.onnx")
    shutil.copytree(plain, named)
    return plain, named


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.filterwarnings("ignore")
def test_prefixes_are_applied(scheme: str, folders: tuple[Path, Path], tmp_path: Path) -> None:
    def opened(folder: Path) -> Embedder:
        return open_embedder(Settings(home=tmp_path, embedder=f"{scheme}:{folder}"))

    plain, named = map(opened, folders)
    assert np.allclose(named.embed_query(QUESTION), plain.embed_query(f"query: {QUESTION}"), atol=1e-5)
    wanted = plain.embed_documents([f"passage: {QUESTION}", "passage: "])
    assert np.allclose(named.embed_documents([QUESTION, ""]), wanted, atol=1e-5)
    assert not np.allclose(named.embed_query(QUESTION), plain.embed_query(QUESTION), atol=1e-3)
    assert named.max_tokens == plain.max_tokens - len(plain.token_spans("passage: "))
    assert "prefixes" in named.fingerprint
    assert "prefixes" not in plain.fingerprint
