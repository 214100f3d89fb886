"""What is kept of a customer, over REST: for the customer at `me`, with their token, and for the team by id."""

from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.customers.desk import ANONYMOUS
from assistant.entrypoints.bearer import require_staff
from assistant.entrypoints.handoffs_api import messages_of
from assistant.entrypoints.identity import Authorization, Identity
from assistant.entrypoints.problems import InvalidRequestError
from assistant.errors import TokenRefused
from assistant.types import Customer, CustomerFile, CustomerReceipt, Profile, Purpose
from assistant.types.customer import MAX_KIND_CHARS, MAX_VALUE_CHARS, is_id

if TYPE_CHECKING:
    from assistant.service import Assistant

ME = "me"


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ProfileBody(_Body):
    """What the company tells of a customer, in place of what it told before."""

    name: str = Field(default="", max_length=MAX_VALUE_CHARS)
    segment: str = Field(default="", max_length=100)
    language: str = Field(default="", max_length=35)


class ConsentBody(_Body):
    """A customer's decision; `wording` may be a checksum of the words that asked."""

    granted: bool
    wording: str = Field(default="", max_length=64)


class FactBody(_Body):
    """The value of a fact."""

    value: str = Field(min_length=1, max_length=MAX_VALUE_CHARS, pattern=r"\S")


def build_customers_router(assistant: "Assistant", identity: Identity | None = None) -> APIRouter:
    """Return the routes at `/v1/customers/{id}`; any id but `me` needs the staff token."""
    router = APIRouter(prefix="/v1/customers/{customer_id}")
    customers, known = assistant.customers, identity or Identity(assistant)

    @router.get("")
    def show(customer_id: str, authorization: Authorization = "") -> Customer:
        """Return profile, permissions and facts."""
        return customers.get(_whose(assistant, known, customer_id, authorization))

    @router.get("/export")
    def export(customer_id: str, authorization: Authorization = "") -> dict[str, object]:
        """Return everything that is kept; to customers without what the assistant thought of their mood."""
        file = customers.file(_whose(assistant, known, customer_id, authorization))
        return _for_them(file) if customer_id == ME else file.model_dump(mode="json")

    @router.put("/consents/{purpose}")
    def decide(customer_id: str, purpose: Purpose, body: ConsentBody, authorization: Authorization = "") -> Customer:
        """Write down what the customer agreed to, or did not; a no to `remember` erases what was remembered."""
        mine = _whose(assistant, known, customer_id, authorization)
        return customers.decide(mine, purpose, body.granted, wording=body.wording)

    @router.put("/facts/{kind}")
    def remember(customer_id: str, kind: str, body: FactBody, authorization: Authorization = "") -> Customer:
        """Keep or correct a fact; 409 without the customer's permission."""
        mine = _whose(assistant, known, customer_id, authorization)
        if not kind.strip() or len(kind) > MAX_KIND_CHARS:
            raise InvalidRequestError(f"a kind has 1 to {MAX_KIND_CHARS} characters", param="kind")
        return customers.remember(mine, kind, body.value)

    @router.delete("/facts/{kind}")
    def drop(customer_id: str, kind: str, authorization: Authorization = "") -> Customer:
        """Erase a fact."""
        mine = _whose(assistant, known, customer_id, authorization)
        customers.drop(mine, kind)
        return customers.get(mine)

    _add_deeds_of_staff(router, assistant)
    return router


def _add_deeds_of_staff(router: APIRouter, assistant: "Assistant") -> None:
    @router.put("")
    def put(customer_id: str, body: ProfileBody, authorization: Authorization = "") -> Customer:
        """Keep what the company tells; with the staff token."""
        _staff(assistant, customer_id, authorization)
        return assistant.customers.put(Profile(id=customer_id, **body.model_dump()))

    @router.delete("")
    def forget(customer_id: str, conversations: bool = False, authorization: Authorization = "") -> CustomerReceipt:
        """Erase what is kept, and return the proof; with the staff token."""
        _staff(assistant, customer_id, authorization)
        return assistant.customers.forget(customer_id, conversations=conversations)


def _staff(assistant: "Assistant", customer_id: str, authorization: str) -> None:
    token = assistant.settings.staff_token
    require_staff(authorization, token, asked_for="customers", param="authorization")
    if not is_id(customer_id) or customer_id == ME:
        raise InvalidRequestError("this cannot be a customer's id", param="customer_id")


def _whose(assistant: "Assistant", identity: Identity, customer_id: str, authorization: str) -> str:
    """Return the id that a path means: the caller's own for `me`, else any for the team.

    Raises:
        TokenRefused: `me` needs a customer's token.
        InvalidRequestError: Another id needs that of the staff.
    """
    if customer_id != ME:
        _staff(assistant, customer_id, authorization)
        return customer_id
    if (mine := identity.signed_in(authorization)) == ANONYMOUS:
        raise TokenRefused("this needs the header 'Authorization: Bearer ' with a customer token")
    return mine


def _for_them(file: CustomerFile) -> dict[str, object]:
    """Return what a customer has said and read, without moods and reasons."""
    return {
        "customer": file.customer.model_dump(mode="json"),
        "conversations": [
            {
                "conversation_id": one.conversation.id,
                "began_at": one.conversation.created_at.isoformat(),
                "messages": [said for turn in one.turns for said in messages_of(turn)],
            }
            for one in file.conversations
        ],
    }
