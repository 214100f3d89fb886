"""The same knowledge gives the same answers on SQLite with embedded Chroma as on PostgreSQL with a Chroma server."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from assistant.knowledge import KnowledgeBase
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.stores import Stores, chroma, open_stores
from assistant.types import LoadedDocument, Query
from benchmarks.proving import WordEmbedder, document, paragraph, unique_word

QUESTIONS_FILE = Path(__file__).parents[1] / "content" / "questions.jsonl"
QUESTIONS = [json.loads(line)["question"] for line in QUESTIONS_FILE.read_text(encoding="utf-8").splitlines()][:100]
SAME_SCORE = 1e-6


class Side(NamedTuple):
    """One of the deployments that must not differ."""

    stores: Stores
    knowledge: KnowledgeBase


@contextmanager
def opened(home: Path, *, database: str = "", chroma: str = "") -> Iterator[Side]:
    stores = open_stores(Settings(home=home, database=database, chroma=chroma))
    knowledge = KnowledgeBase(
        stores, embedder_name="words:one", embedder_is_chosen=False, open_embedder=lambda name: WordEmbedder(name)
    )
    try:
        yield Side(stores, knowledge)
    finally:
        knowledge.close()
        stores.close()


@pytest.fixture
def sides(
    tmp_path: Path, postgresql_url: str, chroma_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Side, Side]]:
    # So wide a search is exact here: what is compared must not be the luck of two approximate graphs.
    monkeypatch.setitem(chroma.HNSW, "ef_search", 1000)
    with (
        opened(tmp_path / "embedded") as embedded,
        opened(tmp_path / "served", database=postgresql_url, chroma=chroma_url) as served,
    ):
        yield embedded, served


def found(side: Side, question: str) -> list[Any]:
    """Return what identifies each passage on any backend, its ranks, and its scores."""
    sources = {one.id: one.source for one in side.stores.catalog.summaries()}
    return [
        (
            (sources[one.passage.document_id], one.passage.ordinal),
            one.dense_rank,
            one.keyword_rank,
            one.score,
            one.cosine,
        )
        for one in side.knowledge.search(Query(text=question), 10).passages
    ]


def assert_same(sides: tuple[Side, Side]) -> None:
    assert sides[0].knowledge.counts() == sides[1].knowledge.counts()
    for question in QUESTIONS:
        one, other = (found(side, question) for side in sides)
        assert [row[:3] for row in one] == [row[:3] for row in other], question
        for left, right in zip(one, other, strict=True):
            assert left[3] == pytest.approx(right[3], abs=SAME_SCORE)
            assert (left[4] or 0.0) == pytest.approx(right[4] or 0.0, abs=SAME_SCORE)


def test_every_answer_is_the_same_after_every_change(sides: tuple[Side, Side], tmp_path: Path) -> None:
    folder = tmp_path / "sources"
    shutil.copytree(shipped_folder("knowledge_base"), folder)
    for side in sides:
        side.knowledge.ingest([folder])
    assert sides[0].knowledge.counts()[1] > 100
    assert_same(sides)

    changed = folder / "policies" / "returns.md"
    changed.write_text(changed.read_text(encoding="utf-8").replace("30 days", "31 days"), encoding="utf-8")
    (folder / "policies" / "warranty.md").unlink()
    (folder / "new.md").write_text(f"# New\n\n{paragraph('new')}\n", encoding="utf-8")
    for side in sides:
        report = side.knowledge.ingest([folder])
        assert (report.added, report.changed, report.removed) == (1, 1, 1)
    assert_same(sides)

    for side in sides:
        side.knowledge.reindex("words:two")
    assert_same(sides)
    for side in sides:
        side.knowledge.rollback()
    assert_same(sides)
    for side in sides:
        assert side.knowledge.forget("new.md", None).documents == ("new.md",)
        assert not any(
            unique_word("new") in one.passage.text
            for one in side.knowledge.search(Query(text=paragraph("new"))).passages
        )
    assert_same(sides)


def test_a_replica_sees_what_another_has_taken_in_at_its_next_search(
    tmp_path: Path, postgresql_url: str, chroma_url: str
) -> None:
    def finds(side: Side, one: LoadedDocument, sign: str) -> list[bool]:
        asked: tuple[tuple[str, Mode], ...] = ((unique_word(sign), "keyword"), (paragraph(sign), "dense"))
        best = [side.knowledge.search(Query(text=question), 1, mode).passages for question, mode in asked]
        return [
            bool(some) and some[0].passage.document == one.name and unique_word(sign) in some[0].passage.text
            for some in best
        ]

    with (
        opened(tmp_path / "one", database=postgresql_url, chroma=chroma_url) as first,
        opened(tmp_path / "two", database=postgresql_url, chroma=chroma_url) as second,
    ):
        a, b = document("alpha", 1, 3), document("beta", 1, 3)
        first.knowledge.ingest_documents([a])
        assert finds(second, a, "alpha/1/2") == [True, True]
        second.knowledge.ingest_documents([b])
        assert finds(first, b, "beta/1/0") == [True, True]
        newer = document("alpha", 2, 3)
        first.knowledge.ingest_documents([newer])
        assert finds(second, newer, "alpha/2/1") == [True, True]
        assert finds(second, a, "alpha/1/2") == [False, False]
        changes: tuple[Callable[[], object], ...] = (
            first.knowledge.reindex,
            lambda: first.knowledge.reindex("words:two"),
            first.knowledge.rollback,
            first.knowledge.reindex,
        )
        for change in changes:
            change()
            assert finds(second, newer, "alpha/2/1") == [True, True]
            assert finds(second, b, "beta/1/0") == [True, True]
        first.knowledge.forget("alpha.md", None)
        assert finds(second, newer, "alpha/2/1") == [False, False]
        assert finds(second, b, "beta/1/0") == [True, True]
        assert first.knowledge.counts() == second.knowledge.counts() == (1, 3)


def test_a_replica_with_damaged_keywords_fills_them_anew(
    tmp_path: Path, postgresql_url: str, chroma_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(tmp_path / "one", database=postgresql_url, chroma=chroma_url) as side:
        side.knowledge.ingest_documents([document("alpha", 1, 3)])
    file = next((tmp_path / "one").rglob("*.idx"))
    zeros = tmp_path / "zeros"
    zeros.write_bytes(bytes(file.stat().st_size))
    zeros.replace(file)
    with opened(tmp_path / "one", database=postgresql_url, chroma=chroma_url) as side:
        found = side.knowledge.search(Query(text=unique_word("alpha/1/1")), 1, "keyword").passages
        assert unique_word("alpha/1/1") in found[0].passage.text
        side.knowledge.forget("alpha.md", None)
    assert ["is damaged" in record.getMessage() for record in caplog.records] == [True]
