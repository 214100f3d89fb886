"""Embeds with OpenAI's API, or any server that speaks it (`OPENAI_BASE_URL`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assistant.embedders.hosted import HostedEmbedder, Service, Use
from assistant.embedders.pacing import Limits
from assistant.embedders.retrying import PASSING
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.providers import retry_after_seconds

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


SERVICE = Service("openai", "api.openai.com", "OPENAI_API_KEY", BATCH_TEXTS, BATCH_TOKENS, BY_MINUTE)


class OpenAIEmbedder(HostedEmbedder):
    """Implements `Embedder`. The client is made on first use."""

    service = SERVICE
    _client: "OpenAI | None" = None

    @property
    def max_tokens(self) -> int:
        """What the model reads of one text."""
        return MAX_TOKENS if self._name.startswith("text-embedding-") else OTHER_MAX_TOKENS

    def _rows(
        self,
        use: Use,  # noqa: ARG002 - its models embed questions and documents alike
        texts: list[str],
        timeout_seconds: float,
    ) -> list[list[float]]:
        with _translated(self._backend):
            response = self._connected().embeddings.create(
                model=self._name, input=texts, encoding_format="float", timeout=timeout_seconds
            )
            rows = [(one.index, one.embedding) for one in response.data or ()]
        if sorted(index for index, _ in rows) != list(range(len(texts))):
            raise BadResponse(self._backend, f"the {len(rows)} rows do not belong to the {len(texts)} texts one by one")
        return [row for _, row in sorted(rows, key=lambda row: row[0])]

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
