"""`Assistant`: everything that a bot, the web chat and the command line do, on one object."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from assistant.citing import open_citation, open_range
from assistant.contractions import written_out
from assistant.customers.opening import open_customers
from assistant.dialogue import MAX_QUESTION_CHARS, Dialogue, messages_of, shortened
from assistant.handoff.courier import Courier
from assistant.handoff.pack import build_pack
from assistant.hygiene.report import AuditReport
from assistant.indexing.embedding import Progress
from assistant.ingestion.crawler import CrawlLimits
from assistant.ingestion.web import WebOptions
from assistant.knowledge import KnowledgeBase, KnowledgeStores
from assistant.languages import language_of
from assistant.learning.opening import open_learning
from assistant.ports import Conversations, Rewriter
from assistant.records import CheckReport, IngestPlan, Receipt, ReindexReport, TuneReport
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.turn_events import finished
from assistant.types import (
    FOR_EVERYBODY,
    Citation,
    Conversation,
    Document,
    Event,
    Excerpt,
    Feedback,
    Filter,
    Generation,
    HandoffPack,
    IngestReport,
    LoadedDocument,
    Message,
    Query,
    Reply,
    ScoredPassage,
    SearchResult,
    Suggestion,
    Turn,
)


class Assistant:
    """A customer-service assistant over one state folder. Use it in a `with` block; it may be shared by threads."""

    def __init__(
        self,
        *,
        settings: Settings,
        stores: KnowledgeStores,
        knowledge: KnowledgeBase,
        dialogue: Dialogue,
        rewriter: Rewriter,
        courier: Courier,
    ) -> None:
        """Take the parts that `open_assistant` joined.

        `handoff` passes conversations to people and back, `courier` tells the team of them, `ratings` are what
        customers think of those that were closed, `votes` what they think of passages; `customers` is what is known of
        them, and `sign_in` who they are; `policy` are the rules of what is done.
        """
        self.settings = settings
        self._stores = stores
        self._knowledge = knowledge
        self._dialogue = dialogue
        self._rewriter = rewriter
        self.handoff, self.prompts = dialogue.house.handoff, dialogue.house.prompts
        self.policy = dialogue.house.policy
        self.courier, self.assist = courier, dialogue.assist
        self.ratings, self.votes = stores.ratings, stores.votes
        self.customers, self.sign_in, self.limits = open_customers(stores, settings)
        self.learning, self.approvals = open_learning(stores, knowledge, dialogue)
        self._warm = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release files and connections; the assistant cannot be used afterwards."""
        self._knowledge.close()
        self._stores.close()

    # --- Knowledge -------------------------------------------------------------------------------------------------

    def ingest(
        self,
        *sources: str | Path,
        whole_site: bool = False,
        limits: CrawlLimits | None = None,
        allow_mass_removal: bool = False,
        progress: Progress | None = None,
    ) -> IngestReport:
        """Make the knowledge base hold what the given files, folders, archives and web addresses hold now.

        A web address is one page, or a sitemap; with `whole_site` also what it leads to, within the `limits`.

        Raises:
            HomeInUse: Another process is writing to the same state folder.
            MassRemoval: So many documents are gone that it is probably a mistake; `allow_mass_removal` says it is not.
            IndexMismatch: Another embedder made the index.
        """
        web = self._web(whole_site, limits)
        return self._knowledge.ingest(sources, web=web, allow_mass_removal=allow_mass_removal, progress=progress)

    def plan(self, *sources: str | Path, whole_site: bool = False, limits: CrawlLimits | None = None) -> IngestPlan:
        """Return what `ingest` would do with the sources; nothing is changed."""
        return self._knowledge.plan(sources, web=self._web(whole_site, limits))

    def reindex(self, embedder: str | None = None, progress: Progress | None = None) -> ReindexReport:
        """Build new indexes beside the live ones, with another embedder if one is named, and let them answer."""
        return self._knowledge.reindex(embedder, progress)

    def rollback(self, progress: Progress | None = None) -> ReindexReport:
        """Let the indexes before the last `reindex` answer again."""
        return self._knowledge.rollback(progress)

    def generations(self) -> list[Generation]:
        """Return the generations of the indexes that there are, oldest first."""
        return self._knowledge.generations()

    def forget(self, document: str | None = None, *, source: str | None = None) -> Receipt:
        """Erase a document, or all that came from a source, from everything that is kept; returns the proof.

        Raises:
            AssistantError: There is no such document.
        """
        return self._knowledge.forget(document, source)

    def audit(self) -> AuditReport:
        """Return what a person should look at: contradictions, repetitions, what is out of date or held back."""
        return self._knowledge.audit()

    def release(self, passage_id: str) -> int:
        """Let a passage that was held back be found, with every other of the same text; returns how many there are."""
        return self._knowledge.release(passage_id)

    def check(self) -> CheckReport | None:
        """Search for every live passage, mend what cannot be found; None where nothing was ingested yet."""
        return self._knowledge.check()

    def tune(self, *, fine_tune: bool = False, dry_run: bool = False, progress: Progress | None = None) -> TuneReport:
        """Learn from the knowledge base's own questions, liked answers and corrections; keep what wins when judged.

        That is a light adapter of the query vector or, with `fine_tune`, a model that embeds all documents anew.

        Raises:
            AssistantError: Nothing was ingested, or the indexes were replaced meanwhile.
            ConfigurationError: The embedder cannot be fine-tuned.
        """
        from assistant.embedders.fine_tuning import fine_tune as train

        return self._knowledge.tune(train=train if fine_tune else None, dry_run=dry_run, progress=progress)

    def remove_tuning(self) -> TuneReport:
        """Search as if nothing had been learnt."""
        return self._knowledge.remove_tuning()

    def ingest_documents(self, documents: Sequence[LoadedDocument], progress: Progress | None = None) -> IngestReport:
        """Add documents that are already text; nothing is removed."""
        return self._knowledge.ingest_documents(documents, progress)

    def search(self, question: str, limit: int = 5, *, only: Filter = FOR_EVERYBODY) -> list[ScoredPassage]:
        """Return the best passages for a question that stands alone, best first, of those that `only` admits.

        Without a filter that is what everybody may see today.
        """
        return list(self._knowledge.search(Query(text=question, only=only), limit).passages)

    def find(
        self,
        question: str,
        limit: int = 5,
        mode: Mode = "hybrid",
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
    ) -> SearchResult:
        """Search as a turn does: the question is made to stand alone first; evidence comes with the passages."""
        query = self._rewriter.standalone(written_out(question[:MAX_QUESTION_CHARS]), shortened(history))
        query = query.model_copy(update={"only": only})
        return self._knowledge.search(query, limit, mode)

    def document(self, name: str, revision: int | None = None, *, only: Filter = FOR_EVERYBODY) -> Document | None:
        """Return a document by name, at its live revision or an older one.

        None where there is none, and where it is for others than the audiences of `only`.
        """
        return self._knowledge.document(name, revision, only)

    def open_citation(self, citation: Citation, *, only: Filter = FOR_EVERYBODY) -> Excerpt:
        """Return a cited passage in its document, also after that was changed; see `assistant.citing`.

        Raises:
            DocumentErased: The document was erased for good.
            RevisionNotFound: The revision is not kept, or is for others than the audiences of `only`.
        """
        return open_citation(self._stores.catalog, citation, only)

    def open_range(
        self, document_id: str, revision: int, start: int = 0, end: int | None = None, *, only: Filter = FOR_EVERYBODY
    ) -> Excerpt:
        """Return a range of characters of a kept revision; raises as `open_citation` does."""
        return open_range(self._stores.catalog, document_id, revision, start, end, only)

    def languages(self) -> dict[str, int]:
        """Return how many documents there are in each language; an empty name stands for what was not sure."""
        return self._stores.attributes.languages()

    # --- Dialogue --------------------------------------------------------------------------------------------------

    def reply(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
        segment: str = "",
        customer: str | None = None,
    ) -> Reply:
        """Answer a message and return when the answer is complete; without an id a new conversation begins.

        The answer rests on passages that `only` admits; without a filter, on what everybody may see today. `segment` is
        the customer's, as rules of the policy name it, and `customer` the company's id of them, whose conversation it
        then is; the caller vouches for both. An empty `customer` is an anonymous visitor, who opens nobody else's.
        """
        return finished(self.stream(text, conversation_id, history, only=only, segment=segment, customer=customer))

    def stream(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
        segment: str = "",
        customer: str | None = None,
    ) -> Iterator[Event]:
        """Answer a message event by event; the last is `ReplyFinished`. Closing the iterator cancels the turn."""
        seat = self.customers.seated(conversation_id, customer, segment, text)
        return self._dialogue.stream(text, seat.conversation_id, history, only, seat.guest)

    def start_conversation(self) -> Conversation:
        """Open a conversation with an unguessable id."""
        return self._conversations.start()

    def conversation(self, conversation_id: str) -> Conversation:
        """Return a conversation; raises ConversationNotFound."""
        return self._conversations.get(conversation_id)

    def turns(self, conversation_id: str) -> list[Turn]:
        """Return the turns of a conversation, oldest first."""
        return self._conversations.turns(conversation_id)

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        """Store a like or dislike with its turn."""
        self._conversations.set_feedback(turn_id, feedback)

    def example_questions(self) -> list[str]:
        """Return the questions that an empty chat offers, from `prompts/examples.md.j2`."""
        return self.prompts.examples()

    # --- Handoff ---------------------------------------------------------------------------------------------------

    def waiting(self) -> list[Conversation]:
        """Return the conversations that wait for a person, in the order of the queue, then those that are with one."""
        return self.handoff.queue()

    def pack(self, conversation_id: str) -> HandoffPack:
        """Return what a person who takes a conversation is given; raises ConversationNotFound."""
        conversation = self._conversations.get(conversation_id)
        turns, log = self.turns(conversation_id), self.handoff.log(conversation_id)
        return build_pack(conversation, turns, log, self.customers.of(conversation))

    def suggest(self, conversation_id: str) -> Suggestion:
        """Return a draft for the open question of a conversation, with its sources, and articles that may help.

        Raises:
            ConversationNotFound: There is no such conversation.
            BackendError: The knowledge base cannot be searched.
        """
        conversation, turns = self._conversations.get(conversation_id), self.turns(conversation_id)
        return self.assist.suggest(conversation, turns, shortened(messages_of(turns)))

    def recent(self, limit: int = 50) -> list[Conversation]:
        """Return the conversations touched last, newest first."""
        return self._conversations.recent(limit)

    # --- Operation -------------------------------------------------------------------------------------------------

    def warm_up(self) -> None:
        """Load models and open indexes, so that the first customer does not wait for it.

        Raises:
            AssistantError: A part cannot be loaded or reached.
        """
        self._knowledge.check_embedder()
        self._knowledge.search(Query(text="warm up"))
        language_of("warm up")
        self._dialogue.warm_up()
        self._warm.set()

    @contextmanager
    def sole_writer(self) -> Iterator[None]:
        """Keep other processes from writing while this one serves: two on one Chroma folder lose vectors in silence.

        Raises:
            HomeInUse: Another process is writing already.
        """
        self._knowledge.settle()
        yield

    def ready(self) -> bool:
        """Tell whether `warm_up` has finished and the database answers."""
        if not self._warm.is_set():
            return False
        self._knowledge.counts()
        return True

    def status(self) -> dict[str, str | int]:
        """Return what an operator asks first: backends in use and how much they hold."""
        documents, passages = self._knowledge.counts()
        generation = self._knowledge.generation()
        return {
            "documents": documents,
            "passages": passages,
            "generation": generation.number if generation else 0,
            "embedder": self._knowledge.embedder_name(),
            "tuned": ", ".join(self._knowledge.tuned_parts()),
            "waiting": len(self.waiting()),
        }

    def _web(self, whole_site: bool, limits: CrawlLimits | None) -> WebOptions:
        hosts = self.settings.crawl_private_hosts
        return WebOptions(whole_site=whole_site, limits=limits or CrawlLimits(), private_hosts=hosts)

    @property
    def _conversations(self) -> Conversations:
        return self._stores.conversations
