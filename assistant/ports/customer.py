"""What is kept of customers."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from assistant.records import Meter
from assistant.types import Consent, Conversation, Customer, KnownFact, Profile


class CustomerStore(Protocol):
    """Customers, what they agreed to and what is remembered of them, and whose each conversation is, in SQL."""

    def get(self, customer_id: str) -> Customer | None:
        """Return a customer with facts by kind and consents, oldest first; None where nothing is kept."""

    def put(self, profile: Profile) -> None:
        """Keep what the company tells of a customer, in place of what it told before. Nothing is written unchanged."""

    def decide(self, customer_id: str, consent: Consent) -> None:
        """Write down a decision. With a no to `remember` everything that is remembered is erased at once."""

    def remember(self, customer_id: str, fact: KnownFact) -> bool:
        """Keep a fact in place of one of the same kind; False, with nothing kept, without the customer's permission."""

    def drop(self, customer_id: str, kind: str) -> bool:
        """Erase a fact; returns whether there was one."""

    def start(self, customer_id: str) -> Conversation:
        """Open a conversation that belongs to a customer."""

    def claim(self, conversation_id: str, customer_id: str) -> Conversation:
        """Give a customer a conversation that nobody has, once; one that is theirs stays so.

        Raises:
            ConversationNotFound: There is none with this id, or it is somebody else's: the two look the same.
        """

    def conversations(self, customer_id: str) -> list[Conversation]:
        """Return the conversations of a customer, oldest first."""

    def erase(self, customer_id: str, *, conversations: bool) -> dict[str, int]:
        """Delete a customer's rows, with `conversations` what was said too; else those are nobody's from then on.

        Returns how many rows of each table were deleted; `unbound` counts conversations that were kept.
        """

    def other_texts(self) -> Iterator[str]:
        """Yield every text that is kept of customers, conversations and documents, as it is stored."""


class Sessions(Protocol):
    """Which browsers customers are signed in with, in SQL; of secrets only the sha256 is kept."""

    def begin(self, session_sha256: str, token_sha256: str, customer_id: str, *, at: datetime, ends: datetime) -> bool:
        """Keep a session until it `ends`; False, with nothing kept, where its token began one before."""

    def customer(self, session_sha256: str, at: datetime) -> str | None:
        """Return whose session it is; None where it is not known, or over."""

    def end(self, session_sha256: str) -> None:
        """End a session before its time; what began it stays known, so that it cannot begin another."""


class Visits(Protocol):
    """How many messages visitors have sent, in SQL. Who they are is not kept."""

    def take(self, meters: Sequence[Meter], at: datetime) -> float:
        """Count one message on every meter; where one is full count none, and return the seconds to wait."""

    def give_back(self, meter: Meter, taken_at: datetime) -> None:
        """Take back what was counted on a meter at a moment, unless the meter has begun anew since.

        Nobody has to: what a process that died has counted is forgotten when the meter's seconds are over.
        """
