"""The part of a turn that is about people: a conversation is offered one, passed to one, or comes back from one."""

from collections.abc import Callable, Generator

from assistant.handoff.desk import Handoff
from assistant.handoff.meaning import decision_of, meaning
from assistant.prompting import Prompts
from assistant.types import FOR_PEOPLE, Event, HandedOver, HandoffEvent, Reply, TextDelta
from assistant.writing import Work


class Passing:
    """Moves the conversation of a turn, and says so in the turn's reply, stored with the move."""

    def __init__(self, *, prompts: Prompts, handoff: Handoff, reply: Callable[[Work], Reply]) -> None:
        """Move by `handoff`; `reply` makes the reply of a turn from what was gathered."""
        self._prompts = prompts
        self._handoff = handoff
        self._reply = reply

    def heard(self, work: Work, question: str) -> Generator[Event, None, bool]:
        """Do what a message says about a person and nothing else, such as yes to an offer; tells whether it did."""
        signals = work.signals
        assert signals is not None
        event = meaning(work.conversation.state, question, wants_human=signals.wants_human)
        decision = decision_of(event) if event and not signals.wants_human and not signals.risks else None
        if event and decision:
            work.decision = decision
            if (yield from self.passed_on(work, event)):
                return True
        if not signals.wants_human:
            state = self._handoff.hear(work.conversation, work.turn.id)
            work.circumstances = work.circumstances.model_copy(update={"state": state})
        return False

    def passed_on(self, work: Work, event: HandoffEvent | None = None) -> Generator[Event, None, bool]:
        """Do what was decided, and tell the customer; returns False where all stays with the assistant, untold."""
        decision = work.decision
        assert decision is not None
        event = event or _event(work)
        before, used = dict(work.prompts), dict[str, str]()
        say = self._prompts.noting(before).say
        opening = f"{say(decision.opening)}\n\n" if decision.opening else ""

        def reply(words: str) -> Reply:
            work.prompts = before | used
            work.spoken, work.responder = f"{opening}{words}", "handoff"
            return self._reply(work)

        words, moved = self._handoff.in_turn(event, work.turn, decision, reply, used)
        if not words:
            return False
        reply(words)
        yield TextDelta(text=work.spoken)
        if moved.applied and event in (HandoffEvent.REQUEST, HandoffEvent.ESCALATE):
            yield HandedOver(conversation_id=work.conversation.id, position=moved.placement.position)
        return True


def _event(work: Work) -> HandoffEvent:
    """Return how a decision that needs a person moves the conversation."""
    assert work.decision is not None
    if work.decision.action == "offer_human":
        return HandoffEvent.OFFER
    if work.circumstances.state in FOR_PEOPLE:
        return HandoffEvent.MESSAGE
    asked = work.signals is not None and work.signals.wants_human
    return HandoffEvent.REQUEST if asked else HandoffEvent.ESCALATE
