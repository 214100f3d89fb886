"""The table of moves, asked without a store."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.handoff.desk import WORDS
from assistant.handoff.meaning import meaning
from assistant.handoff.table import TABLE, step
from assistant.types import ConversationState, HandoffEvent, HandoffRecord, Move

E, S = HandoffEvent, ConversationState
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SILENT = {
    (E.MESSAGE, S.BOT): "the assistant answers the message itself",
    (E.TAKE, S.WITH_AGENT): "",
    (E.ANSWER, S.WITH_AGENT): "the agent's own words tell of themselves",
}


def move(event: HandoffEvent, cause: str = "", agent: str = "") -> Move:
    return Move(conversation_id="c", event=event, at=NOW, cause=cause, agent=agent)


def record(
    ordinal: int, event: HandoffEvent, cause: str, before: ConversationState, after: ConversationState
) -> HandoffRecord:
    key = str(ordinal)
    return HandoffRecord(
        conversation_id="c",
        ordinal=ordinal,
        event=event,
        before=before,
        after=after,
        cause=cause,
        reason="",
        agent="",
        at=NOW,
        key=key,
    )


def happened(*moves: tuple[HandoffEvent, str]) -> tuple[ConversationState, list[HandoffRecord]]:
    """Return the state and the log after moves that are all allowed."""
    state, log = S.BOT, list[HandoffRecord]()
    for event, cause in moves:
        after = step(state, move(event, cause), log)
        assert after is not None, (state, event)
        log.append(record(len(log) + 1, event, cause, state, after))
        state = after
    return state, log


def test_every_state_can_be_reached_and_left() -> None:
    reached = {after for events in TABLE.values() for after in events.values()}
    assert reached == set(S) == set(TABLE)
    assert all(TABLE[state] for state in S)


def test_a_customer_is_told_of_every_change() -> None:
    untold = {
        (event, after)
        for state, events in TABLE.items()
        for event, after in events.items()
        if after is not state and (event, after) not in WORDS
    }
    assert untold <= set(SILENT)


def test_an_offer_is_made_once_until_something_changes() -> None:
    state, log = happened((E.OFFER, "upset"), (E.MESSAGE, ""))
    assert step(state, move(E.OFFER, "upset"), log) is None
    assert step(state, move(E.OFFER, "another cause"), log) is S.OFFERED
    state, log = happened((E.OFFER, "upset"), (E.REQUEST, ""), (E.CANCEL, ""))
    assert step(state, move(E.OFFER, "upset"), log) is S.OFFERED


def test_what_was_returned_is_not_handed_over_again_unasked() -> None:
    state, log = happened((E.ESCALATE, "a legal threat"), (E.TAKE, ""), (E.GIVE_BACK, ""))
    assert state is S.RETURNED
    assert step(state, move(E.ESCALATE, "a legal threat"), log) is None
    assert step(state, move(E.ESCALATE, "self-harm"), log) is S.WAITING
    assert step(state, move(E.REQUEST), log) is S.WAITING
    state, log = happened((E.ESCALATE, "a legal threat"), (E.TAKE, ""), (E.CLOSE, ""), (E.MESSAGE, ""))
    assert step(state, move(E.ESCALATE, "a legal threat"), log) is S.WAITING


def test_only_who_has_a_conversation_answers_it() -> None:
    assert step(S.WITH_AGENT, move(E.ANSWER, agent="Mia"), (), "Mia") is S.WITH_AGENT
    assert step(S.WITH_AGENT, move(E.ANSWER, agent="Tom"), (), "Mia") is None
    assert step(S.WITH_AGENT, move(E.TAKE, agent="Tom"), (), "Mia") is None


@given(st.lists(st.tuples(st.sampled_from(list(E)), st.sampled_from(["a", "b"])), max_size=40))
def test_no_history_repeats_an_unasked_move_for_its_cause(moves: list[tuple[HandoffEvent, str]]) -> None:
    state, log, spent = S.BOT, list[HandoffRecord](), set[tuple[HandoffEvent, str]]()
    for event, cause in moves:
        after = step(state, move(event, cause), log)
        if after is None:
            continue
        if event in (E.OFFER, E.ESCALATE):
            assert (event, cause) not in spent
            spent.add((event, cause))
        if event is E.REQUEST or state is S.CLOSED:
            spent.clear()
        log.append(record(len(log) + 1, event, cause, state, after))
        state = after


@pytest.mark.parametrize(
    ("state", "text", "event"),
    [
        (S.OFFERED, "Yes please!", E.REQUEST),
        (S.OFFERED, "ok", E.REQUEST),
        (S.OFFERED, "No, thanks.", E.DECLINE),
        (S.OFFERED, "never mind", E.DECLINE),
        (S.OFFERED, "Yes, but how long does it take?", E.MESSAGE),
        (S.OFFERED, "How long is the warranty?", E.MESSAGE),
        (S.OFFERED, "Norway", E.MESSAGE),
        (S.WAITING, "Never mind, I found it.", E.CANCEL),
        (S.WITH_AGENT, "never mind", E.CANCEL),
        (S.WAITING, "Never mind the colour, it is about the sound of the left one", E.MESSAGE),
        (S.WAITING, "yes", E.MESSAGE),
        (S.CLOSED, "One more thing", E.MESSAGE),
        (S.BOT, "yes", None),
        (S.RETURNED, "never mind", None),
    ],
)
def test_what_a_message_means(state: ConversationState, text: str, event: HandoffEvent | None) -> None:
    assert meaning(state, text, wants_human=False) is event


@pytest.mark.parametrize("state", list(S))
def test_asking_for_a_person_is_a_request_where_none_is_there(state: ConversationState) -> None:
    waits = state in (S.WAITING, S.WITH_AGENT)
    assert meaning(state, "I want a human", wants_human=True) is (E.MESSAGE if waits else E.REQUEST)
