"""A catalog and a store of conversations in memory; they pass the same suites as those in SQL."""

import hashlib
import secrets
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from assistant.errors import BackendError, ConversationNotFound, DocumentError
from assistant.ports import Vectors
from assistant.types import (
    Chunk,
    Conversation,
    ConversationState,
    Document,
    DocumentSummary,
    Feedback,
    Generation,
    LoadedDocument,
    Passage,
    Reply,
    Speaker,
    Turn,
    TurnStatus,
)


class MemoryCatalog:
    """Implements the `Catalog` port with dictionaries."""

    def __init__(self) -> None:
        self._revisions: dict[str, list[Document]] = {}
        self._live: dict[str, list[Passage]] = {}
        self._outbox: dict[str, str] = {}
        self._vectors: dict[tuple[str, str], Vectors] = {}
        self._generations: list[Generation] = []

    def summaries(self) -> list[DocumentSummary]:
        fields = set(DocumentSummary.model_fields)
        found = (DocumentSummary(**self._revisions[one][-1].model_dump(include=fields)) for one in self._live)
        return sorted(found, key=lambda summary: summary.name)

    def put_document(self, document: LoadedDocument, checksum: str, chunks: Sequence[Chunk]) -> Document:
        if clean(document.source) != document.source:
            raise DocumentError(clean(document.source), "its name is not valid Unicode text; rename the file")
        if len({chunk.ordinal for chunk in chunks}) < len(chunks):
            raise BackendError("memory", "two chunks have the same ordinal")
        known = self._id_of(document.source)
        texts = {"title": clean(document.title), "text": clean(document.text), "name": self._free(document.name, known)}
        stored = Document(
            id=known,
            revision=len(self._revisions.get(known, ())) + 1,
            checksum=checksum,
            **(document.model_dump(exclude={"audience", "valid_from", "valid_to", "page_starts"}) | texts),
        )
        self._drop(known)
        self._revisions.setdefault(known, []).append(stored)
        self._live[known] = [_passage(stored, chunk) for chunk in chunks]
        self._outbox |= {one.id: "add" for one in self._live[known]}
        return stored

    def move_document(self, document_id: str, source: str, name: str) -> None:
        for one, revisions in self._revisions.items():
            if one not in self._live and revisions[-1].source == source:
                self._rename(one, source=f"{source}#{one}")
        self._rename(document_id, source=source, name=self._free(name, document_id))

    def remove_document(self, document_id: str) -> None:
        self._drop(document_id)
        self._live.pop(document_id, None)

    def document(self, name: str, revision: int | None = None) -> Document | None:
        for one in sorted(self._revisions, key=lambda known: known not in self._live):
            revisions = self._revisions[one]
            if revisions[-1].name == clean(name):
                if revision is None:
                    return revisions[-1] if one in self._live else None
                if 1 <= revision <= len(revisions):
                    return revisions[revision - 1]
        return None

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        known = {one.id: one for one in self.all_passages()}
        return [known[one] for one in passage_ids if one in known]

    def all_passages(self) -> Iterator[Passage]:
        for summary in self.summaries():
            yield from sorted(self._live[summary.id], key=lambda one: one.ordinal)

    def pending(self) -> tuple[list[Passage], list[str]]:
        add = [one for one in self.all_passages() if self._outbox.get(one.id) == "add"]
        return sorted(add, key=lambda one: one.id), sorted(one for one, what in self._outbox.items() if what == "drop")

    def mark_projected(self, passage_ids: Sequence[str]) -> None:
        for one in passage_ids:
            self._outbox.pop(one, None)

    def mark_all_pending(self) -> None:
        self._outbox = {one.id: "add" for one in self.all_passages()}

    def cached_vectors(self, fingerprint: str, checksums: Sequence[str]) -> dict[str, Vectors]:
        known = {one: self._vectors.get((fingerprint, one)) for one in checksums}
        return {one: vector for one, vector in known.items() if vector is not None}

    def cache_vectors(self, fingerprint: str, vectors: dict[str, Vectors]) -> None:
        for checksum, vector in vectors.items():
            self._vectors.setdefault((fingerprint, checksum), vector.copy())

    def generation(self) -> Generation | None:
        return self._generations[-1] if self._generations else None

    def start_generation(self, fingerprint: str, dimension: int) -> Generation:
        made = Generation(number=len(self._generations) + 1, fingerprint=fingerprint, dimension=dimension)
        self._generations.append(made)
        self.mark_all_pending()
        return made

    def counts(self) -> tuple[int, int]:
        return len(self._live), sum(len(passages) for passages in self._live.values())

    def _id_of(self, source: str) -> str:
        for one, revisions in self._revisions.items():
            if revisions[-1].source == source:
                return one
        derived = hashlib.sha256(source.encode()).hexdigest()[:16]
        return secrets.token_hex(8) if derived in self._revisions else derived

    def _free(self, name: str, document_id: str) -> str:
        taken = {self._revisions[one][-1].name for one in self._live if one != document_id}
        free, number = clean(name), 1
        while free in taken:
            number += 1
            free = f"{clean(name)} ({number})"
        return free

    def _drop(self, document_id: str) -> None:
        self._outbox |= {one.id: "drop" for one in self._live.get(document_id, ())}

    def _rename(self, document_id: str, **changes: str) -> None:
        self._revisions[document_id] = [one.model_copy(update=changes) for one in self._revisions[document_id]]
        if document_id in self._live:
            name = self._revisions[document_id][-1].name
            self._live[document_id] = [one.model_copy(update={"document": name}) for one in self._live[document_id]]


