"""Search over REST, for the team and its own programs: what `assistant search --json` prints."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field

from assistant.entrypoints.bearer import require_staff
from assistant.entrypoints.explaining import search_document
from assistant.entrypoints.problems import InvalidRequestError
from assistant.entrypoints.wire import SearchScope
from assistant.types import Message

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_PASSAGES = 100
MAX_HISTORY = 100


class SaidBefore(BaseModel):
    """A message before the question."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    speaker: Literal["customer", "assistant", "agent"]
    text: str


class SearchBody(BaseModel):
    """What is searched for; `history` is what was said before, oldest first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    limit: int = Field(default=5, ge=1, le=MAX_PASSAGES)
    explain: bool = False
    history: tuple[SaidBefore, ...] = Field(default=(), max_length=MAX_HISTORY)
    only: SearchScope = SearchScope()


def build_search_router(assistant: "Assistant") -> APIRouter:
    """Return the route `/v1/search`. It needs the staff token."""
    router = APIRouter()

    @router.post("/v1/search")
    def search(body: SearchBody, authorization: Annotated[str, Header(max_length=1000)] = "") -> dict[str, Any]:
        """Return the passages that a question is about, and with `explain` why each was found."""
        require_staff(authorization, assistant.settings.staff_token, asked_for="searches", param="authorization")
        if len(body.question) > assistant.settings.max_message_chars:
            message = f"the question has more than {assistant.settings.max_message_chars} characters"
            raise InvalidRequestError(message, param="question", status=413)
        before = tuple(Message(speaker=one.speaker, text=one.text) for one in body.history)
        found = assistant.find(body.question, body.limit, history=before, only=body.only.as_filter())
        return search_document(body.question, found, explain=body.explain)

    return router
