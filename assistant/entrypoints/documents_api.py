"""The route behind a citation: a passage of a document revision, as it was kept, in the text around it."""

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Header, Query
from fastapi.responses import JSONResponse

from assistant.entrypoints.bearer import require_staff
from assistant.entrypoints.problems import InvalidRequestError
from assistant.types import Filter

if TYPE_CHECKING:
    from assistant.service import Assistant


def build_documents_router(assistant: "Assistant") -> APIRouter:
    """Return the route `/v1/documents/{document_id}/revisions/{revision}`."""
    router = APIRouter()

    @router.get("/v1/documents/{document_id}/revisions/{revision}", response_model=None)
    def open_revision(
        document_id: str,
        revision: int,
        start: Annotated[int, Query(ge=0)] = 0,
        end: Annotated[int | None, Query(ge=0)] = None,
        audience: Annotated[list[str] | None, Query(max_length=50)] = None,
        authorization: Annotated[str, Header(max_length=1000)] = "",
    ) -> JSONResponse:
        """Return the characters from `start` to `end`; `audience`, which may be repeated, needs the staff token."""
        if audience:
            token = assistant.settings.staff_token
            require_staff(authorization, token, asked_for="audiences", param="audience")
        if end is not None and end < start:
            raise InvalidRequestError("end must not be smaller than start", param="end")
        only = Filter(audiences=tuple(audience or ()))
        excerpt = assistant.open_range(document_id, revision, start, end, only=only)
        return JSONResponse({"object": "document.excerpt"} | excerpt.model_dump(mode="json"))

    return router
