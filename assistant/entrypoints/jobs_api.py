"""The server's side of jobs: one route, which needs the secret of the state folder, and streams progress."""

import json
import secrets
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Header
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.entrypoints.jobs import JOBS, Job, run_job
from assistant.errors import AssistantError, ConfigurationError

if TYPE_CHECKING:
    from assistant.service import Assistant

PROGRESS_STEPS = 100
"""At most about so many lines tell of the progress of one stage."""


def build_jobs_router(assistant: "Assistant", token: str) -> APIRouter:
    """Return the routes at `/v1/jobs`."""
    router = APIRouter()
    expected = f"Bearer {token}".encode()

    @router.get("/v1/jobs", include_in_schema=False, response_model=None)
    def names(authorization: Annotated[str, Header(max_length=200)] = "") -> Response:
        """Tell who holds the secret that this is their server."""
        if not secrets.compare_digest(authorization.encode(), expected):
            return _refused()
        return JSONResponse({"jobs": sorted(JOBS)})

    @router.post("/v1/jobs", include_in_schema=False, response_model=None)
    def run(job: Job, authorization: Annotated[str, Header(max_length=200)] = "") -> Response:
        """Do a job; the answer is one JSON object a line: progress, then a report or an error."""
        if not secrets.compare_digest(authorization.encode(), expected):
            return _refused()
        return StreamingResponse(_lines(assistant, job), media_type="application/x-ndjson")

    return router


def _refused() -> Response:
    return JSONResponse({"error": {"message": "the token is missing or wrong"}}, status_code=401)


def _lines(assistant: "Assistant", job: Job) -> Iterator[str]:
    messages: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
    threading.Thread(target=_work, args=(assistant, job, messages), name=f"job-{job.name}", daemon=True).start()
    while (message := messages.get()) is not None:
        yield json.dumps(message) + "\n"


def _work(assistant: "Assistant", job: Job, messages: "SimpleQueue[dict[str, Any] | None]") -> None:
    def progress(stage: str, done: int, total: int) -> None:
        if done == total or done % max(1, total // PROGRESS_STEPS) == 0:
            messages.put({"progress": [stage, done, total]})

    try:
        messages.put({"report": run_job(assistant, job, progress)})
    except AssistantError as error:
        messages.put({"error": {"message": str(error), "wrong_use": isinstance(error, ConfigurationError)}})
    finally:
        messages.put(None)
