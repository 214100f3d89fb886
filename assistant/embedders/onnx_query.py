"""Makes the model that embeds questions: the same weights, kept in 8 bits for the matrix products.

A question is computed alone and somebody waits for it, and most of that time goes into reading weights from memory.
Passages keep full precision. The scale of the activations is taken within each token, so a vector does not depend on
what else is computed with it, as it would with dynamic quantisation of whole tensors.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnx import GraphProto, NodeProto, TensorProto

BLOCK = 128
"""So many weights of an output share a scale. 300 questions: cosine to full precision .998 at least, mean .9991."""

BITS = 8
ZERO_POINT = 128
"""What stands for 0 where the operator is given no zero points (ONNX Runtime, operator MatMulNBits)."""

LARGEST = 127
INT8_ACTIVATIONS = 4
"""The operator's `accuracy_level` at which it multiplies 8-bit integers."""

DOMAIN = "com.microsoft"

SMALLEST = np.finfo(np.float32).tiny * LARGEST
"""A block of smaller weights is a block of zeros: its step could not be told from zero."""


def write_query_model(source: Path, target: Path) -> None:
    """Write the model in `source` to `target` with every product by a constant matrix in 8 bits."""
    import onnx

    model = onnx.load(source)
    graph = model.graph
    constants = {one.name: one for one in graph.initializer}
    nodes = [_in_8_bits(graph, node, constants) for node in graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [one for one in graph.initializer if one.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    model.opset_import.append(onnx.helper.make_opsetid(DOMAIN, 1))
    onnx.save(model, target)


def _in_8_bits(graph: "GraphProto", node: "NodeProto", constants: "dict[str, TensorProto]") -> "NodeProto":
    """Return a node that does the same in 8 bits, its weights added to the graph; other nodes as they are."""
    from onnx import helper, numpy_helper

    if node.op_type != "MatMul" or node.input[1] not in constants:
        return node
    matrix = numpy_helper.to_array(constants[node.input[1]])
    if matrix.ndim != 2 or matrix.shape[0] % BLOCK:
        return node
    weights, scales = quantised(matrix)
    names = [f"{node.name}.weights", f"{node.name}.scales"]
    graph.initializer.append(numpy_helper.from_array(weights, names[0]))
    graph.initializer.append(numpy_helper.from_array(scales, names[1]))
    return helper.make_node(
        "MatMulNBits",
        [node.input[0], *names],
        list(node.output),
        name=node.name,
        domain=DOMAIN,
        K=matrix.shape[0],
        N=matrix.shape[1],
        bits=BITS,
        block_size=BLOCK,
        accuracy_level=INT8_ACTIVATIONS,
    )


def quantised(matrix: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return a matrix of shape (inputs, outputs) in 8 bits, and its scales.

    The shapes are (outputs, blocks, BLOCK) and (outputs * blocks,); `(weights - ZERO_POINT) * scale` gives it back.
    """
    blocks = np.ascontiguousarray(matrix.T, dtype=np.float32).reshape(matrix.shape[1], -1, BLOCK)
    largest = np.abs(blocks).max(axis=2, keepdims=True)
    scales = np.where(largest < SMALLEST, 1, largest / LARGEST).astype(np.float32)
    weights = (np.rint(blocks / scales) + ZERO_POINT).astype(np.uint8)
    return weights, scales.reshape(-1)
