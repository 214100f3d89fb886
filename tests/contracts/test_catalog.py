"""What every catalog owes, in memory, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from assistant.errors import BackendError, DocumentError
from assistant.ports import Catalog
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import Chunk, Document, LoadedDocument
from tests.fakes_stores import MemoryCatalog


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def catalog(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalog]:
    if request.param == "memory":
        yield MemoryCatalog()
        return
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    opened = open_stores(Settings(home=tmp_path / "home", database=database))
    yield opened.catalog
    opened.close()


def put(catalog: Catalog, text: str, source: str = "/kb/a.md", name: str = "a.md", checksum: str = "1") -> Document:
    half = len(text) // 2
    chunks = [Chunk(ordinal=0, heading="H", start=0, end=half), Chunk(ordinal=1, heading="", start=half, end=len(text))]
    return catalog.put_document(LoadedDocument(source=source, name=name, title="T", text=text), checksum, chunks)


def test_a_document_comes_back_whole(catalog: Catalog) -> None:
    document = put(catalog, "Grüße 👍 aus 東京")
    assert catalog.document("a.md") == document
    assert (document.revision, document.text) == (1, "Grüße 👍 aus 東京")
    assert catalog.counts() == (1, 2)


def test_passages_are_ranges_of_their_revision_also_after_emoji(catalog: Catalog) -> None:
    document = put(catalog, "👍👍👍 thirty days 👍")
    for passage in catalog.all_passages():
        assert passage.text == document.text[passage.start : passage.end]
        assert (passage.document, passage.title, passage.revision) == ("a.md", "T", 1)


def test_a_new_revision_replaces_passages_and_keeps_the_old_text(catalog: Catalog) -> None:
    put(catalog, "old text")
    put(catalog, "new text", checksum="2")
    assert "".join(one.text for one in catalog.all_passages()) == "new text"
    old, new = catalog.document("a.md", 1), catalog.document("a.md", 2)
    assert old is not None
    assert new is not None
    assert (old.text, new.text) == ("old text", "new text")
    assert [(one.checksum, one.revision) for one in catalog.summaries()] == [("2", 2)]


def test_the_outbox_holds_what_indexes_must_learn_and_drop(catalog: Catalog) -> None:
    put(catalog, "old text")
    added, dropped = catalog.pending()
    assert (len(added), dropped) == (2, [])
    catalog.mark_projected([one.id for one in added])
    assert catalog.pending() == ([], [])
    put(catalog, "new text", checksum="2")
    added, dropped = catalog.pending()
    assert ([one.revision for one in added], len(dropped)) == ([2, 2], 2)


def test_a_removed_document_is_gone_but_its_revisions_can_be_cited(catalog: Catalog) -> None:
    document = put(catalog, "some text")
    catalog.remove_document(document.id)
    assert catalog.counts() == (0, 0)
    assert catalog.document("a.md") is None
    old = catalog.document("a.md", 1)
    assert old is not None
    assert old.text == "some text"
    assert len(catalog.pending()[1]) == 2


def test_a_document_that_comes_back_goes_on_counting(catalog: Catalog) -> None:
    catalog.remove_document(put(catalog, "one").id)
    assert put(catalog, "two").revision == 2


def test_two_sources_of_one_name_are_told_apart(catalog: Catalog) -> None:
    put(catalog, "one")
    assert put(catalog, "two", source="/other/a.md").name == "a.md (2)"
    assert put(catalog, "two again", source="/other/a.md").name == "a.md (2)"


def test_a_moved_document_keeps_id_and_revision(catalog: Catalog) -> None:
    document = put(catalog, "one")
    catalog.move_document(document.id, "/kb/b.md", "b.md")
    moved = catalog.document("b.md")
    assert moved is not None
    assert (moved.id, moved.revision, moved.source) == (document.id, 1, "/kb/b.md")
    assert put(catalog, "two", source="/kb/b.md", name="b.md").id == document.id
    assert put(catalog, "new at the old place").id != document.id


def test_a_failed_write_leaves_nothing(catalog: Catalog) -> None:
    put(catalog, "one")
    chunk = Chunk(ordinal=0, heading="", start=0, end=1)
    document = LoadedDocument(source="/kb/a.md", name="a.md", title="T", text="two")
    with pytest.raises(BackendError):
        catalog.put_document(document, "2", [chunk, chunk])
    still = catalog.document("a.md")
    assert still is not None
    assert (still.text, still.revision) == ("one", 1)
    assert [one.revision for one in catalog.all_passages()] == [1, 1]


def test_passages_come_in_the_order_asked_and_unknown_ids_are_left_out(catalog: Catalog) -> None:
    put(catalog, "some text")
    ids = [one.id for one in catalog.all_passages()]
    asked = [ids[1], "unknown", ids[0], *[f"no-{number}" for number in range(1200)]]
    assert [one.id for one in catalog.passages(asked)] == [ids[1], ids[0]]


def test_vectors_are_cached_by_fingerprint(catalog: Catalog) -> None:
    vector = np.array([0.25, -1.5, 3e-8], dtype=np.float32)
    catalog.cache_vectors("model-a", {"x" * 64: vector})
    catalog.cache_vectors("model-a", {"x" * 64: np.zeros(3, dtype=np.float32)})
    assert catalog.cached_vectors("model-b", ["x" * 64]) == {}
    kept = catalog.cached_vectors("model-a", ["x" * 64, "y" * 64])
    assert list(kept) == ["x" * 64]
    assert kept["x" * 64].tolist() == vector.tolist()


def test_a_new_generation_puts_everything_into_the_outbox(catalog: Catalog) -> None:
    assert catalog.generation() is None
    put(catalog, "some text")
    catalog.mark_projected([one.id for one in catalog.pending()[0]])
    generation = catalog.start_generation("model-a", 3)
    assert catalog.generation() == generation
    assert len(catalog.pending()[0]) == 2
    assert catalog.start_generation("model-b", 4).number == generation.number + 1


def test_nul_and_lone_surrogates_are_stored_as_what_can_be_stored(catalog: Catalog) -> None:
    assert put(catalog, "a\x00b\ud800c").text == "a\ufffdb\ufffdc"
    assert catalog.document("a\x00\ud800") is None


def test_a_source_that_cannot_be_stored_as_it_is_is_refused(catalog: Catalog) -> None:
    with pytest.raises(DocumentError, match="rename"):
        put(catalog, "text", source="/kb/caf\udce9.md")
    assert catalog.counts() == (0, 0)


@pytest.mark.parametrize("revision", [0, -1, 2, 2**31, 2**70])
def test_a_revision_that_never_was_is_none(catalog: Catalog, revision: int) -> None:
    put(catalog, "some text")
    assert catalog.document("a.md", revision) is None


def test_a_document_of_many_passages(catalog: Catalog) -> None:
    text = "👍" * 6000
    chunks = [Chunk(ordinal=place, heading="", start=place, end=place + 1) for place in range(6000)]
    document = catalog.put_document(LoadedDocument(source="/a", name="a", title="T", text=text), "1", chunks)
    added, _ = catalog.pending()
    assert len(added) == 6000
    assert {one.text for one in catalog.passages([one.id for one in added])} == {"👍"}
    catalog.mark_projected([one.id for one in added])
    catalog.remove_document(document.id)
    catalog.remove_document(document.id)
    assert (catalog.pending()[0], len(catalog.pending()[1])) == ([], 6000)


def test_state_survives_closing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    first = open_stores(settings)
    put(first.catalog, "some text")
    first.close()
    second = open_stores(settings)
    assert second.catalog.counts() == (1, 2)
    assert len(second.catalog.pending()[0]) == 2
    second.close()
