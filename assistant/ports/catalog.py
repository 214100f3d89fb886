"""The truth in SQL: documents, their revisions, and what the indexes have to learn of them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from assistant.records import Draft, KnownPage, Operation, PassedOver, Staged
from assistant.types import (
    FOR_EVERYBODY,
    ApprovedAnswer,
    Attributes,
    Chunk,
    Document,
    DocumentSummary,
    Filter,
    Generation,
    KeptRevision,
    Passage,
)


class Catalog(Protocol):
    """The truth, for reading. Passages are those of the live generation's embedder, visible and not held back."""

    def summaries(self) -> list[DocumentSummary]:
        """Return all live documents, without text, by name."""

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name, at its live revision or an older one; None where there is none."""

    def kept(self, document_id: str, number: int) -> KeptRevision | None:
        """Return a published revision, also of a document that was renamed or removed; None where there is none."""

    def is_erased(self, document_id: str) -> bool:
        """Tell whether a document with this id was erased for good. Its id is never given to another."""

    def passages(self, passage_ids: Sequence[str], only: Filter = FOR_EVERYBODY) -> list[Passage]:
        """Return those of the passages that a filter admits, in the order asked; by default what anybody may see."""

    def all_passages(self) -> Iterator[Passage]:
        """Yield every live passage, by document name and position."""

    def approved(self) -> list[ApprovedAnswer]:
        """Return every live document that is an approved answer, also out of its time, by name; none held back."""

    def counts(self) -> tuple[int, int]:
        """Return the number of live documents and passages."""

    def aliases(self) -> dict[str, str]:
        """Return the further sources of documents, each with the source of the document it repeats."""

    def passed_over(self) -> list[PassedOver]:
        """Return the sources that need not be read again as long as they are as they were."""


class Revisions(Protocol):
    """The truth, for writing. A revision is staged, taught to the indexes, and then published.

    Every call is one transaction, and records in it which passages the indexes have to learn or forget.
    """

    def stage(self, drafts: Sequence[Draft]) -> list[Staged]:
        """Store new revisions that nobody sees yet.

        Raises:
            DocumentError: A source, which must stay as it is, cannot be stored.
        """

    def publish(self, staged: Sequence[Staged]) -> None:
        """Let staged revisions take the place of those before them, all at once."""

    def abandon_staged(self) -> None:
        """Forget what an interrupted run staged and never published."""

    def add_passages(self, document_id: str, revision: int, fingerprint: str, chunks: Sequence[Chunk]) -> None:
        """Store a revision's passages as another embedder needs them cut."""

    def without_passages(self, fingerprint: str) -> Iterator[Document]:
        """Yield the live documents that were not yet cut for an embedder."""

    def move(self, document_id: str, source: str, name: str) -> None:
        """Record that unchanged content now lives at another source."""

    def set_aliases(self, aliases: Mapping[str, tuple[str, str]], gone: Sequence[str]) -> None:
        """Record further sources (source -> source of the document it repeats, name), and forget those `gone`."""

    def set_passed_over(self, sources: Sequence[PassedOver], others: Sequence[str]) -> None:
        """Remember sources that need not be read again as they are, and forget the `others`."""

    def remove(self, document_ids: Sequence[str]) -> None:
        """Take documents and their passages out of the live knowledge base; revisions stay for old citations."""


class ChangeLog(Protocol):
    """What the indexes have to learn, numbered from 1, in order."""

    def head(self) -> int:
        """Return the number of the newest change; 0 where there is none."""

    def since(self, number: int) -> dict[str, Operation] | None:
        """Return the net changes after `number` by passage; None where they are no longer kept."""

    def indexable(self, passage_ids: Sequence[str], fingerprint: str) -> list[Passage]:
        """Return those of the passages that an embedder's indexes hold: live or staged, not held back."""

    def every_id(self, fingerprint: str) -> list[str]:
        """Return the ids of all passages that an embedder's indexes hold."""

    def prune(self, keep: int) -> None:
        """Forget all but the newest `keep` changes."""


class PassageAttributes(Protocol):
    """What filters look at, for the passages that an embedder's indexes hold: live or staged, not held back."""

    def read(
        self, fingerprint: str, passage_ids: Sequence[str] | None = None
    ) -> tuple[dict[str, int], list[Attributes]]:
        """Return for each passage the place of its attributes in a list of different ones; None asks for all."""

    def languages(self) -> dict[str, int]:
        """Return how many live documents there are in each language; an empty name stands for what was not sure."""

    def any_restricted(self) -> bool:
        """Tell whether a live document is for some people, or for some time, only."""


class Quarantine(Protocol):
    """Passages that carry instructions to the model, held back from search until a person releases them."""

    def held(self) -> list[tuple[Passage, str]]:
        """Return the passages of live documents that are held back, with the reason, by document and position."""

    def touches(self, passage: Passage) -> bool:
        """Tell whether the range of a passage holds a part of one that is held back, of the same revision."""

    def release(self, passage_id: str) -> int:
        """Let a passage, and every other with the same text, be found; returns how many there are."""


class WebPages(Protocol):
    """What is known of crawled pages."""

    def known(self, start: str, version: str) -> list[KnownPage]:
        """Return what is known of the pages that a start led to, as far as loaders of this version read them."""

    def remember(self, start: str, version: str, pages: Sequence[KnownPage]) -> None:
        """Keep what is now known of pages."""

    def forget(self, urls: Sequence[str]) -> None:
        """Forget pages that are gone."""


class Generations(Protocol):
    """The register of index generations."""

    def live(self) -> Generation | None:
        """Return the generation that answers; None before the first ingest."""

    def live_and_head(self) -> tuple[Generation | None, int]:
        """Return the generation that answers and the newest change (`ChangeLog.head`), in one look."""

    def all(self) -> list[Generation]:
        """Return every generation, oldest first."""

    def begin(self, embedder: str, fingerprint: str, dimension: int) -> Generation:
        """Record a new generation, in state `building`."""

    def go_live(self, number: int) -> None:
        """Make a generation the live one; the one before it is kept, and any other is dropped. One transaction."""

    def drop(self, number: int) -> None:
        """Forget a generation whose indexes are gone, and passages that only they needed."""
