"""Reranks with Cohere's API."""

import math
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.embedders.cohere import connected, translated
from assistant.embedders.pacing import Limits, Pace
from assistant.embedders.retrying import Patience, Retrying
from assistant.errors import BackendTimeout, BadResponse
from assistant.privacy.masking import hidden
from assistant.providers import needed_key
from assistant.rerankers.reading import pairs_of

if TYPE_CHECKING:
    from cohere import ClientV2

BY_MINUTE = Limits(requests_a_minute=1000)
"""Published for production keys; a trial key's few requests are told by the first refusal."""

ATTEMPTS = 2


class CohereReranker:
    """Implements `Reranker`. The client is made on first use; all passages go in one request."""

    def __init__(self, name: str, *, api_key: SecretStr | None, base_url: str | None) -> None:
        """Take the `name` after `cohere:`. Servers of one's own, named by `base_url`, need no key and set the pace.

        Raises:
            MissingSecret: There is neither a key nor a `base_url`.
        """
        self._name = name
        self._base_url = base_url
        self._api_key = needed_key(self.name, "COHERE_API_KEY", api_key, base_url)
        self._pace = Pace(Limits() if base_url else BY_MINUTE)
        self._lock = threading.Lock()
        self._client: ClientV2 | None = None

    @property
    def name(self) -> str:
        """`cohere:` and the model's name."""
        return f"cohere:{self._name}"

    def warm_up(self) -> None:
        """Make the client; nothing is asked, because every request is paid for."""
        self._connected()

    def rerank(self, question: str, texts: Sequence[str], seconds: float) -> list[float]:
        """Return the service's relevance of each text, 0 to 1: all of them, or an error once `seconds` are over.

        Raises:
            BackendError: The service failed, was too slow, or sent something else than was asked for.
        """
        if not texts:
            return []
        until = time.monotonic() + seconds
        if self._pace.reserve(len(texts), 0) >= seconds:
            raise BackendTimeout(self.name, "not asked, because the service's limit for a minute is reached")
        pairs = pairs_of(hidden(question), texts)
        # The service refuses an empty text, but takes a space.
        asked, documents = (
            pairs[0][0] if question.strip() else " ",
            [text if text.strip() else " " for _, text in pairs],
        )

        def attempt() -> list[float]:
            return self._request(asked, documents, until - time.monotonic())

        patience = Patience(attempts=ATTEMPTS, budget_seconds=seconds, timeout_seconds=seconds)
        return Retrying(self._pace, patience).call(attempt)

    def _request(self, question: str, documents: list[str], seconds: float) -> list[float]:
        with translated(self.name):
            response = self._connected().rerank(
                model=self._name,
                query=question,
                documents=documents,
                # The client's own retries would multiply with those of `Retrying`.
                request_options={"max_retries": 0, "timeout_in_seconds": max(1, math.ceil(seconds))},
            )
            scores = {one.index: float(one.relevance_score) for one in response.results}
        if sorted(scores) != list(range(len(documents))):
            raise BadResponse(self.name, f"{len(scores)} scores came back for {len(documents)} passages")
        if not all(math.isfinite(one) for one in scores.values()):
            raise BadResponse(self.name, "a score is not a number")
        return [min(1.0, max(0.0, scores[row])) for row in range(len(documents))]

    def _connected(self) -> "ClientV2":
        with self._lock:
            if self._client is None:
                self._client = connected(self, self._api_key, self._base_url)
            return self._client
