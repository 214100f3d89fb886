"""The tables about customers, as the newest migration leaves them; `assistant.stores.schema` has the others."""

import sqlalchemy as sa

metadata = sa.MetaData()

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("segment", sa.String(100), nullable=False),
    sa.Column("language", sa.String(35), nullable=False),
    sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
)

customer_facts = sa.Table(
    "customer_facts",
    metadata,
    sa.Column("customer", sa.String(200), sa.ForeignKey("customers.id"), primary_key=True),
    sa.Column("kind", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("origin", sa.String(8), nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("customer", sa.String(200), sa.ForeignKey("customers.id"), primary_key=True),
    sa.Column("ordinal", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("granted", sa.Boolean, nullable=False),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("origin", sa.String(8), nullable=False),
    sa.Column("wording", sa.String(64), nullable=False),
)
"""Every decision that customers took about what is kept of them; a line is never changed."""

visits = sa.Table(
    "visits",
    metadata,
    # A keyed checksum of the browser, customer or address that is counted.
    sa.Column("visitor", sa.String(64), primary_key=True),
    sa.Column("seconds", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, index=True),
)
"""How many messages somebody sent in the minute and in the day that run; gone when they are over."""

sessions = sa.Table(
    "sessions",
    metadata,
    # sha256 of what the browser holds: who reads the database cannot sign in with it.
    sa.Column("id", sa.String(64), primary_key=True),
    # Of the token that began it, which begins no other.
    sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("customer", sa.String(200), nullable=False, index=True),
    sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False, index=True),
    sa.Column("ended", sa.Boolean, nullable=False),
)
