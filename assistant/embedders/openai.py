"""Embeds with OpenAI's API, or any server that speaks it (`OPENAI_BASE_URL`)."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from pydantic import SecretStr

from assistant.embedders.tokens import Spans, approximate_spans, readable, shortened
from assistant.embedders.vectors import checked, within_budget
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.ports import Vectors
from assistant.providers import host_of, needed_key, retry_after_seconds

if TYPE_CHECKING:
    from openai import OpenAI

BATCH_TEXTS = 128
BATCH_TOKENS = 100_000
"""A third of what OpenAI takes in one request, as tokens are estimated."""

MAX_TOKENS = 8191
OTHER_MAX_TOKENS = 512
"""For names that are not OpenAI's: most open embedding models read this much."""

TIMEOUT_SECONDS = 30.0
MAX_RETRIES = 2


class OpenAIEmbedder:
    """Implements `Embedder`. The client is made on first use; it retries what is worth a retry."""

    def __init__(self, name: str, *, api_key: SecretStr | None, base_url: str | None) -> None:
        """Take the `name` after `openai:`. Servers of one's own, named by `base_url`, need no key.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._backend = f"openai:{name}"
        self._base_url = base_url
        self._api_key = needed_key(self._backend, "OPENAI_API_KEY", api_key, base_url)
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
            self._request(["width"])
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
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        spans = [approximate_spans(text) for text in texts]
        kept = [shortened(readable(text), span, self.max_tokens) for text, span in zip(texts, spans, strict=True)]
        batches = within_budget(kept, [len(span) for span in spans], BATCH_TEXTS, BATCH_TOKENS)
        return np.concatenate([self._request(batch) for batch in batches])

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,).

        Raises:
            BackendError: The service failed or sent something else than was asked for.
        """
        vector: Vectors = self.embed_documents([text])[0]
        return vector

    def _request(self, texts: list[str]) -> Vectors:
        # The service refuses an empty text, but takes a space.
        texts = [text or " " for text in texts]
        with _translated(self._backend):
            response = self._connected().embeddings.create(model=self._name, input=texts, encoding_format="float")
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

                self._client = OpenAI(
                    api_key=self._api_key, base_url=self._base_url, timeout=TIMEOUT_SECONDS, max_retries=MAX_RETRIES
                )
            return self._client


@contextmanager
def _translated(backend: str) -> Iterator[None]:
    import openai

    try:
        yield
    except openai.APITimeoutError as error:
        raise BackendTimeout(backend, f"no embeddings within {TIMEOUT_SECONDS:.0f} s") from error
    except openai.RateLimitError as error:
        wait = retry_after_seconds(error.response.headers)
        raise RateLimited(backend, "too many requests, or the quota is spent", wait) from error
    except (openai.AuthenticationError, openai.PermissionDeniedError) as error:
        raise BadResponse(backend, "the key was refused; check OPENAI_API_KEY") from error
    except openai.InternalServerError as error:
        raise BackendError(backend, f"the service failed with status {error.status_code}") from error
    except openai.APIConnectionError as error:
        raise BackendError(backend, "the service cannot be reached; check OPENAI_BASE_URL and the network") from error
    except openai.APIStatusError as error:
        raise BadResponse(backend, f"refused with status {error.status_code}: {error.message}") from error
    # What is left: a body that is no JSON, or JSON of another shape.
    except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadResponse(backend, f"the answer cannot be understood ({type(error).__name__})") from error
