"""A store of conversations in memory; it passes the same suite as that in SQL."""

import secrets
import threading
from datetime import UTC, datetime

from assistant.errors import ConversationNotFound
from assistant.types import (
    Conversation,
    ConversationState,
    Feedback,
    Reply,
    Speaker,
    Turn,
    TurnStatus,
)


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

    def fail_abandoned(self, before: datetime) -> int:
        with self._lock:
            left = [turn for turns in self._turns.values() for turn in turns if turn.status == "pending"]
            old = [turn.id for turn in left if turn.created_at < before]
            for turn_id in old:
                self._replace(turn_id, only_pending=True, status="failed")
        return len(old)

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
