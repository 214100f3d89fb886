"""Embeds with any encoder or decoder of the transformers library: the mean of the last layer over the text's tokens."""

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.embedders.batching import padded
from assistant.embedders.loading import computing, content_of, loading, local_folder, max_sequence, shown_name
from assistant.embedders.prefixes import Prefixes, prefixes_of
from assistant.embedders.remembering import remembering
from assistant.embedders.tokens import Spans, SpanTokenizer, readable
from assistant.embedders.torch_cores import run_batches
from assistant.embedders.vectors import mean_over_tokens
from assistant.ports import Vectors

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

DEFAULT_MAX_SEQUENCE = 512

_RESERVED_POSITIONS = {"roberta": 2, "xlm-roberta": 2, "camembert": 2, "mpnet": 2}
"""These count positions from 2, so that many of `max_position_embeddings` can never be used."""


class TransformersEmbedder:
    """Implements `Embedder`. Works for models without a padding token, such as GPT-2, too."""

    def __init__(self, name: str) -> None:
        """Take the `name` after `transformers:`: all-MiniLM-L6-v2, a folder, or a name on the hub."""
        self._name = name
        self._backend = f"transformers:{name}"
        self._embedded = remembering(self._embed_question)
        self._lock = threading.RLock()
        self._model: PreTrainedModel | None = None
        self._tokenizer: PreTrainedTokenizerFast | None = None
        self._spans: SpanTokenizer | None = None

    @property
    def fingerprint(self) -> str:
        """Model, weights, pooling, sequence length and prefixes."""
        length, added = self.max_tokens, self._prefixes.fingerprint
        content = content_of(self._name, self._name)
        return f"transformers:{shown_name(self._name)}:{content}:mean:tokens={length}:fp32{added}"

    @property
    def dimension(self) -> int:
        """Width of the model's hidden states; loads the model."""
        return int(self._loaded()[0].config.hidden_size)

    @property
    def max_tokens(self) -> int:
        """The model's sequence length less its special tokens and those of a prefix; loads the model."""
        taken = len(self.token_spans(self._prefixes.document)) if self._prefixes.document else 0
        return self._longest() - self._loaded()[1].num_special_tokens_to_add() - taken

    def token_spans(self, text: str) -> Spans:
        """Character range of each token, however long the text is."""
        with self._lock:
            if self._spans is None:
                self._spans = SpanTokenizer(self._loaded()[1].backend_tokenizer)
        return self._spans.spans(text)

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return unit vectors, shape (len(texts), dimension).

        Raises:
            BackendError: The model failed.
        """
        return self._embed([self._prefixes.document + text for text in texts])

    def embed_query(self, text: str) -> Vectors:
        """Return a unit vector, shape (dimension,), with the query prefix of the model where it has one.

        Raises:
            BackendError: The model failed.
        """
        return self._embedded(text)

    def _embed_question(self, text: str) -> Vectors:
        vector: Vectors = self._embed([self._prefixes.query + text])[0]
        return vector

    @cached_property
    def _prefixes(self) -> Prefixes:
        return prefixes_of(self._name, local_folder(self._name))

    def _embed(self, texts: Sequence[str]) -> Vectors:
        model = self._loaded()[0]
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        with computing(self._backend):
            tokens = self._tokens(texts)
            lengths = [len(one) for one in tokens]
            run_batches(lengths, lambda rows: self._run([tokens[row] for row in rows]), vectors, model.device.type)
        return vectors

    def _tokens(self, texts: Sequence[str]) -> list[list[int]]:
        # The tokenizer keeps the length it cuts at as a state, so two threads must not use it at once.
        with self._lock:
            filled = [self._filled(text) for text in texts]
            tokenizer = self._loaded()[1]
            found: list[list[int]] = (
                tokenizer(filled, truncation=True, max_length=self._longest())["input_ids"] if filled else []
            )
        return found

    def _run(self, sequences: Sequence[Sequence[int]]) -> Vectors:
        import torch

        model = self._loaded()[0]
        ids, mask = padded(sequences)
        with torch.inference_mode():
            states = model(
                input_ids=torch.from_numpy(ids).to(model.device),
                attention_mask=torch.from_numpy(mask).to(model.device),
            ).last_hidden_state
        return mean_over_tokens(states.float().cpu().numpy(), mask)

    def _filled(self, text: str) -> str:
        """Give a blank text one token where the model adds none, as a sequence of none cannot be computed."""
        tokenizer = self._loaded()[1]
        empty = not text.strip() and not tokenizer.num_special_tokens_to_add()
        return str(tokenizer.pad_token) if empty else readable(text)

    def _longest(self) -> int:
        model, tokenizer = self._loaded()
        folder = local_folder(self._name)
        config: Any = model.config
        positions = getattr(config, "max_position_embeddings", DEFAULT_MAX_SEQUENCE)
        positions -= _RESERVED_POSITIONS.get(config.model_type, 0)
        return min((folder and max_sequence(folder)) or positions, positions, tokenizer.model_max_length)

    def _loaded(self) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast"]:
        with self._lock:
            if self._model is None or self._tokenizer is None:
                self._tokenizer, self._model = self._load()
            return self._model, self._tokenizer

    def _load(self) -> "tuple[PreTrainedTokenizerFast, PreTrainedModel]":
        import torch
        from transformers import AutoModel, AutoTokenizer

        folder = local_folder(self._name)
        source, offline = (str(folder), True) if folder else (self._name, False)
        with loading(self._backend):
            tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=offline)
            model: PreTrainedModel = AutoModel.from_pretrained(source, local_files_only=offline, dtype=torch.float32)
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        # Padding left of the text would shift positions, and with them the vectors.
        tokenizer.padding_side = "right"
        return tokenizer, model.eval()  # type: ignore[no-untyped-call]
