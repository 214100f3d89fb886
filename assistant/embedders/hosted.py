"""What embedders of paid services have in common: a key or a server of one's own, limits, and masked questions."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Literal

from pydantic import SecretStr

from assistant.embedders.pacing import Limits
from assistant.embedders.retrying import FOR_DOCUMENTS, FOR_QUERIES, Patience
from assistant.embedders.sending import Sender, ServiceLimits
from assistant.embedders.tokens import Spans, approximate_spans
from assistant.embedders.vectors import checked, in_order
from assistant.ports import Vectors
from assistant.privacy.masking import hidden
from assistant.providers import host_of, needed_key

Use = Literal["document", "query"]


@dataclass(frozen=True)
class Service:
    """Its name before the colon, its host, where its key is looked for, and what a request and a minute may hold."""

    name: str
    host: str
    key_variable: str
    batch_texts: int
    batch_tokens: int
    by_minute: Limits


class HostedEmbedder(ABC):
    """Implements `Embedder` but for `_rows`; what failed for a passing reason is sent again."""

    service: ClassVar[Service]

    def __init__(
        self,
        name: str,
        *,
        api_key: SecretStr | None,
        base_url: str | None,
        documents: Patience = FOR_DOCUMENTS,
        queries: Patience = FOR_QUERIES,
    ) -> None:
        """Take the `name` after the service's. Servers of one's own, named by `base_url`, need no key and set the pace.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._backend = f"{self.service.name}:{name}"
        self._base_url = base_url
        self._api_key = needed_key(self._backend, self.service.key_variable, api_key, base_url)
        by_minute = Limits() if base_url else self.service.by_minute
        limits = ServiceLimits(self.service.batch_texts, self.service.batch_tokens, self.max_tokens, by_minute)
        self._sender = Sender(self._backend, limits, documents=documents, queries=queries)
        self._lock = threading.Lock()
        self._width: int | None = None

    @property
    def fingerprint(self) -> str:
        """Host and model; the provider does not tell its weights."""
        return f"{self.service.name}:{host_of(self._base_url, self.service.host)}:{self._name}"

    @property
    def dimension(self) -> int:
        """Width of a vector; asks the service once."""
        if self._width is None:
            self.embed_query("width")
        assert self._width is not None
        return self._width

    @property
    @abstractmethod
    def max_tokens(self) -> int:
        """What the model reads of one text."""

    def token_spans(self, text: str) -> Spans:
        """Return an upper estimate of the tokens."""
        return approximate_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), made for being searched where the model tells that apart.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return in_order(self.embed_documents_in_parts(texts), len(texts), lambda: self.dimension)

    def embed_documents_in_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield row numbers and their unit vectors as requests succeed, in any order, so that none is paid for twice.

        Raises:
            BackendError: A request failed for good; the parts yielded before are good.
        """
        return self._sender.parts(texts, partial(self._vectors, "document"))

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), made for searching; what is personal in a question is masked.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return self._sender.one(hidden(text), partial(self._vectors, "query"))

    def _vectors(self, use: Use, texts: list[str], timeout_seconds: float) -> Vectors:
        vectors = checked(self._backend, self._rows(use, texts, timeout_seconds), len(texts), self._width)
        self._width = vectors.shape[1]
        return vectors

    @abstractmethod
    def _rows(self, use: Use, texts: list[str], timeout_seconds: float) -> list[list[float]]:
        """Return a row of numbers for each text, from one request; its own retries would multiply with those here.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
