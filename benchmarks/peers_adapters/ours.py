"""The assistant itself, through its public door: `Assistant.ingest_documents` and `Assistant.find`.

It cuts, catalogs and indexes the documents that the others' passages were taken from. Runs in the assistant's own
environment; the only contender that may import it.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np

from assistant import bootstrap
from assistant.embedders import open_embedder
from assistant.ports import Embedder
from assistant.ports import Vectors as EmbedderVectors
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import LoadedDocument
from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors


class KnownEmbedder:
    """Returns vectors that are known for passages; questions, and passages cut differently, go to the real embedder."""

    def __init__(self, real: Embedder, known: dict[str, Vectors]) -> None:
        """Take the real embedder, and a vector for each text of a passage."""
        self._real = real
        self._known = known
        self.fingerprint, self.dimension, self.max_tokens = real.fingerprint, real.dimension, real.max_tokens

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """As the embedder itself."""
        return self._real.token_spans(text)

    def embed_documents(self, texts: Sequence[str]) -> EmbedderVectors:
        """Look the texts up."""
        new = [text for text in texts if text not in self._known]
        known = self._known | dict(zip(new, self._real.embed_documents(new), strict=True)) if new else self._known
        return np.stack([known[text] for text in texts])

    def embed_query(self, text: str) -> EmbedderVectors:
        """Embed for real."""
        return self._real.embed_query(text)


class Ours(Contender):
    """The default settings, except for the embedder, which PEERS_EMBEDDER names, and no language model."""

    def __init__(self) -> None:
        """Wait for `load`."""
        self.bot: Assistant | None = None

    def load(self, model: str) -> None:  # noqa: ARG002 - it knows where its own weights are: the same file
        # The exported model stays in PEERS_HOME from run to run, as it does in an operator's home.
        self.settings = Settings(
            home=Path(os.environ["PEERS_HOME"]), embedder=os.environ["PEERS_EMBEDDER"], responders=("extractive",)
        )
        self.embedder = open_embedder(self.settings)
        self.embedder.embed_query("load the model")

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.embed_documents(texts)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        if self.bot:
            self.bot.close()
        embedder: Embedder = self.embedder
        if vectors is not None:
            texts = (passage.text for passage in passages)
            embedder = KnownEmbedder(embedder, dict(zip(texts, vectors, strict=True)))
        self.folder = tempfile.TemporaryDirectory()
        with patch.object(bootstrap, "open_embedder", lambda _settings: embedder):
            self.bot = bootstrap.open_assistant(self.settings.with_home(Path(self.folder.name)))
        names = {passage.document for passage in passages}
        self.bot.ingest_documents([one for one in self.read_documents() if one.name in names])
        self.bot.warm_up()

    def ask(self, question: str, depth: int) -> list[str]:
        assert self.bot is not None, "ask came before ingest"
        return [scored.passage.document for scored in self.bot.find(question, depth).passages]

    def read_documents(self) -> Iterator[LoadedDocument]:
        """Read the documents that lie beside the passages."""
        assert self.passages_file is not None
        with self.passages_file.with_name("documents.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield LoadedDocument(**json.loads(line))


CONTENDER = Ours
