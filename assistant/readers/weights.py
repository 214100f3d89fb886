"""The weights of the small reader: what it adds to each matrix of the packaged embedder, as products of two thin ones.

`small.npz` is written by `python -m benchmarks.train_reader`; see docs/decisions/0026. A low-rank addition (Hu et al.
2021, LoRA) is a twentieth of the size of the matrices it changes, so that a model that reads fits into the package.
"""

import hashlib
import io
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FILE = "small.npz"

Numbers = NDArray[np.float32]

ROWS, COLUMNS, STEPS = ".rows", ".columns", ".steps"
LARGEST = 127
SPAN, ANSWER = "span", "answer"


class ReaderWeights(NamedTuple):
    """What turns the packaged embedder into a reader.

    `products` maps the name of a matrix, shape (outputs, inputs), to its addition as two factors, (outputs, rank) and
    (rank, inputs); `added` maps names of other parameters to what is added to them. `heads` maps `span`, shape
    (2, width), and `answer`, (1, width), to a matrix and its bias.
    """

    products: dict[str, tuple[Numbers, Numbers]]
    added: dict[str, Numbers]
    heads: dict[str, tuple[Numbers, Numbers]]


def shipped_weights() -> ReaderWeights:
    """Return the weights that the package carries."""
    with np.load(io.BytesIO(_content())) as file:
        return unpacked(dict(file))


@cache
def digest() -> str:
    """Return the first eight hex digits of the packaged file's sha256, which name what was made of it."""
    return hashlib.sha256(_content()).hexdigest()[:8]


def packed(weights: ReaderWeights) -> dict[str, NDArray[np.generic]]:
    """Return arrays to be kept: factors in 8 bits with a step for each rank, everything else in 16."""
    kept: dict[str, NDArray[np.generic]] = {}
    for name, (left, right) in weights.products.items():
        rows, row_steps = _in_8_bits(left.T)
        columns, column_steps = _in_8_bits(right)
        kept |= {name + ROWS: rows, name + COLUMNS: columns, name + STEPS: np.stack([row_steps, column_steps])}
    kept |= {name: one.astype(np.float16) for name, one in weights.added.items()}
    for name, (matrix, bias) in weights.heads.items():
        kept |= {f"{name}.weight": matrix.astype(np.float32), f"{name}.bias": bias.astype(np.float32)}
    return kept


def unpacked(kept: dict[str, NDArray[np.generic]]) -> ReaderWeights:
    """Return what `packed` was given, up to rounding."""
    heads = {
        name: (_numbers(kept.pop(f"{name}.weight")), _numbers(kept.pop(f"{name}.bias"))) for name in (SPAN, ANSWER)
    }
    products = {}
    for name in [one.removesuffix(ROWS) for one in kept if one.endswith(ROWS)]:
        steps = _numbers(kept.pop(name + STEPS))
        left = _numbers(kept.pop(name + ROWS)) * steps[0][:, None]
        products[name] = (left.T, _numbers(kept.pop(name + COLUMNS)) * steps[1][:, None])
    return ReaderWeights(products, {name: _numbers(one) for name, one in kept.items()}, heads)


def _in_8_bits(rows: Numbers) -> tuple[NDArray[np.int8], Numbers]:
    steps = np.maximum(np.abs(rows).max(axis=1), np.finfo(np.float32).tiny * LARGEST) / LARGEST
    return np.rint(rows / steps[:, None]).astype(np.int8), steps.astype(np.float32)


def _numbers(array: NDArray[np.generic]) -> Numbers:
    return array.astype(np.float32)


def _content() -> bytes:
    return resources.files("assistant.readers").joinpath(FILE).read_bytes()
