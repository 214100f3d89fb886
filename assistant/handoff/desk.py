"""Passing conversations between the assistant, the queue and the team. Whoever moves one tells its customer."""

from collections.abc import Callable
from copy import copy
from datetime import UTC, datetime, timedelta

from assistant.handoff.hours import Hours
from assistant.ports import Handoffs
from assistant.prompting import Prompts
from assistant.types import (
    Consequence,
    Conversation,
    ConversationState,
    Decision,
    DeliveryKind,
    HandoffEvent,
    HandoffRecord,
    Move,
    Moved,
    Placement,
    Priority,
    Reply,
    Said,
    Turn,
    Value,
)

_S, _E = ConversationState, HandoffEvent

WORDS: dict[tuple[HandoffEvent, ConversationState], str] = {
    (_E.OFFER, _S.OFFERED): "offer_human",
    (_E.DECLINE, _S.BOT): "declined",
    (_E.REQUEST, _S.WAITING): "hand_over",
    (_E.ESCALATE, _S.WAITING): "hand_over",
    (_E.MESSAGE, _S.WAITING): "waiting",
    (_E.MESSAGE, _S.WITH_AGENT): "with_agent",
    (_E.CANCEL, _S.RETURNED): "never_mind",
    (_E.TAKE, _S.WITH_AGENT): "joined",
    (_E.WAITED, _S.WAITING): "wait_long",
    (_E.AGENT_SILENT, _S.WAITING): "agent_silent",
    (_E.GIVE_BACK, _S.RETURNED): "returned",
    (_E.CLOSE, _S.CLOSED): "closed",
}
"""The template that tells a customer of a move. An agent's own words tell of themselves, and what is not here changes
nothing that a customer would notice."""


PRIORITIES: dict[Priority, int] = {"low": -1, "normal": 0, "high": 1, "urgent": 3}
"""What a decision's priority is in the queue; 2 is that of a conversation whose agent fell silent."""
TEAM: dict[tuple[HandoffEvent, ConversationState], DeliveryKind] = {
    (_E.REQUEST, _S.WAITING): "handed_over",
    (_E.ESCALATE, _S.WAITING): "handed_over",
    (_E.AGENT_SILENT, _S.WAITING): "handed_over",
    (_E.MESSAGE, _S.WAITING): "message",
    (_E.MESSAGE, _S.WITH_AGENT): "message",
    (_E.CANCEL, _S.RETURNED): "returned",
    (_E.GIVE_BACK, _S.RETURNED): "returned",
    (_E.CLOSE, _S.CLOSED): "closed",
}
"""What channels tell the team of a move; of what is not here they need not know."""


class Patience(Value):
    """How long is too long, and where a customer who does not want to wait can write instead."""

    wait_seconds: float = 600.0
    agent_seconds: float = 900.0
    email: str = ""

    @property
    def seconds(self) -> tuple[float, float]:
        """For the queue, and for a person's answer."""
        return self.wait_seconds, self.agent_seconds


class Availability(Value):
    """Whether people of the team are there, and when they are again; `opens` is None while they are, or never are."""

    is_open: bool
    opens: datetime | None


