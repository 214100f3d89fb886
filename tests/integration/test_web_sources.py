"""A web site as a source: pages become documents, only changed ones are read again, gone ones are removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.errors import MassRemoval
from assistant.ingestion.crawler import CrawlLimits
from assistant.ingestion.sync import Ingestor
from assistant.ingestion.web import WebOptions
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from assistant.types import IngestReport
from tests.fakes import HashingEmbedder
from tests.small_site import SmallSite, html, small_site


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    opened = open_stores(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


@pytest.fixture
def site() -> Iterator[SmallSite]:
    pages = {
        "/": html("/returns", "/delivery", text="Welcome to the shop for headphones."),
        "/returns": html(text="Bring it back within 30 days."),
        "/delivery": html(text="Delivery to Austria takes two days."),
    }
    with small_site(pages, etags={"/returns": '"1"'}) as opened:
        yield opened


def ingest(stores: Stores, site: SmallSite, *, whole: bool = True) -> IngestReport:
    port = site.listener.port
    web = WebOptions(
        whole_site=whole, limits=CrawlLimits(delay_seconds=0), private_hosts=("localhost", f"127.0.0.1:{port}")
    )
    run = Ingestor(stores, embedder_name="hashing:64", embedder=HashingEmbedder(), web=web)
    return run.ingest([f"http://127.0.0.1:{port}/"])


def test_a_site_becomes_documents_and_only_changes_are_read_again(stores: Stores, site: SmallSite) -> None:
    first = ingest(stores, site)
    assert (first.added, first.failed) == (3, ())
    again = ingest(stores, site)
    assert (again.added, again.changed, again.removed, again.unchanged) == (0, 0, 0, 3)
    site.pages["/delivery"] = html(text="Delivery to Austria takes three days.")
    changed = ingest(stores, site)
    assert (changed.changed, changed.unchanged) == (1, 2)
    assert any("three days" in one.text for one in stores.catalog.all_passages())


def test_a_page_that_is_gone_is_forgotten_by_search(stores: Stores, site: SmallSite) -> None:
    ingest(stores, site)
    del site.pages["/returns"]
    report = ingest(stores, site)
    assert (report.removed, report.documents) == (1, 2)


def test_a_site_that_has_lost_most_of_its_pages_is_refused(stores: Stores, site: SmallSite) -> None:
    ingest(stores, site)
    site.pages.clear()
    with pytest.raises(MassRemoval):
        ingest(stores, site)
    assert stores.catalog.counts()[0] == 3


def test_one_page_is_one_document(stores: Stores, site: SmallSite) -> None:
    assert ingest(stores, site, whole=False).documents == 1


def test_a_page_whose_document_was_removed_is_fetched_whole(stores: Stores, site: SmallSite) -> None:
    ingest(stores, site)
    document = next(one for one in stores.catalog.summaries() if one.name.endswith("/returns"))
    stores.revisions.remove([document.id])
    assert ingest(stores, site).added == 1


def test_without_leave_nothing_private_is_asked(stores: Stores, site: SmallSite) -> None:
    run = Ingestor(stores, embedder_name="hashing:64", embedder=HashingEmbedder())
    report = run.ingest([f"http://127.0.0.1:{site.listener.port}/"])
    assert (report.added, len(report.failed), site.asked) == (0, 1, [])
