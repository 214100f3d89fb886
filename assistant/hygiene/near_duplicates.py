"""Passages that say nearly the same, found by MinHash with locality-sensitive hashing and verified exactly.

Broder, "On the resemblance and containment of documents" (1997): two sets agree in each minimum of a random
permutation with the probability of their Jaccard index. Signatures are cut into bands (Leskovec, Rajaraman, Ullman,
"Mining of Massive Datasets", 3.4); passages that share a band are compared.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from assistant.hygiene.report import Pair, Place
from assistant.types import Passage

PERMUTATIONS = 128
SHINGLE_WORDS = 3
MIN_WORDS = 8
"""Shorter passages repeat by nature: a line that points elsewhere, a heading, a row."""

_RECALL = 0.995
"""The least share of pairs at the threshold that the bands must bring together."""

_CROWD = 24
"""In a larger group that shares a band only neighbours are compared; boilerplate would cost the square of its count."""

_BLOCK_SHINGLES = 1 << 17
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+")

Shingles = NDArray[np.uint64]


def near_duplicates(passages: Sequence[Passage], threshold: float = 0.8) -> list[Pair]:
    """Return pairs of passages whose word shingles have a Jaccard index of at least `threshold`, most alike first.

    Passages of equal shingles are tied to the first of them only: five copies give four pairs. Time and memory grow
    with the number of passages, not with its square.
    """
    long = [index for index, passage in enumerate(passages) if len(passage.text) >= 2 * MIN_WORDS]
    signatures, kept, copies = _signatures(passages, long)
    candidates = _candidates(signatures, *_bands(threshold))
    similar = ((kept[one], kept[two]) for one, two in sorted(candidates))
    pairs = [(one, two, 1.0) for one, two in copies]
    pairs += [found for found in _verified(passages, similar) if found[2] >= threshold]
    pairs.sort(key=lambda pair: (-pair[2], pair[0], pair[1]))
    return [_pair(passages[one], passages[two], similarity) for one, two, similarity in pairs]


def _pair(one: Passage, two: Passage, similarity: float) -> Pair:
    places = (Place.of(passage, 0, len(passage.text)) for passage in (one, two))
    return Pair(first=next(places), second=next(places), similarity=round(similarity, 4))


def shingles(text: str, numbers: dict[str, int]) -> Shingles:
    """Return the hashes of all runs of three words of a text, sorted, each once; empty for a text of few words.

    `numbers` remembers the hash of each word from one call to the next.
    """
    words = _WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return np.empty(0, dtype=np.uint64)
    for word in words:
        if word not in numbers:
            numbers[word] = crc32(word.encode())
    codes = np.fromiter((numbers[word] for word in words), dtype=np.uint64, count=len(words))
    mixed = codes[:-2] * np.uint64(0x9E3779B97F4A7C15)
    mixed ^= codes[1:-1] * np.uint64(0xC2B2AE3D27D4EB4F)
    mixed ^= codes[2:] * np.uint64(0x165667B19E3779F9)
    return np.unique(mixed ^ (mixed >> np.uint64(29)))


def _signatures(
    passages: Sequence[Passage], indexes: Iterable[int]
) -> tuple[NDArray[np.uint32], list[int], list[tuple[int, int]]]:
    """Return a signature for each distinct passage, their indexes, and pairs of (first, copy) of equal ones."""
    numbers: dict[str, int] = {}
    seen: dict[bytes, int] = {}
    kept: list[int] = []
    copies: list[tuple[int, int]] = []
    rows: list[NDArray[np.uint32]] = []
    block: list[Shingles] = []
    size = 0
    for index in indexes:
        found = shingles(passages[index].text, numbers)
        first = seen.setdefault(found.tobytes(), index)
        if first != index and len(found):
            copies.append((first, index))
        elif len(found):
            kept.append(index)
            block.append(found)
            size += len(found)
        if size >= _BLOCK_SHINGLES:
            rows.append(_minima(block))
            block, size = [], 0
    rows += [_minima(block)] if block else []
    empty = np.empty((0, PERMUTATIONS), dtype=np.uint32)
    return np.concatenate(rows) if rows else empty, kept, copies


def _minima(block: Sequence[Shingles]) -> NDArray[np.uint32]:
    """Return the minimum of each passage's hashes under each permutation; multiply-add-shift makes the permutations."""
    factors, summands = _permutations()
    flat = np.concatenate(block)
    starts = np.cumsum([0, *map(len, block[:-1])])
    signatures = np.empty((len(block), PERMUTATIONS), dtype=np.uint32)
    for column in range(PERMUTATIONS):
        hashed = ((flat * factors[column] + summands[column]) >> np.uint64(32)).astype(np.uint32)
        signatures[:, column] = np.minimum.reduceat(hashed, starts)
    return signatures


def _permutations() -> tuple[Shingles, Shingles]:
    random = np.random.default_rng(20_260_101)
    factors = random.integers(1, 1 << 63, PERMUTATIONS, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    return factors, random.integers(0, 1 << 63, PERMUTATIONS, dtype=np.uint64)


def _bands(threshold: float) -> tuple[int, int]:
    """Return bands and rows a band: as selective as can be while pairs at the threshold meet almost surely."""
    for rows in range(16, 1, -1):
        bands = PERMUTATIONS // rows
        if 1 - (1 - threshold**rows) ** bands >= _RECALL:
            return bands, rows
    return PERMUTATIONS, 1


def _candidates(signatures: NDArray[np.uint32], bands: int, rows: int) -> set[tuple[int, int]]:
    """Return pairs of rows of `signatures` that agree in a band."""
    found: set[tuple[int, int]] = set()
    for band in range(bands):
        part = np.ascontiguousarray(signatures[:, band * rows : (band + 1) * rows])
        keys = part.view(np.dtype((np.void, part.dtype.itemsize * rows))).ravel()
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        edges = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1], [True])))
        for at in np.flatnonzero(np.diff(edges) > 1):
            found.update(_meetings(order[edges[at] : edges[at + 1]].tolist()))
    return found


def _meetings(group: list[int]) -> Iterator[tuple[int, int]]:
    if len(group) <= _CROWD:
        yield from combinations(group, 2)
        return
    for place, one in enumerate(group):
        yield from ((one, two) for two in group[place + 1 : place + 3])


def _verified(passages: Sequence[Passage], pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, float]]:
    """Yield each pair with its exact Jaccard index."""
    numbers: dict[str, int] = {}
    sets: dict[int, Shingles] = {}
    for one, two in pairs:
        for index in (one, two):
            if index not in sets:
                sets[index] = shingles(passages[index].text, numbers)
        yield one, two, jaccard(sets[one], sets[two])


def jaccard(one: Shingles, two: Shingles) -> float:
    """Return the size of the intersection over that of the union of two sorted sets; 0 where both are empty."""
    common = len(np.intersect1d(one, two, assume_unique=True))
    whole = len(one) + len(two) - common
    return common / whole if whole else 0.0
