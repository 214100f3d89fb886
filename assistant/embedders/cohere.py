"""Embeds with Cohere's API, which treats questions and documents differently."""

import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import SecretStr

from assistant.embedders.tokens import Spans, approximate_spans, readable, shortened
from assistant.embedders.vectors import checked, within_budget
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.ports import Vectors
from assistant.providers import host_of, needed_key, retry_after_seconds

if TYPE_CHECKING:
    from cohere import ClientV2
    from cohere.core.api_error import ApiError

InputType = Literal["search_document", "search_query"]

BATCH_TEXTS = 96
BATCH_TOKENS = 100_000
MAX_TOKENS = 8192
"""Embed 4 reads more, but one vector for more than this says little."""

V3_MAX_TOKENS = 512
TIMEOUT_SECONDS = 30
MAX_RETRIES = 2


class CohereEmbedder:
    """Implements `Embedder`. The client is made on first use; it retries what is worth a retry."""

    def __init__(self, name: str, *, api_key: SecretStr | None, base_url: str | None) -> None:
        """Take the `name` after `cohere:`.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._backend = f"cohere:{name}"
        self._base_url = base_url
        self._api_key = needed_key(self._backend, "COHERE_API_KEY", api_key, base_url)
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
            self._request(["width"], "search_document")
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
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._embed(texts, "search_document")

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), made for searching.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        vector: Vectors = self._embed([text], "search_query")[0]
        return vector

    def _embed(self, texts: Sequence[str], input_type: InputType) -> Vectors:
        spans = [approximate_spans(text) for text in texts]
        kept = [shortened(readable(text), span, self.max_tokens) for text, span in zip(texts, spans, strict=True)]
        batches = within_budget(kept, [len(span) for span in spans], BATCH_TEXTS, BATCH_TOKENS)
        return np.concatenate([self._request(batch, input_type) for batch in batches])

    def _request(self, texts: list[str], input_type: InputType) -> Vectors:
        with _translated(self._backend):
            response = self._connected().embed(
                model=self._name,
                # The service refuses an empty text, but takes a space.
                texts=[text or " " for text in texts],
                input_type=input_type,
                embedding_types=["float"],
                request_options={"max_retries": MAX_RETRIES, "timeout_in_seconds": TIMEOUT_SECONDS},
            )
            rows = list(response.embeddings.float_ or ())
        vectors = checked(self._backend, rows, len(texts), self._width)
        self._width = vectors.shape[1]
        return vectors

    def _connected(self) -> "ClientV2":
        with self._lock:
            if self._client is None:
                import httpx
                from cohere import ClientV2

                connections = httpx.Client(timeout=TIMEOUT_SECONDS)
                # The SDK leaves its connections open when it is dropped.
                weakref.finalize(self, connections.close)
                self._client = ClientV2(api_key=self._api_key, base_url=self._base_url, httpx_client=connections)
            return self._client


@contextmanager
def _translated(backend: str) -> Iterator[None]:
    import httpx
    from cohere.core.api_error import ApiError
    from cohere.core.parse_error import ParsingError

    try:
        yield
    except httpx.TimeoutException as error:
        raise BackendTimeout(backend, f"no embeddings within {TIMEOUT_SECONDS} s") from error
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
        return RateLimited(backend, "too many requests, or the quota is spent", retry_after_seconds(error.headers))
    if status in (401, 403):
        return BadResponse(backend, "the key was refused; check COHERE_API_KEY")
    if status >= 500:
        return BackendError(backend, f"the service failed with status {status}")
    return BadResponse(backend, f"the service answered with status {status}, but nothing usable")
