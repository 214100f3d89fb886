"""An assistant that keeps everything in memory: the real dialogue, policy and grounding over plain dictionaries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, cast

from assistant.citing import open_citation, open_range
from assistant.condensing import RuleRewriter
from assistant.customers.desk import Customers
from assistant.customers.erasing import CustomerEraser
from assistant.customers.limits import Limits
from assistant.customers.sessions import SignIn
from assistant.customers.tokens import open_token_reader
from assistant.dialogue import Dialogue, House, messages_of
from assistant.evidence import EvidenceJudge
from assistant.handoff.courier import Courier
from assistant.handoff.desk import Handoff
from assistant.handoff.pack import build_pack
from assistant.learning.approvals import Approvals
from assistant.learning.drafting import Drafter
from assistant.learning.loop import LearningLoop
from assistant.output_checks import OutputChecks
from assistant.ports import Gaps, Responder
from assistant.prompting import Prompts
from assistant.rehearsal import Rehearsal
from assistant.responders.extractive import ExtractiveResponder
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.signals import open_signal_reader
from assistant.terms import STOP_WORDS, stem, terms, words
from assistant.turn_events import finished
from assistant.types import (
    FOR_EVERYBODY,
    ApprovedAnswer,
    Citation,
    Conversation,
    Document,
    Event,
    Excerpt,
    Feedback,
    Filter,
    HandoffPack,
    IngestReport,
    KeptRevision,
    LoadedDocument,
    Message,
    Passage,
    Query,
    Reply,
    ScoredPassage,
    SearchResult,
    Suggestion,
    Turn,
)
from assistant.writing import Writer
from tests.fakes import HashingEmbedder
from tests.fakes_customers import MemoryCustomers, MemorySessions, MemoryVisits
from tests.fakes_gaps import MemoryGaps
from tests.fakes_stores import MemoryConversations
from tests.fakes_votes import MemoryVotes
from tests.policies import shipped_policy

if TYPE_CHECKING:
    from assistant.service import Assistant


class MemoryKnowledge:
    """Documents split at blank lines and searched by shared words."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents: dict[str, Document] = {}
        self.passages: list[Passage] = []
        self._kept: dict[tuple[str, int], Document] = {}
        self._erased: set[str] = set()
        for one in documents:
            self.publish(one)

    def publish(self, document: Document) -> None:
        """Let a revision take the place of those before it, under the name that it brings."""
        self.remove(document.id)
        self._kept[document.id, document.revision] = document
        self.documents[document.name] = document
        self.passages += _split(document)

    def remove(self, document_id: str) -> None:
        self.documents = {name: one for name, one in self.documents.items() if one.id != document_id}
        self.passages = [one for one in self.passages if one.document_id != document_id]

    def erase(self, document_id: str) -> None:
        self.remove(document_id)
        self._kept = {key: one for key, one in self._kept.items() if one.id != document_id}
        self._erased.add(document_id)

    def ingest_documents(self, given: Sequence[LoadedDocument], progress: object = None) -> IngestReport:
        """Publish each as the next revision of the document of its name."""
        for one in given:
            before = self.documents.get(one.name)
            fields = one.model_dump(include=set(Document.model_fields))
            number = before.revision + 1 if before is not None else 1
            self.publish(Document(id=one.name, revision=number, checksum="0", **fields))
        return IngestReport(
            added=len(given),
            changed=0,
            removed=0,
            unchanged=0,
            failed=(),
            documents=len(self.documents),
            passages=len(self.passages),
            seconds=0.0,
        )

    def approved(self) -> list[ApprovedAnswer]:
        return [
            ApprovedAnswer(
                document_id=one.id,
                document=one.name,
                title=one.title,
                revision=one.revision,
                questions=one.approved_for,
                owner=one.owner,
                text=one.text,
                attributes=one.attributes,
            )
            for one in sorted(self.documents.values(), key=lambda one: one.name)
            if one.approved_for
        ]

    def document(self, name: str, revision: int | None = None) -> Document | None:
        found = self.documents.get(name)
        return found if found is not None and revision in (None, found.revision) else None

    def kept(self, document_id: str, number: int) -> KeptRevision | None:
        mine = sorted((one for one in self._kept.values() if one.id == document_id), key=lambda one: one.revision)
        if (document_id, number) not in self._kept:
            return None
        newest = mine[-1]
        revision = self._kept[document_id, number].model_copy(update={"name": newest.name})
        return KeptRevision(revision=revision, newest=newest, is_live=self.documents.get(newest.name) == newest)

    def is_erased(self, document_id: str) -> bool:
        return document_id in self._erased

    def search(self, query: Query, limit: int, mode: Mode = "hybrid") -> SearchResult:
        question = query.text
        weights = {stem(word): 1.0 for word in words(question) if word not in STOP_WORDS}
        day = date.today()
        held = [one for one in self.passages if query.only.admits(self.documents[one.document].attributes, day)]
        scored = [(_overlap(passage, weights), passage) for passage in held]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:limit]
        found = tuple(
            ScoredPassage(rank=rank, score=score, passage=passage, keyword_rank=rank, cosine=0.6)
            for rank, (score, passage) in enumerate(best, start=1)
        )
        return SearchResult(
            passages=found,
            evidence=EvidenceJudge().weigh(weights, question, found),
            weights=weights,
            query=query,
            searched_for=query.standalone,
        )


