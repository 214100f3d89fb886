"""LlamaIndex's starter example: `VectorStoreIndex` in its own simple vector store."""

from collections.abc import Sequence

import numpy as np
from llama_index.core import VectorStoreIndex
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors


class LlamaIndexVector(Contender):
    """`VectorStoreIndex.as_retriever()` over `HuggingFaceEmbedding`."""

    def load(self, model: str) -> None:
        self.embedding = HuggingFaceEmbedding(model_name=model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array(self.embedding.get_text_embedding_batch(list(texts)), dtype=np.float32)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        # A node that holds its vector is not embedded.
        known = [None] * len(passages) if vectors is None else vectors.tolist()
        self.nodes = [
            TextNode(id_=passage.id, text=passage.text, embedding=vector)
            for passage, vector in zip(passages, known, strict=True)
        ]
        self.index = VectorStoreIndex(self.nodes, embed_model=self.embedding)

    def ask(self, question: str, depth: int) -> list[str]:
        retriever = self.index.as_retriever(similarity_top_k=depth)
        return [found.node.node_id for found in retriever.retrieve(question)]


CONTENDER = LlamaIndexVector
