"""Embeds with Cohere's API, which treats questions and documents differently."""

import math
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from assistant.embedders.pacing import Limits
from assistant.embedders.retrying import FOR_DOCUMENTS, FOR_QUERIES, PASSING, Patience
from assistant.embedders.sending import Sender, ServiceLimits
from assistant.embedders.tokens import Spans, approximate_spans
from assistant.embedders.vectors import checked, in_order
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.ports import Vectors
from assistant.privacy.masking import hidden
from assistant.providers import host_of, needed_key, retry_after_seconds

if TYPE_CHECKING:
    from cohere import ClientV2
    from cohere.core.api_error import ApiError

InputType = Literal["search_document", "search_query"]

MAX_TOKENS = 8192
"""Embed 4 reads more, but one vector for more than this says little."""

V3_MAX_TOKENS = 512
BATCH_TEXTS = 96
BATCH_TOKENS = 100_000
"""Below the 96 texts and 128,000 tokens that one request may hold."""

BY_MINUTE = Limits(texts_a_minute=2000)
"""Published in 2026 for trial and production keys alike; Cohere counts texts, not requests."""


class CohereEmbedder:
    """Implements `Embedder`. The client is made on first use; it sends what failed for a passing reason again."""

    def __init__(
        self,
        name: str,
        *,
        api_key: SecretStr | None,
        base_url: str | None,
        documents: Patience = FOR_DOCUMENTS,
        queries: Patience = FOR_QUERIES,
    ) -> None:
        """Take the `name` after `cohere:`. Servers of one's own, named by `base_url`, need no key and set the pace.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._backend = f"cohere:{name}"
        self._base_url = base_url
        self._api_key = needed_key(self._backend, "COHERE_API_KEY", api_key, base_url)
        by_minute = Limits() if base_url else BY_MINUTE
        limits = ServiceLimits(BATCH_TEXTS, BATCH_TOKENS, self.max_tokens, by_minute)
        self._sender = Sender(self._backend, limits, documents=documents, queries=queries)
        self._lock = threading.Lock()
        self._client: ClientV2 | None = None
        self._width: int | None = None

    @property
    def fingerprint(self) -> str:
        """Host and model; the provider does not tell its weights."""
        return f"cohere:{host_of(self._base_url, 'api.cohere.com')}:{self._name}"

    @property
    def dimension(self) -> int:
        """Width of a vector; asks the service once."""
        if self._width is None:
            self.embed_query("width")
        assert self._width is not None
        return self._width

    @property
    def max_tokens(self) -> int:
        """What the model reads of one text."""
        return V3_MAX_TOKENS if "v3" in self._name or "v2" in self._name else MAX_TOKENS

    def token_spans(self, text: str) -> Spans:
        """Return an upper estimate of the tokens."""
        return approximate_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension), made for being searched.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return in_order(self.embed_documents_in_parts(texts), len(texts), lambda: self.dimension)

    def embed_documents_in_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield row numbers and their unit vectors as requests succeed, in any order, so that none is paid for twice.

        Raises:
            BackendError: A request failed for good; the parts yielded before are good.
        """
        return self._sender.parts(texts, partial(self._request, "search_document"))

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), made for searching; what is personal in a question is masked.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return self._sender.one(hidden(text), partial(self._request, "search_query"))

    def _request(self, input_type: InputType, texts: list[str], timeout_seconds: float) -> Vectors:
        with translated(self._backend):
            response = self._connected().embed(
                model=self._name,
                texts=texts,
                input_type=input_type,
                embedding_types=["float"],
                # The client's own retries would multiply with those of `retrying`.
                request_options={"max_retries": 0, "timeout_in_seconds": math.ceil(timeout_seconds)},
            )
            rows = list(response.embeddings.float_ or ())
        vectors = checked(self._backend, rows, len(texts), self._width)
        self._width = vectors.shape[1]
        return vectors

    def _connected(self) -> "ClientV2":
        with self._lock:
            if self._client is None:
                self._client = connected(self, self._api_key, self._base_url)
            return self._client


def connected(owner: object, api_key: str, base_url: str | None) -> "ClientV2":
    """Return a client whose connections are closed when its `owner` is dropped; the SDK would leave them open."""
    import httpx
    from cohere import ClientV2

    connections = httpx.Client(timeout=FOR_DOCUMENTS.timeout_seconds)
    weakref.finalize(owner, connections.close)
    return ClientV2(api_key=api_key, base_url=base_url, httpx_client=connections)


@contextmanager
def translated(backend: str) -> Iterator[None]:
    """Turn what the SDK and its network raise into our errors."""
    import httpx
    from cohere.core.api_error import ApiError
    from cohere.core.parse_error import ParsingError

    try:
        yield
    except httpx.TimeoutException as error:
        raise BackendTimeout(backend, "no answer in time") from error
    except httpx.HTTPError as error:
        raise BackendError(backend, "the service cannot be reached; check CO_API_URL and the network") from error
    except ApiError as error:
        raise _from_status(backend, error) from error
    # What is left: a body that is no JSON, or JSON of another shape.
    except (ParsingError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadResponse(backend, f"the answer cannot be understood ({type(error).__name__})") from error


def _from_status(backend: str, error: "ApiError") -> BackendError:
    status = error.status_code or 0
    if status == 429:
        return RateLimited(
            backend, "too many requests, or the trial key is used up", retry_after_seconds(error.headers)
        )
    if status in (401, 403):
        return BadResponse(backend, "the key was refused; check COHERE_API_KEY")
    if status >= 500 or status in PASSING:
        return BackendError(backend, f"the service failed with status {status}")
    return BadResponse(backend, f"the service answered with status {status}, but nothing usable")
