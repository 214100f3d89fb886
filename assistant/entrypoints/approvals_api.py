"""Approved answers over REST, for the team: what is approved for which questions, by whom, and until when."""

from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends

from assistant.entrypoints.bearer import staff_only
from assistant.entrypoints.problems import InvalidRequestError
from assistant.errors import ApprovalRefused
from assistant.types import Approval, ApprovedAnswer

if TYPE_CHECKING:
    from assistant.service import Assistant


def build_approvals_router(assistant: "Assistant") -> APIRouter:
    """Return the routes at `/v1/approved`. All need the staff token."""
    team = Depends(staff_only(assistant.settings.staff_token, "approved answers"))
    router = APIRouter(prefix="/v1/approved", dependencies=[team])
    approvals = assistant.approvals

    @router.get("")
    def approved() -> dict[str, list[ApprovedAnswer]]:
        """Return the approved answers, also those that are out of their time, by name."""
        return {"approved": approvals.all()}

    @router.post("")
    def approve(approval: Approval) -> ApprovedAnswer:
        """Approve an answer. 409 where another one is approved for a question already, or the text is held back."""
        try:
            return approvals.add(approval)
        except ApprovalRefused as error:
            raise InvalidRequestError(str(error), param="questions", status=409) from error

    @router.post("/{name}/retire")
    def retire(name: str) -> ApprovedAnswer:
        """End an answer. 409 where there is none of this name, or a file holds it."""
        try:
            return approvals.retire(name)
        except ApprovalRefused as error:
            raise InvalidRequestError(str(error), param="name", status=409) from error

    return router
