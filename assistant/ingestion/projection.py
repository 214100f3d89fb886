"""Teaches the derived indexes what the catalog says they lack."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from assistant.ports import Catalog, Embedder, KeywordIndex, VectorIndex, Vectors
from assistant.types import Passage

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and how much there is."""

_EMBEDDED_AT_ONCE = 512
_MARKED_AT_ONCE = 4096
"""A keyword commit costs about the same for one passage as for thousands."""


def project(
    catalog: Catalog, embedder: Embedder, vectors: VectorIndex, keywords: KeywordIndex, progress: Progress
) -> None:
    """Bring both indexes up to date. Idempotent; killed at any instant, the next call goes on where this one was.

    Raises:
        BackendError: The embedder failed; what was embedded before is kept.
    """
    passages, removed = catalog.pending()
    if removed:
        vectors.remove(removed)
        keywords.remove(removed)
        catalog.mark_projected(removed)
    # Texts of like length make batches with little padding.
    passages.sort(key=lambda passage: len(passage.indexed_text))
    done = 0
    for batch in _in_groups(passages, _MARKED_AT_ONCE):
        for group in _in_groups(batch, _EMBEDDED_AT_ONCE):
            vectors.upsert([passage.id for passage in group], _vectors_of(group, catalog, embedder))
            done += len(group)
            progress("Indexing passages", done, len(passages))
        keywords.upsert(batch)
        catalog.mark_projected([passage.id for passage in batch])


def _in_groups(passages: Sequence[Passage], size: int) -> Iterator[Sequence[Passage]]:
    return (passages[start : start + size] for start in range(0, len(passages), size))


def _vectors_of(passages: Sequence[Passage], catalog: Catalog, embedder: Embedder) -> Vectors:
    """Return a row for each passage, embedding only texts that were never embedded before."""
    texts = {hashlib.sha256(passage.indexed_text.encode()).hexdigest(): passage.indexed_text for passage in passages}
    known = dict(catalog.cached_vectors(embedder.fingerprint, list(texts)))
    missing = [digest for digest in texts if digest not in known]
    if missing:
        fresh = dict(zip(missing, embedder.embed_documents([texts[digest] for digest in missing]), strict=True))
        catalog.cache_vectors(embedder.fingerprint, fresh)
        known |= fresh
    order = [hashlib.sha256(passage.indexed_text.encode()).hexdigest() for passage in passages]
    return np.stack([known[digest] for digest in order])
