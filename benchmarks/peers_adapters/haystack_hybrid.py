"""Haystack's hybrid retrieval pipeline: embedding and BM25 retrievers, joined by reciprocal rank."""

from collections.abc import Sequence

import numpy as np
from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors


class HaystackHybrid(Contender):
    """Both retrievers are read as deep as is asked for."""

    def __init__(self) -> None:
        """Wait for `load`."""
        self.pipeline: Pipeline | None = None

    def load(self, model: str) -> None:
        self.questions = SentenceTransformersTextEmbedder(model=model, progress_bar=False)
        self.embedder = SentenceTransformersDocumentEmbedder(model=model, progress_bar=False)
        self.questions.warm_up()
        self.embedder.warm_up()

    def embed(self, texts: Sequence[str]) -> Vectors:
        embedded = self.embedder.run(documents=[Document(content=text) for text in texts])["documents"]
        return np.array([document.embedding for document in embedded], dtype=np.float32)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        known = [None] * len(passages) if vectors is None else vectors.tolist()
        documents = [
            Document(id=passage.id, content=passage.text, embedding=vector)
            for passage, vector in zip(passages, known, strict=True)
        ]
        if vectors is None:
            documents = self.embedder.run(documents=documents)["documents"]
        store = InMemoryDocumentStore()
        store.write_documents(documents)
        if self.pipeline:
            # A component belongs to one pipeline at a time.
            self.pipeline.remove_component("questions")
        self.pipeline = Pipeline()
        self.pipeline.add_component("questions", self.questions)
        self.pipeline.add_component("dense", InMemoryEmbeddingRetriever(store))
        self.pipeline.add_component("keywords", InMemoryBM25Retriever(store))
        self.pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion"))
        self.pipeline.connect("questions.embedding", "dense.query_embedding")
        self.pipeline.connect("dense", "joiner")
        self.pipeline.connect("keywords", "joiner")

    def ask(self, question: str, depth: int) -> list[str]:
        assert self.pipeline is not None, "ask came before ingest"
        found = self.pipeline.run(
            {
                "questions": {"text": question},
                "dense": {"top_k": depth},
                "keywords": {"query": question, "top_k": depth},
                "joiner": {"top_k": depth},
            }
        )
        return [document.id for document in found["joiner"]["documents"]]


CONTENDER = HaystackHybrid
