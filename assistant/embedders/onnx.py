"""Embeds with ONNX Runtime in fp32: the packaged model, exported once into the home, or a folder with model.onnx."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.embedders.loading import max_sequence, shown_name
from assistant.embedders.packaged import MODEL_NAME, SHA256, folder_digest, names_packaged_model
from assistant.embedders.tokens import Spans, SpanTokenizer, read_tokenizer, readable
from assistant.embedders.vectors import in_batches_of_like_length, mean_over_tokens, unit_rows
from assistant.errors import BackendError, MissingDependency
from assistant.ports import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

BATCH_SIZE = 8
"""On two cores, 8 texts at once gave more texts a second than 32: the working set stays in the cache."""

DEFAULT_MAX_SEQUENCE = 512


class OnnxEmbedder:
    """Implements `Embedder`. After the export, serving imports neither torch nor transformers."""

    def __init__(self, name: str, *, home: Path) -> None:
        """Take the `name` after `onnx:`, and the state folder that keeps the exported model."""
        self._name = name
        self._backend = f"onnx:{name}"
        self._packaged = names_packaged_model(name)
        exported = home / "models" / "onnx" / f"{MODEL_NAME}-{SHA256[:8]}"
        self._folder = exported if self._packaged else Path(name).expanduser()
        self._lock = threading.RLock()
        self._session: InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None
        self._spans: SpanTokenizer | None = None

    @property
    def fingerprint(self) -> str:
        """Model, weights, pooling and sequence length."""
        content = SHA256 if self._packaged else folder_digest(self._ready_folder())
        name = MODEL_NAME if self._packaged else shown_name(self._name)
        return f"onnx:{name}:sha256={content}:mean:tokens={self.max_tokens}:fp32"

    @property
    def dimension(self) -> int:
        """Width of a vector; loads the model."""
        width = self._loaded()[0].get_outputs()[0].shape[-1]
        return int(width) if isinstance(width, int) else len(self.embed_query("width"))

    @property
    def max_tokens(self) -> int:
        """The model's sequence length less its special tokens."""
        return self._longest() - int(self._loaded()[1].num_special_tokens_to_add(is_pair=False))

    def token_spans(self, text: str) -> Spans:
        """Character range of each token, however long the text is."""
        with self._lock:
            if self._spans is None:
                self._spans = SpanTokenizer(self._loaded()[1])
        return self._spans.spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension).

        Raises:
            BackendError: The model failed.
        """
        return in_batches_of_like_length(texts, BATCH_SIZE, self._embed, self.dimension)

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,); no prefix is added.

        Raises:
            BackendError: The model failed.
        """
        vector: Vectors = self._embed([text])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        session, tokenizer = self._loaded()
        encodings = tokenizer.encode_batch([readable(text) for text in texts])
        shape = (len(texts), max(1, *(len(one.ids) for one in encodings)))
        ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        return self._run(session, ids, mask)

    def _run(self, session: "InferenceSession", ids: NDArray[np.int64], mask: NDArray[np.int64]) -> Vectors:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {one.name for one in session.get_inputs()}
        with _translated(self._backend):
            output: Any = session.run(None, {name: array for name, array in given.items() if name in wanted})[0]
        # Some exports pool inside the graph and give one row for each text.
        return mean_over_tokens(output, mask) if output.ndim == 3 else unit_rows(output)

    def _longest(self) -> int:
        folder = self._ready_folder()
        config = folder / "config.json"
        known = json.loads(config.read_text(encoding="utf-8")) if config.is_file() else {}
        return max_sequence(folder) or int(known.get("max_position_embeddings", DEFAULT_MAX_SEQUENCE))

    def _loaded(self) -> tuple["InferenceSession", "Tokenizer"]:
        with self._lock:
            if self._session is None or self._tokenizer is None:
                folder = self._ready_folder()
                tokenizer = read_tokenizer(folder / "tokenizer.json")
                tokenizer.no_padding()
                tokenizer.enable_truncation(self._longest())
                self._session, self._tokenizer = self._open(folder / "model.onnx"), tokenizer
            return self._session, self._tokenizer

    def _open(self, model: Path) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        with _translated(self._backend):
            return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])

    def _ready_folder(self) -> Path:
        with self._lock:
            if self._packaged and not (self._folder / "model.onnx").is_file():
                from assistant.embedders.onnx_export import export_packaged_model

                export_packaged_model(self._folder)
        for name in ("model.onnx", "tokenizer.json"):
            if not (self._folder / name).is_file():
                raise MissingDependency(
                    f"{self._backend}: {self._folder / name} is missing; put the exported model there"
                )
        return self._folder


@contextmanager
def _translated(backend: str) -> Iterator[None]:
    from onnxruntime.capi import onnxruntime_pybind11_state as state  # type: ignore[import-untyped]

    errors = (state.Fail, state.InvalidArgument, state.InvalidGraph, state.InvalidProtobuf, state.NoSuchFile)
    try:
        yield
    except (*errors, state.NoModel, state.RuntimeException, state.NotImplemented, RuntimeError, ValueError) as error:
        remedy = "delete its folder, so that it is exported anew" if "all-MiniLM" in backend else "check model.onnx"
        raise BackendError(backend, f"ONNX Runtime failed ({error}); {remedy}") from error
