"""Vectors of passages, from the cache where they are known; what is new is embedded, and remembered at once."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assistant.ports import Embedder, PartwiseEmbedder, VectorCache, Vectors
from assistant.types import Passage

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""

EMBEDDED_AT_ONCE = 256
"""Vectors are written down after so many texts: what a crash or a failing service costs is at most this."""


def quiet(_stage: str, _done: int, _total: int) -> None:
    """Report nothing."""


def vectors_of(
    passages: Sequence[Passage], embedder: Embedder, cache: VectorCache, progress: Progress = quiet
) -> tuple[Vectors, int]:
    """Return a row for each passage, and how many texts had to be embedded.

    Raises:
        BackendError: The embedder failed; what was embedded before is kept.
    """
    texts = {one.digest: one.indexed_text for one in passages}
    known = cache.get(embedder.fingerprint, list(texts))
    # Texts of like length make batches with little padding; the same texts make the same batches in any order.
    missing = sorted((one for one in texts if one not in known), key=lambda digest: (len(texts[digest]), digest))
    for start in range(0, len(missing), EMBEDDED_AT_ONCE):
        some = missing[start : start + EMBEDDED_AT_ONCE]
        for rows, vectors in _parts(embedder, [texts[one] for one in some]):
            fresh = dict(zip((some[row] for row in rows), vectors, strict=True))
            cache.put(embedder.fingerprint, fresh)
            known |= fresh
        progress("Embedding passages", min(start + EMBEDDED_AT_ONCE, len(missing)), len(missing))
    if not passages:
        return np.empty((0, embedder.dimension), dtype=np.float32), 0
    return np.stack([known[one.digest] for one in passages]), len(missing)


def _parts(embedder: Embedder, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Vectors]]:
    """Yield vectors with the rows they belong to, as they come: what was paid for is kept when a later part fails."""
    if isinstance(embedder, PartwiseEmbedder):
        yield from embedder.embed_documents_in_parts(texts)
    else:
        yield range(len(texts)), embedder.embed_documents(texts)
