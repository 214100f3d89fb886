"""The models and indexes that search rests on."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from assistant.types import (
    Match,
    Passage,
    Readout,
)

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit-length vectors. Thread-safe; loads its model on first use, not when constructed."""

    @property
    def fingerprint(self) -> str:
        """Names model, weights and preprocessing: two embedders share it only if their vectors may be mixed."""

    @property
    def dimension(self) -> int:
        """Width of a vector. May load the model or ask the service once."""

    @property
    def max_tokens(self) -> int:
        """Tokens of one text that are read; the rest would be cut in silence. Special tokens are not counted."""

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """Character range of each token of `text`, in order; an upper estimate where the tokenizer is not public."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return shape (len(texts), dimension), row i for texts[i]; an empty sequence gives shape (0, dimension).

        Raises:
            BackendError: The model or service failed.
        """

    def embed_query(self, text: str) -> Vectors:
        """Return shape (dimension,) for a question; models with a query prefix apply it here.

        Raises:
            BackendError: The model or service failed.
        """


@runtime_checkable
class PartwiseEmbedder(Protocol):
    """An embedder that hands on results as they come, so that a failure does not lose those before it."""

    def embed_documents_in_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield the rows of `texts` that were embedded, with their vectors; together they are all rows, once.

        Raises:
            BackendError: The service failed, after everything that it finished was yielded.
        """


class Reranker(Protocol):
    """Judges passages by reading each one together with the question. Thread-safe."""

    @property
    def name(self) -> str:
        """`scheme:name`, as an operator writes it."""

    def warm_up(self) -> None:
        """Load what is needed, so that the time of `rerank` is spent on passages.

        Raises:
            AssistantError: The model cannot be loaded, or is none that can rank.
        """

    def rerank(self, question: str, texts: Sequence[str], seconds: float) -> list[float]:
        """Return how likely each text answers the question, 0 to 1, in the order of `texts`.

        Where `seconds` are over before the last text was read, only the scores of the first ones come back. Any text
        is accepted; of very long ones, question or passage, only the beginning is read.

        Raises:
            BackendError: The model or service failed.
        """


class Reader(Protocol):
    """Reads texts together with a question and tells which hold the answer, and where. Thread-safe."""

    @property
    def name(self) -> str:
        """As an operator writes it."""

    @property
    def language(self) -> str:
        """The ISO 639-1 code of the only language that it reads; empty where it reads any."""

    def warm_up(self) -> None:
        """Load what is needed, so that the time of `read` is spent on texts.

        Raises:
            AssistantError: The model cannot be made or loaded.
        """

    def read(self, question: str, texts: Sequence[str], seconds: float) -> list[Readout]:
        """Return what it made of each text, in order, as far as `seconds` reach.

        Any text is accepted; of very long ones, question or passage, only the beginning is read.

        Raises:
            BackendError: The model failed.
        """


class VectorIndex(Protocol):
    """A derived index of passage vectors. Everything in it can be rebuilt from the catalog."""

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Insert or overwrite; any number at once; an empty sequence does nothing."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored."""

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first; fewer than `limit` where fewer exist."""

    def sample(self, limit: int) -> Vectors:
        """Return the vectors of some passages, `limit` or as many as it holds, the same ones while nothing changes."""

    def count(self) -> int:
        """Return how many passages it holds."""

    def clear(self) -> None:
        """Drop everything."""

    def refresh(self) -> None:
        """See what has changed since it was opened, where it does not see that by itself."""

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""

    def set_position(self, number: int) -> None:
        """Remember that every change up to `number` is in it."""


@runtime_checkable
class HoldsVectors(Protocol):
    """What an index of vectors in memory can do besides: tell them faster than they are read from the catalog."""

    def vectors_of(self, passage_ids: Sequence[str]) -> Vectors:
        """Return shape (len(passage_ids), dimension), in the order asked; a row of zeros for what it does not hold.

        Where it holds none of them, the width may be 0.
        """


class KeywordIndex(Protocol):
    """A derived BM25 index over title, heading and text."""

    def upsert(self, passages: Sequence[Passage]) -> None:
        """Insert or overwrite by id, durable on return."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored. Durable on return."""

    def search(
        self,
        question: str,
        limit: int,
        lent: Mapping[str, float] | None = None,
        among: Sequence[str] | None = None,
    ) -> list[Match]:
        """Return matches of any word of the question, best first, equals by id. Any text is accepted, never parsed.

        `lent` holds stemmed terms that are not in the question, and what each weighs where one of the question is 1.
        With `among`, only these passages are found; their scores, and their order, are as in a search of all.
        """

    def document_frequency(self, word: str) -> int:
        """Return in how many passages the word occurs, after the index's own stemming."""

    def stems_with(self, beginning: str) -> Sequence[str]:
        """Return the stemmed terms that begin so, also some that only passages held that were removed meanwhile."""

    def words_with(self, beginning: str) -> Sequence[str]:
        """Return the words of letters that begin so, in small letters, also some of passages removed meanwhile."""

    def holding(self, word: str, limit: int) -> list[str]:
        """Return up to `limit` passages that hold a word of `words_with`."""

    def count(self) -> int:
        """Return how many passages it holds."""

    def clear(self) -> None:
        """Drop everything."""

    def refresh(self) -> None:
        """See what another process has written since this one opened it."""

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""

    def set_position(self, number: int) -> None:
        """Remember that every change up to `number` is in it."""


class VectorCache(Protocol):
    """Vectors by embedder and digest of the embedded text: nothing is embedded twice."""

    def get(self, fingerprint: str, digests: Sequence[str]) -> dict[str, Vectors]:
        """Return the known vectors among the sha256 hex digests of embedded texts."""

    def of_passages(self, fingerprint: str, passage_ids: Sequence[str] | None = None) -> Iterator[tuple[str, bytes]]:
        """Yield id and vector, as float32, of each passage that an embedder's indexes hold and that was embedded.

        With `passage_ids`, of those passages only.
        """

    def put(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Remember vectors by digest; a second write of the same digest is ignored."""
