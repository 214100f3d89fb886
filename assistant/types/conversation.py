"""A conversation: its messages, turns and events, and what a responder is asked."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import ConfigDict, Field

from assistant.types.retrieval import Evidence, ScoredPassage
from assistant.types.usage import Allowance, Usage
from assistant.types.value import Value

Action = Literal["answer", "clarify", "abstain", "offer_human", "hand_over"]
SentimentLabel = Literal["negative", "neutral", "positive"]
Risk = Literal["legal", "safety", "churn", "self_harm"]
Matter = Literal["own_case", "another_person", "contact"]
Speaker = Literal["customer", "assistant", "agent"]
Feedback = Literal["like", "dislike"]
TurnStatus = Literal["pending", "complete", "cancelled", "failed"]
SmallTalk = Literal["greeting", "thanks", "goodbye", "identity"]
Priority = Literal["low", "normal", "high", "urgent"]
Tone = Literal["friendly", "warm", "brief", "calming", "serious"]
Purpose = Literal["remember", "personalise"]
"""What a customer is asked leave for: that facts are kept for the next conversation, and that answers follow them."""

Stage = Literal["unsearched", "searched", "unsupported", "unsearchable"]
"""How far a turn has come when it is decided: nothing was searched yet; something was; no sentence of a draft was
supported; no search worked."""


class ConversationState(StrEnum):
    """Who holds a conversation: the assistant, the queue for a person, a person, or nobody any more."""

    BOT = "bot"
    OFFERED = "offered"
    """The assistant answers, and has asked whether the customer would like a person."""
    WAITING = "waiting"
    WITH_AGENT = "with_agent"
    RETURNED = "returned"
    """The assistant answers again, after the conversation was in the queue or with a person."""
    CLOSED = "closed"
    """The team has settled the matter; the customer's next message opens it again."""


FOR_PEOPLE = frozenset({ConversationState.WAITING, ConversationState.WITH_AGENT})
"""States in which a person of the team is owed or present, and the assistant answers nothing by itself."""


class Sentiment(Value):
    """Valence of a text: -1 is as negative as can be, 1 as positive."""

    label: SentimentLabel
    score: float = Field(ge=-1, le=1)


class IntentGuess(Value):
    """What a message is about, of the intents that were learnt.

    `intent` is None where it is none of them; `nearest` is the one that comes nearest even so. `confidence` is the
    probability that the nearest one is right.
    """

    intent: str | None
    nearest: str
    confidence: float = Field(ge=0, le=1)


class Signals(Value):
    """What the customer's words tell beyond their question. What nobody looked for has its neutral value.

    `sentiment` is of the message, `conversation` of the customer's messages so far; `language` is a code, or empty
    where that is not sure.

    * `emotion` of the message: anger, annoyance, confusion, disappointment, gratitude and the like, or empty.
    * `frustration` over the conversation: 0 is none, 1 as sure as can be; `because` holds its reasons, strongest first.
    * `urgency`: 0 can wait, 1 is an emergency.
    * `risks` that a person should know of: each kind at most once.
    * `matters` that no document knows of: how things stand with an order of the customer, what is another's, or where
      the customer can be reached.
    * `intent` is None where the message is out of scope or no intents are set up; `intent_confidence` is 0 to 1.
    * `satisfaction` inferred from the conversation so far, on the scale of 1 to 5 of people's ratings; None is unknown.
    """

    sentiment: Sentiment
    conversation: Sentiment
    wants_human: bool = False
    small_talk: SmallTalk | None = None
    language: str = ""
    emotion: str = ""
    frustration: float = Field(default=0.0, ge=0, le=1)
    because: tuple[str, ...] = ()
    urgency: float = Field(default=0.0, ge=0, le=1)
    risks: tuple[Risk, ...] = ()
    matters: tuple[Matter, ...] = ()
    intent: str | None = None
    intent_confidence: float = Field(default=0.0, ge=0, le=1)
    satisfaction: float | None = Field(default=None, ge=1, le=5)


class Circumstances(Value):
    """What a turn is decided by, beside the signals.

    `evidence` is None before a search, `terms` counts the words of the question that carry meaning, `asks` tells that
    the message has the form of a question, `abstentions` and `clarifications` count the replies just before this turn,
    one after another, that held no answer or asked back. `segment` is the customer's, where it is known; `allows` names
    what a customer who is `signed_in` agreed to; `open` tells that people are at work. `refused` names the rules that
    called for a person in vain, so that others decided.
    """

    state: ConversationState = ConversationState.BOT
    stage: Stage = "unsearched"
    evidence: Evidence | None = None
    terms: int = 0
    asks: bool = False
    abstentions: int = 0
    clarifications: int = 0
    segment: str = ""
    signed_in: bool = False
    allows: tuple[Purpose, ...] = ()
    open: bool = True
    refused: tuple[str, ...] = ()


class Decision(Value):
    """What the policy chose, and why, in one sentence that staff can read; `rule` is the name of the rule that did.

    `opening`, `closing` and `words` name templates: said before the rest, behind an answer, and in place of the
    action's own words. `retrieve_deeper` tells that the rule wanted a second search before it came to this.
    """

    action: Action
    reason: str
    rule: str = ""
    priority: Priority = "normal"
    tone: Tone = "friendly"
    opening: str = ""
    closing: str = ""
    words: str = ""
    retrieve_deeper: bool = False


