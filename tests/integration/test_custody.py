"""When the indexes on disk are trusted, and what a search does while they are not."""

import logging
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from assistant.indexing import trust
from assistant.indexing.checking import AFTER_A_CRASH
from assistant.ports import Vectors
from assistant.stores import EARLIER_KEYWORDS_FOLDER, KEYWORDS_FOLDER
from assistant.types import Query
from benchmarks.proving import WordEmbedder, document, opened, paragraph, unique_word

DOCUMENTS = [document(f"doc{number}", 1, 3) for number in range(4)]
ASKED = "doc2/1/1"


def rebuilt(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if "built anew" in record.getMessage()]


def test_what_a_killed_process_leaves_is_built_anew(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path / "home") as (_, knowledge, _embedder):
        knowledge.ingest_documents(DOCUMENTS)
        shutil.copytree(tmp_path / "home", tmp_path / "killed")
    with caplog.at_level(logging.WARNING), opened(tmp_path / "killed") as (_, knowledge, embedder):
        assert unique_word(ASKED) in knowledge.search(Query(text=paragraph(ASKED)), 1, "dense").passages[0].passage.text
        assert embedder.embedded == []
    assert [AFTER_A_CRASH in line for line in rebuilt(caplog)] == [True]


def test_what_was_closed_in_order_is_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(2):
        with caplog.at_level(logging.WARNING), opened(tmp_path) as (_stores, knowledge, _embedder):
            knowledge.ingest_documents(DOCUMENTS)
            assert (
                unique_word(ASKED)
                in knowledge.search(Query(text=paragraph(ASKED)), 1, "dense").passages[0].passage.text
            )
    assert rebuilt(caplog) == []


def test_a_graph_that_has_lost_its_way_is_built_anew(tmp_path: Path) -> None:
    many = [document(f"doc{number}", 1, 50) for number in range(24)]
    with opened(tmp_path) as (_, knowledge, _embedder):
        knowledge.ingest_documents(many)
    folder = tmp_path / "indexes" / "1"
    next(folder.rglob("index_metadata.pickle")).unlink()
    trust.trust(folder, {name: folder / part for name, part in (("vectors", "chroma"), ("keywords", KEYWORDS_FOLDER))})
    with opened(tmp_path) as (_, knowledge, _embedder):
        report = knowledge.check()
        assert report is not None
        assert (report.ok, report.rebuilt) == (False, ("vectors",))
        assert knowledge.check().ok  # type: ignore[union-attr]
        for one in ("doc0/1/0", "doc23/1/49"):
            assert unique_word(one) in knowledge.search(Query(text=paragraph(one)), 1, "dense").passages[0].passage.text


def test_the_keyword_index_of_an_earlier_version_is_replaced(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path) as (_, knowledge, _embedder):
        knowledge.ingest_documents(DOCUMENTS)
    folder = tmp_path / "indexes" / "1"
    (folder / KEYWORDS_FOLDER).rename(folder / EARLIER_KEYWORDS_FOLDER)
    with caplog.at_level(logging.WARNING), opened(tmp_path) as (_, knowledge, _embedder):
        (found,) = knowledge.search(Query(text=unique_word(ASKED)), 1, "keyword").passages
        assert unique_word(ASKED) in found.passage.text
    assert not (folder / EARLIER_KEYWORDS_FOLDER).exists()
    assert caplog.messages == []


class SearchingEmbedder(WordEmbedder):
    """Lets another thread search while documents are embedded, and waits for it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.search = lambda: None
        self.stuck = 0

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        thread = threading.Thread(target=self.search, daemon=True)
        thread.start()
        thread.join(10)
        self.stuck += thread.is_alive()
        return super().embed_documents(texts)


def test_a_search_during_the_first_ingest_is_answered(tmp_path: Path) -> None:
    embedder = SearchingEmbedder("words:one")
    with opened(tmp_path, open_embedder=lambda _name: embedder) as (_, knowledge, _embedder):
        embedder.search = lambda: knowledge.search(Query(text="anything"))  # type: ignore[assignment]
        knowledge.ingest_documents(DOCUMENTS)
        assert embedder.stuck == 0
        assert unique_word(ASKED) in knowledge.search(Query(text=paragraph(ASKED)), 1, "dense").passages[0].passage.text
