"""LangChain's hybrid search: `EnsembleRetriever` over BM25 and Chroma, equal weights, as in its documentation."""

from collections.abc import Sequence

from langchain_classic.retrievers import EnsembleRetriever
from langchain_community.retrievers import BM25Retriever

from benchmarks.peers_adapters.langchain_chroma import LangChainChroma
from benchmarks.peers_adapters.protocol import Passage, Vectors


class LangChainEnsemble(LangChainChroma):
    """Both retrievers are read as deep as is asked for."""

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        super().ingest(passages, vectors)
        self.keywords = BM25Retriever.from_texts(
            [passage.text for passage in passages], metadatas=[{"id": passage.id} for passage in passages]
        )
        self.ensemble = EnsembleRetriever(retrievers=[self.keywords, self.retriever], weights=[0.5, 0.5], id_key="id")

    def ask(self, question: str, depth: int) -> list[str]:
        self.keywords.k = depth
        self.retriever.search_kwargs = {"k": depth}
        return [document.metadata["id"] for document in self.ensemble.invoke(question)]


CONTENDER = LangChainEnsemble
