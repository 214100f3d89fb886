"""Embeds with the sentence-transformers library: the packaged all-MiniLM-L6-v2, a folder, or a name on the hub."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.embedders.loading import computing, content_of, loading, local_folder, shown_name
from assistant.embedders.prefixes import NO_PREFIXES, prefixes_of, prompted
from assistant.embedders.remembering import remembering
from assistant.embedders.tokens import Spans, SpanTokenizer, readable
from assistant.embedders.torch_cores import on_one_core, run_batches
from assistant.embedders.vectors import unit_rows
from assistant.ports import Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MAX_SEQUENCE = 512


class SentenceTransformersEmbedder:
    """Implements `Embedder`. The packaged model is loaded without any network access."""

    def __init__(self, name: str) -> None:
        """Take the `name` after `sentence-transformers:`; it is looked up on first use."""
        self._name = name
        self._backend = f"sentence-transformers:{name}"
        self._embedded = remembering(self._embed_question)
        self._lock = threading.RLock()
        self._model: SentenceTransformer | None = None
        self._spans: SpanTokenizer | None = None
        self._prefixes = self._added = NO_PREFIXES

    @property
    def fingerprint(self) -> str:
        """Model, weights, sequence length and prefixes; pooling and the model's own prompts belong to its files."""
        length = self.max_tokens
        content = content_of(self._name, self._repository)
        added = self._added.fingerprint
        return f"sentence-transformers:{shown_name(self._name)}:{content}:tokens={length}:fp32{added}"

    @property
    def dimension(self) -> int:
        """Width of a vector; loads the model."""
        with self._lock:
            width = self._loaded().get_embedding_dimension()
            return width if width is not None else len(self.embed_query("width"))

    @property
    def max_tokens(self) -> int:
        """The model's sequence length less its special tokens and those of a prefix; loads the model."""
        with self._lock:
            model = self._loaded()
            longest = model.max_seq_length or DEFAULT_MAX_SEQUENCE
            taken = len(self._tokenizer_copy().spans(self._prefixes.document))
            return int(longest - model.tokenizer.num_special_tokens_to_add()) - taken

    def token_spans(self, text: str) -> Spans:
        """Character range of each token, however long the text is."""
        return self._tokenizer_copy().spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension).

        Raises:
            BackendError: The model failed.
        """
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        model = self._loaded()
        kept = [readable(text) for text in texts]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)

        def embed(rows: list[int]) -> Vectors:
            some = [kept[row] for row in rows]
            prompt = self._prefixes.document
            found = model.encode_document(some, prompt=prompt, batch_size=len(rows), show_progress_bar=False)
            return unit_rows(found)

        lengths = [min(length, self.max_tokens) for length in self._tokenizer_copy().lengths(kept)]
        with computing(self._backend):
            run_batches(lengths, embed, vectors, model.device.type)
        return vectors

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), with the query prefix of the model where it has one.

        Raises:
            BackendError: The model failed.
        """
        return self._embedded(text)

    def _embed_question(self, text: str) -> Vectors:
        with computing(self._backend):
            model = self._loaded()
            with on_one_core():
                vectors = model.encode_query([readable(text)], prompt=self._prefixes.query, show_progress_bar=False)
        vector: Vectors = unit_rows(vectors)[0]
        return vector

    @property
    def _repository(self) -> str:
        return self._name if "/" in self._name else f"sentence-transformers/{self._name}"

    def _tokenizer_copy(self) -> SpanTokenizer:
        with self._lock:
            if self._spans is None:
                self._spans = SpanTokenizer(self._loaded().tokenizer.backend_tokenizer)
            return self._spans

    def _loaded(self) -> "SentenceTransformer":
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer

        folder = local_folder(self._name)
        source = str(folder) if folder else self._repository
        with loading(self._backend):
            model = SentenceTransformer(source, local_files_only=folder is not None)
        # A model that carries no prompts of its own may still have been trained with prefixes.
        own = any(model.prompts.values())
        self._prefixes = prompted(model.prompts) if own else prefixes_of(self._name, folder)
        # Prompts by these names the library itself would have applied: what the files hold tells them.
        self._added = NO_PREFIXES if own and {"query", "document", "passage"} & set(model.prompts) else self._prefixes
        tokenize = model.preprocess

        def one_at_a_time(*inputs: Any, **options: Any) -> dict[str, Any]:  # noqa: ANN401 - the library's own signature
            with self._lock:
                return tokenize(*inputs, **options)

        # The model may be used by several threads, its tokenizer, which keeps padding as a state, may not.
        model.preprocess = one_at_a_time  # type: ignore[method-assign]
        return model
