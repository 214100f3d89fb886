import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from assistant.embedders.onnx_query import BLOCK, LARGEST, ZERO_POINT, quantised


@given(arrays(np.float32, (2 * BLOCK, 3), elements=st.floats(-8, 8, width=32)))
def test_no_weight_moves_by_more_than_half_a_step(matrix: np.ndarray) -> None:
    weights, scales = quantised(matrix)
    assert weights.shape == (3, 2, BLOCK)
    assert scales.shape == (6,)
    steps = scales.reshape(3, 2, 1)
    back = ((weights.astype(np.float32) - ZERO_POINT) * steps).reshape(3, -1).T
    allowed = np.repeat(steps.reshape(3, 2), BLOCK, axis=1).T / 2
    assert (np.abs(back - matrix) <= allowed * 1.001 + 1e-7).all()


def test_the_largest_weight_of_a_block_is_kept_exactly() -> None:
    matrix = np.zeros((BLOCK, 1), np.float32)
    matrix[5] = -3.0
    weights, scales = quantised(matrix)
    assert scales[0] == pytest.approx(3 / LARGEST)
    assert int(weights[0, 0, 5]) - ZERO_POINT == -LARGEST
    assert set(np.delete(weights[0, 0], 5).tolist()) == {ZERO_POINT}


def test_a_block_too_small_for_a_step_is_a_block_of_zeros() -> None:
    weights, _ = quantised(np.full((BLOCK, 1), 1e-45, np.float32))
    assert set(weights.reshape(-1).tolist()) == {ZERO_POINT}
