"""Gaps over REST, for the team: what customers ask in vain, the draft that closes it, and what is decided."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.entrypoints.bearer import staff_only
from assistant.entrypoints.problems import InvalidRequestError
from assistant.errors import ArticleRefused
from assistant.types import Gap, GapDraft, GapReport

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_ARTICLE_CHARS = 100_000
MAX_OWNER_CHARS = 200
MAX_DAYS = 36_500


class ArticleBody(BaseModel):
    """The article that is to answer a gap, in Markdown; without `text` the draft is taken as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str | None = Field(default=None, max_length=MAX_ARTICLE_CHARS)
    owner: str = Field(default="", max_length=MAX_OWNER_CHARS)
    valid_until: date | None = None


def build_gaps_router(assistant: "Assistant") -> APIRouter:
    """Return the routes at `/v1/gaps`. All need the staff token."""
    team = Depends(staff_only(assistant.settings.staff_token, "gaps"))
    router = APIRouter(prefix="/v1/gaps", dependencies=[team])
    learning = assistant.learning

    @router.get("")
    def gaps(days: Annotated[int | None, Query(ge=1, le=MAX_DAYS)] = None) -> dict[str, list[Gap]]:
        """Return the gaps, those that are open and large first."""
        return {"gaps": learning.gaps(days)}

    @router.post("/{gap_id}/draft")
    def draft(gap_id: str, rewrite: bool = False) -> GapDraft:
        """Return the draft of an article, with where agents said each sentence, and what was left out."""
        return learning.draft(gap_id, rewrite=rewrite)

    @router.post("/{gap_id}/approve")
    def approve(gap_id: str, body: ArticleBody) -> GapReport:
        """Let an article answer a gap; tells which of its questions are answered now. 409 where there is no article."""
        try:
            return learning.approve(gap_id, body.text, owner=body.owner, valid_until=body.valid_until)
        except ArticleRefused as error:
            raise InvalidRequestError(str(error), param="text", status=409) from error

    @router.post("/{gap_id}/dismiss")
    def dismiss(gap_id: str) -> Gap:
        """Note that a gap needs no answer."""
        return learning.dismiss(gap_id)

    @router.post("/{gap_id}/reopen")
    def reopen(gap_id: str) -> Gap:
        """Note that a gap is to be looked at again; what answers it stays."""
        return learning.reopen(gap_id)

    return router
