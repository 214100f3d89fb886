"""The tutorial pipelines of other frameworks, for side-by-side runs.

Their packages are not the assistant's own:

    pip install --no-deps --target peers langchain-chroma langchain-huggingface langchain-community langchain-classic \
        langchain-text-splitters
    PYTHONPATH=peers python -m benchmarks.ingest --peer langchain

`--no-deps`, because what they need is here already, and the versions of it must not change.
"""

import os
from collections.abc import Callable
from pathlib import Path

from assistant.embedders.packaged import packaged_folder

CHUNK_CHARS, OVERLAP_CHARS = 1000, 200
"""As in LangChain's own tutorial on retrieval."""

PeerIngest = Callable[[Path, Path], tuple[int, int]]
"""Reads a folder into a store kept in another; returns how many documents and passages it holds."""


def langchain_ingest() -> PeerIngest:
    """Return LangChain's pipeline, its model loaded: load, split, embed with its defaults, store in Chroma on disk."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from chromadb.config import Settings as ChromaSettings
    from langchain_chroma import Chroma
    from langchain_community.document_loaders import DirectoryLoader, TextLoader
    from langchain_huggingface import HuggingFaceEmbeddings
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    embeddings = HuggingFaceEmbeddings(model_name=str(packaged_folder()))
    embeddings.embed_query("load the model before the clock starts")

    def ingest(documents: Path, store: Path) -> tuple[int, int]:
        loader = DirectoryLoader(
            str(documents), glob="**/*.md", loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"}
        )
        loaded = loader.load()
        splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_CHARS, chunk_overlap=OVERLAP_CHARS)
        chunks = splitter.split_documents(loaded)
        Chroma.from_documents(
            chunks,
            embeddings,
            persist_directory=str(store),
            client_settings=ChromaSettings(
                anonymized_telemetry=False, is_persistent=True, persist_directory=str(store)
            ),
        )
        return len(loaded), len(chunks)

    return ingest


PEERS: dict[str, Callable[[], PeerIngest]] = {"langchain": langchain_ingest}
