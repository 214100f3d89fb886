"""Reads the intent of messages while customers wait: whatever is missing or broken, a turn goes on without."""

import logging
from collections.abc import Callable, Sequence

from assistant.errors import BackendError, ConfigurationError, IndexMismatch
from assistant.intents.model import IntentModel
from assistant.intents.store import IntentStore
from assistant.ports import Embedder
from assistant.query_vectors import query_vectors
from assistant.types import IntentGuess

logger = logging.getLogger(__name__)


class IntentReader:
    """Joins the learnt intents with the embedder in use. Thread-safe."""

    def __init__(self, store: IntentStore, embedder: Callable[[], Embedder]) -> None:
        """Read what `store` holds with what `embedder` returns; neither is asked before the first message."""
        self._store = store
        self._embedder = embedder
        self._told = ""

    def model(self) -> IntentModel | None:
        """Return what was learnt; None where no intents were trained.

        Raises:
            ConfigurationError: The file is damaged.
            IndexMismatch: They were trained with another embedder than is in use.
        """
        model = self._store.get()
        if model is None:
            return None
        fingerprint = self._embedder().fingerprint
        if fingerprint != model.fingerprint:
            raise IndexMismatch(
                f"the intents were trained with {model.fingerprint} and the embedder is {fingerprint}; "
                "run `assistant intents train FILE` again"
            )
        return model

    def read(self, text: str) -> IntentGuess | None:
        """Return the intent of a message; None where no intents were trained, or where they cannot be used now."""
        try:
            model = self.model()
            if model is None or not text.strip():
                return None
            return model.guess(text, self._embedder().embed_query(text))
        except (ConfigurationError, IndexMismatch, BackendError) as error:
            if str(error) != self._told:
                logger.warning("no intent is read: %s", error)
                self._told = str(error)
            return None

    def read_all(self, texts: Sequence[str]) -> list[IntentGuess]:
        """Return the intents of messages, in order.

        Raises:
            ConfigurationError: No intents were trained.
            IndexMismatch: They were trained with another embedder than is in use.
            BackendError: The embedder failed.
        """
        model = self.model()
        if model is None:
            raise ConfigurationError("no intents were trained yet; run `assistant intents train FILE`")
        return model.guess_all(texts, query_vectors(self._embedder(), texts)) if texts else []
