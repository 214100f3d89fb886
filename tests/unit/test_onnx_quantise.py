from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from assistant.embedders.onnx_quantise import quantise, scales, write_in_8_bits
from assistant.embedders.onnx_session import open_session

CHANNELS, WIDTH = 64, 16
Floats = NDArray[np.float32]


def two_products_of_one_input(weights: Floats) -> onnx.ModelProto:
    """Return a model that looks up rows and multiplies them by two matrices."""
    rows = np.random.default_rng(1).normal(size=(50, CHANNELS)).astype(np.float32)
    rows[:, 7] *= 40.0
    nodes = [
        helper.make_node("Gather", ["rows", "input_ids"], ["states"], name="gather"),
        helper.make_node("MatMul", ["states", "left"], ["one"], name="first"),
        helper.make_node("MatMul", ["states", "right"], ["other"], name="second"),
    ]
    graph = helper.make_graph(
        nodes,
        "small",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["texts", "tokens"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in ("one", "other")],
        [
            numpy_helper.from_array(array, name)
            for name, array in (("rows", rows), ("left", weights), ("right", weights[:, ::-1].copy()))
        ],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(model: Path, ids: NDArray[np.int64]) -> list[Floats]:
    """Compute as the product does: some processors would cut large sums of 8-bit products off."""
    found: list[Floats] = open_session("onnx:test", model).run(None, {"input_ids": ids})
    return found


def test_a_channel_far_larger_than_the_others_does_not_spoil_them(tmp_path: Path) -> None:
    weights = np.random.default_rng(2).normal(size=(CHANNELS, WIDTH)).astype(np.float32)
    # What the large channel says is small beside the others: with one scale for all they would be lost.
    weights[7] /= 400.0
    model = two_products_of_one_input(weights)
    full, smooth, plain = (tmp_path / f"{name}.onnx" for name in ("full", "smooth", "plain"))
    onnx.save(model, full)
    samples = [{"input_ids": np.array([[row, row + 1]])} for row in range(0, 40, 2)]

    write_in_8_bits(full, smooth, samples)
    quantise(onnx.load(full), plain)

    ids = np.arange(40, 50)[None]
    expected = run(full, ids)
    for place in (0, 1):
        errors = [float(np.abs(run(file, ids)[place] - expected[place]).max()) for file in (smooth, plain)]
        assert errors[0] < errors[1] / 4
        assert errors[0] < 0.03 * float(np.abs(expected[place]).max())
    assert smooth.stat().st_size < full.stat().st_size * 2


@given(
    arrays(np.float32, 8, elements=st.floats(0, 1e6, width=32)),
    arrays(np.float32, 8, elements=st.floats(0, 1e6, width=32)),
)
def test_scales_neither_grow_nor_shrink_the_whole(largest: Floats, weights: Floats) -> None:
    by = scales(largest, weights)
    assert np.isfinite(by).all()
    assert (by > 0).all()
    assert float(np.log(by).mean()) == pytest.approx(0, abs=1e-3)


def test_the_larger_a_channel_the_more_it_is_divided() -> None:
    by = scales(np.array([1, 10, 100], np.float32), np.ones(3, np.float32))
    assert by[0] < by[1] < by[2]
