"""LlamaIndex's hybrid search: `QueryFusionRetriever` over its vector index and BM25, by reciprocal rank.

No further questions are generated (`num_queries=1`), since no contender has a language model.
"""

from collections.abc import Sequence

from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.peers_adapters.llama_index_vector import LlamaIndexVector
from benchmarks.peers_adapters.protocol import Passage, Vectors


class LlamaIndexFusion(LlamaIndexVector):
    """Both retrievers are read as deep as is asked for."""

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        super().ingest(passages, vectors)
        self.keywords = BM25Retriever.from_defaults(nodes=self.nodes)
        self.dense = self.index.as_retriever()
        self.fusion = QueryFusionRetriever(
            [self.dense, self.keywords], llm=MockLLM(), num_queries=1, mode="reciprocal_rerank", use_async=False
        )

    def ask(self, question: str, depth: int) -> list[str]:
        self.keywords.similarity_top_k = min(depth, len(self.nodes))
        self.dense.similarity_top_k = self.fusion.similarity_top_k = depth
        return [found.node.node_id for found in self.fusion.retrieve(question)]


CONTENDER = LlamaIndexFusion
