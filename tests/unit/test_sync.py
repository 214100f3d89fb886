"""Ingesting against the real stores: what is added, kept, moved, removed, and taken up again after a failure."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from assistant.errors import BackendError, DocumentError, IndexMismatch, MassRemoval
from assistant.ingestion.sync import Ingestor
from assistant.ports import Vectors
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import LoadedDocument
from tests.fakes import HashingEmbedder


class OtherEmbedder(HashingEmbedder):
    fingerprint = "other"


class FailingEmbedder(HashingEmbedder):
    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        raise BackendError("embedder", "gone")


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    (made / "returns.md").write_text("# Returns\n\nBring it back within 30 days.")
    (made / "delivery.md").write_text("# Delivery\n\nIt takes two days.")
    return made


def ingestor(stores: Stores, embedder: HashingEmbedder | None = None) -> Ingestor:
    return Ingestor(stores, embedder_name="hashing:64", embedder=embedder or HashingEmbedder())


def indexed(stores: Stores) -> tuple[int, int]:
    generation = stores.generations.live()
    assert generation is not None
    return stores.vectors(generation.number).count(), stores.keywords(generation.number).count()


def test_a_second_run_reads_and_embeds_nothing(stores: Stores, folder: Path) -> None:
    embedder = HashingEmbedder()
    first = ingestor(stores, embedder).ingest([folder])
    again = ingestor(stores, embedder).ingest([folder])
    assert (first.added, first.documents, first.passages) == (2, 2, 2)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert len(embedder.embedded) == 2
    assert indexed(stores) == (2, 2)


def test_changes_and_removals_reach_both_indexes(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    (folder / "returns.md").write_text("# Returns\n\nNow 60 days.")
    (folder / "delivery.md").unlink()
    report = ingestor(stores).ingest([folder])
    assert (report.changed, report.removed, report.documents) == (1, 1, 1)
    assert indexed(stores) == (1, 1)
    document = stores.catalog.document("returns.md")
    assert document is not None
    assert document.revision == 2


def test_one_file_does_not_remove_its_neighbours(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    report = ingestor(stores).ingest([folder / "returns.md"])
    assert (report.unchanged, report.removed, report.documents) == (1, 0, 2)


def test_a_moved_file_keeps_its_document(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    before = stores.catalog.document("returns.md")
    (folder / "returns.md").rename(folder / "bring-back.md")
    report = ingestor(stores).ingest([folder])
    after = stores.catalog.document("bring-back.md")
    assert before is not None
    assert after is not None
    assert (after.id, report.added, report.removed, report.unchanged) == (before.id, 0, 0, 2)


def test_a_file_that_breaks_keeps_its_last_good_revision(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    (folder / "returns.md").write_text("")
    report = ingestor(stores).ingest([folder])
    assert [failed.reason for failed in report.failed] == ["is empty"]
    assert (report.removed, report.documents) == (0, 2)


def test_opting_out_removes_a_document(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    (folder / "returns.md").write_text("---\ningest: false\n---\n# Returns\n\nInternal.")
    assert ingestor(stores).ingest([folder / "returns.md"]).removed == 1


def test_another_embedder_needs_a_new_generation(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    with pytest.raises(IndexMismatch, match="assistant reindex"):
        ingestor(stores, OtherEmbedder()).ingest([folder])


def test_a_failed_run_is_finished_by_the_next(stores: Stores, folder: Path) -> None:
    with pytest.raises(BackendError):
        ingestor(stores, FailingEmbedder()).ingest([folder])
    assert stores.catalog.counts() == (0, 0)
    assert ingestor(stores).ingest([folder]).added == 2
    assert indexed(stores) == (2, 2)


def test_a_reader_sees_the_old_revision_until_the_new_one_is_whole(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    (folder / "returns.md").write_text("# Returns\n\nNow 60 days.")
    with pytest.raises(BackendError):
        ingestor(stores, FailingEmbedder()).ingest([folder])
    document = stores.catalog.document("returns.md")
    assert document is not None
    assert "30 days" in document.text
    assert {one.revision for one in stores.catalog.all_passages()} == {1}


def test_the_same_content_at_two_places_is_one_document(stores: Stores, folder: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "returns.md").read_bytes())
    report = ingestor(stores).ingest([folder])
    assert (report.added, report.documents, len(report.duplicates)) == (2, 2, 1)
    assert ingestor(stores).ingest([folder]).unchanged == 2
    original = next(one for one in stores.catalog.summaries() if one.name in ("copy.md", "returns.md"))
    Path(original.source).unlink()
    report = ingestor(stores).ingest([folder])
    assert (report.added, report.removed, report.documents) == (0, 0, 2)
    assert original.id in {one.id for one in stores.catalog.summaries()}


def test_a_copy_outlives_its_original_in_another_folder(stores: Stores, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "copy.md").write_bytes((folder / "returns.md").read_bytes())
    ingestor(stores).ingest([folder, other])
    stored = {one.source: one for one in stores.catalog.summaries()}
    aliases = stores.catalog.aliases()
    assert len(stored) == 2
    (alias, owner) = next(iter(aliases.items()))
    Path(owner).unlink()
    assert ingestor(stores).ingest([Path(owner).parent], allow_mass_removal=True).documents == 2
    assert {one.id: one.source for one in stores.catalog.summaries()}[stored[owner].id] == alias


def test_a_copy_that_changes_becomes_a_document_of_its_own(stores: Stores, folder: Path) -> None:
    (folder / "copy.md").write_bytes((folder / "returns.md").read_bytes())
    ingestor(stores).ingest([folder])
    (folder / "copy.md").write_text("# Repairs\n\nWe mend what breaks.")
    report = ingestor(stores).ingest([folder])
    assert (report.documents, report.duplicates) == (3, ())
    assert {one.name for one in stores.catalog.summaries()} == {"copy.md", "delivery.md", "returns.md"}


def test_a_plan_says_what_would_be_done_and_does_nothing(stores: Stores, folder: Path) -> None:
    ingestor(stores).ingest([folder])
    (folder / "returns.md").write_text("# Returns\n\nNow 60 days.")
    (folder / "delivery.md").rename(folder / "shipping.md")
    (folder / "new.md").write_text("# New\n\nWe also sell cables.")
    plan = ingestor(stores).plan([folder]).summary()
    assert [Path(one).name for one in (*plan.added, *plan.changed)] == ["new.md", "returns.md"]
    assert [Path(one.source).name for one in plan.moved] == ["shipping.md"]
    assert (plan.removed, plan.unchanged) == ((), 1)
    assert {one.name for one in stores.catalog.summaries()} == {"delivery.md", "returns.md"}


@pytest.mark.parametrize("left", [0, 2])
def test_a_folder_that_has_lost_most_of_its_documents_is_refused(stores: Stores, folder: Path, left: int) -> None:
    for number in range(6):
        (folder / f"more-{number}.md").write_text(f"# Product {number}\n\nIt has {number} buttons.")
    ingestor(stores).ingest([folder])
    for file in sorted(folder.iterdir())[left:]:
        file.unlink()
    with pytest.raises(MassRemoval, match="--allow-mass-removal"):
        ingestor(stores).ingest([folder])
    assert stores.catalog.counts()[0] == 8
    assert ingestor(stores).ingest([folder], allow_mass_removal=True).documents == left


def test_documents_that_are_text_are_added_once(stores: Stores) -> None:
    document = LoadedDocument(source="faq:1", name="faq-1", title="Hours", text="Open from nine to five.")
    assert ingestor(stores).ingest_documents([document]).added == 1
    changed = document.model_copy(update={"text": "Open from ten."})
    assert ingestor(stores).ingest_documents([document]).unchanged == 1
    assert ingestor(stores).ingest_documents([changed]).changed == 1


def test_paths_that_do_not_fit_are_told(stores: Stores, tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        ingestor(stores).ingest([tmp_path / "nowhere"])
    (folder / "logo.xyz").write_text("x")
    assert ingestor(stores).ingest([folder]).failed == ()
    assert "unknown type" in ingestor(stores).ingest([folder / "logo.xyz"]).failed[0].reason


def test_hidden_files_and_links_that_lead_out_are_passed_over(stores: Stores, tmp_path: Path, folder: Path) -> None:
    (tmp_path / "secret.md").write_text("secret")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / ".hidden.md").write_text("hidden")
    assert ingestor(stores).ingest([folder]).documents == 2


def test_a_name_that_cannot_be_stored_is_reported_and_stops_nothing(stores: Stores, folder: Path) -> None:
    broken = os.fsencode(folder) + b"/caf\xe9.md"
    with open(broken, "wb") as file:
        file.write(b"# Coffee\n\nServed daily.")
    report = ingestor(stores).ingest([folder])
    assert (report.added, len(report.failed)) == (2, 1)
    assert "rename" in report.failed[0].reason
    report.model_dump_json()
