"""Who holds each conversation, in SQL: a move, its log line and its consequences are one transaction."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.handoff.table import step
from assistant.ports.handoff import Tell
from assistant.stores import schema as s
from assistant.stores.database import Database, in_utc, storable
from assistant.stores.outbox import owe
from assistant.stores.turns import NOT_FOUND, add_turn, conversation_of, finish_turn, turn_of
from assistant.types import (
    Consequence,
    Conversation,
    ConversationState,
    HandoffEvent,
    HandoffRecord,
    Move,
    Moved,
    Placement,
    Turn,
)

RETURNED_PRIORITY = 2
"""Of a conversation whose agent fell silent: it has waited for its turn once already."""

_c, _e = s.conversations.c, s.handoff_events.c
_IS_WAITING = _c.state == ConversationState.WAITING.value
_HAS_AGENT = _c.state == ConversationState.WITH_AGENT.value
_ORDER = (_c.priority.desc(), _c.waiting_since, _c.id)
"""The order in which people get to the conversations that wait."""


class SqlHandoffs:
    """Implements the `Handoffs` port on SQLite and PostgreSQL. All state is in the database: any process may go on."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def move(self, move: Move, tell: Tell) -> Moved:
        """Do a move, with its log line and its consequences, or nothing at all."""
        move = move.model_copy(update={name: storable(getattr(move, name)) for name in _TEXTS})
        with self._database.write() as connection:
            conversation = _locked(connection, move.conversation_id)
            log = _log(connection, move.conversation_id)
            known = next((one for one in log if move.key and one.key == move.key), None)
            if known is not None:
                placement, turns = _placement(connection, conversation), _turns_of(connection, known)
                return Moved(placement=placement, applied=True, repeat=True, turns=turns)
            after = step(conversation.state, move, log, conversation.agent)
            if after is None:
                return Moved(placement=_placement(connection, conversation), applied=False)
            record = HandoffRecord(
                ordinal=len(log) + 1,
                before=conversation.state,
                after=after,
                **move.model_dump(exclude={"key", "priority"}),
                key=move.key or secrets.token_hex(16),
            )
            return _apply(connection, record, move.priority, tell)

    def place(self, conversation_id: str) -> Placement:
        """Return where a conversation is; raises ConversationNotFound."""
        with self._database.read() as connection:
            return _placement(connection, _found(connection, storable(conversation_id)))

    def log(self, conversation_id: str) -> list[HandoffRecord]:
        """Return what happened to a conversation, oldest first."""
        with self._database.read() as connection:
            return _log(connection, storable(conversation_id))

    def queue(self) -> list[Conversation]:
        """Return what waits for a person or is with one, in the order in which people get to it."""
        query = sa.select(s.conversations).where(sa.or_(_IS_WAITING, _HAS_AGENT))
        first = sa.case((_IS_WAITING, 0), else_=1)
        return self._list(query.order_by(first, _c.priority.desc(), _when(_c.waiting_since), _c.id))

    def waiting_long(self, since: datetime) -> list[Conversation]:
        """Return what began to wait before a moment, and was not told yet that it waits long."""
        told = sa.exists().where(
            _e.conversation_id == _c.id, _e.event == HandoffEvent.WAITED.value, _e.at >= _c.waiting_since
        )
        query = sa.select(s.conversations).where(_IS_WAITING, _c.waiting_since < since, ~told)
        return self._list(query.order_by(*_ORDER))

    def unanswered(self, since: datetime) -> list[Conversation]:
        """Return what is with a person who has owed it an answer since before a moment."""
        query = sa.select(s.conversations).where(_HAS_AGENT, _c.owed_since < since)
        return self._list(query.order_by(_c.owed_since, _c.id))

    def _list(self, query: sa.Select[Any]) -> list[Conversation]:
        with self._database.read() as connection:
            return [conversation_of(row) for row in connection.execute(query)]


_TEXTS = ("conversation_id", "cause", "reason", "agent", "key")


