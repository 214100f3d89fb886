"""Likes and dislikes over REST: a customer's of an answer, and for the team what they move in the ranking."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict

from assistant.entrypoints.bearer import staff_only
from assistant.entrypoints.identity import Authorization, Identity
from assistant.entrypoints.problems import InvalidRequestError
from assistant.leaning import BOUND, LEAST_VOTERS, moved
from assistant.types import Feedback

if TYPE_CHECKING:
    from assistant.service import Assistant


class FeedbackBody(BaseModel):
    """Whether an answer helped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    feedback: Feedback


class ResetBody(BaseModel):
    """The name of the document whose votes are to be forgotten; null means those of all, and has to be said."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    document: str | None


def build_feedback_router(assistant: "Assistant", identity: Identity | None = None) -> APIRouter:
    """Return the routes at `/v1/conversations/{id}/turns/{id}/feedback`, for whoever may open the conversation."""
    router = APIRouter(prefix="/v1/conversations/{conversation_id}/turns/{turn_id}/feedback")
    known = identity or Identity(assistant)

    def give(conversation_id: str, turn_id: str, authorization: str, feedback: Feedback | None) -> dict[str, object]:
        assistant.customers.opened(conversation_id, known.caller(authorization))
        turn = next((one for one in assistant.turns(conversation_id) if one.id == turn_id), None)
        if turn is None:
            raise InvalidRequestError("no turn of this conversation has this id", param="turn_id", status=404)
        if turn.reply is None:
            raise InvalidRequestError("the message has no answer of the assistant's", param="turn_id", status=409)
        if turn.feedback != feedback:
            assistant.set_feedback(turn_id, feedback)
        return {"conversation_id": conversation_id, "turn_id": turn_id, "feedback": feedback}

    @router.put("")
    def put(
        conversation_id: str, turn_id: str, body: FeedbackBody, authorization: Authorization = ""
    ) -> dict[str, object]:
        """Like or dislike an answer, in place of what was given before; 409 where nothing was answered."""
        return give(conversation_id, turn_id, authorization, body.feedback)

    @router.delete("")
    def take_back(conversation_id: str, turn_id: str, authorization: Authorization = "") -> dict[str, object]:
        """Take a like or dislike back; harmless where there is none."""
        return give(conversation_id, turn_id, authorization, None)

    return router


def build_leaning_router(assistant: "Assistant") -> APIRouter:
    """Return the routes at `/v1/feedback`. All need the staff token."""
    team = Depends(staff_only(assistant.settings.staff_token, "feedback"))
    router = APIRouter(prefix="/v1/feedback", dependencies=[team])

    @router.get("")
    def feedback() -> dict[str, object]:
        """Return the passages whose answers were liked or disliked, and what that adds to their score."""
        return {"bound": BOUND, "least_voters": LEAST_VOTERS, "passages": moved(assistant.votes)}

    @router.post("/reset")
    def reset(body: ResetBody) -> dict[str, object]:
        """Forget what votes say of a document's passages, or of all; the likes and dislikes stay with their turns."""
        return {"document": body.document, "forgotten": assistant.votes.reset(body.document)}

    return router
