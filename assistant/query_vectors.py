"""The vectors of many questions at once, as a turn would get them one by one."""

from collections.abc import Callable, Sequence

import numpy as np

from assistant.ports import Embedder, Vectors
from assistant.privacy.masking import hidden

PROBED_TEXTS = 3
BATCH = 256

Done = Callable[[int], None]
"""Told how many questions are embedded."""


def query_vectors(embedder: Embedder, questions: Sequence[str], done: Done | None = None) -> Vectors:
    """Return the vectors of questions; many at once, where the embedder does not tell them from documents.

    Customers wrote them, and many at once would reach a service as they are: what is personal is masked before.

    Raises:
        BackendError: The embedder failed.
    """
    questions = [hidden(one) for one in questions]
    probe = questions[:PROBED_TEXTS]
    singly = np.stack([embedder.embed_query(one) for one in probe]) if probe else np.empty((0, embedder.dimension))
    alike = np.allclose(singly, embedder.embed_documents(probe), atol=1e-3)
    parts: list[Vectors] = [np.empty((0, embedder.dimension), dtype=np.float32)]
    for start in range(0, len(questions), BATCH):
        batch = questions[start : start + BATCH]
        parts.append(embedder.embed_documents(batch) if alike else np.stack([embedder.embed_query(q) for q in batch]))
        if done is not None:
            done(start + len(batch))
    return np.concatenate(parts)
