"""The dense index: one Chroma collection a generation, embedded in a folder or on a server."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from assistant.errors import BackendError, BackendTimeout
from assistant.ports import Vectors
from assistant.types import Match

BATCH = 250
"""Chroma holds the interpreter while it takes a batch in, and no other thread answers: 1,000 took 0.7 s and more."""

PAGE = 5000
POSITION = "position"
HNSW = {"space": "cosine", "ef_construction": 128, "ef_search": 128, "max_neighbors": 24}
"""At 50,000 passages these find what an exact search finds (see `benchmarks/turn.py`)."""


class ChromaClient:
    """One client a location; opened on first use."""

    def __init__(self, location: str, *, timeout_seconds: float = 30.0) -> None:
        """Remember a folder, or the URL of a server and how long one of its answers may take."""
        self._location = location
        self._timeout_seconds = timeout_seconds
        self._lock = threading.Lock()
        self._client: Any = None

    @property
    def client(self) -> Any:  # noqa: ANN401 - chromadb is imported late
        """The chromadb client."""
        with self._lock, translated(self._location):
            if self._client is None:
                self._client = self._connect() if "://" in self._location else self._open_folder()
            return self._client

    @property
    def location(self) -> str:
        """The folder or URL."""
        return self._location

    def close(self) -> None:
        """Release the files of an embedded store."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _open_folder(self) -> Any:  # noqa: ANN401 - chromadb is imported late
        import chromadb
        from chromadb.config import Settings

        return chromadb.PersistentClient(path=self._location, settings=Settings(anonymized_telemetry=False))

    def _connect(self) -> Any:  # noqa: ANN401 - chromadb is imported late
        """Connect with a time limit. Chroma's client has none, and offers no option for one."""
        import chromadb
        import httpx
        from chromadb.config import Settings

        httpx.get(f"{self._location.rstrip('/')}/api/v2/heartbeat", timeout=self._timeout_seconds).raise_for_status()
        url = urlsplit(self._location)
        port = url.port or (443 if url.scheme == "https" else 80)
        client = chromadb.HttpClient(
            host=url.hostname or "",
            port=port,
            ssl=url.scheme == "https",
            settings=Settings(anonymized_telemetry=False),
        )
        client._server._session.timeout = httpx.Timeout(self._timeout_seconds)  # type: ignore[attr-defined]
        return client


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
            with self._lock:
                self._call("upsert", ids=ids, embeddings=vectors[start : start + BATCH])

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored."""
        for start in range(0, len(passage_ids), BATCH):
            with self._lock:
                self._call("delete", ids=list(passage_ids[start : start + BATCH]))

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first."""
        if limit < 1:
            return []
        found = self._call("query", query_embeddings=vector[None, :], n_results=limit, include=["distances"])
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return [Match(passage_id=one, score=1.0 - float(distance)) for one, distance in pairs]

    def sample(self, limit: int) -> Vectors:
        """Return the vectors that were learnt first, up to `limit`."""
        return np.array(self._call("get", include=["embeddings"], limit=limit)["embeddings"], dtype=np.float32)

    def count(self) -> int:
        """Return how many passages it holds."""
        return int(self._call("count"))

    def refresh(self) -> None:
        """Do nothing: Chroma sees what it is taught at once."""

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""
        with self._lock, translated(self._client.location):
            self.__dict__.pop("_collection", None)
            return (self._collection.metadata or {}).get(POSITION)

    def set_position(self, number: int) -> None:
        """Remember, in the collection's metadata, that every change up to `number` is in it."""
        self._call("modify", metadata={POSITION: number})

    def ids(self) -> list[str]:
        """Return the ids of everything it says it holds."""
        found: list[str] = []
        while page := self._call("get", include=[], limit=PAGE, offset=len(found))["ids"]:
            found.extend(page)
        return found

    def clear(self) -> None:
        """Drop the collection; the next use makes it anew."""
        from chromadb.errors import NotFoundError

        with self._lock, translated(self._client.location), suppress(NotFoundError):
            self.__dict__.pop("_collection", None)
            self._client.client.delete_collection(self._name)

    def _call(self, method: str, **arguments: Any) -> Any:  # noqa: ANN401 - chromadb is imported late
        """Call a method of the collection; one that another instance dropped meanwhile is made anew, once."""
        from chromadb.errors import NotFoundError

        with translated(self._client.location):
            try:
                return getattr(self._collection, method)(**arguments)
            except NotFoundError:
                self.__dict__.pop("_collection", None)
                return getattr(self._collection, method)(**arguments)

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
    except httpx.TimeoutException as error:
        raise BackendTimeout("chroma", f"no answer in time; check ASSISTANT_CHROMA={location}") from error
    except (ChromaError, httpx.HTTPError, ValueError, OSError) as error:
        message = f"{error}; check ASSISTANT_CHROMA={location}"
        raise BackendError("chroma", message) from error
