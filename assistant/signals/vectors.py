"""The vectors that the heads read: those that the search of a turn needs anyway, where their model is the right one."""

import logging
from collections.abc import Callable, Sequence

from assistant.errors import AssistantError
from assistant.ports import Embedder
from assistant.ports.indexes import Vectors

logger = logging.getLogger(__name__)


class SharedVectors:
    """Gives the vector of a message, or None: nobody waits for another model, and no turn fails for want of a mood."""

    def __init__(self, embedder: Callable[[], Embedder], known: str) -> None:
        """Ask what `embedder` returns, if its fingerprint holds `known`: the digest of the weights the heads know."""
        self._embedder = embedder
        self._known = known
        self._prepared: dict[str, Vectors] = {}
        self._judged: tuple[Embedder, bool] | None = None

    def __call__(self, text: str) -> Vectors | None:
        """Return the unit vector of a text; None where the embedder is another one, or fails."""
        if text in self._prepared:
            return self._prepared[text]
        try:
            embedder = self._embedder()
            return embedder.embed_query(text) if self._is_known(embedder) else None
        except AssistantError as error:
            logger.debug("the mood is read without a vector: %s", error)
            return None

    def all_of(self, texts: Sequence[str]) -> Sequence[Vectors | None]:
        """Return the vectors of several texts, as `__call__` does.

        ONNX Runtime reads short texts fastest one by one, with 8 bits; torch reads many at once in half the time.
        """
        try:
            embedder = self._embedder()
            if len(texts) < 2 or not self._is_known(embedder) or embedder.fingerprint.startswith("onnx:"):
                return [self(text) for text in texts]
            return list(embedder.embed_documents(texts))
        except AssistantError as error:
            logger.debug("texts are read without vectors: %s", error)
            return [None] * len(texts)

    def prepare(self, texts: Sequence[str]) -> None:
        """Embed many texts at once, which is faster than one by one.

        Raises:
            AssistantError: The embedder failed.
        """
        embedder = self._embedder()
        if texts and self._is_known(embedder):
            self._prepared |= dict(zip(texts, embedder.embed_documents(texts), strict=True))

    def _is_known(self, embedder: Embedder) -> bool:
        judged = self._judged
        if judged is None or judged[0] is not embedder:
            judged = self._judged = (embedder, self._known in embedder.fingerprint)
        return judged[1]
