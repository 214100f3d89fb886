"""A search that a new revision comes into shows passages of one revision, never of two."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from assistant import retrieval
from assistant.filtering import FilteredIndexes
from assistant.knowledge import KnowledgeBase
from assistant.ports import Vectors
from assistant.types import Filter, LoadedDocument, Match, Query
from tests.integration.test_filters import opened

Made = TypeVar("Made")


def text(price: int) -> str:
    """Return a document of some passages, of which the last alone has the word "parcel"."""
    filling = " ".join(f"filling{number}" for number in range(400))
    return f"Delivery abroad costs {price} euros. {filling}\n\n## Parcels\n\nDelivery of a parcel costs {price} euros."


def ingest(knowledge: KnowledgeBase, price: int) -> None:
    document = LoadedDocument(source="/prices", name="prices.md", title="Prices", text=text(price))
    knowledge.ingest_documents([document])


def at_once(make: Callable[[], Made]) -> Callable[[], Made]:
    made = make()
    return lambda: made


@pytest.mark.parametrize("question", ["parcel", "delivery of a parcel abroad"])
def test_two_revisions_are_not_mixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    with opened(tmp_path / "home") as (_, knowledge):
        ingest(knowledge, 5)
        assert {one.passage.revision for one in knowledge.search(Query(text=question), 5).passages} == {1}
        real = FilteredIndexes.dense
        replaced: list[bool] = []

        def dense(self: FilteredIndexes, vector: Vectors, limit: int, only: Filter) -> list[Match]:
            if not replaced:
                replaced.append(True)
                ingest(knowledge, 6)
                self.refresh()
            return real(self, vector, limit, only)

        # The words are searched for, and read, before the new revision is there, and the vectors after it.
        monkeypatch.setattr(retrieval, "beside", at_once)
        monkeypatch.setattr(FilteredIndexes, "dense", dense)
        found = knowledge.search(Query(text=question), 5).passages
        assert replaced
        assert found
        assert {one.passage.revision for one in found} == {2}
