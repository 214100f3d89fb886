"""Keeps the learnt intents in one file of the state folder: arrays and JSON, nothing that can run."""

import io
import os
import threading
import zipfile
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from assistant.errors import ConfigurationError
from assistant.intents.model import Exemplars, Gate, IntentModel, LinearHead
from assistant.types.value import Value

FILE = "intents.npz"
FORM = 1
"""Grows when an older version could not read what this one writes, or would read it wrongly."""


class _About(Value):
    """All of a model but its large arrays."""

    form: int
    intents: tuple[str, ...]
    descriptions: dict[str, str]
    gate_weights: tuple[float, ...]
    gate_bias: float
    threshold: float
    fingerprint: str
    figures: dict[str, float]


class IntentStore:
    """The learnt intents of one state folder. Thread-safe; sees what another process has put there."""

    def __init__(self, folder: Path) -> None:
        """Name the state folder; nothing is read before the first use."""
        self._file = folder / FILE
        self._loading = threading.Lock()
        self._loaded: tuple[tuple[int, int], IntentModel] | None = None

    def get(self) -> IntentModel | None:
        """Return the model; None where no intents were trained. It is read anew only when its file has changed.

        Raises:
            ConfigurationError: The file is damaged, or another version wrote it.
        """
        try:
            found = self._file.stat()
        except FileNotFoundError:
            return None
        version = (found.st_mtime_ns, found.st_size)
        with self._loading:
            if self._loaded is None or self._loaded[0] != version:
                self._loaded = (version, from_bytes(self._file.read_bytes()))
            return self._loaded[1]

    def put(self, model: IntentModel) -> int:
        """Store a model in place of the one before, all of it or nothing; returns its size in bytes."""
        payload = to_bytes(model)
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = self._file.with_suffix(f".{os.getpid()}.tmp")
        unfinished.write_bytes(payload)
        unfinished.replace(self._file)
        return len(payload)

    def remove(self) -> bool:
        """Forget the model; tells whether there was one."""
        there = self._file.exists()
        self._file.unlink(missing_ok=True)
        return there


def to_bytes(model: IntentModel) -> bytes:
    """Return a model in 16-bit floats: the loss is far below what changes a decision, and it is half the size."""
    about = _About(
        form=FORM,
        intents=model.intents,
        descriptions=dict(model.descriptions),
        gate_weights=tuple(map(float, model.gate.weights)),
        gate_bias=model.gate.bias,
        threshold=model.threshold,
        fingerprint=model.fingerprint,
        figures=dict(model.figures),
    )
    file = io.BytesIO()
    np.savez_compressed(
        file,
        about=np.frombuffer(about.model_dump_json().encode(), dtype=np.uint8),
        rarities=model.head.rarities.astype(np.float32),
        bias=model.head.bias.astype(np.float32),
        words=model.head.words.astype(np.float16),
        vectors=model.head.vectors.astype(np.float16),
        exemplars=model.exemplars.vectors.astype(np.float16),
        owners=model.exemplars.owners.astype(np.int32),
    )
    return file.getvalue()


def from_bytes(payload: bytes) -> IntentModel:
    """Read what `to_bytes` wrote.

    Raises:
        ConfigurationError: These are not the bytes of a model, or another version wrote them.
    """
    try:
        with np.load(io.BytesIO(payload), allow_pickle=False) as arrays:
            about = _About.model_validate_json(arrays["about"].tobytes())
            if about.form != FORM:
                raise ConfigurationError("another version stored the intents; run `assistant intents train FILE` again")
            rarities, words, vectors, bias, exemplars = (
                np.asarray(arrays[name], dtype=np.float32)
                for name in ("rarities", "words", "vectors", "bias", "exemplars")
            )
            owners = np.asarray(arrays["owners"], dtype=np.intp)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, ValidationError) as error:
        raise ConfigurationError("the intents cannot be read; run `assistant intents train FILE` again") from error
    return IntentModel(
        intents=about.intents,
        head=LinearHead(rarities=rarities, words=words, vectors=vectors, bias=bias),
        exemplars=Exemplars(exemplars, owners, len(about.intents)),
        gate=Gate(weights=np.array(about.gate_weights, dtype=np.float32), bias=about.gate_bias),
        threshold=about.threshold,
        fingerprint=about.fingerprint,
        figures=about.figures,
        descriptions=about.descriptions,
    )
