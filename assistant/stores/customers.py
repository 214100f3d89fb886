"""Customers in SQL: profiles, permissions, facts, and whose each conversation is."""

import secrets
from collections.abc import Iterator

import sqlalchemy as sa

from assistant.errors import ConversationNotFound
from assistant.stores import schema as s
from assistant.stores.database import Database, in_groups, in_utc, now, storable
from assistant.stores.turns import NOT_FOUND, conversation_of
from assistant.types import Consent, Conversation, Customer, KnownFact, Profile

_c = s.conversations.c
_ROWS_A_FETCH = 500
_TABLES = ((s.sessions, "customer"), (s.customer_facts, "customer"), (s.consents, "customer"), (s.customers, "id"))
"""What holds rows of one customer, by which column; those that refer to others first."""


class SqlCustomers:
    """Implements the `CustomerStore` port on SQLite and PostgreSQL. All state is in the database."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def get(self, customer_id: str) -> Customer | None:
        """Return a customer with facts by kind and consents, oldest first; None where nothing is kept."""
        known = storable(customer_id)
        with self._database.read() as connection:
            row = connection.execute(sa.select(s.customers).where(s.customers.c.id == known)).first()
            if row is None:
                return None
            facts = sa.select(s.customer_facts).where(s.customer_facts.c.customer == known)
            decisions = sa.select(s.consents).where(s.consents.c.customer == known)
            return Customer(
                id=row.id,
                name=row.name,
                segment=row.segment,
                language=row.language,
                facts=tuple(
                    KnownFact(kind=one.kind, value=one.value, origin=one.origin, at=in_utc(one.at))
                    for one in connection.execute(facts.order_by(s.customer_facts.c.kind))
                ),
                consents=tuple(map(_consent, connection.execute(decisions.order_by(s.consents.c.ordinal)))),
            )

    def put(self, profile: Profile) -> None:
        """Keep what the company tells of a customer, in place of what it told before. Nothing is written unchanged."""
        wanted = {name: storable(getattr(profile, name)) for name in Profile.model_fields}
        columns = [s.customers.c[name] for name in wanted]
        with self._database.read() as connection:
            row = connection.execute(sa.select(*columns).where(s.customers.c.id == wanted["id"])).first()
        if row is not None and dict(row._mapping) == wanted:
            return
        with self._database.write() as connection:
            _make(connection, wanted["id"])
            changed = s.customers.update().where(s.customers.c.id == wanted["id"])
            connection.execute(changed.values(**wanted, updated_at=now()))

    def decide(self, customer_id: str, consent: Consent) -> None:
        """Write down a decision. With a no to `remember` everything that is remembered is erased at once."""
        known = storable(customer_id)
        with self._database.write() as connection:
            _make(connection, known)
            last = sa.select(sa.func.max(s.consents.c.ordinal)).where(s.consents.c.customer == known)
            ordinal = (connection.execute(last).scalar() or 0) + 1
            connection.execute(s.consents.insert().values(customer=known, ordinal=ordinal, **consent.model_dump()))
            if consent.purpose == "remember" and not consent.granted:
                connection.execute(s.customer_facts.delete().where(s.customer_facts.c.customer == known))

    def remember(self, customer_id: str, fact: KnownFact) -> bool:
        """Keep a fact in place of one of the same kind; False, with nothing kept, without the customer's permission."""
        known = storable(customer_id)
        values = fact.model_dump() | {"kind": storable(fact.kind), "value": storable(fact.value)}
        mine = sa.and_(s.customer_facts.c.customer == known, s.customer_facts.c.kind == values["kind"])
        permission = sa.and_(s.consents.c.customer == known, s.consents.c.purpose == "remember")
        decided = sa.select(s.consents.c.granted).where(permission).order_by(s.consents.c.ordinal.desc()).limit(1)
        with self._database.write() as connection:
            _lock(connection, known)
            if not connection.execute(decided).scalar():
                return False
            connection.execute(s.customer_facts.delete().where(mine))
            connection.execute(s.customer_facts.insert().values(customer=known, **values))
        return True

    def drop(self, customer_id: str, kind: str) -> bool:
        """Erase a fact; returns whether there was one."""
        facts = s.customer_facts
        mine = sa.and_(facts.c.customer == storable(customer_id), facts.c.kind == storable(kind))
        with self._database.write() as connection:
            return connection.execute(facts.delete().where(mine)).rowcount > 0

    def start(self, customer_id: str) -> Conversation:
        """Open a conversation that belongs to a customer."""
        moment = now()
        conversation = Conversation(
            id=secrets.token_urlsafe(16), created_at=moment, updated_at=moment, customer=storable(customer_id)
        )
        with self._database.write() as connection:
            connection.execute(s.conversations.insert().values(**conversation.model_dump(mode="python")))
        return conversation

    def claim(self, conversation_id: str, customer_id: str) -> Conversation:
        """Give a customer a conversation that nobody has, once; one that is theirs stays so.

        Raises:
            ConversationNotFound: There is none with this id, or it is somebody else's: the two look the same.
        """
        wanted, known = storable(conversation_id), storable(customer_id)
        nobodys = sa.and_(_c.id == wanted, _c.customer == "")
        mine = sa.select(s.conversations).where(_c.id == wanted, _c.customer == known)
        with self._database.read() as connection:
            row = connection.execute(mine).first()
        if row is None:
            with self._database.write() as connection:
                connection.execute(s.conversations.update().where(nobodys).values(customer=known))
                row = connection.execute(mine).first()
        if row is None:
            raise ConversationNotFound(NOT_FOUND)
        return conversation_of(row)

    def conversations(self, customer_id: str) -> list[Conversation]:
        """Return the conversations of a customer, oldest first."""
        query = sa.select(s.conversations).where(_c.customer == storable(customer_id)).order_by(_c.created_at, _c.id)
        with self._database.read() as connection:
            return [conversation_of(row) for row in connection.execute(query)]

    def erase(self, customer_id: str, *, conversations: bool) -> dict[str, int]:
        """Delete a customer's rows, with `conversations` what was said too; else those are nobody's from then on."""
        known, rows = storable(customer_id), dict[str, int]()
        mine = sa.select(_c.id).where(_c.customer == known)
        with self._database.write() as connection:
            if conversations:
                rows |= _erase_conversations(connection, list(connection.execute(mine).scalars()))
            unbound = s.conversations.update().where(_c.customer == known).values(customer="")
            rows["unbound"] = connection.execute(unbound).rowcount
            for table, column in _TABLES:
                rows[table.name] = connection.execute(table.delete().where(table.c[column] == known)).rowcount
        return {name: count for name, count in rows.items() if count}

    def other_texts(self) -> Iterator[str]:
        """Yield every text that is kept of customers, conversations and documents, as it is stored."""
        columns = (s.customers.c.id, s.customers.c.name, s.customer_facts.c.value, s.turns.c.question, s.turns.c.reply)
        with self._database.read() as connection:
            for column in (*columns, s.revisions.c.text):
                query = sa.select(column).where(column.is_not(None))
                yield from connection.execution_options(yield_per=_ROWS_A_FETCH).execute(query).scalars()


