"""A light change of the query vector, learnt from one company's questions; documents keep their vectors."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from assistant.errors import ConfigurationError
from assistant.ports import Embedder, Vectors

PART = "adapter"
"""The name under which it is stored."""


@dataclass(frozen=True)
class Adapter:
    """Turns a query vector q into the unit vector of q + gate * (q @ down) @ up.

    `down` has the shape (dimension, rank), `up` (rank, dimension). The gate is 0 for a question whose cosine to the
    nearest of the `anchors`, centres of what was learnt from, is below `closed_below`, and 1 from `open_above` on: a
    question of another kind is searched for as if nothing had been learnt.
    """

    down: Vectors
    up: Vectors
    anchors: Vectors
    closed_below: float
    open_above: float

    def __call__(self, queries: Vectors) -> Vectors:
        """Return the adapted vectors, of the same shape: one vector, or one in each row."""
        nearest = (queries @ self.anchors.T).max(axis=-1, keepdims=True)
        gate = np.clip((nearest - self.closed_below) / (self.open_above - self.closed_below), 0.0, 1.0)
        moved = queries + gate * ((queries @ self.down) @ self.up)
        lengths = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / np.where(lengths == 0, 1, lengths), dtype=np.float32)

    def to_bytes(self) -> bytes:
        """Return it in 16-bit floats: the loss is far below what changes a ranking, and it is half the size."""
        file = io.BytesIO()
        gate = np.array([self.closed_below, self.open_above], dtype=np.float32)
        halves = {name: getattr(self, name).astype(np.float16) for name in ("down", "up", "anchors")}
        np.savez_compressed(file, gate=gate, **halves)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, payload: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ConfigurationError: These are not the bytes of an adapter.
        """
        try:
            with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
                names = ("down", "up", "anchors", "gate")
                down, up, anchors, gate = (np.asarray(arrays[name], dtype=np.float32) for name in names)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
            raise ConfigurationError("the stored adapter cannot be read; run `assistant tune` again") from error
        return cls(down=down, up=up, anchors=anchors, closed_below=float(gate[0]), open_above=float(gate[1]))


class AdaptedEmbedder:
    """An embedder whose query vectors go through an adapter. Documents are embedded as before."""

    def __init__(self, embedder: Embedder, adapter: Adapter) -> None:
        """Adapt the queries of an embedder."""
        self._embedder = embedder
        self._adapter = adapter

    @property
    def fingerprint(self) -> str:
        """That of the embedder: its document vectors are the same."""
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        """Width of a vector."""
        return self._embedder.dimension

    @property
    def max_tokens(self) -> int:
        """Tokens of one text that are read."""
        return self._embedder.max_tokens

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """Character range of each token of `text`, in order."""
        return self._embedder.token_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of documents as the embedder makes them; raises BackendError."""
        return self._embedder.embed_documents(texts)

    def embed_query(self, text: str) -> Vectors:
        """Return the adapted unit vector of a question, shape (dimension,); raises BackendError."""
        return self._adapter(self._embedder.embed_query(text))
