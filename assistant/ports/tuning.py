"""What is learnt from a knowledge base, and where it is kept."""

from collections.abc import Sequence
from typing import Protocol

from assistant.records import TunedPart


class TunedParts(Protocol):
    """What was learnt for each generation of the indexes; gone when its generation is dropped."""

    def get(self, generation: int, name: str) -> TunedPart | None:
        """Return a part as it was stored; None where there is none, or where its bytes are damaged."""

    def all(self, generation: int) -> list[TunedPart]:
        """Return the parts of a generation, by name."""

    def put(self, generation: int, parts: Sequence[TunedPart]) -> None:
        """Store parts, each in place of the one with its name. One transaction."""

    def remove(self, generation: int, names: Sequence[str] | None = None) -> list[str]:
        """Remove parts by name, or all of a generation; returns the names of those that there were."""

    def carry_over(self, generation: int, to: int) -> None:
        """Let a generation with the same embedder have what was learnt for another."""