def _make(connection: sa.Connection, customer_id: str) -> None:
    """Make the row of a customer where there is none, and lock it against other replicas."""
    if not _lock(connection, customer_id):
        blank = dict.fromkeys(Profile.model_fields, "") | {"id": customer_id, "updated_at": now()}
        connection.execute(s.customers.insert().values(**blank))


def _lock(connection: sa.Connection, customer_id: str) -> bool:
    row = sa.select(s.customers.c.id).where(s.customers.c.id == customer_id).with_for_update()
    return connection.execute(row).first() is not None


def _consent(row: sa.Row[tuple[object, ...]]) -> Consent:
    kept = row._mapping
    return Consent(**{name: kept[name] for name in Consent.model_fields} | {"at": in_utc(kept["at"])})


def _erase_conversations(connection: sa.Connection, ids: list[str]) -> dict[str, int]:
    """Delete conversations with every row that hangs on them or on their turns; the books of what was spent stay."""
    rows = dict[str, int]()
    turns = [
        one
        for some in in_groups(ids)
        for one in connection.execute(sa.select(s.turns.c.id).where(s.turns.c.conversation_id.in_(some))).scalars()
    ]
    for table in reversed(s.metadata.sorted_tables):
        if table is s.spending:
            continue
        keys = (("conversation_id", ids), ("turn_id", turns), ("id", ids if table is s.conversations else []))
        for column, values in keys:
            for some in in_groups(values) if column in table.c else ():
                gone = connection.execute(table.delete().where(table.c[column].in_(some))).rowcount
                rows[table.name] = rows.get(table.name, 0) + gone
    return rows