def _apply(connection: sa.Connection, record: HandoffRecord, priority: int, tell: Tell) -> Moved:
    """Write a move that is allowed. Only who finds the state as it was read changes it."""
    unchanged = sa.and_(_c.id == record.conversation_id, _c.state == record.before.value)
    changes = s.conversations.update().where(unchanged).values(**_changes(record, priority))
    applied = connection.execute(changes).rowcount == 1
    placement = _placement(connection, _found(connection, record.conversation_id))
    if not applied:
        return Moved(placement=placement, applied=False)
    consequence = tell(placement)
    turns = _speak(connection, record, consequence)
    row = record.model_dump() | {"turns": [one.id for one in turns]}
    connection.execute(s.handoff_events.insert().values(**row))
    owe(connection, record, consequence)
    return Moved(placement=placement, applied=True, turns=turns)


def _changes(record: HandoffRecord, priority: int) -> dict[str, Any]:
    """Return the columns of a conversation as a move leaves them."""
    changes: dict[str, Any] = {"state": record.after.value, "updated_at": record.at}
    if record.after is not record.before:
        changes |= {"waiting_since": None, "owed_since": None, "agent": ""}
    if record.event in (HandoffEvent.OFFER, HandoffEvent.REQUEST, HandoffEvent.ESCALATE):
        changes["reason"] = record.reason
    if record.after is ConversationState.WAITING is not record.before:
        silent = record.event is HandoffEvent.AGENT_SILENT
        changes |= {"waiting_since": record.at, "priority": RETURNED_PRIORITY if silent else priority}
    elif record.after is ConversationState.WAITING:
        changes["priority"] = sa.case((_c.priority < priority, priority), else_=_c.priority)
    if record.event in (HandoffEvent.TAKE, HandoffEvent.ANSWER):
        # Who takes a conversation owes its customer a word.
        owed_since = record.at if record.event is HandoffEvent.TAKE else None
        changes |= {"agent": record.agent, "owed_since": owed_since}
    return changes


def _speak(connection: sa.Connection, record: HandoffRecord, consequence: Consequence) -> tuple[Turn, ...]:
    if consequence.reply is not None:
        finish_turn(connection, consequence.reply.turn_id, "complete", consequence.reply)
    return tuple(
        add_turn(connection, record.conversation_id, one.speaker, one.text, status="complete", at=record.at)
        for one in consequence.said
    )


def _locked(connection: sa.Connection, conversation_id: str) -> Conversation:
    """Return a conversation whose row nobody else changes until the end of the transaction."""
    return _found(connection, conversation_id, lock=True)


def _found(connection: sa.Connection, conversation_id: str, *, lock: bool = False) -> Conversation:
    query = sa.select(s.conversations).where(_c.id == conversation_id)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise ConversationNotFound(NOT_FOUND)
    return conversation_of(row)


def _placement(connection: sa.Connection, conversation: Conversation) -> Placement:
    if conversation.state is not ConversationState.WAITING:
        return Placement(state=conversation.state)
    since = _when(_c.waiting_since)
    own = sa.literal(conversation.waiting_since or conversation.updated_at, _c.waiting_since.type)
    same = _c.priority == conversation.priority
    earlier = sa.or_(since < own, sa.and_(since == own, _c.id < conversation.id))
    before = sa.or_(_c.priority > conversation.priority, sa.and_(same, earlier))
    ahead = connection.execute(sa.select(sa.func.count()).where(_IS_WAITING, before)).scalar_one()
    return Placement(state=conversation.state, position=ahead + 1)


def _when(column: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    """Return a time, and that of the last change where it was never kept."""
    return sa.func.coalesce(column, _c.updated_at)


def _log(connection: sa.Connection, conversation_id: str) -> list[HandoffRecord]:
    query = sa.select(s.handoff_events).where(_e.conversation_id == conversation_id).order_by(_e.ordinal)
    return [
        HandoffRecord.model_validate(row._asdict() | {"at": in_utc(row.at)} | {"turns": tuple(row.turns)})
        for row in connection.execute(query)
    ]


def _turns_of(connection: sa.Connection, record: HandoffRecord) -> tuple[Turn, ...]:
    query = sa.select(s.turns).where(s.turns.c.id.in_(record.turns)).order_by(s.turns.c.ordinal)
    return tuple(turn_of(row) for row in connection.execute(query))
