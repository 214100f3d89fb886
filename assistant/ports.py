"""The seams of the assistant: what the core asks of its backends. Every backend passes the suite in tests/contracts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from assistant.records import Draft, KnownPage, Operation, PassedOver, Staged
from assistant.types import (
    Chunk,
    Conversation,
    ConversationState,
    Document,
    DocumentSummary,
    Feedback,
    Generation,
    Match,
    Message,
    Passage,
    Reply,
    ResponseRequest,
    Sentiment,
    Signals,
    Turn,
    TurnStatus,
)

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns text into unit-length vectors. Thread-safe; loads its model on first use, not when constructed."""

    @property
    def fingerprint(self) -> str:
        """Names model, weights and preprocessing: two embedders share it only if their vectors may be mixed."""

    @property
    def dimension(self) -> int:
        """Width of a vector. May load the model or ask the service once."""

    @property
    def max_tokens(self) -> int:
        """Tokens of one text that are read; the rest would be cut in silence. Special tokens are not counted."""

    def token_spans(self, text: str) -> Sequence[tuple[int, int]]:
        """Character range of each token of `text`, in order; an upper estimate where the tokenizer is not public."""

    def embed_documents(self, texts: Sequence[str]) -> Vectors:
        """Return shape (len(texts), dimension), row i for texts[i]; an empty sequence gives shape (0, dimension).

        Raises:
            BackendError: The model or service failed.
        """

    def embed_query(self, text: str) -> Vectors:
        """Return shape (dimension,) for a question; models with a query prefix apply it here.

        Raises:
            BackendError: The model or service failed.
        """


@runtime_checkable
class PartwiseEmbedder(Protocol):
    """An embedder that hands on results as they come, so that a failure does not lose those before it."""

    def embed_documents_in_parts(self, texts: Sequence[str]) -> Iterator[tuple[list[int], Vectors]]:
        """Yield the rows of `texts` that were embedded, with their vectors; together they are all rows, once.

        Raises:
            BackendError: The service failed, after everything that it finished was yielded.
        """


class VectorIndex(Protocol):
    """A derived index of passage vectors. Everything in it can be rebuilt from the catalog."""

    def upsert(self, passage_ids: Sequence[str], vectors: Vectors) -> None:
        """Insert or overwrite; any number at once; an empty sequence does nothing."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored."""

    def search(self, vector: Vectors, limit: int) -> list[Match]:
        """Return the nearest passages by cosine similarity, best first; fewer than `limit` where fewer exist."""

    def count(self) -> int:
        """Return how many passages it holds."""

    def clear(self) -> None:
        """Drop everything."""

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""

    def set_position(self, number: int) -> None:
        """Remember that every change up to `number` is in it."""


class KeywordIndex(Protocol):
    """A derived BM25 index over title, heading and text."""

    def upsert(self, passages: Sequence[Passage]) -> None:
        """Insert or overwrite by id, durable on return."""

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Remove; ids that are not there are ignored. Durable on return."""

    def search(self, question: str, limit: int) -> list[Match]:
        """Return matches of any word of the question, best first. Any text is accepted, never parsed as syntax."""

    def document_frequency(self, word: str) -> int:
        """Return in how many passages the word occurs, after the index's own stemming."""

    def spelled_like(self, term: str, mistakes: int, limit: int) -> list[str]:
        """Return passages that hold a stemmed term at most `mistakes` letters away (a swap counts once), 2 at most."""

    def count(self) -> int:
        """Return how many passages it holds."""

    def clear(self) -> None:
        """Drop everything."""

    def refresh(self) -> None:
        """See what another process has written since this one opened it."""

    def position(self) -> int | None:
        """Return the number of the last change it has learnt; None where it was never filled."""

    def set_position(self, number: int) -> None:
        """Remember that every change up to `number` is in it."""


