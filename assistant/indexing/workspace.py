"""What the work on indexes needs of the stores, as a protocol: the indexes of every generation, and their folders."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from assistant.ports import (
    Catalog,
    ChangeLog,
    Embedder,
    Generations,
    KeywordIndex,
    PassageAttributes,
    Quarantine,
    Revisions,
    TunedParts,
    VectorCache,
    VectorIndex,
    Votes,
    WebPages,
)

OpenEmbedder = Callable[[str], Embedder]
"""Returns the embedder of a `scheme:name`."""


class Workspace(Protocol):
    """The catalog with all that is derived from it."""

    @property
    def home(self) -> Path:
        """The state folder."""

    @property
    def catalog(self) -> Catalog:
        """The truth, for reading."""

    @property
    def revisions(self) -> Revisions:
        """The truth, for writing."""

    @property
    def changes(self) -> ChangeLog:
        """What the indexes have to learn."""

    @property
    def attributes(self) -> PassageAttributes:
        """What filters look at."""

    @property
    def vector_cache(self) -> VectorCache:
        """Vectors of everything that was ever embedded."""

    @property
    def generations(self) -> Generations:
        """The register of index generations."""

    @property
    def tuned_parts(self) -> TunedParts:
        """What was learnt for each generation."""

    @property
    def quarantine(self) -> Quarantine:
        """Passages that are held back."""

    @property
    def votes(self) -> Votes:
        """What likes and dislikes say of passages."""

    @property
    def web_pages(self) -> WebPages:
        """What is known of crawled pages."""

    @property
    def chroma_is_embedded(self) -> bool:
        """Tell whether Chroma lives in folders that one process may open at a time."""

    def vectors(self, generation: int) -> VectorIndex:
        """Return the dense index of a generation."""

    def keywords(self, generation: int) -> KeywordIndex:
        """Return the keyword index of a generation."""

    def exact_vectors(self, fingerprint: str, dimension: int) -> VectorIndex:
        """Return a dense index read from the catalog."""

    def vectors_location(self, generation: int) -> str:
        """Return the folder or URL of a generation's dense index."""

    def collection_name(self, generation: int) -> str:
        """Return the name of a generation's collection."""

    def keywords_folder(self, generation: int) -> Path:
        """Return the folder of a generation's keyword index."""

    def remove_earlier_keywords(self, generation: int) -> bool:
        """Remove the keyword index that an earlier version left; tells whether there was one."""

    def release(self, generation: int) -> None:
        """Close what is open of a generation's dense index."""

    def remove_indexes(self, generation: int) -> list[Path]:
        """Remove a generation's indexes; returns the files removed."""

    def owns_home(self) -> bool:
        """Tell whether this process may open embedded Chroma."""

    def lock_for_writing(self) -> AbstractContextManager[None]:
        """Hold the state folder against other writers; raises HomeInUse."""

    def try_writing_here(self) -> AbstractContextManager[bool]:
        """Hold the state folder, if it is free at once, for writing what is in it alone; tells whether it is held."""
