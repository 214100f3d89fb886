"""The seams of the assistant: what the core asks of its backends. Every backend passes the suite in tests/contracts."""

from assistant.ports.catalog import (
    Catalog,
    ChangeLog,
    Generations,
    PassageAttributes,
    Quarantine,
    Revisions,
    WebPages,
)
from assistant.ports.conversation import (
    Conversations,
    Preparing,
    Responder,
    Rewriter,
    SentimentModel,
    SignalReader,
    Warmable,
)
from assistant.ports.customer import CustomerStore, Sessions, Visits
from assistant.ports.gaps import Gaps, Placed, Troubled
from assistant.ports.handoff import Channel, ConversationStore, Handoffs, Outbox, Ratings, Tell
from assistant.ports.indexes import (
    Embedder,
    HoldsVectors,
    KeywordIndex,
    PartwiseEmbedder,
    Reader,
    Reranker,
    VectorCache,
    VectorIndex,
    Vectors,
)
from assistant.ports.ledger import Ledger
from assistant.ports.tuning import TunedParts
from assistant.ports.votes import VoteCount, VotedPassage, Votes

__all__ = [
    "Catalog",
    "ChangeLog",
    "Channel",
    "ConversationStore",
    "Conversations",
    "CustomerStore",
    "Embedder",
    "Gaps",
    "Generations",
    "Handoffs",
    "HoldsVectors",
    "KeywordIndex",
    "Ledger",
    "Outbox",
    "PartwiseEmbedder",
    "PassageAttributes",
    "Placed",
    "Preparing",
    "Quarantine",
    "Ratings",
    "Reader",
    "Reranker",
    "Responder",
    "Revisions",
    "Rewriter",
    "SentimentModel",
    "Sessions",
    "SignalReader",
    "Tell",
    "Troubled",
    "TunedParts",
    "VectorCache",
    "VectorIndex",
    "Vectors",
    "Visits",
    "VoteCount",
    "VotedPassage",
    "Votes",
    "Warmable",
    "WebPages",
]
