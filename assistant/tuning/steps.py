"""A step of tuning: it learns one part from a knowledge base, and says whether that part is worth keeping."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.indexing.embedding import Progress
from assistant.ports import Embedder
from assistant.records import StepReport
from assistant.tuning.pairs import Pair
from assistant.tuning.tasks import VectorsOf
from assistant.types import Passage, Query, SearchResult

Search = Callable[[Query, int], SearchResult]
"""Searches as customers do now, for so many passages."""


@dataclass(frozen=True)
class Ground:
    """What there is to learn from; `embedder` is that of the live generation, without an adapter."""

    pairs: tuple[Pair, ...]
    passages: Sequence[Passage]
    embedder: Embedder
    vectors_of: VectorsOf
    search: Search
    progress: Progress

    @property
    def coverage(self) -> float:
        """The share of the passages that have a known question."""
        return len({one.passage_id for one in self.pairs}) / max(1, len(self.passages))


class TuningStep(Protocol):
    """Learns one part. Steps run in order, and a later one searches with what the earlier ones have stored."""

    @property
    def name(self) -> str:
        """The name under which the part is stored."""

    def fit(self, ground: Ground) -> tuple[StepReport, bytes | None]:
        """Return what was found, and the part's bytes where it was accepted.

        Raises:
            BackendError: The embedder or an index failed.
        """
