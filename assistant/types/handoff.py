"""Passing a conversation to a person and back: what may happen to it, what is written down, and who is told."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from assistant.types.conversation import ConversationState, Reply, Speaker, Turn
from assistant.types.value import Value


class HandoffEvent(StrEnum):
    """What can happen to a conversation. `assistant.handoff.table` says what each leads to."""

    OFFER = "offer"
    """The assistant asks whether the customer would like a person."""
    DECLINE = "decline"
    """The customer says no to that."""
    MESSAGE = "message"
    """The customer writes; to an offer neither yes nor no."""
    REQUEST = "request"
    """The customer asks for a person, or says yes to an offer."""
    ESCALATE = "escalate"
    """The policy decides that a person is needed, without having been asked."""
    CANCEL = "cancel"
    """The customer goes back to the assistant."""
    TAKE = "take"
    """A person of the team takes the conversation."""
    ANSWER = "answer"
    """A person of the team writes; the conversation is theirs from then on."""
    WAITED = "waited"
    """The customer has waited longer than we find right, and is told so."""
    AGENT_SILENT = "agent_silent"
    """Who has the conversation has not answered for too long."""
    GIVE_BACK = "give_back"
    """The team gives the conversation back to the assistant."""
    CLOSE = "close"
    """The team has settled the matter."""


DeliveryKind = Literal["handed_over", "message", "returned", "closed"]
"""What a channel tells the team: there is a conversation, the customer wrote again, or nobody is needed any more."""


class Move(Value):
    """Something that happens to a conversation. The same `key` never happens twice to one conversation.

    `cause` names the rule that led to it: nothing is repeated unasked for the same cause. `reason` says why, for staff;
    `agent` is who of the team did it; `at` is when, in UTC. What waits with a higher `priority` is taken first.
    """

    conversation_id: str
    event: HandoffEvent
    at: datetime
    cause: str = ""
    reason: str = ""
    agent: str = ""
    key: str = ""
    priority: int = 0


class Placement(Value):
    """Where a conversation is after a move; `position` counts from 1, and is 0 where it does not wait."""

    state: ConversationState
    position: int = 0


class Said(Value):
    """Words that are stored together with the move that makes them true."""

    speaker: Speaker
    text: str


class Consequence(Value):
    """What is written in the same transaction as a move, so that no kill can part the two.

    `said` is added to the conversation; `reply` becomes the outcome of its turn; each of `channels` is owed a delivery.
    """

    said: tuple[Said, ...] = ()
    reply: Reply | None = None
    channels: tuple[str, ...] = ()
    kind: DeliveryKind = "handed_over"


class Moved(Value):
    """What became of a `Move`: refused where it is not `applied`, and done before where it is a `repeat`.

    `turns` are those that were added, by the first of a repeated move.
    """

    placement: Placement
    applied: bool
    repeat: bool = False
    turns: tuple[Turn, ...] = ()


class Rating(Value):
    """How content a customer was when their conversation was closed: 1 is not at all, 5 is very."""

    score: int = Field(ge=1, le=5)
    comment: str = ""
    at: datetime


class Delivery(Value):
    """What a channel is owed: that it tells the team of a move. `id` is the same however often it is tried."""

    id: str
    conversation_id: str
    ordinal: int
    channel: str
    kind: DeliveryKind
    created_at: datetime
    attempts: int = 0


class HandoffRecord(Value):
    """One line of a conversation's log: `ordinal` counts from 1, `key` is unique within the conversation.

    `turns` are the ids of what was said by the move itself.
    """

    conversation_id: str
    ordinal: int
    event: HandoffEvent
    before: ConversationState
    after: ConversationState
    cause: str
    reason: str
    agent: str
    at: datetime
    key: str
    turns: tuple[str, ...] = ()
