"""The whole life of a conversation as one table. Pure: the store asks it within the transaction that applies a move."""

from collections.abc import Callable, Iterable, Sequence

from assistant.types import ConversationState, HandoffEvent, HandoffRecord, Move

_S, _E = ConversationState, HandoffEvent

_BEGINNING = {
    _E.OFFER: _S.OFFERED,
    _E.REQUEST: _S.WAITING,
    _E.ESCALATE: _S.WAITING,
    _E.TAKE: _S.WITH_AGENT,
    _E.ANSWER: _S.WITH_AGENT,
    _E.CLOSE: _S.CLOSED,
}

TABLE: dict[ConversationState, dict[HandoffEvent, ConversationState]] = {
    _S.BOT: _BEGINNING,
    _S.RETURNED: _BEGINNING,
    _S.OFFERED: {
        _E.MESSAGE: _S.BOT,
        _E.DECLINE: _S.BOT,
        _E.REQUEST: _S.WAITING,
        _E.ESCALATE: _S.WAITING,
        _E.TAKE: _S.WITH_AGENT,
        _E.ANSWER: _S.WITH_AGENT,
        _E.CLOSE: _S.CLOSED,
    },
    _S.WAITING: {
        _E.MESSAGE: _S.WAITING,
        _E.WAITED: _S.WAITING,
        _E.TAKE: _S.WITH_AGENT,
        _E.ANSWER: _S.WITH_AGENT,
        _E.CANCEL: _S.RETURNED,
        _E.GIVE_BACK: _S.RETURNED,
        _E.CLOSE: _S.CLOSED,
    },
    _S.WITH_AGENT: {
        _E.MESSAGE: _S.WITH_AGENT,
        _E.ANSWER: _S.WITH_AGENT,
        _E.AGENT_SILENT: _S.WAITING,
        _E.CANCEL: _S.RETURNED,
        _E.GIVE_BACK: _S.RETURNED,
        _E.CLOSE: _S.CLOSED,
    },
    _S.CLOSED: {
        _E.MESSAGE: _S.BOT,
        _E.REQUEST: _S.WAITING,
        _E.TAKE: _S.WITH_AGENT,
        _E.ANSWER: _S.WITH_AGENT,
    },
}
"""Where an event leads from a state; what is not here is refused and changes nothing."""


def step(
    state: ConversationState, move: Move, log: Sequence[HandoffRecord], holder: str = ""
) -> ConversationState | None:
    """Return the state that a move leads to; None where it is refused.

    `log` is what happened to the conversation before, oldest first, and `holder` who of the team has it.
    """
    after = TABLE[state].get(move.event)
    if after is None or _repeats(move, log) or _belongs_to_another(state, move, holder):
        return None
    return after


def _repeats(move: Move, log: Sequence[HandoffRecord]) -> bool:
    """Tell whether the assistant would do again what nobody asked for and nothing has changed since.

    An offer and an escalation are spent for their cause until the customer asks for a person or comes back to a closed
    conversation; a customer is told once a wait that it is long.
    """
    if move.event in (_E.OFFER, _E.ESCALATE):
        return any(one.event is move.event and one.cause == move.cause for one in _since(log, _asked_anew))
    return move.event is _E.WAITED and any(one.event is _E.WAITED for one in _since(log, _began_to_wait))


def _asked_anew(record: HandoffRecord) -> bool:
    return record.event is _E.REQUEST or record.before is _S.CLOSED


def _began_to_wait(record: HandoffRecord) -> bool:
    return record.after is _S.WAITING is not record.before


def _since(log: Sequence[HandoffRecord], begins: Callable[[HandoffRecord], bool]) -> Iterable[HandoffRecord]:
    """Yield the newest records, back to the last that `begins` something, that one included."""
    for record in reversed(log):
        yield record
        if begins(record):
            return


def _belongs_to_another(state: ConversationState, move: Move, holder: str) -> bool:
    return state is _S.WITH_AGENT and move.event is _E.ANSWER and move.agent != holder
