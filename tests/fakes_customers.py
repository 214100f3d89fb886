"""Customers in memory; they pass the same suite as those in SQL."""

import math
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from assistant.errors import ConversationNotFound
from assistant.records import Meter
from assistant.types import Consent, Conversation, Customer, KnownFact, Profile
from tests.fakes_stores import MemoryConversations, clean


class MemoryCustomers:
    """Implements the `CustomerStore` port with dictionaries, beside a store of conversations."""

    def __init__(self, conversations: MemoryConversations) -> None:
        self._conversations = conversations
        self._customers: dict[str, Customer] = {}

    def get(self, customer_id: str) -> Customer | None:
        return self._customers.get(clean(customer_id))

    def put(self, profile: Profile) -> None:
        self._change(profile.id, **{name: clean(value) for name, value in dict(profile).items()})

    def decide(self, customer_id: str, consent: Consent) -> None:
        before = self.get(customer_id)
        self._change(customer_id, consents=(*(before.consents if before else ()), consent))
        if consent.purpose == "remember" and not consent.granted:
            self._change(customer_id, facts=())

    def remember(self, customer_id: str, fact: KnownFact) -> bool:
        customer = self.get(customer_id)
        if customer is None or not customer.allows("remember"):
            return False
        kept = fact.model_copy(update={"kind": clean(fact.kind), "value": clean(fact.value)})
        facts = [one for one in customer.facts if one.kind != kept.kind]
        self._change(customer_id, facts=tuple(sorted((*facts, kept), key=lambda one: one.kind)))
        return True

    def drop(self, customer_id: str, kind: str) -> bool:
        facts = (self.get(customer_id) or Customer(id=customer_id)).facts
        kept = tuple(one for one in facts if one.kind != kind)
        if len(kept) < len(facts):
            self._change(customer_id, facts=kept)
        return len(kept) < len(facts)

    def start(self, customer_id: str) -> Conversation:
        return self._conversations.give(self._conversations.start().id, clean(customer_id))

    def claim(self, conversation_id: str, customer_id: str) -> Conversation:
        found = self._conversations.get(conversation_id)
        if found.customer not in ("", clean(customer_id)):
            raise ConversationNotFound("there is no conversation with this id; leave the id out to begin one")
        return self._conversations.give(found.id, clean(customer_id))

    def conversations(self, customer_id: str) -> list[Conversation]:
        everything = self._conversations.recent(1_000_000)
        mine = (one for one in everything if one.customer == clean(customer_id))
        return sorted(mine, key=lambda one: (one.created_at, one.id))

    def erase(self, customer_id: str, *, conversations: bool) -> dict[str, int]:
        mine = self.conversations(customer_id)
        customer = self._customers.pop(clean(customer_id), None)
        for one in mine:
            if conversations:
                self._conversations.erase(one.id)
            else:
                self._conversations.give(one.id, "")
        rows = {
            "customers": int(customer is not None),
            "customer_facts": len(customer.facts) if customer else 0,
            "consents": len(customer.consents) if customer else 0,
            "conversations" if conversations else "unbound": len(mine),
        }
        return {name: count for name, count in rows.items() if count}

    def other_texts(self) -> Iterator[str]:
        for one in self._customers.values():
            yield from (one.id, one.name, *(fact.value for fact in one.facts))
        for turns in self._conversations.stored.values():
            yield from (turn.question for turn in turns)

    def _change(self, customer_id: str, **changes: object) -> None:
        known = self.get(customer_id) or Customer(id=clean(customer_id))
        self._customers[clean(customer_id)] = known.model_copy(update=changes)


class MemorySessions:
    """Implements the `Sessions` port with a dictionary."""

    def __init__(self) -> None:
        self._tokens: set[str] = set()
        self._sessions: dict[str, tuple[str, datetime]] = {}

    def begin(self, session_sha256: str, token_sha256: str, customer_id: str, *, at: datetime, ends: datetime) -> bool:
        if token_sha256 in self._tokens:
            return False
        self._tokens.add(token_sha256)
        self._sessions[session_sha256] = (clean(customer_id), ends)
        return True

    def customer(self, session_sha256: str, at: datetime) -> str | None:
        customer_id, ends = self._sessions.get(session_sha256, (None, at))
        return customer_id if ends > at else None

    def end(self, session_sha256: str) -> None:
        self._sessions.pop(session_sha256, None)


class MemoryVisits:
    """Implements the `Visits` port with a dictionary."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, int], tuple[int, datetime]] = {}

    def take(self, meters: Sequence[Meter], at: datetime) -> float:
        rows = {(one.who, one.seconds): (0, at + timedelta(seconds=one.seconds)) for one in meters}
        rows |= {key: row for key, row in self._counts.items() if key in rows and row[1] > at}
        full = [one for one in meters if rows[one.who, one.seconds][0] >= one.most]
        left = [(one.retry_seconds, (rows[one.who, one.seconds][1] - at).total_seconds()) for one in full]
        waits = [min(retry, seconds) if retry else seconds for retry, seconds in left]
        if waits:
            return math.ceil(max(waits))
        self._counts |= {key: (count + 1, ends) for key, (count, ends) in rows.items()}
        return 0.0

    def give_back(self, meter: Meter, taken_at: datetime) -> None:
        key = (meter.who, meter.seconds)
        count, ends = self._counts.get(key, (0, taken_at))
        if count and ends <= taken_at + timedelta(seconds=meter.seconds):
            self._counts[key] = (count - 1, ends)
