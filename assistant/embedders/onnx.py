"""Embeds with ONNX Runtime: the packaged model, exported once into the home in fp32 or int8, or one's own folder."""

import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.embedders.batching import on_all_cores, padded, padded_batches
from assistant.embedders.loading import max_sequence, shown_name
from assistant.embedders.onnx_session import open_session, translated
from assistant.embedders.packaged import MODEL_NAME, SHA256, folder_digest, names_packaged_model
from assistant.embedders.prefixes import NO_PREFIXES, Prefixes, prefixes_of
from assistant.embedders.remembering import remembering
from assistant.embedders.tokens import Spans, SpanTokenizer, read_tokenizer, readable
from assistant.embedders.vectors import mean_over_tokens, unit_rows
from assistant.errors import MissingDependency
from assistant.ports import Vectors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    from assistant.embedders.onnx_export import Precision

BATCH_TOKENS: "dict[Precision, int]" = {"fp32": 512, "int8": 1}
"""Tokens that go through the model at once on one core.

fp32: 512 gave more tokens a CPU second than 256, 1,024, or 8 or 32 texts (two cores of an AMD EPYC with AVX-512). At
3,900 of them it computes some 80 GFLOP/s, near all that such a core can; fusing attention and GELU gained nothing.
int8: one text at a time, as the scale of activations is taken over everything that is computed together: with
neighbours, a vector would depend on them. It costs 5 % of the speed.
"""

DEFAULT_MAX_SEQUENCE = 512
QUERIES = "model.question.onnx"
"""The packaged model as it embeds questions, beside the one for passages."""

INT8_SUFFIX = "-int8"
"""After the packaged model's name: matrix products in 8-bit integers. Twice as fast, cosine to fp32 .99 at least."""


class OnnxEmbedder:
    """Implements `Embedder`. After the export, serving imports neither torch nor transformers."""

    def __init__(self, name: str, *, home: Path) -> None:
        """Take the `name` after `onnx:`, and the state folder that keeps the exported model."""
        self._name = name
        self._backend = f"onnx:{name}"
        plain = name.removesuffix(INT8_SUFFIX)
        self._packaged = names_packaged_model(plain)
        self._precision: Precision = "int8" if self._packaged and plain != name else "fp32"
        self._file = "model.int8.onnx" if self._precision == "int8" else "model.onnx"
        exported = home / "models" / "onnx" / f"{MODEL_NAME}-{SHA256[:8]}"
        self._folder = exported if self._packaged else Path(name).expanduser()
        self._embedded = remembering(self._embed_question)
        self._lock = threading.RLock()
        self._session: InferenceSession | None = None
        self._query_session: InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None
        self._spans: SpanTokenizer | None = None

    @property
    def fingerprint(self) -> str:
        """Model, weights, pooling, sequence length, precision and prefixes."""
        content = SHA256 if self._packaged else folder_digest(self._ready_folder())
        name = MODEL_NAME if self._packaged else shown_name(self._name)
        added = self._prefixes.fingerprint
        return f"onnx:{name}:sha256={content}:mean:tokens={self.max_tokens}:{self._precision}{added}"

    @property
    def dimension(self) -> int:
        """Width of a vector; loads the model."""
        width = self._loaded()[0].get_outputs()[0].shape[-1]
        return int(width) if isinstance(width, int) else len(self.embed_query("width"))

    @property
    def max_tokens(self) -> int:
        """The model's sequence length less its special tokens and those of a prefix."""
        taken = len(self.token_spans(self._prefixes.document)) if self._prefixes.document else 0
        return self._longest() - int(self._loaded()[1].num_special_tokens_to_add(is_pair=False)) - taken

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
        tokens = self._tokens([self._prefixes.document + text for text in texts])
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        batches = padded_batches([len(one) for one in tokens], BATCH_TOKENS[self._precision])
        session = self._loaded()[0]
        on_all_cores(batches, lambda rows: self._run(session, [tokens[row] for row in rows]), vectors)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), with the query prefix of the model where it has one.

        The packaged model computes it with weights of 8 bits, in .6 of the time; the cosine to full precision is
        .998 for a question, .99 for a single word.

        Raises:
            BackendError: The model failed.
        """
        return self._embedded(text)

    def _embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._run(self._for_queries(), self._tokens([self._prefixes.query + text]))[0]
        return vector

    @cached_property
    def _prefixes(self) -> Prefixes:
        return NO_PREFIXES if self._packaged else prefixes_of(self._name, self._folder)

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        tokenizer = self._loaded()[1]
        return [one.ids for one in tokenizer.encode_batch_fast([readable(text) for text in texts])]

    def _run(self, session: "InferenceSession", sequences: Sequence[Sequence[int]]) -> Vectors:
        ids, mask = padded(sequences)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        wanted = {one.name for one in session.get_inputs()}
        with translated(self._backend):
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
                self._session, self._tokenizer = open_session(self._backend, folder / self._file), tokenizer
            return self._session, self._tokenizer

    def _for_queries(self) -> "InferenceSession":
        if not self._packaged or self._precision != "fp32":
            return self._loaded()[0]
        with self._lock:
            if self._query_session is None:
                file = self._ready_folder() / QUERIES
                if not file.is_file():
                    from assistant.embedders.onnx_export import export_query_model

                    export_query_model(file.parent)
                self._query_session = open_session(self._backend, file)
            return self._query_session

    def _ready_folder(self) -> Path:
        with self._lock:
            if self._packaged and not (self._folder / self._file).is_file():
                from assistant.embedders.onnx_export import export_packaged_model

                export_packaged_model(self._folder, self._precision)
        for name in (self._file, "tokenizer.json"):
            if not (self._folder / name).is_file():
                raise MissingDependency(
                    f"{self._backend}: {self._folder / name} is missing; put the exported model there"
                )
        return self._folder
