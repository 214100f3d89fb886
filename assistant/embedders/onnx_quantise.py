"""Keeps the matrix products of an ONNX encoder in 8 bits, for texts that are read one at a time while somebody waits.

The runtime multiplies integers of 8 bits twice as fast as floats, and reads a quarter of the memory. It takes one scale
for all activations of a text, which a few channels, far larger than the others, would spoil: they are made smaller
before the product, and their weights larger, by what they are in samples (G. Xiao et al., "SmoothQuant", ICML 2023).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

Inputs = Mapping[str, NDArray[np.int64]]
"""What a model is given, by name, shape (texts, tokens)."""

STRENGTH = 0.7
"""How much of a channel's size goes from the activations to the weights.

300 questions, cosine to full precision, least and mean: .9978, .9987; .6: .997, .998; .8: .996, .998; nothing at all:
.991, .994. Twenty single words, signs and letters of other scripts: .994, .997; .6: .989, .996; .8: .964, .991.
"""

SMALLEST = 1e-4
"""Channels and rows of weights count as no smaller than this."""


def write_in_8_bits(source: Path, target: Path, samples: Sequence[Inputs]) -> None:
    """Write the model in `source` to `target` with every product by a constant matrix in 8 bits.

    `samples` are texts like those that it will read. What a text becomes depends on what is computed with it.
    """
    import onnx

    model = onnx.load(source)
    _smooth(model, samples)
    quantise(model, target)


def quantise(model: "ModelProto", target: Path) -> None:
    """Write a model with 8-bit weights of the matrix products, a scale for each output channel."""
    from onnxruntime.quantization import quantize_dynamic  # type: ignore[import-untyped]
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata  # type: ignore[import-untyped]

    # Without this mark the quantizer advises to prepare the graph by logging.warning, which sets up the whole
    # process's logging. There is nothing to prepare: the runtime folds and fuses when it loads the file.
    add_pre_process_metadata(model)
    quantize_dynamic(model, target, op_types_to_quantize=["MatMul"], per_channel=True)


def scales(sizes: NDArray[np.float32], weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what each channel is divided by before a product, shape (channels,), 1 in the geometric mean.

    Args:
        sizes: How large the activations of each channel become, shape (channels,).
        weights: The largest absolute weight of each, shape (channels,).
    """
    logs = STRENGTH * np.log(np.maximum(sizes, SMALLEST)) - (1 - STRENGTH) * np.log(np.maximum(weights, SMALLEST))
    by: NDArray[np.float32] = np.exp(logs - logs.mean()).astype(np.float32)
    return by


def _smooth(model: "ModelProto", samples: Sequence[Inputs]) -> None:
    """Divide the activations before each product, and multiply its weights, by the same scales."""
    from onnx import helper, numpy_helper

    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    products = _products(model)
    sizes = _sizes(model, list(products), samples)
    divisions: dict[str, NodeProto] = {}
    for activations, nodes in products.items():
        weights = [constants[node.input[1]] for node in nodes]
        matrices = [numpy_helper.to_array(one) for one in weights]
        by = scales(sizes[activations], np.max([np.abs(one).max(axis=1) for one in matrices], axis=0))
        divisor, divided = f"{activations}.scales", f"{activations}.divided"
        graph.initializer.append(numpy_helper.from_array(by, divisor))
        divisions[nodes[0].name] = helper.make_node("Div", [activations, divisor], [divided], name=divided)
        for node, weight, matrix in zip(nodes, weights, matrices, strict=True):
            node.input[0] = divided
            weight.CopyFrom(numpy_helper.from_array(matrix * by[:, None], weight.name))
    ordered = [one for node in graph.node for one in (divisions.get(node.name), node) if one is not None]
    del graph.node[:]
    graph.node.extend(ordered)


def _products(model: "ModelProto") -> "dict[str, list[NodeProto]]":
    """Return the products by constant matrices, by the name of the activations that they take."""
    constants = {one.name for one in model.graph.initializer if len(one.dims) == 2}
    products: dict[str, list[NodeProto]] = {}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in constants:
            products.setdefault(node.input[0], []).append(node)
    return products


def _sizes(model: "ModelProto", names: Sequence[str], samples: Sequence[Inputs]) -> dict[str, NDArray[np.float32]]:
    """Return how large the channels of some activations become over the samples.

    It is the fourth root of the mean fourth power: the largest value hangs on the samples, the mean says little of it.
    """
    import onnx
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]

    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    watched.graph.output.extend(onnx.helper.make_tensor_value_info(one, onnx.TensorProto.FLOAT, None) for one in names)
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = [session.run(list(names), dict(one)) for one in samples]
    return {
        name: np.mean(np.concatenate([one.reshape(-1, one.shape[-1]) for one in values]) ** 4, axis=0) ** 0.25
        for name, values in zip(names, zip(*seen, strict=True), strict=True)
    }
