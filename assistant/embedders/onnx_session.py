"""Opens models with ONNX Runtime, and translates what it raises."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
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
    if not adds_in_32_bits():
        options.add_session_config_entry("session.x64quantprecision", "1")
    with translated(backend):
        return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


@cache
def adds_in_32_bits() -> bool:
    """Tell whether the processor adds up products of 8 bits without a 16-bit step, in which large ones are cut off.

    ONNX Runtime then multiplies exactly as it is; otherwise it must be told to, at two thirds of the speed. Where the
    processor does not say (an x86 without Linux), it is taken for one that does not.
    """
    if platform.machine().lower() not in {"x86_64", "amd64"}:
        return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8").split("flags", 2)[1].split()
    except (OSError, IndexError):
        return False
    return bool({"avx512_vnni", "avx_vnni"} & set(flags))


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
