"""What a customer thinks of a conversation that was closed; its id, which cannot be guessed, is what opens it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.entrypoints.identity import Authorization, Identity
from assistant.entrypoints.problems import InvalidRequestError
from assistant.types import Rating

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_COMMENT_CHARS = 2000


class RatingBody(BaseModel):
    """1 is not at all content, 5 is very."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: int = Field(ge=1, le=5)
    comment: str = Field(default="", max_length=MAX_COMMENT_CHARS)


def build_ratings_router(assistant: "Assistant", identity: Identity | None = None) -> APIRouter:
    """Return the route `/v1/conversations/{id}/rating`."""
    router = APIRouter()
    known = identity or Identity(assistant)

    @router.put("/v1/conversations/{conversation_id}/rating")
    def rate(conversation_id: str, body: RatingBody, authorization: Authorization = "") -> dict[str, object]:
        """Rate the last closing of a conversation, in place of what was given before; 409 while it is open."""
        assistant.customers.opened(conversation_id, known.caller(authorization))
        rating = Rating(score=body.score, comment=body.comment, at=datetime.now(UTC))
        if not assistant.ratings.rate(conversation_id, rating):
            raise InvalidRequestError("the conversation is open; it is rated when it is closed", status=409)
        return {"conversation_id": conversation_id, "score": body.score}

    return router