class MemoryConversations:
    """Implements the `Conversations` port with dictionaries. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._conversations: dict[str, Conversation] = {}
        self._queue: list[str] = []
        self._turns: dict[str, list[Turn]] = {}

    def start(self) -> Conversation:
        moment = datetime.now(UTC)
        conversation = Conversation(id=secrets.token_urlsafe(16), created_at=moment, updated_at=moment)
        with self._lock:
            self._conversations[conversation.id] = conversation
            self._turns[conversation.id] = []
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        found = self._conversations.get(conversation_id)
        if found is None:
            raise ConversationNotFound("there is no conversation with this id; leave the id out to begin one")
        return found

    def set_state(self, conversation_id: str, state: ConversationState, reason: str = "") -> None:
        with self._lock:
            before = self.get(conversation_id).state
            begins = state is ConversationState.WAITING is not before
            if conversation_id in self._queue and (begins or state is ConversationState.BOT):
                self._queue.remove(conversation_id)
            if state is not ConversationState.BOT and conversation_id not in self._queue:
                self._queue.append(conversation_id)
            self._touch(conversation_id, state=state, reason=clean(reason))

    def waiting(self) -> list[Conversation]:
        return [self._conversations[one] for one in self._queue]

    def recent(self, limit: int) -> list[Conversation]:
        return sorted(self._conversations.values(), key=lambda one: one.updated_at, reverse=True)[:limit]

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        return self._add(conversation_id, "customer", question, "pending")

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        kept = None if reply is None else reply.model_copy(update={"searched_for": clean(reply.searched_for)})
        self._replace(turn_id, only_pending=True, status=status, reply=kept)

    def add_agent_message(self, conversation_id: str, text: str) -> Turn:
        return self._add(conversation_id, "agent", text, "complete")

    def turns(self, conversation_id: str) -> list[Turn]:
        return list(self._turns.get(conversation_id, ()))

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        self._replace(turn_id, only_pending=False, feedback=feedback)

    def position(self, conversation_id: str) -> int:
        waiting = [one.id for one in self.waiting() if one.state is ConversationState.WAITING]
        return waiting.index(conversation_id) + 1 if conversation_id in waiting else 1

    def _add(self, conversation_id: str, speaker: Speaker, text: str, status: TurnStatus) -> Turn:
        with self._lock:
            self._touch(conversation_id)
            turn = Turn(
                id=secrets.token_hex(16),
                conversation_id=conversation_id,
                ordinal=len(self._turns[conversation_id]) + 1,
                created_at=datetime.now(UTC),
                speaker=speaker,
                question=clean(text),
                status=status,
            )
            self._turns[conversation_id].append(turn)
        return turn

    def _replace(self, turn_id: str, *, only_pending: bool, **changes: object) -> None:
        with self._lock:
            for turns in self._turns.values():
                for place, turn in enumerate(turns):
                    if turn.id == turn_id and (turn.status == "pending" or not only_pending):
                        turns[place] = turn.model_copy(update=changes)

    def _touch(self, conversation_id: str, **changes: object) -> None:
        changed = {"updated_at": datetime.now(UTC), **changes}
        self._conversations[conversation_id] = self.get(conversation_id).model_copy(update=changed)


def clean(text: str) -> str:
    """Return what a database keeps of a text: neither NUL nor half of a surrogate pair."""
    return "".join("\ufffd" if one == "\x00" or "\ud800" <= one <= "\udfff" else one for one in text)


def _passage(document: Document, chunk: Chunk) -> Passage:
    return Passage(
        id=f"{document.id}-{document.revision}-{chunk.ordinal}",
        document_id=document.id,
        document=document.name,
        title=document.title,
        revision=document.revision,
        ordinal=chunk.ordinal,
        heading=clean(chunk.heading),
        start=chunk.start,
        end=chunk.end,
        text=document.text[chunk.start : chunk.end],
    )