class Handoff:
    """Moves conversations. All state is in the store, so that any process may take the next step. Thread-safe."""

    def __init__(
        self,
        *,
        handoffs: Handoffs,
        prompts: Prompts,
        hours: Hours | None = None,
        patience: Patience | None = None,
        channels: tuple[str, ...] = (),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Keep state in `handoffs` and take words from `prompts`; each of `channels` is told of what needs a person."""
        self._handoffs = handoffs
        self._prompts = prompts
        self._hours = hours or Hours()
        self._patience = patience or Patience()
        self._channels = channels
        self._clock = clock

    def over(self, handoffs: Handoffs) -> "Handoff":
        """Return one with the same words, hours and patience, which keeps its state elsewhere and tells no channel."""
        other = copy(self)
        other._handoffs, other._channels = handoffs, ()
        return other

    # --- Of a turn -------------------------------------------------------------------------------------------------

    def hear(self, conversation: Conversation, turn_id: str) -> ConversationState:
        """Note that a customer wrote something else than yes or no to an offer, or to a closed conversation.

        Returns the state from then on.
        """
        if conversation.state not in (_S.OFFERED, _S.CLOSED):
            return conversation.state
        return self._do(_E.MESSAGE, conversation.id, key=turn_id).placement.state

    def in_turn(
        self,
        event: HandoffEvent,
        turn: Turn,
        decision: Decision,
        reply: Callable[[str], Reply],
        used: dict[str, str],
    ) -> tuple[str, Moved]:
        """Do what was decided in a turn, and store its reply in the same transaction; returns what is told.

        `reply` makes the whole reply from the words. Where the move is refused nothing is stored, and the words tell
        where the conversation is; they are empty where that is with the assistant. `used` is left with the checksum of
        the template of the words, by its name.
        """
        spoken = ""

        def tell(placement: Placement) -> Consequence:
            nonlocal spoken
            spoken = self._words(decision.words or WORDS.get((event, placement.state), ""), placement, used=used)
            return self._telling(event, placement).model_copy(update={"reply": reply(spoken)})

        move = Move(
            conversation_id=turn.conversation_id,
            event=event,
            at=self._clock(),
            cause=decision.rule,
            reason=decision.reason,
            key=f"{event}:{turn.id}",
            priority=PRIORITIES[decision.priority],
        )
        moved = self._handoffs.move(move, tell)
        if not moved.applied:
            spoken = self._words(_STILL.get(moved.placement.state, ""), moved.placement, used=used)
        return spoken, moved

    # --- What customers do by a button -----------------------------------------------------------------------------

    def request(self, conversation_id: str, reason: str) -> int:
        """Put a conversation into the queue, once, and return its place, counting from 1; 0 if a person has it.

        Raises:
            ConversationNotFound: There is no such conversation.
        """
        return self._do(_E.REQUEST, conversation_id, reason=reason).placement.position

    def decline(self, conversation_id: str) -> bool:
        """Take an offer back that the customer does not want; tells whether there was one."""
        return self._do(_E.DECLINE, conversation_id).applied

    def call_off(self, conversation_id: str) -> bool:
        """Return a conversation to the assistant at the customer's wish; tells whether it was for a person."""
        return self._do(_E.CANCEL, conversation_id).applied

    # --- What the team does ----------------------------------------------------------------------------------------

    def take(self, conversation_id: str, agent: str, key: str = "") -> bool:
        """Give a conversation to a person of the team; tells whether it is theirs. Of two at once one gets it."""
        moved = self._do(_E.TAKE, conversation_id, agent=agent, key=key)
        return moved.applied

    def answer(self, conversation_id: str, text: str, agent: str, key: str = "") -> Turn | None:
        """Send a person's words to the customer; the conversation is theirs from then on.

        Returns None where another person has it: they would be two voices.
        """
        said = Consequence(said=(Said(speaker="agent", text=text),))
        moved = self._handoffs.move(self._move(_E.ANSWER, conversation_id, agent=agent, key=key), lambda _: said)
        return moved.turns[0] if moved.applied else None

    def give_back(self, conversation_id: str, key: str = "") -> bool:
        """Return a conversation to the assistant; tells whether it was for a person."""
        return self._do(_E.GIVE_BACK, conversation_id, key=key).applied

    def close(self, conversation_id: str, key: str = "") -> bool:
        """End a conversation whose matter is settled; tells whether it was open."""
        return self._do(_E.CLOSE, conversation_id, key=key).applied

    # --- What time does --------------------------------------------------------------------------------------------

    def sweep(self) -> int:
        """Tell those who wait too long, and let others take what its person has forgotten; returns how many moved.

        Time counts while somebody is there: nobody is told at night that it takes longer than usual.
        """
        at = self._clock()
        if not self._hours.is_open(at):
            return 0
        opened = self._hours.opened_at(at)
        waited, silent = (_allowed(at, seconds, opened) for seconds in self._patience.seconds)
        moved = [self._do(_E.WAITED, one.id) for one in self._handoffs.waiting_long(waited)]
        moved += [self._do(_E.AGENT_SILENT, one.id, agent=one.agent) for one in self._handoffs.unanswered(silent)]
        return sum(one.applied for one in moved)

    # --- What is asked ---------------------------------------------------------------------------------------------

    def queue(self) -> list[Conversation]:
        """Return what waits for a person or is with one, in the order in which people get to it."""
        return self._handoffs.queue()

    def place(self, conversation_id: str) -> Placement:
        """Return where a conversation is; asking changes nothing."""
        return self._handoffs.place(conversation_id)

    def log(self, conversation_id: str) -> list[HandoffRecord]:
        """Return what happened to a conversation, oldest first."""
        return self._handoffs.log(conversation_id)

    def availability(self) -> Availability:
        """Return whether people are there, and when they are again."""
        at = self._clock()
        return Availability(is_open=self._hours.is_open(at), opens=self._hours.opens_at(at))

    # --- Means -----------------------------------------------------------------------------------------------------

    def _move(
        self, event: HandoffEvent, conversation_id: str, *, reason: str = "", agent: str = "", key: str = ""
    ) -> Move:
        key = f"{event}:{key}" if key else ""
        return Move(conversation_id=conversation_id, event=event, at=self._clock(), reason=reason, agent=agent, key=key)

    def _do(
        self, event: HandoffEvent, conversation_id: str, *, reason: str = "", agent: str = "", key: str = ""
    ) -> Moved:
        """Do a move outside a turn; the customer finds what they are told as a message of its own."""

        def tell(placement: Placement) -> Consequence:
            telling = self._telling(event, placement)
            template = WORDS.get((event, placement.state))
            if template is None or event is _E.MESSAGE:
                return telling
            words = Said(speaker="assistant", text=self._words(template, placement, agent))
            return telling.model_copy(update={"said": (words,)})

        return self._handoffs.move(self._move(event, conversation_id, reason=reason, agent=agent, key=key), tell)

    def _telling(self, event: HandoffEvent, placement: Placement) -> Consequence:
        """Return what the channels are owed for a move."""
        kind = TEAM.get((event, placement.state))
        return Consequence(channels=self._channels, kind=kind) if kind else Consequence()

    def _words(
        self, template: str, placement: Placement, agent: str = "", *, used: dict[str, str] | None = None
    ) -> str:
        used = {} if used is None else used
        used.clear()
        if not template:
            return ""
        there = self.availability()
        return self._prompts.noting(used).say(
            template,
            position=placement.position,
            is_open=there.is_open,
            opens=there.opens,
            email=self._patience.email,
            agent=agent,
        )


_STILL = {_S.WAITING: "waiting", _S.WITH_AGENT: "with_agent"}
"""What tells a customer that their conversation is where it was."""


def _allowed(at: datetime, seconds: float, opened: datetime | None) -> datetime:
    """Return the moment before which a wait must have begun to be too long: never while doors have just opened."""
    longest = timedelta(seconds=seconds)
    if opened is not None and at - opened < longest:
        return datetime.min.replace(tzinfo=UTC)
    return at - longest
