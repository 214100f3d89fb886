"""An assistant that keeps everything in memory: the real dialogue, policy and grounding over plain dictionaries."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast

from assistant.citing import open_citation, open_range
from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House
from assistant.errors import ConversationNotFound
from assistant.evidence import EvidenceJudge
from assistant.handoff import Handoff
from assistant.output_checks import OutputChecks
from assistant.ports import Responder
from assistant.prompting import Prompts
from assistant.responders.extractive import ExtractiveResponder
from assistant.retrieval import Mode
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.signals import open_signal_reader
from assistant.terms import STOP_WORDS, stem, terms, words
from assistant.types import (
    FOR_EVERYBODY,
    Citation,
    Conversation,
    ConversationState,
    Document,
    Event,
    Excerpt,
    Feedback,
    Filter,
    KeptRevision,
    Message,
    Passage,
    Query,
    Reply,
    ScoredPassage,
    SearchResult,
    Speaker,
    Turn,
    TurnStatus,
)
from assistant.writing import Writer
from tests.policies import shipped_policy

if TYPE_CHECKING:
    from assistant.service import Assistant


class MemoryConversations:
    """Implements the `Conversations` port."""

    def __init__(self) -> None:
        self.conversations: dict[str, Conversation] = {}
        self.stored: dict[str, list[Turn]] = {}

    def start(self) -> Conversation:
        now = datetime.now(UTC)
        conversation = Conversation(id=secrets.token_urlsafe(16), created_at=now, updated_at=now)
        self.conversations[conversation.id] = conversation
        self.stored[conversation.id] = []
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        if conversation_id not in self.conversations:
            raise ConversationNotFound(conversation_id)
        return self.conversations[conversation_id]

    def set_state(self, conversation_id: str, state: ConversationState, reason: str = "") -> None:
        self._touch(conversation_id, state=state, reason=reason)

    def waiting(self) -> list[Conversation]:
        open_ones = [one for one in self.conversations.values() if one.state is not ConversationState.BOT]
        return sorted(open_ones, key=lambda one: one.created_at)

    def recent(self, limit: int) -> list[Conversation]:
        return sorted(self.conversations.values(), key=lambda one: one.updated_at, reverse=True)[:limit]

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        return self._add(conversation_id, "customer", question, "pending")

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        if self._find(turn_id).status == "pending":
            self._replace(turn_id, status=status, reply=reply)

    def fail_abandoned(self, before: datetime) -> int:
        left = [turn for turns in self.stored.values() for turn in turns if turn.status == "pending"]
        old = [turn.id for turn in left if turn.created_at < before]
        for turn_id in old:
            self._replace(turn_id, status="failed")
        return len(old)

    def add_agent_message(self, conversation_id: str, text: str) -> Turn:
        return self._add(conversation_id, "agent", text, "complete")

    def turns(self, conversation_id: str) -> list[Turn]:
        self.get(conversation_id)
        return list(self.stored[conversation_id])

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        self._replace(turn_id, feedback=feedback)

    def position(self, conversation_id: str) -> int:
        queue = [one.id for one in self.waiting() if one.state is ConversationState.WAITING]
        return queue.index(conversation_id) + 1

    def _add(self, conversation_id: str, speaker: Speaker, text: str, status: TurnStatus) -> Turn:
        turn = Turn(
            id=secrets.token_urlsafe(12),
            conversation_id=conversation_id,
            ordinal=len(self.turns(conversation_id)) + 1,
            created_at=datetime.now(UTC),
            speaker=speaker,
            question=text,
            status=status,
        )
        self.stored[conversation_id].append(turn)
        self._touch(conversation_id)
        return turn

    def _find(self, turn_id: str) -> Turn:
        return next(turn for turns in self.stored.values() for turn in turns if turn.id == turn_id)

    def _replace(self, turn_id: str, **changes: object) -> None:
        turns = self.stored[self._find(turn_id).conversation_id]
        index = next(index for index, turn in enumerate(turns) if turn.id == turn_id)
        turns[index] = turns[index].model_copy(update=changes)

    def _touch(self, conversation_id: str, **changes: object) -> None:
        changed = {"updated_at": datetime.now(UTC), **changes}
        self.conversations[conversation_id] = self.get(conversation_id).model_copy(update=changed)


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
        return SearchResult(passages=found, evidence=EvidenceJudge().weigh(weights, question, found), weights=weights)


class MemoryAssistant:
    """Has the surface of `Assistant` that the entry points use."""

    def __init__(
        self, documents: Sequence[Document] = (), responders: Sequence[Responder] = (), settings: Settings | None = None
    ) -> None:
        self.settings = settings or Settings(assistant_name="Harbour & Pine")
        self.conversations = MemoryConversations()
        self.knowledge = MemoryKnowledge(documents)
        self.prompts = Prompts([shipped_folder("prompts")], assistant_name=self.settings.assistant_name)
        self.handoff = Handoff(self.conversations)
        self.is_ready = True
        self.dialogue = Dialogue(
            conversations=self.conversations,
            search=self.knowledge.search,
            signals=open_signal_reader(),
            rewriter=RuleRewriter(),
            writer=Writer(
                responders=tuple(responders) or (ExtractiveResponder(),), prompts=self.prompts, checks=OutputChecks()
            ),
            house=House(prompts=self.prompts, policy=shipped_policy()),
        )

    def stream(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
    ) -> Iterator[Event]:
        return self.dialogue.stream(text, conversation_id, history, only)

    def reply(
        self,
        text: str,
        conversation_id: str | None = None,
        history: Sequence[Message] = (),
        *,
        only: Filter = FOR_EVERYBODY,
    ) -> Reply:
        return self.dialogue.reply(text, conversation_id, history, only)

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

    def return_to_assistant(self, conversation_id: str) -> None:
        self.handoff.give_back(conversation_id)

    def close_handoff(self, conversation_id: str) -> None:
        self.handoff.give_back(conversation_id)

    def waiting(self) -> list[Conversation]:
        return self.handoff.waiting()

    def recent(self, limit: int = 50) -> list[Conversation]:
        return self.conversations.recent(limit)

    def take(self, conversation_id: str) -> None:
        self.handoff.take(conversation_id)

    def answer_as_agent(self, conversation_id: str, text: str) -> Turn:
        return self.handoff.answer(conversation_id, text)

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
