"""Embeds with Cohere's API, which treats questions and documents differently."""

import math
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from assistant.embedders.hosted import HostedEmbedder, Service, Use
from assistant.embedders.pacing import Limits
from assistant.embedders.retrying import FOR_DOCUMENTS, PASSING
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.providers import retry_after_seconds

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


SERVICE = Service("cohere", "api.cohere.com", "COHERE_API_KEY", BATCH_TEXTS, BATCH_TOKENS, BY_MINUTE)

_INPUT_TYPES: dict[Use, InputType] = {"document": "search_document", "query": "search_query"}


class CohereEmbedder(HostedEmbedder):
    """Implements `Embedder`. The client is made on first use."""

    service = SERVICE
    _client: "ClientV2 | None" = None

    @property
    def max_tokens(self) -> int:
        """What the model reads of one text."""
        return V3_MAX_TOKENS if "v3" in self._name or "v2" in self._name else MAX_TOKENS

    def _rows(self, use: Use, texts: list[str], timeout_seconds: float) -> list[list[float]]:
        with translated(self._backend):
            response = self._connected().embed(
                model=self._name,
                texts=texts,
                input_type=_INPUT_TYPES[use],
                embedding_types=["float"],
                # The client's own retries would multiply with those of `retrying`.
                request_options={"max_retries": 0, "timeout_in_seconds": math.ceil(timeout_seconds)},
            )
            return list(response.embeddings.float_ or ())

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
