"""Where everything is kept: the SQL database, and the indexes derived from it."""

from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

from assistant.ports import Catalog, Conversations, KeywordIndex, VectorIndex
from assistant.settings import Settings


class Stores:
    """The stores of one state folder."""

    def __init__(self, settings: Settings) -> None:
        """Remember where things are; `open_stores` opens them."""
        from assistant.stores.chroma import ChromaClient
        from assistant.stores.database import Database

        self._home = settings.home
        self._database = Database(settings.database_url)
        self._chroma = ChromaClient(settings.chroma_location)

    def open(self) -> None:
        """Make the folder and bring the database to the newest schema."""
        from assistant.stores.home import prepare

        prepare(self._home)
        self._database.migrate()

    @cached_property
    def catalog(self) -> Catalog:
        """The truth."""
        from assistant.stores.catalog import SqlCatalog

        return SqlCatalog(self._database)

    @cached_property
    def conversations(self) -> Conversations:
        """Conversations and turns."""
        from assistant.stores.conversations import SqlConversations

        return SqlConversations(self._database)

    def vectors(self, generation: int) -> VectorIndex:
        """Return the dense index of a generation."""
        from assistant.stores.chroma import ChromaVectorIndex

        return ChromaVectorIndex(self._chroma, f"passages-{generation}")

    def keywords(self, generation: int) -> KeywordIndex:
        """Return the keyword index of a generation."""
        from assistant.stores.keywords import TantivyKeywordIndex

        return TantivyKeywordIndex(Path(self._home) / "keywords" / str(generation))

    def lock_for_writing(self) -> AbstractContextManager[None]:
        """Hold the state folder against other writers; raises HomeInUse."""
        from assistant.stores.home import writer_lock

        return writer_lock(self._home)

    def close(self) -> None:
        """Release files and connections."""
        self._chroma.close()
        self._database.close()


def open_stores(settings: Settings) -> Stores:
    """Open the stores of `settings.home`, creating what is missing.

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
