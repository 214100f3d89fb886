"""The dense index: one Chroma collection a generation, embedded in a folder or on a server."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from assistant.errors import BackendError
from assistant.ports import Vectors
from assistant.types import Match

BATCH = 1000
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}
"""At 50,000 passages these find what an exact search finds (see `benchmarks/turn.py`)."""


class ChromaClient:
    """One client a location, shared by the collections of all generations; opened on first use."""

    def __init__(self, location: str) -> None:
        """Remember a folder, or the URL of a server."""
        self._location = location
        self._lock = threading.Lock()

    @cached_property
    def client(self) -> Any:  # noqa: ANN401 - chromadb is imported late
        """The chromadb client."""
        import chromadb
        from chromadb.config import Settings

        quiet = Settings(anonymized_telemetry=False)
        with self._lock, translated(self._location):
            if "://" not in self._location:
                return chromadb.PersistentClient(path=self._location, settings=quiet)
            url = urlsplit(self._location)
            port = url.port or (443 if url.scheme == "https" else 80)
            return chromadb.HttpClient(host=url.hostname or "", port=port, ssl=url.scheme == "https", settings=quiet)

    @property
    def location(self) -> str:
        """The folder or URL."""
        return self._location

    def close(self) -> None:
        """Release the files of an embedded store."""
        client = self.__dict__.pop("client", None)
        if client is not None:
            client.close()


class ChromaVectorIndex:
    """Implements the `VectorIndex` port over one collection."""

    def __init__(self, client: ChromaClient, name: str) -> None:
        """Use the collection `name`, which is made on first use."""
        self._client = client
        self._name = name
        self._lock = threading.RLock()

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Insert or overwrite, in batches that any Chroma takes."""
        for start in range(0, len(passage_ids), BATCH):
            ids = list(passage_ids[start : start + BATCH])
            with self._lock, translated(self._client.location):
                self._collection.upsert(ids=ids, embeddings=vectors[start : start + BATCH])

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored."""
        for start in range(0, len(passage_ids), BATCH):
            with self._lock, translated(self._client.location):
                self._collection.delete(ids=list(passage_ids[start : start + BATCH]))

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first."""
        if limit < 1:
            return []
        with translated(self._client.location):
            found = self._collection.query(query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Match.model_construct(passage_id=one, score=1.0 - float(distance)) for one, distance in pairs]

    def count(self) -> int:
        """Return how many passages it holds."""
        with translated(self._client.location):
            return int(self._collection.count())

    def clear(self) -> None:
        """Drop the collection; the next use makes it anew."""
        with self._lock, translated(self._client.location):
            client = self._client.client
            if self._name in [one.name for one in client.list_collections()]:
                client.delete_collection(self._name)
            self.__dict__.pop("_collection", None)

    @cached_property
    def _collection(self) -> Any:  # noqa: ANN401 - chromadb is imported late
        with self._lock:
            return self._client.client.get_or_create_collection(
                self._name, configuration={"hnsw": HNSW}, embedding_function=None
            )


@contextmanager
def translated(location: str) -> Iterator[None]:
    """Turn what Chroma and its transport raise into BackendError."""
    import httpx
    from chromadb.errors import ChromaError

    try:
        yield
    except (ChromaError, httpx.HTTPError, ValueError, OSError) as error:
        message = f"{error}; check ASSISTANT_CHROMA={location}"
        raise BackendError("chroma", message) from error
