"""A store of conversations in memory; it passes the same suite as that in SQL."""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from assistant.errors import ConversationNotFound
from assistant.handoff.table import step
from assistant.ports import Tell
from assistant.types import (
    FOR_PEOPLE,
    Consequence,
    Conversation,
    ConversationState,
    Delivery,
    Feedback,
    HandoffEvent,
    HandoffRecord,
    Move,
    Moved,
    Placement,
    Rating,
    Reply,
    Speaker,
    Turn,
    TurnStatus,
)


class MemoryOutbox:
    """Implements the `Outbox` port with a dictionary; those owed have a time."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._deliveries: dict[str, tuple[Delivery, datetime | None]] = {}
        self._taken: set[str] = set()

    def owe(self, record: HandoffRecord, consequence: Consequence) -> None:
        for channel in consequence.channels:
            delivery = Delivery(
                id=f"{record.conversation_id}-{record.ordinal}-{channel}",
                conversation_id=record.conversation_id,
                ordinal=record.ordinal,
                channel=channel,
                kind=consequence.kind,
                created_at=record.at,
            )
            self._deliveries[delivery.id] = (delivery, record.at)

    def lease(self, at: datetime, seconds: float, limit: int) -> list[Delivery]:
        with self._lock:
            owed = [(due, one) for one, due in self._deliveries.values() if due is not None]
            first: dict[tuple[str, str], int] = {}
            for _, one in owed:
                first.setdefault((one.conversation_id, one.channel), one.ordinal)
                first[one.conversation_id, one.channel] = min(first[one.conversation_id, one.channel], one.ordinal)
            ready = [one for due, one in owed if due <= at and first[one.conversation_id, one.channel] == one.ordinal]
            leased = [one.model_copy(update={"attempts": one.attempts + 1}) for one in ready[:limit]]
            self._deliveries |= {one.id: (one, at + timedelta(seconds=seconds)) for one in leased}
        return leased

    def delivered(self, delivery_id: str, at: datetime) -> None:
        self._taken.add(delivery_id)
        self._deliveries[delivery_id] = (self._deliveries[delivery_id][0], None)

    def failed(self, delivery_id: str, error: str, next_at: datetime | None) -> None:
        if delivery_id not in self._taken:
            self._deliveries[delivery_id] = (self._deliveries[delivery_id][0], next_at)

    def undelivered(self) -> tuple[int, int]:
        owed = sum(due is not None for _, due in self._deliveries.values())
        return owed, len(self._deliveries) - owed - len(self._taken)


class MemoryConversations(MemoryOutbox):
    """Implements the ports `Conversations`, `Handoffs`, `Outbox` and `Ratings` with dictionaries. Thread-safe."""

    def __init__(self) -> None:
        super().__init__()
        self.on_feedback: Callable[[Turn], None] = lambda _: None
        self._conversations: dict[str, Conversation] = {}
        self.stored: dict[str, list[Turn]] = {}
        self._logs: dict[str, list[HandoffRecord]] = {}
        self._owed: dict[str, datetime] = {}
        self._ratings: dict[tuple[str, int], Rating] = {}

    # --- Conversations ---------------------------------------------------------------------------------------------

    def start(self) -> Conversation:
        moment = datetime.now(UTC)
        conversation = Conversation(id=secrets.token_urlsafe(16), created_at=moment, updated_at=moment)
        with self._lock:
            self._conversations[conversation.id] = conversation
            self.stored[conversation.id] = []
            self._logs[conversation.id] = []
        return conversation

    def get(self, conversation_id: str) -> Conversation:
        found = self._conversations.get(conversation_id)
        if found is None:
            raise ConversationNotFound("there is no conversation with this id; leave the id out to begin one")
        return found

    def recent(self, limit: int) -> list[Conversation]:
        return sorted(self._conversations.values(), key=lambda one: one.updated_at, reverse=True)[:limit]

    def begin_turn(self, conversation_id: str, question: str) -> Turn:
        with self._lock:
            turn = self._add(conversation_id, "customer", question, "pending")
            if self.get(conversation_id).state is ConversationState.WITH_AGENT:
                self._owed.setdefault(conversation_id, turn.created_at)
        return turn

    def finish_turn(self, turn_id: str, status: TurnStatus, reply: Reply | None) -> None:
        kept = None if reply is None else reply.model_copy(update={"searched_for": clean(reply.searched_for)})
        self._replace(turn_id, only_pending=True, status=status, reply=kept)

    def fail_abandoned(self, before: datetime) -> int:
        with self._lock:
            left = [turn for turns in self.stored.values() for turn in turns if turn.status == "pending"]
            old = [turn.id for turn in left if turn.created_at < before]
            for turn_id in old:
                self._replace(turn_id, only_pending=True, status="failed")
        return len(old)

    def turns(self, conversation_id: str) -> list[Turn]:
        return list(self.stored.get(conversation_id, ()))

    def set_feedback(self, turn_id: str, feedback: Feedback | None) -> None:
        self._replace(turn_id, only_pending=False, feedback=feedback)
        for turn in [one for turns in self.stored.values() for one in turns if one.id == turn_id]:
            self.on_feedback(turn)

    def give(self, conversation_id: str, customer_id: str) -> Conversation:
        """Make a conversation a customer's, or with an empty id nobody's."""
        with self._lock:
            given = self.get(conversation_id).model_copy(update={"customer": customer_id})
            self._conversations[conversation_id] = given
        return given

    def erase(self, conversation_id: str) -> None:
        with self._lock:
            self._conversations.pop(conversation_id)
            self.stored.pop(conversation_id)
            self._logs.pop(conversation_id)

    # --- Ratings ---------------------------------------------------------------------------------------------------

    def rate(self, conversation_id: str, rating: Rating) -> bool:
        closing = self._closing(conversation_id)
        if closing is not None:
            kept = rating.model_copy(update={"comment": clean(rating.comment)})
            self._ratings[conversation_id, closing] = kept
        return closing is not None

    def rating(self, conversation_id: str) -> Rating | None:
        closing = self._closing(conversation_id)
        return None if closing is None else self._ratings.get((conversation_id, closing))

    def lowest_rating(self, conversation_id: str) -> int | None:
        return min((one.score for (given, _), one in self._ratings.items() if given == conversation_id), default=None)

    def _closing(self, conversation_id: str) -> int | None:
        if self.get(conversation_id).state is not ConversationState.CLOSED:
            return None
        return max(one.ordinal for one in self._logs[conversation_id] if one.event is HandoffEvent.CLOSE)

    # --- Handoffs --------------------------------------------------------------------------------------------------

    def move(self, move: Move, tell: Tell) -> Moved:
        move = move.model_copy(
            update={name: clean(getattr(move, name)) for name in ("cause", "reason", "agent", "key")}
        )
        with self._lock:
            conversation = self.get(move.conversation_id)
            log = self._logs[conversation.id]
            known = next((one for one in log if move.key and one.key == move.key), None)
            if known is not None:
                turns = tuple(one for one in self.turns(conversation.id) if one.id in known.turns)
                return Moved(placement=self.place(conversation.id), applied=True, repeat=True, turns=turns)
            after = step(conversation.state, move, log, conversation.agent)
            if after is None:
                return Moved(placement=self.place(conversation.id), applied=False)
            return self._apply(conversation, move, after, tell)

    def place(self, conversation_id: str) -> Placement:
        state = self.get(conversation_id).state
        waiting = [one.id for one in self.queue() if one.state is ConversationState.WAITING]
        return Placement(state=state, position=waiting.index(conversation_id) + 1 if conversation_id in waiting else 0)

    def log(self, conversation_id: str) -> list[HandoffRecord]:
        return list(self._logs.get(conversation_id, ()))

    def queue(self) -> list[Conversation]:
        def order(one: Conversation) -> tuple[bool, int, datetime, str]:
            waits = one.state is ConversationState.WAITING
            return not waits, -one.priority, one.waiting_since or one.updated_at, one.id

        return sorted((one for one in self._conversations.values() if one.state in FOR_PEOPLE), key=order)

    def waiting_long(self, since: datetime) -> list[Conversation]:
        def told(one: Conversation) -> bool:
            begun = one.waiting_since or one.updated_at
            return any(entry.event is HandoffEvent.WAITED and entry.at >= begun for entry in self._logs[one.id])

        waiting = [one for one in self.queue() if one.state is ConversationState.WAITING]
        return [one for one in waiting if one.waiting_since and one.waiting_since < since and not told(one)]

    def unanswered(self, since: datetime) -> list[Conversation]:
        late = [one for one in self.queue() if one.state is ConversationState.WITH_AGENT and one.id in self._owed]
        return sorted((one for one in late if self._owed[one.id] < since), key=lambda one: (self._owed[one.id], one.id))

    # --- Means -----------------------------------------------------------------------------------------------------

    def _apply(self, conversation: Conversation, move: Move, after: ConversationState, tell: Tell) -> Moved:
        before = conversation.state
        changes = self._changes(conversation, move, after)
        self._touch(conversation.id, **changes)
        placement = self.place(conversation.id)
        try:
            consequence = tell(placement)
        except BaseException:
            self._conversations[conversation.id] = conversation
            raise
        if consequence.reply is not None:
            self.finish_turn(consequence.reply.turn_id, "complete", consequence.reply)
        turns = tuple(self._add(conversation.id, one.speaker, one.text, "complete") for one in consequence.said)
        record = HandoffRecord(
            ordinal=len(self._logs[conversation.id]) + 1,
            before=before,
            after=after,
            **move.model_dump(exclude={"key", "priority"}),
            key=move.key or secrets.token_hex(16),
            turns=tuple(one.id for one in turns),
        )
        self._logs[conversation.id].append(record)
        self.owe(record, consequence)
        return Moved(placement=placement, applied=True, turns=turns)

    def _changes(self, conversation: Conversation, move: Move, after: ConversationState) -> dict[str, object]:
        changes: dict[str, object] = {"state": after}
        if after is not conversation.state:
            changes |= {"waiting_since": None, "agent": ""}
            self._owed.pop(conversation.id, None)
        if move.event in (HandoffEvent.OFFER, HandoffEvent.REQUEST, HandoffEvent.ESCALATE):
            changes["reason"] = move.reason
        if after is ConversationState.WAITING is not conversation.state:
            priority = 2 if move.event is HandoffEvent.AGENT_SILENT else move.priority
            changes |= {"waiting_since": move.at, "priority": priority}
        elif after is ConversationState.WAITING:
            changes["priority"] = max(conversation.priority, move.priority)
        if move.event in (HandoffEvent.TAKE, HandoffEvent.ANSWER):
            changes["agent"] = move.agent
            self._owed.pop(conversation.id, None)
        if move.event is HandoffEvent.TAKE:
            self._owed[conversation.id] = move.at
        return changes

    def _add(self, conversation_id: str, speaker: Speaker, text: str, status: TurnStatus) -> Turn:
        with self._lock:
            self._touch(conversation_id)
            turn = Turn(
                id=secrets.token_hex(16),
                conversation_id=conversation_id,
                ordinal=len(self.stored[conversation_id]) + 1,
                created_at=datetime.now(UTC),
                speaker=speaker,
                question=clean(text),
                status=status,
            )
            self.stored[conversation_id].append(turn)
        return turn

    def _replace(self, turn_id: str, *, only_pending: bool, **changes: object) -> None:
        with self._lock:
            for turns in self.stored.values():
                for place, turn in enumerate(turns):
                    if turn.id == turn_id and (turn.status == "pending" or not only_pending):
                        turns[place] = turn.model_copy(update=changes)

    def _touch(self, conversation_id: str, **changes: object) -> None:
        changed = {"updated_at": datetime.now(UTC), **changes}
        self._conversations[conversation_id] = self.get(conversation_id).model_copy(update=changed)


def clean(text: str) -> str:
    """Return what a database keeps of a text: neither NUL nor half of a surrogate pair."""
    return "".join("\ufffd" if one == "\x00" or "\ud800" <= one <= "\udfff" else one for one in text)