@dataclass(frozen=True)
class _LearningStores:
    """What the learning loop needs of stores."""

    gaps: Gaps
    catalog: MemoryKnowledge
    conversations: MemoryConversations
    customers: MemoryCustomers


class MemoryAssistant:
    """Has the surface of `Assistant` that the entry points use."""

    def __init__(
        self, documents: Sequence[Document] = (), responders: Sequence[Responder] = (), settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings(assistant_name="Harbour & Pine")
        self.conversations = MemoryConversations()
        self.knowledge = MemoryKnowledge(documents)
        self.prompts = Prompts([shipped_folder("prompts")], assistant_name=self.settings.assistant_name)
        self.handoff = Handoff(handoffs=self.conversations, prompts=self.prompts)
        self.courier = Courier(
            outbox=self.conversations, conversations=self.conversations, handoff=self.handoff, channels=()
        )
        self.ratings = self.conversations
        self.votes = MemoryVotes(self.conversations, lambda: self.knowledge.passages)
        store = MemoryCustomers(self.conversations)
        eraser = CustomerEraser(store, home=self.settings.folder, compact=lambda: None, is_a_file=False)
        self.customers = Customers(store=store, conversations=self.conversations, eraser=eraser)
        reader = open_token_reader(self.settings)
        self.limits = Limits(MemoryVisits(), self.settings)
        self.sign_in = SignIn(reader=reader, sessions=MemorySessions(), customers=self.customers)
        self.is_ready = True
        self.dialogue = Dialogue(
            conversations=self.conversations,
            search=self.knowledge.search,
            signals=open_signal_reader(),
            rewriter=RuleRewriter(),
            writer=Writer(
                responders=tuple(responders) or (ExtractiveResponder(),), prompts=self.prompts, checks=OutputChecks()
            ),
            house=House(self.prompts, shipped_policy(), self.handoff),
        )
        self.assist, self.policy = self.dialogue.assist, self.dialogue.house.policy
        self.gaps = MemoryGaps(self.conversations)
        self.learning = self._learning(store)
        self.approvals = Approvals(self.knowledge, publish=self.knowledge.ingest_documents)

    def _learning(self, store: MemoryCustomers) -> LearningLoop:
        """Return the real loop; what is approved is published at once."""
        embedder, rehearsed = HashingEmbedder(), self.dialogue.over(Rehearsal())

        def ask(question: str, before: Sequence[Message]) -> Reply:
            return rehearsed.reply(question, history=before)

        drafter = Drafter(
            embedder=lambda: embedder, prompts=self.prompts, public=lambda _: [], write=self.dialogue.assist.write
        )
        stores = _LearningStores(self.gaps, self.knowledge, self.conversations, store)
        return LearningLoop(
            stores, embedder=lambda: embedder, drafter=drafter, publish=self.knowledge.ingest_documents, ask=ask
        )

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
        seat = self.customers.seated(conversation_id, customer, segment, text)
        return self.dialogue.stream(text, seat.conversation_id, history, only, seat.guest)

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
        return finished(self.stream(text, conversation_id, history, only=only, segment=segment, customer=customer))

    def start_conversation(self) -> Conversation:
        return self.conversations.start()

    def conversation(self, conversation_id: str) -> Conversation:
        return self.conversations.get(conversation_id)

    def turns(self, conversation_id: str) -> list[Turn]:
        return self.conversations.turns(conversation_id)

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        self.conversations.set_feedback(turn_id, feedback)

    def example_questions(self) -> list[str]:
        return self.prompts.examples()

    def find(
        self,
        question: str,
        limit: int = 5,
        mode: Mode = "hybrid",
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
    ) -> SearchResult:
        query = RuleRewriter().standalone(question, history)
        found = self.knowledge.search(query.model_copy(update={"text": query.standalone, "only": only}), limit, mode)
        return found.model_copy(update={"query": query, "searched_for": query.standalone})

    def document(self, name: str, revision: int | None = None, *, only: Filter = FOR_EVERYBODY) -> Document | None:
        found = self.knowledge.documents.get(name)
        known = found is not None and revision in (None, found.revision) and only.opens(found.attributes)
        return found if known else None

    def open_citation(self, citation: Citation, *, only: Filter = FOR_EVERYBODY) -> Excerpt:
        return open_citation(self.knowledge, citation, only)

    def open_range(
        self, document_id: str, revision: int, start: int = 0, end: int | None = None, *, only: Filter = FOR_EVERYBODY
    ) -> Excerpt:
        return open_range(self.knowledge, document_id, revision, start, end, only)

    def hand_over(self, conversation_id: str, reason: str = "The customer asked for a person.") -> int:
        return self.handoff.request(conversation_id, reason)

    def waiting(self) -> list[Conversation]:
        return self.handoff.queue()

    def pack(self, conversation_id: str) -> HandoffPack:
        mine = self.conversation(conversation_id)
        return build_pack(mine, self.turns(mine.id), self.handoff.log(mine.id), self.customers.of(mine))

    def suggest(self, conversation_id: str) -> Suggestion:
        turns = self.turns(conversation_id)
        return self.assist.suggest(self.conversation(conversation_id), turns, messages_of(turns))

    def recent(self, limit: int = 50) -> list[Conversation]:
        return self.conversations.recent(limit)

    def warm_up(self) -> None:
        self.is_ready = True

    def ready(self) -> bool:
        return self.is_ready

    def as_assistant(self) -> "Assistant":
        """Return itself under the name that the entry points ask for."""
        return cast("Assistant", self)


def document(name: str, title: str, text: str) -> Document:
    return Document(id=name, source=name, name=name, title=title, revision=1, checksum="0", text=text)


def _split(one: Document) -> Iterator[Passage]:
    start = 0
    for ordinal, part in enumerate(one.text.split("\n\n")):
        yield Passage(
            id=f"{one.name}#{ordinal}",
            document_id=one.id,
            document=one.name,
            title=one.title,
            revision=one.revision,
            ordinal=ordinal,
            heading="",
            start=start,
            end=start + len(part),
            text=part,
        )
        start += len(part) + 2


def _overlap(passage: Passage, weights: dict[str, float]) -> float:
    held = set(terms(passage.indexed_text))
    return sum(weight for term, weight in weights.items() if term in held)
