"""The tables, as the newest migration leaves them."""

import sqlalchemy as sa

from assistant.stores.customer_tables import consents, customer_facts, customers, metadata, sessions, visits

__all__ = ["consents", "customer_facts", "customers", "metadata", "sessions", "visits"]

documents = sa.Table(
    "documents",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("source", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    # 0 until the first revision has become visible; revisions above it are staged.
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("live", sa.Boolean, nullable=False),
)

aliases = sa.Table(
    "aliases",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), nullable=False, index=True),
    sa.Column("name", sa.Text, nullable=False),
)
"""Further sources of the same content: should the document's own source go, the first alias takes its place."""

revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("checksum", sa.String(64), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("media_type", sa.Text, nullable=False),
    sa.Column("audience", sa.Text, nullable=False),
    sa.Column("products", sa.JSON, nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("page_starts", sa.JSON, nullable=False),
    sa.Column("approved_for", sa.JSON, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
)

passages = sa.Table(
    "passages",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("document_id", sa.String(32), sa.ForeignKey("documents.id"), nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    # Whose token limit the text was cut for; a generation of the indexes holds the passages of its own embedder.
    sa.Column("fingerprint", sa.String(200), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("heading", sa.Text, nullable=False),
    # The first row of the table that the text begins in, where it is not part of it.
    sa.Column("header", sa.Text, nullable=False, server_default=""),
    sa.Column("start_char", sa.Integer, nullable=False),
    sa.Column("end_char", sa.Integer, nullable=False),
    sa.Column("page", sa.Integer),
    sa.Column("text", sa.Text, nullable=False),
    # sha256 of what is embedded: the key of the vector cache.
    sa.Column("digest", sa.String(64), nullable=False, index=True),
    sa.Column("held", sa.Boolean, nullable=False),
)

changes = sa.Table(
    "changes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("passage_id", sa.String(64), nullable=False),
    sa.Column("operation", sa.String(4), nullable=False),
    sqlite_autoincrement=True,
)
"""What the indexes have to learn, in order. Each index remembers up to which number it has."""

passed_over = sa.Table(
    "passed_over",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("checksum", sa.String(64), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
"""Sources that could not be read, or (with an empty reason) did not want to be, as they were then."""

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("text_digest", sa.String(64), primary_key=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("released", sa.Boolean, nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
)
"""Passages held back from search, by sha256 of their text, until a person releases them."""

web_pages = sa.Table(
    "web_pages",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("start", sa.Text, nullable=False, index=True),
    sa.Column("etag", sa.Text, nullable=False),
    sa.Column("last_modified", sa.Text, nullable=False),
    sa.Column("links", sa.JSON, nullable=False),
    # Of the loaders that read it: a page is asked for anew when they have changed.
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("documents", sa.JSON, nullable=False),
    sa.Column("finished_at", sa.DateTime(timezone=True)),
)

properties = sa.Table(
    "properties",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

vectors = sa.Table(
    "vectors",
    metadata,
    sa.Column("fingerprint", sa.String(200), primary_key=True),
    sa.Column("checksum", sa.String(64), primary_key=True),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)

generations = sa.Table(
    "generations",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("embedder", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(200), nullable=False),
    sa.Column("dimension", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    # Changes whenever a tuned part does, so that whoever reads the row knows what to open.
    sa.Column("tuned", sa.String(64), nullable=False, server_default=""),
)

tuned_parts = sa.Table(
    "tuned_parts",
    metadata,
    sa.Column("generation", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("name", sa.String(32), primary_key=True),
    sa.Column("fingerprint", sa.String(200), nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("checksum", sa.String(64), nullable=False),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
)
"""What was learnt for a generation from the documents and conversations; gone with the generation."""

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("waiting_since", sa.DateTime(timezone=True)),
    sa.Column("agent", sa.Text, nullable=False, server_default=""),
    sa.Column("priority", sa.Integer, nullable=False, server_default="0"),
    # When the person who has it began to owe the customer an answer; empty where none is owed.
    sa.Column("owed_since", sa.DateTime(timezone=True)),
    # Whose it is; empty where nobody has signed in.
    sa.Column("customer", sa.String(200), nullable=False, server_default="", index=True),
)

handoff_events = sa.Table(
    "handoff_events",
    metadata,
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("before", sa.String(16), nullable=False),
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("cause", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("key", sa.String(200), nullable=False),
    sa.Column("turns", sa.JSON, nullable=False),
    sa.UniqueConstraint("conversation_id", "key"),
)
"""How each conversation came to be where it is; a line is never changed."""

handoff_deliveries = sa.Table(
    "handoff_deliveries",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False, index=True),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("channel", sa.String(32), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # When it is tried next; empty where it was delivered or given up.
    sa.Column("next_at", sa.DateTime(timezone=True), index=True),
    sa.Column("delivered_at", sa.DateTime(timezone=True)),
    sa.Column("error", sa.Text, nullable=False),
)
"""What channels are owed, written with the move that they tell of."""

ratings = sa.Table(
    "ratings",
    metadata,
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), primary_key=True),
    # Of the log line that closed the conversation.
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)
"""What customers thought of each closing."""

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("conversation_id", sa.String(32), sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("ordinal", sa.Integer, nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("speaker", sa.String(16), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("reply", sa.Text),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("feedback", sa.String(8)),
    sa.Column("action", sa.String(16)),
    sa.Column("sentiment", sa.Float),
    sa.UniqueConstraint("conversation_id", "ordinal"),
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column("turn_id", sa.String(32), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    # Of the text that is indexed, as `passages` has it: a vote is about what was said, not about where it stands.
    sa.Column("digest", sa.String(64), primary_key=True, index=True),
    sa.Column("liked", sa.Boolean, nullable=False),
)
"""Which passages the likes and dislikes of answers were about, until somebody resets them."""

pending_turns = sa.Index(
    "turns_pending",
    turns.c.created_at,
    sqlite_where=turns.c.status == "pending",
    postgresql_where=turns.c.status == "pending",
)

spending = sa.Table(
    "spending",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    # Evaluations spend too, and keep no turns.
    sa.Column("turn_id", sa.String(32), nullable=False),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("cached_tokens", sa.Integer, nullable=False),
    sa.Column("cost_dollars", sa.Float),
    sa.Column("providers", sa.Text, nullable=False),
)

gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("decided_at", sa.DateTime(timezone=True)),
    sa.Column("owner", sa.Text, nullable=False),
    # The gap that has taken this one's questions; empty where it has them itself.
    sa.Column("merged_into", sa.String(16), nullable=False),
)
"""What customers ask in vain: questions that belong together, and what was decided about them."""

gap_questions = sa.Table(
    "gap_questions",
    metadata,
    sa.Column("turn_id", sa.String(32), sa.ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("gap_id", sa.String(16), sa.ForeignKey("gaps.id"), nullable=False, index=True),
    sa.Column("fingerprint", sa.String(200), nullable=False),
    sa.Column("vector", sa.LargeBinary, nullable=False),
)
"""Which messages a gap is made of. The words are the turns' alone, and a vector goes with its turn."""

live_name = sa.Index(
    "documents_live_name",
    documents.c.name,
    unique=True,
    sqlite_where=documents.c.live.is_(True),
    postgresql_where=documents.c.live.is_(True),
)

IS_RESTRICTED = sa.or_(
    revisions.c.audience != "", revisions.c.valid_from.is_not(None), revisions.c.valid_to.is_not(None)
)
"""Of a revision that not everybody may see at any time, as far as SQL can tell."""

restricted = sa.Index(
    "revisions_restricted",
    revisions.c.document_id,
    revisions.c.number,
    sqlite_where=IS_RESTRICTED,
    postgresql_where=IS_RESTRICTED,
)

indexable = sa.Index("passages_indexable", passages.c.fingerprint, passages.c.held, passages.c.id)
"""Which passages an embedder's indexes hold. With the id in it SQLite seeks passages by id: it would take an index on
the fingerprint alone for a better one than the primary key, and read every passage for each query."""
