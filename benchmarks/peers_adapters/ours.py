"""The assistant itself, through its public door: `Assistant.ingest_documents` and `Assistant.find`.

A sample is cut, cataloged, embedded and indexed from the documents that the others' passages were cut from. Where
vectors are given, a copy of the state folder that passages and vectors were read from is opened instead: it holds the
same. Runs in the assistant's own environment; the only contender that may import it.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest.mock import patch

from assistant import bootstrap
from assistant.embedders import open_embedder
from assistant.ports import Embedder
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import LoadedDocument
from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors
from benchmarks.peers_sets import EMBEDDER, KnownEmbedder, live_fingerprint


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
        self.embedder: Embedder = open_embedder(self.settings)
        self.embedder.embed_query("load the model")

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self.embedder.embed_documents(texts)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        if self.bot:
            self.bot.close()
        self.folder = tempfile.TemporaryDirectory()
        settings, embedder = self.settings.with_home(Path(self.folder.name)), self.embedder
        if vectors is not None:
            shutil.copytree(self.beside("home"), settings.home, dirs_exist_ok=True)
            settings = settings.model_copy(update={"embedder": EMBEDDER})
            embedder = KnownEmbedder(embedder, {}, fingerprint=live_fingerprint(settings))
        with patch.object(bootstrap, "open_embedder", lambda _settings: embedder):
            # An embedder is opened when it is first needed, and kept.
            self.bot = bootstrap.open_assistant(settings)
            if vectors is None:
                names = {passage.document for passage in passages}
                self.bot.ingest_documents([one for one in self.read_documents() if one.name in names])
            self.bot.warm_up()

    def ask(self, question: str, depth: int) -> list[str]:
        assert self.bot is not None, "ask came before ingest"
        return [scored.passage.document for scored in self.bot.find(question, depth).passages]

    def read_documents(self) -> Iterator[LoadedDocument]:
        """Read the documents that the passages were cut from."""
        with self.beside("documents.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                yield LoadedDocument(**json.loads(line))

    def beside(self, name: str) -> Path:
        """Return what lies beside the passages."""
        assert self.passages_file is not None, "nothing was ingested"
        return self.passages_file.with_name(name)


CONTENDER = Ours
