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
    Responder,
    Rewriter,
    SentimentModel,
    SignalReader,
)
from assistant.ports.indexes import (
    Embedder,
    KeywordIndex,
    PartwiseEmbedder,
    VectorCache,
    VectorIndex,
    Vectors,
)

__all__ = [
    "Catalog",
    "ChangeLog",
    "Conversations",
    "Embedder",
    "Generations",
    "KeywordIndex",
    "PartwiseEmbedder",
    "PassageAttributes",
    "Quarantine",
    "Responder",
    "Revisions",
    "Rewriter",
    "SentimentModel",
    "SignalReader",
    "VectorCache",
    "VectorIndex",
    "Vectors",
    "WebPages",
]
