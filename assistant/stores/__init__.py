"""Where everything is kept: the SQL database, and the indexes derived from it."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ports import (
    Catalog,
    ChangeLog,
    Conversations,
    CustomerStore,
    Gaps,
    Generations,
    Handoffs,
    KeywordIndex,
    Ledger,
    Outbox,
    PassageAttributes,
    Quarantine,
    Ratings,
    Revisions,
    Sessions,
    TunedParts,
    VectorCache,
    VectorIndex,
    Visits,
    Votes,
    WebPages,
)
from assistant.settings import Settings

KEYWORDS_FOLDER, EARLIER_KEYWORDS_FOLDER = "keywords-2", "keywords"
"""Where the keyword index of a generation is, and where it was before it held words as they are written."""

if TYPE_CHECKING:
    from assistant.stores.chroma import ChromaClient
    from assistant.stores.erasures import SqlErasures
    from assistant.stores.evaluations import SqlBaselines
    from assistant.stores.exact import ExactVectorIndex
    from assistant.stores.history import SqlHistory
    from assistant.stores.outcomes import SqlOutcomes


class Stores:
    """The stores of one state folder."""

    def __init__(self, settings: Settings) -> None:
        """Remember where things are; `open_stores` opens them."""
        from assistant.stores.database import Database
        from assistant.stores.home import HomeLock

        self.home = settings.folder
        self.database = Database(settings.database_url, schema=settings.database_schema)
        self._tenant = settings.tenant
        self._chroma_setting = settings.chroma_root
        self._clients: dict[str, ChromaClient] = {}
        self._opening = threading.RLock()
        self._lock = HomeLock(settings.folder)

    def open(self) -> None:
        """Make the folder and bring the database to the newest schema."""
        from assistant.stores.home import prepare, remove_legacy_indexes

        prepare(self.home)
        if self.database.migrate() == "0001":
            remove_legacy_indexes(self.home)

    @cached_property
    def catalog(self) -> Catalog:
        """The truth, for reading."""
        from assistant.stores.catalog import SqlCatalog

        return SqlCatalog(self.database)

    @cached_property
    def revisions(self) -> Revisions:
        """The truth, for writing."""
        from assistant.stores.revisions import SqlRevisions

        return SqlRevisions(self.database)

    @cached_property
    def changes(self) -> ChangeLog:
        """What the indexes have to learn."""
        from assistant.stores.change_log import SqlChangeLog

        return SqlChangeLog(self.database)

    @cached_property
    def attributes(self) -> PassageAttributes:
        """What filters look at."""
        from assistant.stores.attributes import SqlPassageAttributes

        return SqlPassageAttributes(self.database)

    @cached_property
    def vector_cache(self) -> VectorCache:
        """Vectors of everything that was ever embedded."""
        from assistant.stores.vector_cache import SqlVectorCache

        return SqlVectorCache(self.database)

    @cached_property
    def generations(self) -> Generations:
        """The register of index generations."""
        from assistant.stores.generations import SqlGenerations

        return SqlGenerations(self.database)

    @cached_property
    def conversations(self) -> Conversations:
        """Conversations and turns."""
        from assistant.stores.conversations import SqlConversations

        return SqlConversations(self.database)

    @cached_property
    def history(self) -> "SqlHistory":
        """The turns of all conversations."""
        from assistant.stores.history import SqlHistory

        return SqlHistory(self.database)

    @cached_property
    def ledger(self) -> Ledger:
        """What models took."""
        from assistant.stores.ledger import SqlLedger

        return SqlLedger(self.database)

    @cached_property
    def handoffs(self) -> Handoffs:
        """Who holds each conversation."""
        from assistant.stores.handoffs import SqlHandoffs

        return SqlHandoffs(self.database)

    @cached_property
    def outcomes(self) -> "SqlOutcomes":
        """What became of conversations."""
        from assistant.stores.outcomes import SqlOutcomes

        return SqlOutcomes(self.database)

    @cached_property
    def outbox(self) -> Outbox:
        """What channels are owed."""
        from assistant.stores.outbox import SqlOutbox

        return SqlOutbox(self.database)

    @cached_property
    def ratings(self) -> Ratings:
        """What customers think of conversations that were closed."""
        from assistant.stores.ratings import SqlRatings

        return SqlRatings(self.database)

    @cached_property
    def customers(self) -> CustomerStore:
        """Customers, and whose each conversation is."""
        from assistant.stores.customers import SqlCustomers

        return SqlCustomers(self.database)

    @cached_property
    def gaps(self) -> Gaps:
        """What customers asked in vain."""
        from assistant.stores.gaps import SqlGaps

        return SqlGaps(self.database)

    @cached_property
    def sessions(self) -> Sessions:
        """Which browsers customers are signed in with."""
        from assistant.stores.sessions import SqlSessions

        return SqlSessions(self.database)

    @cached_property
    def visits(self) -> Visits:
        """How many messages visitors have sent."""
        from assistant.stores.visits import SqlVisits

        return SqlVisits(self.database)

    @cached_property
    def votes(self) -> Votes:
        """What likes and dislikes say of passages."""
        from assistant.stores.votes import SqlVotes

        return SqlVotes(self.database)

    @cached_property
    def quarantine(self) -> Quarantine:
        """Passages that were held back."""
        from assistant.stores.quarantine import SqlQuarantine

        return SqlQuarantine(self.database)

    @cached_property
    def erasures(self) -> "SqlErasures":
        """What was asked to be forgotten."""
        from assistant.stores.erasures import SqlErasures

        return SqlErasures(self.database)

    @cached_property
    def baselines(self) -> "SqlBaselines":
        """Evaluation runs that were accepted."""
        from assistant.stores.evaluations import SqlBaselines

        return SqlBaselines(self.database)

    @cached_property
    def tuned_parts(self) -> TunedParts:
        """What was learnt for each generation."""
        from assistant.stores.tuned_parts import SqlTunedParts

        return SqlTunedParts(self.database)

    @cached_property
    def web_pages(self) -> WebPages:
        """What is known of pages that were crawled."""
        from assistant.stores.web_pages import SqlWebPages

        return SqlWebPages(self.database)

    @property
    def chroma_is_embedded(self) -> bool:
        """Tell whether Chroma lives in folders of ours, which one process may open at a time."""
        return "://" not in self._chroma_setting

    def vectors_location(self, generation: int) -> str:
        """Return the folder, or the URL, where the dense index of a generation lives."""
        if not self.chroma_is_embedded:
            return self._chroma_setting
        root = Path(self._chroma_setting) if self._chroma_setting else self._indexes
        return str(root / str(generation) / "chroma")

    def keywords_folder(self, generation: int) -> Path:
        """Return the folder of the keyword index of a generation."""
        return self._indexes / str(generation) / KEYWORDS_FOLDER

    def remove_earlier_keywords(self, generation: int) -> bool:
        """Remove the keyword index that an earlier version left; tells whether there was one."""
        folder = self._indexes / str(generation) / EARLIER_KEYWORDS_FOLDER
        if not folder.exists():
            return False
        shutil.rmtree(folder, ignore_errors=True)
        return True

    def collection_name(self, generation: int) -> str:
        """Return the name of a generation's collection; on a shared server no other knowledge base has it."""
        owner = f"{self._tenant}-" if self._tenant else ""
        return f"passages-{owner}{self.database.identity}-{generation}"

    def vectors(self, generation: int) -> VectorIndex:
        """Return the dense index of a generation."""
        from assistant.stores.chroma import ChromaClient, ChromaVectorIndex

        location = self.vectors_location(generation)
        with self._opening:
            if location not in self._clients:
                self._clients[location] = ChromaClient(location)
            return ChromaVectorIndex(self._clients[location], self.collection_name(generation))

    def keywords(self, generation: int) -> KeywordIndex:
        """Return the keyword index of a generation."""
        from assistant.stores.keywords import TantivyKeywordIndex

        return TantivyKeywordIndex(self.keywords_folder(generation))

    def exact_vectors(self, fingerprint: str, dimension: int) -> "ExactVectorIndex":
        """Return a dense index read from the catalog, for when Chroma's folder cannot be used."""
        from assistant.stores.exact import ExactVectorIndex

        return ExactVectorIndex(
            changes=self.changes, cache=self.vector_cache, fingerprint=fingerprint, dimension=dimension
        )

    def release(self, generation: int) -> None:
        """Close what is open of a generation's dense index, so that its folder can be moved or removed."""
        with self._opening:
            client = self._clients.pop(self.vectors_location(generation), None) if self.chroma_is_embedded else None
        if client is not None:
            client.close()

    def remove_indexes(self, generation: int) -> list[Path]:
        """Remove a generation's indexes from disk, or its collection from the server; returns the files removed."""
        self.release(generation)
        if not self.chroma_is_embedded:
            self.vectors(generation).clear()
        folders = [self.keywords_folder(generation).parent]
        if self.chroma_is_embedded:
            folders.append(Path(self.vectors_location(generation)).parent)
        removed = [file for folder in dict.fromkeys(folders) for file in folder.rglob("*") if file.is_file()]
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        return removed

    def owns_home(self) -> bool:
        """Tell whether this process is the one that may open embedded Chroma, becoming it where that is free."""
        return self._lock.own()

    @contextmanager
    def lock_for_writing(self) -> Iterator[None]:
        """Hold the state folder and the database against other writers; raises HomeInUse."""
        with self._lock.writing(), self.database.sole_writer():
            yield

    def try_writing_here(self) -> AbstractContextManager[bool]:
        """Hold the state folder, if it is free at once, for writing what is in it alone; tells whether it is held."""
        return self._lock.try_writing()

    def close(self) -> None:
        """Release files and connections."""
        with self._opening:
            clients, self._clients = list(self._clients.values()), {}
        for client in clients:
            client.close()
        self.database.close()
        self._lock.close()

    @property
    def _indexes(self) -> Path:
        from assistant.stores.home import INDEXES

        return self.home / INDEXES


def open_stores(settings: Settings) -> Stores:
    """Open the stores of `settings.folder`, creating what is missing.

    Raises:
        ConfigurationError: The folder or the database cannot be used as configured.
        BackendError: The database cannot be reached.
    """
    stores = Stores(settings)
    try:
        stores.open()
    except BaseException:
        stores.close()
        raise
    return stores
