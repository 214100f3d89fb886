"""Arithmetic that the embedders share: unit length, and checks of what a backend returned."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.errors import BadResponse
from assistant.ports import Vectors


def unit_rows(vectors: NDArray[np.floating]) -> Vectors:
    """Scale every row to length 1; a row of zeros stays as it is."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), dtype=np.float32)


def mean_over_tokens(states: NDArray[np.float32], mask: NDArray[np.int64]) -> Vectors:
    """Average the states (texts, tokens, width) where `mask` (texts, tokens) is 1, then scale to unit length."""
    # The sum over tokens as a product of matrices makes no copy of the states.
    sums = (mask[:, None, :].astype(np.float32) @ states)[:, 0]
    return unit_rows(sums / np.maximum(mask.sum(axis=1, keepdims=True), 1))


def checked(backend: str, rows: Sequence[Sequence[float]], expected: int, width: int | None) -> Vectors:
    """Return rows from a service as unit vectors, shape (expected, width).

    Raises:
        BadResponse: The number of rows, their width or a value is not what was asked for.
    """
    if len(rows) != expected:
        raise BadResponse(backend, f"{len(rows)} embeddings came back for {expected} texts")
    widths = {len(row) for row in rows}
    if len(widths) != 1 or 0 in widths or (width is not None and widths != {width}):
        wanted = f", expected {width}" if width else ""
        raise BadResponse(backend, f"embeddings of widths {sorted(widths)} came back{wanted}")
    vectors = np.asarray(rows, dtype=np.float64)
    if not np.isfinite(vectors).all():
        raise BadResponse(backend, "an embedding holds values that are not numbers")
    return unit_rows(vectors)


def in_order(parts: Iterable[tuple[Sequence[int], Vectors]], count: int, width: Callable[[], int]) -> Vectors:
    """Put parts, each with its row numbers, into one array of `count` rows; `width` is asked where there are none."""
    vectors: Vectors | None = None
    for rows, part in parts:
        if vectors is None:
            vectors = np.empty((count, part.shape[1]), dtype=np.float32)
        vectors[list(rows)] = part
    return vectors if vectors is not None else np.empty((0, width()), dtype=np.float32)
