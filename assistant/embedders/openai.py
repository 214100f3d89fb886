"""Embeds with OpenAI's API, or any server that speaks it (`OPENAI_BASE_URL`)."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
    from openai import APIStatusError, OpenAI

MAX_TOKENS = 8191
OTHER_MAX_TOKENS = 512
"""For names that are not OpenAI's: most open embedding models read this much."""

BATCH_TEXTS = 128
BATCH_TOKENS = 100_000
"""A third of what OpenAI takes in one request, as tokens are estimated."""

QUOTA_SPENT = "insufficient_quota"
"""Comes with the status of too many requests, but no waiting helps."""

BY_MINUTE = Limits(requests_a_minute=3000, tokens_a_minute=1_000_000)
"""Of the smallest paying account ("tier 1") for each text-embedding model, as published in 2026."""


class OpenAIEmbedder:
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
        """Take the `name` after `openai:`. Servers of one's own, named by `base_url`, need no key and set the pace.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._backend = f"openai:{name}"
        self._base_url = base_url
        self._api_key = needed_key(self._backend, "OPENAI_API_KEY", api_key, base_url)
        by_minute = Limits() if base_url else BY_MINUTE
        limits = ServiceLimits(BATCH_TEXTS, BATCH_TOKENS, self.max_tokens, by_minute)
        self._sender = Sender(self._backend, limits, documents=documents, queries=queries)
        self._lock = threading.Lock()
        self._client: OpenAI | None = None
        self._width: int | None = None

    @property
    def fingerprint(self) -> str:
        """Host and model; the provider does not tell its weights."""
        return f"openai:{host_of(self._base_url, 'api.openai.com')}:{self._name}"

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
        return MAX_TOKENS if self._name.startswith("text-embedding-") else OTHER_MAX_TOKENS

    def token_spans(self, text: str) -> Spans:
        """Return an upper estimate of the tokens."""
        return approximate_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension).

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return in_order(self.embed_documents_in_parts(texts), len(texts), lambda: self.dimension)

    def embed_documents_in_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield row numbers and their unit vectors as requests succeed, in any order, so that none is paid for twice.

        Raises:
            BackendError: A request failed for good; the parts yielded before are good.
        """
        return self._sender.parts(texts, self._request)

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,); what is personal in a question is masked.

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        return self._sender.one(hidden(text), self._request)

    def _request(self, texts: list[str], timeout_seconds: float) -> Vectors:
        with _translated(self._backend):
            response = self._connected().embeddings.create(
                model=self._name, input=texts, encoding_format="float", timeout=timeout_seconds
            )
            rows = [(one.index, one.embedding) for one in response.data or ()]
        if sorted(index for index, _ in rows) != list(range(len(texts))):
            raise BadResponse(self._backend, f"the {len(rows)} rows do not belong to the {len(texts)} texts one by one")
        ordered = [row for _, row in sorted(rows, key=lambda row: row[0])]
        vectors = checked(self._backend, ordered, len(texts), self._width)
        self._width = vectors.shape[1]
        return vectors

    def _connected(self) -> "OpenAI":
        with self._lock:
            if self._client is None:
                from openai import OpenAI

                # Its own retries would multiply with those of `retrying`.
                self._client = OpenAI(api_key=self._api_key, base_url=self._base_url, max_retries=0)
            return self._client


@contextmanager
def _translated(backend: str) -> Iterator[None]:
    import openai

    try:
        yield
    except openai.APITimeoutError as error:
        raise BackendTimeout(backend, "no embeddings in time") from error
    except openai.APIConnectionError as error:
        raise BackendError(backend, "the service cannot be reached; check OPENAI_BASE_URL and the network") from error
    except openai.APIStatusError as error:
        raise _from_status(backend, error) from error
    # What is left: a body that is no JSON, or JSON of another shape.
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadResponse(backend, f"the answer cannot be understood ({type(error).__name__})") from error


def _from_status(backend: str, error: "APIStatusError") -> BackendError:
    status = error.status_code
    if status == 429 and error.code == QUOTA_SPENT:
        return BadResponse(backend, "the quota is spent; add credit to the account, then run again")
    if status == 429:
        return RateLimited(backend, "too many requests", retry_after_seconds(error.response.headers))
    if status in (401, 403):
        return BadResponse(backend, "the key was refused; check OPENAI_API_KEY")
    if status >= 500 or status in PASSING:
        return BackendError(backend, f"the service failed with status {status}")
    return BadResponse(backend, f"refused with status {status}: {error.message}")
