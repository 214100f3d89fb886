"""Words and pieces of words as a sparse vector: what a sentence vector is blind to, such as names and negations.

The hashing trick (Weinberger et al., ICML 2009) with term frequency and inverse document frequency.
"""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

WIDTH = 2**15
"""So many numbers describe a text; pieces that fall on the same one are told apart by the others of their word."""

MAX_CHARS = 1_000
"""Of a longer message the beginning is read: that is where people say what they want."""

_PIECE_LENGTHS = (2, 3, 4, 5)
_TOKENS = re.compile(r"\w+|[^\w\s]")

Floats = NDArray[np.float32]
Places = NDArray[np.int32]


@dataclass(frozen=True)
class Sparse:
    """Texts as rows of numbers, most of them zero: row r has `values` at `places`, from starts[r] to starts[r + 1]."""

    starts: Places
    places: Places
    values: Floats

    def rows(self, chosen: NDArray[np.intp]) -> "Sparse":
        """Return the chosen rows in their order."""
        sizes = np.diff(self.starts)[chosen]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        within = np.arange(starts[-1]) - np.repeat(starts[:-1], sizes)
        taken = np.repeat(self.starts[:-1][chosen], sizes) + within
        return Sparse(starts.astype(np.int32), self.places[taken], self.values[taken])


def count_pieces(texts: Sequence[str]) -> Sparse:
    """Return how often each hashed word, pair of words and piece of a word occurs, as 1 + its logarithm."""
    starts, places, values = [0], list[int](), list[int]()
    for text in texts:
        counted = Counter(zlib.crc32(piece.encode()) % WIDTH for piece in _pieces(text))
        places.extend(counted.keys())
        values.extend(counted.values())
        starts.append(len(places))
    frequencies = np.log(np.array(values, dtype=np.float32)) + np.float32(1)
    return Sparse(np.array(starts, dtype=np.int32), np.array(places, dtype=np.int32), frequencies)


def rarity(counted: Sparse) -> Floats:
    """Return the smoothed inverse document frequency of every place, shape (WIDTH,)."""
    texts = len(counted.starts) - 1
    holders = np.bincount(counted.places, minlength=WIDTH)
    return (np.log((1 + texts) / (1 + holders)) + 1).astype(np.float32)


def weighted(counted: Sparse, rarities: Floats) -> Sparse:
    """Return rows of unit length in which what is rare counts more; a blank text stays zero."""
    values = counted.values * rarities[counted.places]
    squares = np.concatenate([[0.0], np.cumsum(values.astype(np.float64) ** 2)])
    lengths = np.sqrt(np.maximum(squares[counted.starts[1:]] - squares[counted.starts[:-1]], 0))
    lengths[lengths == 0] = 1
    sizes = np.diff(counted.starts)
    return Sparse(counted.starts, counted.places, (values / np.repeat(lengths, sizes)).astype(np.float32))


def _pieces(text: str) -> list[str]:
    tokens = _TOKENS.findall(text[:MAX_CHARS].casefold())
    pieces = [f"w{token}" for token in tokens]
    pieces += [f"b{first} {second}" for first, second in pairwise(tokens)]
    for token in tokens:
        framed = f" {token} "
        for length in _PIECE_LENGTHS:
            pieces += [f"c{framed[at : at + length]}" for at in range(len(framed) - length + 1)]
    return pieces
