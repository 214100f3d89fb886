"""What a person of the team is given with a conversation, so that its customer need not say anything twice."""

from datetime import datetime
from typing import Literal

from assistant.types.conversation import Action, Citation, ConversationState, Risk, Speaker
from assistant.types.customer import Customer
from assistant.types.value import Value


class Quotation(Value):
    """Words of the customer and where they are: `quote == question of that turn[start:end]`; turns count from 1."""

    turn: int
    start: int
    end: int
    quote: str


class MoodPoint(Value):
    """The mood of one message: `score` is -1 to 1, `frustration` 0 to 1 over the conversation so far."""

    turn: int
    score: float
    frustration: float


class Attempt(Value):
    """What the assistant did with one message, and the names of the documents that it showed."""

    turn: int
    question: str
    action: Action
    reason: str
    documents: tuple[str, ...]


class ShownSource(Value):
    """A span that the customer was shown, and how often."""

    document: str
    title: str
    revision: int
    quote: str
    times: int


class CustomerFact(Value):
    """Something the customer gave, such as an order number, and where they gave it."""

    kind: str
    value: str
    turn: int


class HandoffPack(Value):
    """Everything a person needs to go on. What it says of the customer's words is taken from them, and says where.

    `facts` are what the customer gave in this conversation; `customer` is who has signed in, with the profile and what
    is remembered, without the decisions about that; None is a visitor.
    """

    conversation_id: str
    state: ConversationState
    reason: str
    began_at: datetime
    waiting_since: datetime | None
    handed_over: int
    summary: tuple[Quotation, ...]
    open_question: Quotation | None
    mood: tuple[MoodPoint, ...]
    tried: tuple[Attempt, ...]
    sources: tuple[ShownSource, ...]
    facts: tuple[CustomerFact, ...]
    language: str = ""
    urgency: float = 0.0
    risks: tuple[Risk, ...] = ()
    customer: Customer | None = None


class Article(Value):
    """A document that may help, and the passage of it that was found."""

    document: str
    title: str
    excerpt: str


Style = Literal["shorter", "friendlier"]
"""How an agent's words are to be said otherwise."""


Fallback = Literal["no_model", "budget", "failed", "unsupported"]
"""Why a summary is not by a language model: none is set up; the budget is spent; none answered in time; nobody had said
what it said."""


class SummarySentence(Quotation):
    """A sentence of a summary, and the words that say it: `quote` is what `speaker` said at that place of a turn."""

    text: str
    speaker: Speaker


class Summary(Value):
    """What a conversation is about, by `writer`; where that is empty, it was made by code, and `fallback` says why."""

    sentences: tuple[SummarySentence, ...] = ()
    writer: str = ""
    fallback: Fallback | None = None


class Rewriting(Value):
    """An agent's words said otherwise by `writer`; `left_out` are the sentences that it says too little of."""

    text: str
    writer: str
    left_out: tuple[str, ...] = ()


class Suggestion(Value):
    """What an agent may say to the open question, with its sources, and where to read on. All is empty without one."""

    question: Quotation | None = None
    draft: str = ""
    citations: tuple[Citation, ...] = ()
    articles: tuple[Article, ...] = ()
