"""Opens models with ONNX Runtime, and translates what it raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import BackendError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]


def open_session(backend: str, model: Path) -> "InferenceSession":
    """Return a session that computes each call on one core; any number of threads may use it.

    Raises:
        BackendError: The file is missing or no model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    # One core to a call: as many calls as there are cores run side by side, and several customers' questions come on
    # threads of their own. Threads of the runtime that wait for work would only burn what others need.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    with translated(backend):
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


@contextmanager
def translated(backend: str) -> Iterator[None]:
    """Turn what ONNX Runtime raises into a BackendError that names a remedy."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state  # type: ignore[import-untyped]

    errors = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.NoSuchFile)
    try:
        yield
    except (*errors, state.NoModel, state.RuntimeException, state.NotImplemented, RuntimeError, ValueError) as error:
        remedy = "delete its folder, so that it is exported anew" if "all-MiniLM" in backend else "check model.onnx"
        raise BackendError(backend, f"ONNX Runtime failed ({error}); {remedy}") from error
