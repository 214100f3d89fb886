"""LangChain's tutorial chain: passages in Chroma, searched by the vector store's retriever."""

import tempfile
from collections.abc import Sequence

import numpy as np
from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from langchain_huggingface import HuggingFaceEmbeddings

from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors


class KnownEmbeddings(Embeddings):
    """Returns vectors that are known for passages; questions go to the real class."""

    def __init__(self, real: Embeddings, known: dict[str, list[float]]) -> None:
        """Take the real class, and a vector for each text of a passage."""
        self._real = real
        self._known = known

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Look the texts up."""
        return [self._known[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """Embed for real."""
        return self._real.embed_query(text)


class LangChainChroma(Contender):
    """`Chroma.as_retriever()` over `HuggingFaceEmbeddings`, kept on disk as in the tutorial."""

    def load(self, model: str) -> None:
        self.embeddings = HuggingFaceEmbeddings(model_name=model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array(self.embeddings.embed_documents(list(texts)), dtype=np.float32)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        embeddings: Embeddings = self.embeddings
        if vectors is not None:
            texts = (passage.text for passage in passages)
            embeddings = KnownEmbeddings(embeddings, dict(zip(texts, vectors.tolist(), strict=True)))
        self.folder = tempfile.TemporaryDirectory()
        settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=self.folder.name)
        store = Chroma(embedding_function=embeddings, persist_directory=self.folder.name, client_settings=settings)
        batch = store._client.get_max_batch_size()
        for start in range(0, len(passages), batch):
            part = passages[start : start + batch]
            store.add_texts(
                [passage.text for passage in part],
                metadatas=[{"id": passage.id} for passage in part],
                ids=[passage.id for passage in part],
            )
        self.retriever = store.as_retriever()

    def ask(self, question: str, depth: int) -> list[str]:
        self.retriever.search_kwargs = {"k": depth}
        return [document.metadata["id"] for document in self.retriever.invoke(question)]


CONTENDER = LangChainChroma
