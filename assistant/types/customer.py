"""Who a customer is: what the company says of them, what they let us remember, and what they agreed to."""

from datetime import datetime
from typing import Literal

from pydantic import Field, field_validator

from assistant.types.conversation import Conversation, Purpose, Turn
from assistant.types.value import Value

Origin = Literal["chat", "api"]
"""Where something was said: by the customer in the chat, or by the company over the API."""

MAX_ID_CHARS = 200
MAX_KIND_CHARS = 40
MAX_VALUE_CHARS = 500


def is_id(value: str) -> bool:
    """Tell whether a text can be a customer's id: printable, without blanks around it, and not too long."""
    return 0 < len(value) <= MAX_ID_CHARS and value.isprintable() and value == value.strip()


class Profile(Value):
    """What the company tells of a customer; empty is not known. The id is the company's own."""

    id: str = Field(min_length=1, max_length=MAX_ID_CHARS)
    name: str = Field(default="", max_length=MAX_VALUE_CHARS)
    segment: str = Field(default="", max_length=100)
    language: str = Field(default="", max_length=35)

    @field_validator("id")
    @classmethod
    def _printable(cls, value: str) -> str:
        """Refuse what a database stores otherwise than it was given: two ids would become one."""
        if not is_id(value):
            raise ValueError("an id must be printable, without blanks around it")
        return value


class KnownFact(Value):
    """Something that is remembered of a customer, such as the model they own. There is one value of each kind."""

    kind: str = Field(min_length=1, max_length=MAX_KIND_CHARS)
    value: str = Field(min_length=1, max_length=MAX_VALUE_CHARS)
    origin: Origin
    at: datetime


class Consent(Value):
    """One decision of a customer: what for, yes or no, when, where, and the checksum of the words that asked."""

    purpose: Purpose
    granted: bool
    at: datetime
    origin: Origin
    wording: str = ""


class Customer(Profile):
    """A profile with what is remembered by permission. `consents` holds every decision, the newest last."""

    facts: tuple[KnownFact, ...] = ()
    consents: tuple[Consent, ...] = ()

    def decided(self, purpose: Purpose) -> bool | None:
        """Return what the customer decided last; None where they never did."""
        return next((one.granted for one in reversed(self.consents) if one.purpose == purpose), None)

    def allows(self, purpose: Purpose) -> bool:
        """Tell whether the customer agreed, and did not take it back."""
        return self.decided(purpose) is True


class Guest(Value):
    """Who a turn is for: `allows` names what a customer who is `signed_in` agreed to.

    `facts` are what answers may be fitted to: those remembered, where the customer agreed to that; else none.
    """

    segment: str = ""
    signed_in: bool = False
    allows: tuple[Purpose, ...] = ()
    facts: tuple[KnownFact, ...] = ()

    def for_policy(self) -> dict[str, object]:
        """Return what rules may ask: facts are no part of it."""
        return {"segment": self.segment, "signed_in": self.signed_in, "allows": self.allows}


NOBODY = Guest()
"""A visitor of whom nothing is known."""


class Seat(Value):
    """Who a message is from, and the conversation that it belongs to; None begins a new one."""

    conversation_id: str | None
    guest: Guest = NOBODY


class KeptConversation(Value):
    """A conversation with all that was said in it."""

    conversation: Conversation
    turns: tuple[Turn, ...]


class CustomerFile(Value):
    """Everything that is kept of one customer, for the customer."""

    customer: Customer
    conversations: tuple[KeptConversation, ...]


class CustomerReceipt(Value):
    """Proof that a customer was forgotten: rows deleted by table, and what a scan of the state folder found after.

    The receipt itself names the customer by the sha256 of the id. `unbound` conversations are kept without a customer.
    """

    receipt: str
    customer_sha256: str
    rows: dict[str, int]
    unbound: int
    finished_at: datetime
    files_scanned: int
    traces_searched: int
    traces_left: int
    notes: tuple[str, ...] = ()
