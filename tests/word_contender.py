"""A contender for the driver of `benchmarks/peers.py` that needs no framework."""

from collections.abc import Sequence

import numpy as np

from benchmarks.peers_adapters.protocol import Contender, Passage, Vectors, serve


class WordContender(Contender):
    """Ranks by shared words; its vectors count letters."""

    def load(self, model: str) -> None:
        self.model = model

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.array([[text.count(letter) for letter in "aeiou"] for text in texts], dtype=np.float32)

    def ingest(self, passages: Sequence[Passage], vectors: Vectors | None) -> None:
        assert vectors is None or len(vectors) == len(passages)
        self.passages = passages

    def ask(self, question: str, depth: int) -> list[str]:
        if question == "break":
            raise ValueError("cannot")
        asked = set(question.split())
        ranked = sorted(self.passages, key=lambda one: -len(asked & set(one.text.split())))
        return [one.id for one in ranked[:depth]]


def talking() -> Contender:
    """Print while importing, as frameworks do."""
    print("a framework that talks")  # noqa: T201 - the driver must not take it for an answer
    return WordContender()


if __name__ == "__main__":
    serve(talking)
