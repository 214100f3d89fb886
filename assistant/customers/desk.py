"""What is done for customers: known, asked, remembered, shown, corrected, and forgotten on wish."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from assistant.customers.erasing import CustomerEraser
from assistant.customers.telling import told_by, told_in
from assistant.errors import ConsentMissing, ConversationNotFound, CustomerNotFound
from assistant.ports import Conversations, CustomerStore
from assistant.types import (
    Consent,
    Conversation,
    Customer,
    CustomerFile,
    CustomerReceipt,
    Guest,
    KeptConversation,
    KnownFact,
    Origin,
    Profile,
    Purpose,
    Seat,
    Turn,
)
from assistant.types.customer import MAX_VALUE_CHARS

PURPOSES: tuple[Purpose, ...] = ("remember", "personalise")

READ_CHARS = 4000
"""What follows in a longer message is not read for what a customer tells of themselves."""

ANONYMOUS = ""
"""The id of a visitor who has not signed in. None, in contrast, is a caller of our own, who may open anything."""


class Customers:
    """Customers by the ids that the company gives them. Nothing is remembered without their permission."""

    def __init__(self, *, store: CustomerStore, conversations: Conversations, eraser: CustomerEraser) -> None:
        """Keep customers in `store`; what they say is in `conversations`."""
        self._store = store
        self._conversations = conversations
        self._eraser = eraser

    def get(self, customer_id: str) -> Customer:
        """Return a customer; of one who was never heard of nothing is known but the id."""
        return self._store.get(customer_id) or Customer(id=customer_id)

    def of(self, conversation: Conversation) -> Customer | None:
        """Return whose a conversation is; None is nobody's."""
        return self.get(conversation.customer) if conversation.customer else None

    def put(self, profile: Profile) -> Customer:
        """Keep what the company tells of a customer, in place of what it told before."""
        self._store.put(profile)
        return self.get(profile.id)

    def decide(
        self, customer_id: str, purpose: Purpose, granted: bool, *, origin: Origin = "api", wording: str = ""
    ) -> Customer:
        """Write down what a customer agreed to, or did not.

        A no to `remember` erases what was remembered. `wording` is the checksum of the words that asked.
        """
        consent = Consent(purpose=purpose, granted=granted, at=datetime.now(UTC), origin=origin, wording=wording)
        self._store.decide(customer_id, consent)
        return self.get(customer_id)

    def remember(self, customer_id: str, kind: str, value: str, *, origin: Origin = "api") -> Customer:
        """Keep a fact, in place of one of the same kind.

        Raises:
            ConsentMissing: The customer has not agreed to be remembered.
        """
        fact = KnownFact(kind=kind.strip(), value=value.strip(), origin=origin, at=datetime.now(UTC))
        if not self._store.remember(customer_id, fact):
            raise ConsentMissing("the customer has not agreed to be remembered; ask, and store the consent first")
        return self.get(customer_id)

    def listen(self, customer_id: str, told: Mapping[str, str]) -> None:
        """Keep what a customer told of themselves in the chat, as far as they agreed to it."""
        moment = datetime.now(UTC)
        for kind, value in told.items():
            fact = KnownFact(kind=kind, value=value[:MAX_VALUE_CHARS], origin="chat", at=moment)
            self._store.remember(customer_id, fact)

    def answer(self, conversation: Conversation, granted: bool, wording: str) -> None:
        """Write down what a customer answered who was asked in the chat; on a yes, what they told there is kept."""
        if not conversation.customer:
            return
        self.decide(conversation.customer, "remember", granted, origin="chat", wording=wording)
        if granted:
            self.listen(conversation.customer, told_by(self._conversations.turns(conversation.id)))

    def askable(self, conversation: Conversation, turns: Sequence[Turn]) -> tuple[str, ...]:
        """Return the kinds of what a customer told, where it is time to ask whether it may be remembered.

        It is asked once: who has decided, either way, is not asked again.
        """
        customer = self.of(conversation)
        if customer is None or customer.decided("remember") is not None:
            return ()
        return tuple(told_by(turns))

    def drop(self, customer_id: str, kind: str) -> bool:
        """Erase one fact; returns whether there was one."""
        return self._store.drop(customer_id, kind)

    def opened(self, conversation_id: str, customer_id: str | None) -> Conversation:
        """Return a conversation that somebody may read; one that is nobody's becomes that of who has signed in.

        Raises:
            ConversationNotFound: There is none with this id, or it is somebody else's: the two look the same.
        """
        if customer_id:
            return self._store.claim(conversation_id, customer_id)
        found = self._conversations.get(conversation_id)
        if found.customer and customer_id == ANONYMOUS:
            raise ConversationNotFound("there is no conversation with this id; leave the id out to begin one")
        return found

    def start(self, customer_id: str | None = None) -> Conversation:
        """Open a conversation, of a customer where one is named."""
        return self._store.start(customer_id) if customer_id else self._conversations.start()

    def seated(self, conversation_id: str | None, customer_id: str | None, segment: str = "", text: str = "") -> Seat:
        """Return who a message is from, and its conversation, looked over as by `opened`.

        The customer's own segment counts where no other is named. What the `text` of the message tells of them is kept,
        where they agreed to be remembered.

        Raises:
            ConversationNotFound: There is none with this id, or it is somebody else's.
        """
        if not customer_id:
            if conversation_id and customer_id == ANONYMOUS:
                self.opened(conversation_id, customer_id)
            return Seat(conversation_id=conversation_id, guest=Guest(segment=segment))
        mine = self.opened(conversation_id, customer_id) if conversation_id else self.start(customer_id)
        customer = self.get(customer_id)
        if customer.allows("remember"):
            self.listen(customer_id, told_in(text[:READ_CHARS]))
        allows = tuple(one for one in PURPOSES if customer.allows(one))
        facts = customer.facts if "personalise" in allows else ()
        guest = Guest(segment=segment or customer.segment, signed_in=True, allows=allows, facts=facts)
        return Seat(conversation_id=mine.id, guest=guest)

    def file(self, customer_id: str) -> CustomerFile:
        """Return everything that is kept of a customer.

        Raises:
            CustomerNotFound: That is nothing.
        """
        found = self._store.conversations(customer_id)
        if not found and self._store.get(customer_id) is None:
            raise CustomerNotFound("nothing is kept of this customer")
        kept = (KeptConversation(conversation=one, turns=tuple(self._conversations.turns(one.id))) for one in found)
        return CustomerFile(customer=self.get(customer_id), conversations=tuple(kept))

    def forget(self, customer_id: str, *, conversations: bool = False) -> CustomerReceipt:
        """Erase what is kept of a customer, with `conversations` what was said too, and return the proof.

        Raises:
            CustomerNotFound: Nothing is kept of them.
        """
        return self._eraser.forget(self.file(customer_id), conversations=conversations)