class Catalog(Protocol):
    """The truth, for reading. Passages are those of the live generation's embedder, visible and not held back."""

    def summaries(self) -> list[DocumentSummary]:
        """Return all live documents, without text, by name."""

    def document(self, name: str, revision: int | None = None) -> Document | None:
        """Return a document by name, at its live revision or an older one; None where there is none."""

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return those of the passages that may be shown today, in the order asked."""

    def all_passages(self) -> Iterator[Passage]:
        """Yield every live passage, by document name and position."""

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


class VectorCache(Protocol):
    """Vectors by embedder and digest of the embedded text: nothing is embedded twice."""

    def get(self, fingerprint: str, digests: Sequence[str]) -> dict[str, Vectors]:
        """Return the known vectors among the sha256 hex digests of embedded texts."""

    def of_passages(self, fingerprint: str) -> Iterator[tuple[str, bytes]]:
        """Yield id and vector, as float32, of each passage that an embedder's indexes hold and that was embedded."""

    def put(self, fingerprint: str, vectors: Mapping[str, Vectors]) -> None:
        """Remember vectors by digest; a second write of the same digest is ignored."""


class Quarantine(Protocol):
    """Passages that carry instructions to the model, held back from search until a person releases them."""

    def held(self) -> list[tuple[Passage, str]]:
        """Return the passages of live documents that are held back, with the reason, by document and position."""

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

    def all(self) -> list[Generation]:
        """Return every generation, oldest first."""

    def begin(self, embedder: str, fingerprint: str, dimension: int) -> Generation:
        """Record a new generation, in state `building`."""

    def go_live(self, number: int) -> None:
        """Make a generation the live one; the one before it is kept, and any other is dropped. One transaction."""

    def drop(self, number: int) -> None:
        """Forget a generation whose indexes are gone, and passages that only they needed."""


class Conversations(Protocol):
    """Conversations and turns, in SQL."""

    def start(self) -> Conversation:
        """Open a conversation with an unguessable id."""

    def get(self, conversation_id: str) -> Conversation:
        """Return a conversation.

        Raises:
            ConversationNotFound: No conversation has this id.
        """

    def set_state(self, conversation_id: str, state: ConversationState, reason: str = "") -> None:
        """Record who holds the conversation now, and why."""

    def waiting(self) -> list[Conversation]:
        """Return conversations that wait for a person or are with one, oldest first."""

    def recent(self, limit: int) -> list[Conversation]:
        """Return the conversations touched last, newest first."""

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        """Store the customer's message before anything is computed from it."""

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        """Store the one outcome of a turn. A turn that already has one is left as it is."""

    def add_agent_message(self, conversation_id: str, text: str) -> Turn:
        """Store what a person of the support team wrote to the customer (kept in `question`, speaker `agent`)."""

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return all turns, oldest first."""

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store a like or dislike with its turn."""

    def position(self, conversation_id: str) -> int:
        """Return the place in the queue for a person, counting from 1."""


class SentimentModel(Protocol):
    """Scores the mood of a text."""

    def score(self, text: str) -> Sentiment:
        """Return valence and label; blank text is neutral 0."""


class SignalReader(Protocol):
    """Reads what a customer's words tell beyond their question."""

    def read(self, text: str, history: Sequence[Message]) -> Signals:
        """Return the signals of a message in the light of the messages before it, oldest first."""


class Responder(Protocol):
    """Writes the answer. Only text that grounding ties to a passage reaches the customer."""

    @property
    def name(self) -> str:
        """The `scheme:name` that settings chose."""

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield pieces of the answer. Closing the iterator cancels the work behind it.

        Raises:
            BackendError: The backend failed, or its stream ended without saying that it was complete.
        """


@runtime_checkable
class Rewriter(Protocol):
    """Makes a follow-up question understandable on its own."""

    def standalone(self, question: str, history: Sequence[Message]) -> str:
        """Return the question with what it refers to spelled out; unchanged where it already stands alone."""