class Fitted(Value):
    """What is known of the customer that an answer was fitted to, by permission.

    `subject` is called as documents call it, never in the words of what is remembered; `kind` is the kind of the fact,
    and `told` tells that the customer told it in the chat. `question` is what was answered, spelled out; `others` are
    the subjects that it may have been meant of, too.
    """

    kind: str
    subject: str
    told: bool = False
    question: str = ""
    others: tuple[str, ...] = ()


class Citation(Value):
    """The exact span behind a sentence: `quote == text of that revision[start:end]`.

    `document_id` stays when a document is renamed; it is empty in replies that were stored before there was one.
    `document` is what the document was called when it was cited.
    """

    marker: int
    document: str
    title: str
    revision: int
    start: int
    end: int
    quote: str
    document_id: str = ""


class Message(Value):
    """One utterance of a conversation as people read it; `informs` is False for words of the house without a source."""

    speaker: Speaker
    text: str
    informs: bool = True


class LeftOut(Value):
    """A sentence of a responder that was not shown, and why: `unsupported`, `repeated`, or what a check refused.

    One that was `reworded` was replaced by the sentence of its source.

    `text` is its beginning; it is empty where keeping it would do the harm that the check is there to prevent.
    """

    responder: str
    reason: str
    text: str


class Reply(Value):
    """One finished turn. `topic_switched` tells that the question left the topic of the conversation before it.

    `circumstances` are those that it was decided in at last; None in replies from before they were kept. It is not
    `complete` where nobody could finish an answer that had begun to be shown; its text says so.
    `erased` tells that a document behind it was erased since, and the answer's words with it. `prompts` holds the
    checksum of each template that was used, by its name. `left_out` is for staff alone.
    `choices` are what the customer may choose from, two to four, where the reply asks which subject is meant; the next
    message may be one.
    `fitted` is what is known of the customer that decided what the answer is about; None in every other reply.
    """

    conversation_id: str
    turn_id: str
    text: str
    citations: tuple[Citation, ...]
    decision: Decision
    signals: Signals
    responder: str
    searched_for: str
    timings_ms: dict[str, float]
    topic_switched: bool = False
    circumstances: Circumstances | None = None
    complete: bool = True
    usage: Usage = Usage()
    erased: bool = False
    prompts: dict[str, str] = Field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    choices: tuple[str, ...] = ()
    fitted: Fitted | None = None


class Turn(Value):
    """A stored turn. `reply` is None while pending and after a failure.

    What an agent wrote is in `question`, and so is a notice of the assistant that answers no message of the customer's.
    """

    id: str
    conversation_id: str
    ordinal: int
    created_at: datetime
    speaker: Speaker
    question: str
    reply: Reply | None = None
    status: TurnStatus = "pending"
    feedback: Feedback | None = None


class Conversation(Value):
    """A stored conversation, without its turns.

    `reason` says why it is or was for a person, and `agent` who of the team has it. Of those that wait, people get to
    one of higher `priority` first. `customer` is the id of whom it belongs to; empty is whoever holds its own id.
    """

    id: str
    created_at: datetime
    updated_at: datetime
    state: ConversationState = ConversationState.BOT
    reason: str = ""
    agent: str = ""
    priority: int = 0
    waiting_since: datetime | None = None
    customer: str = ""


class PassagesFound(Value):
    """The passages an answer may rest on, best first."""

    kind: Literal["passages_found"] = "passages_found"
    passages: tuple[ScoredPassage, ...]
    searched_for: str


class TextDelta(Value):
    """A piece of the answer that was checked and may be shown; pieces concatenate to the reply's text."""

    kind: Literal["text_delta"] = "text_delta"
    text: str


class HandedOver(Value):
    """The conversation is now in the queue for a person, at `position` (counting from 1)."""

    kind: Literal["handed_over"] = "handed_over"
    conversation_id: str
    position: int


class ReplyFinished(Value):
    """The last event of every turn."""

    kind: Literal["reply_finished"] = "reply_finished"
    reply: Reply


Event = PassagesFound | TextDelta | HandedOver | ReplyFinished


class PromptMessage(Value):
    """One message of a rendered prompt; `template` and `checksum` tell what it was rendered from."""

    role: Literal["system", "user", "assistant"]
    text: str
    template: str = ""
    checksum: str = ""


class ResponseRequest(Value):
    """Everything a responder may use. Chat models send `messages`; the extractive one reads passages and weights.

    `weights` maps each stemmed term of the question to its rarity in the knowledge base (see `assistant.terms`). The
    `allowance` is shared by all who work on the turn.
    `topic` holds earlier words of the customer that the question cannot be understood without; they ask nothing more.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    question: str
    topic: str = ""
    weights: dict[str, float]
    passages: tuple[ScoredPassage, ...]
    messages: tuple[PromptMessage, ...]
    allowance: Allowance = Field(default_factory=Allowance)

    @property
    def prompts(self) -> dict[str, str]:
        """The checksum of each template that the messages were rendered from, by its name."""
        return {one.template: one.checksum for one in self.messages if one.template}
