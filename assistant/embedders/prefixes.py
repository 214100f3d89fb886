"""What a model wants to read before a question and before a passage: without it such models find much less."""

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Prefixes(NamedTuple):
    """Texts put before what is embedded; most models have none."""

    query: str = ""
    document: str = ""

    @property
    def fingerprint(self) -> str:
        """What distinguishes vectors that were made with them; empty where there are none."""
        both = f"{self.query}\n\n{self.document}"
        return f":prefixes={hashlib.sha256(both.encode()).hexdigest()[:8]}" if any(self) else ""


NO_PREFIXES = Prefixes()

_SENTENCE = Prefixes("Represent this sentence for searching relevant passages: ")
_INSTRUCT = "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:"
_NOMIC = Prefixes("search_query: ", "search_document: ")

_BY_NAME: tuple[tuple[str, Prefixes], ...] = (
    (r"(multilingual-)?e5-.*instruct|gte-qwen2.*instruct", Prefixes(f"{_INSTRUCT} ")),
    (r"(multilingual-)?e5-(small|base|large)", Prefixes("query: ", "passage: ")),
    (r"bge-(small|base|large)-en", _SENTENCE),
    (r"bge-(small|base|large)-zh", Prefixes("为这个句子生成表示以用于检索相关文章：")),
    (r"snowflake-arctic-embed-.*v2", Prefixes("query: ")),
    (r"snowflake-arctic-embed", _SENTENCE),
    (r"mxbai-embed|uae-large", _SENTENCE),
    (r"nomic-embed-text|modernbert-embed", _NOMIC),
    (r"qwen3-embedding", Prefixes(_INSTRUCT)),
    (r"embeddinggemma", Prefixes("task: search result | query: ", "title: none | text: ")),
    (
        r"jina-embeddings-v3",
        Prefixes("Represent the query for retrieving evidence documents: ", "Represent the document for retrieval: "),
    ),
)
"""As the models' own cards tell; the first pattern that a name begins with, whoever published the model."""

_ENGLISH_ONLY = re.compile(
    r"all-(minilm|mpnet|distilroberta)|multi-qa-|msmarco-|e5-(small|base|large)|bge-(small|base|large)-en"
    r"|gte-(small|base|large)$|mxbai-embed|uae-large|nomic-embed-text-v1|modernbert-embed"
    r"|snowflake-arctic-embed-(xs|s|m|l)(-|$)(?!v2)"
)

_QUERY_KEYS = ("query", "retrieval.query", "search_query")
_DOCUMENT_KEYS = ("document", "passage", "corpus", "retrieval.passage", "search_document")


def prefixes_of(name: str, folder: Path | None) -> Prefixes:
    """Return the prefixes of a model: what its folder says for sentence-transformers, else what its name tells.

    A folder is known by its own name, so one that was renamed tells nothing.
    """
    told = _prompts_in(folder) if folder is not None else {}
    if any(told.values()):
        return prompted(told)
    known = (folder.resolve().name if folder is not None else name.rpartition("/")[2]).lower()
    return next((prefixes for pattern, prefixes in _BY_NAME if re.match(pattern, known)), NO_PREFIXES)


def reads_only_english(embedder: str) -> bool:
    """Tell whether a `scheme:name` is known for a model that was trained on English alone."""
    return bool(_ENGLISH_ONLY.match(embedder.partition(":")[2].rstrip("/").rpartition("/")[2].lower()))


def prompted(prompts: Mapping[str, str | None]) -> Prefixes:
    """Return the prefixes among the prompts that a sentence-transformers model carries."""
    query = next((prompts[key] for key in _QUERY_KEYS if key in prompts), None)
    document = next((prompts[key] for key in _DOCUMENT_KEYS if key in prompts), None)
    return Prefixes(query or "", document or "")


def _prompts_in(folder: Path) -> dict[str, str]:
    file = folder / "config_sentence_transformers.json"
    if not file.is_file():
        return {}
    told = json.loads(file.read_text(encoding="utf-8")).get("prompts") or {}
    return {str(key): str(value or "") for key, value in told.items()}
