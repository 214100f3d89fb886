"""Every value that flows through the assistant: frozen, validated once, safe to share between threads."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Action = Literal["answer", "clarify", "abstain", "offer_human", "hand_over"]
SentimentLabel = Literal["negative", "neutral", "positive"]
Speaker = Literal["customer", "assistant", "agent"]
Feedback = Literal["like", "dislike"]
TurnStatus = Literal["pending", "complete", "cancelled", "failed"]


class Value(BaseModel):
    """A frozen value object that refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ConversationState(StrEnum):
    """Who holds a conversation: the assistant, the queue for a person, or a person."""

    BOT = "bot"
    WAITING = "waiting"
    WITH_AGENT = "with_agent"


# --- Knowledge -----------------------------------------------------------------------------------------------------


class LoadedDocument(Value):
    """A source read into plain text. `source` identifies it for ever; `name` is what people read.

    `page_starts` holds the character offset at which each page begins, where the format has pages. `audience` names
    whom it is for; empty is everybody. It holds from the start of `valid_from` to the end of `valid_to`.
    """

    source: str
    name: str
    title: str
    text: str
    language: str = "en"
    media_type: str = "text/markdown"
    audience: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    page_starts: tuple[int, ...] = ()


class Document(Value):
    """A document as the catalog holds it; `text` belongs to `revision`, which counts from 1."""

    id: str
    source: str
    name: str
    title: str
    revision: int
    checksum: str
    text: str
    language: str = "en"
    media_type: str = "text/markdown"
    audience: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    page_starts: tuple[int, ...] = ()


class DocumentSummary(Value):
    """What sync planning needs of a stored document, without its text."""

    id: str
    source: str
    name: str
    checksum: str
    revision: int
    valid_from: date | None = None
    valid_to: date | None = None


class Chunk(Value):
    """A passage before it is stored: `start` and `end` are character offsets into the document's text.

    `page` counts from 1 and is None where the format has no pages. A chunk with a `held_because` is kept from search.
    """

    ordinal: int
    heading: str
    start: int
    end: int
    page: int | None = None
    held_because: str = ""


class Passage(Value):
    """A stored range of one document revision. `text == revision text[start:end]`, always."""

    id: str
    document_id: str
    document: str
    title: str
    revision: int
    ordinal: int
    heading: str
    start: int
    end: int
    text: str
    page: int | None = None
    digest: str = ""

    @property
    def indexed_text(self) -> str:
        """What embedders and the keyword index read: title and heading give a passage its context."""
        return "\n".join(part for part in (self.title, self.heading, self.text) if part)


class FailedSource(Value):
    """A source that could not be read, and why, in words an operator can act on."""

    source: str
    reason: str


class IngestReport(Value):
    """The outcome of one ingest run; `documents` and `passages` are totals of the whole knowledge base."""

    added: int
    changed: int
    removed: int
    unchanged: int
    failed: tuple[FailedSource, ...]
    documents: int
    passages: int
    seconds: float
    duplicates: tuple[str, ...] = ()
    held: int = 0


GenerationState = Literal["building", "live", "kept", "dropped"]


class Generation(Value):
    """One build of the derived indexes: which embedder's vectors it holds, and of what width.

    One generation at a time is live; the one before it is kept for a rollback, and older ones are dropped.
    """

    number: int
    embedder: str
    fingerprint: str
    dimension: int
    state: GenerationState = "live"
    created_at: datetime | None = None


# --- Retrieval -----------------------------------------------------------------------------------------------------


class Match(Value):
    """One hit of one index. Cosine similarity for dense search, BM25 for keyword search; higher is better."""

    passage_id: str
    score: float


class ScoredPassage(Value):
    """A passage in a fused ranking, with where each retriever placed it (ranks count from 1)."""

    rank: int
    score: float
    passage: Passage
    dense_rank: int | None = None
    keyword_rank: int | None = None
    cosine: float | None = None


class SearchResult(Value):
    """What one search found: the ranking, the evidence in it, and the rarity of each of the question's terms."""

    passages: tuple[ScoredPassage, ...]
    evidence: "Evidence"
    weights: dict[str, float]


class Evidence(Value):
    """How well the passages found cover a question. All figures lie in 0..1.

    `coverage` is the share of the question's informative words, weighted by rarity, that the passages hold;
    `cosine` is the best dense similarity; `confidence` combines them into one figure for the policy.
    """

    coverage: float = 0.0
    cosine: float = 0.0
    confidence: float = 0.0
    missing: tuple[str, ...] = ()


# --- Dialogue ------------------------------------------------------------------------------------------------------


class Sentiment(Value):
    """Valence of a text: -1 is as negative as can be, 1 as positive."""

    label: SentimentLabel
    score: float = Field(ge=-1, le=1)


class Signals(Value):
    """What the customer's words tell beyond their question."""

    sentiment: Sentiment
    conversation: Sentiment
    wants_human: bool = False
    small_talk: Literal["greeting", "thanks", "goodbye"] | None = None


class Decision(Value):
    """What the policy chose, and why, in one sentence that staff can read."""

    action: Action
    reason: str


class Citation(Value):
    """The exact span behind a sentence: `quote == text of that revision[start:end]`."""

    marker: int
    document: str
    title: str
    revision: int
    start: int
    end: int
    quote: str


class Message(Value):
    """One utterance of a conversation as people read it."""

    speaker: Speaker
    text: str


class Reply(Value):
    """One finished turn."""

    conversation_id: str
    turn_id: str
    text: str
    citations: tuple[Citation, ...]
    decision: Decision
    signals: Signals
    responder: str
    searched_for: str
    timings_ms: dict[str, float]


class Turn(Value):
    """A stored turn. `reply` is None while pending and after a failure; agents' messages have no `question`."""

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
    """A stored conversation, without its turns."""

    id: str
    created_at: datetime
    updated_at: datetime
    state: ConversationState = ConversationState.BOT
    reason: str = ""


# --- Events of a turn ----------------------------------------------------------------------------------------------


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


# --- Responders ----------------------------------------------------------------------------------------------------


class PromptMessage(Value):
    """One message of a rendered prompt."""

    role: Literal["system", "user", "assistant"]
    text: str


class ResponseRequest(Value):
    """Everything a responder may use. Chat models send `messages`; the extractive one reads passages and weights.

    `weights` maps each stemmed term of the question to its rarity in the knowledge base (see `assistant.terms`).
    """

    question: str
    weights: dict[str, float]
    passages: tuple[ScoredPassage, ...]
    messages: tuple[PromptMessage, ...]
