"""txtai with `hybrid=True`: its own dense and sparse indexes, scores combined half and half."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from txtai import Embeddings

from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors


class TxtaiHybrid(Contender):
    """`Embeddings(path=MODEL, hybrid=True)`."""

    def load(self, model: str) -> None:
        self.path = model
        self.embeddings = Embeddings(path=model, hybrid=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array(self.embeddings.batchtransform(list(texts), category="data"), dtype=np.float32)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        model = self.embeddings.model
        embed = model.encode
        if vectors is not None:
            known = {passage.text: vector for passage, vector in zip(passages, vectors, strict=True)}

            def look_up(texts: Sequence[str], *_: Any, **__: Any) -> Vectors:  # noqa: ANN401 - as it is called
                return np.stack([known[text] for text in texts])

            model.encode = look_up
        try:
            self.embeddings.index((passage.id, passage.text, None) for passage in passages)
        finally:
            model.encode = embed

    def ask(self, question: str, depth: int) -> list[str]:
        return [found for found, _score in self.embeddings.search(question, depth)]


CONTENDER = TxtaiHybrid
