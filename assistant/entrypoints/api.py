"""The REST API: chat completions in OpenAI's format, so that any client of theirs can talk to the assistant."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Coroutine, Iterator
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeVar

import anyio
from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import SecretStr
from starlette.concurrency import run_in_threadpool
from starlette.types import Send

from assistant.customers.limits import Visitor
from assistant.entrypoints.bearer import require_staff
from assistant.entrypoints.documents_api import build_documents_router
from assistant.entrypoints.identity import Authorization, Identity
from assistant.entrypoints.problems import InvalidRequestError, problem, translate
from assistant.entrypoints.wire import MODEL_NAME, Completion, CompletionRequest
from assistant.errors import AssistantError
from assistant.types import Event, Reply, ReplyFinished, TextDelta

if TYPE_CHECKING:
    from assistant.service import Assistant

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

LOOK_SECONDS = 0.2
"""How often is looked whether a client still waits."""

CLIENT_GONE = 499
"""nginx's status for a client that hung up; nobody reads it, but the log tells."""


def build_router(assistant: "Assistant", identity: Identity | None = None) -> APIRouter:
    """Return the routes `/v1/chat/completions`, `/v1/models`, `/v1/documents/...`, `/healthz` and `/readyz`."""
    router = APIRouter()
    known = identity or Identity(assistant)
    router.include_router(build_documents_router(assistant))

    @router.post("/v1/chat/completions", response_model=None)
    async def complete(
        request: CompletionRequest,
        client: Request,
        x_conversation_id: Annotated[str | None, Header(max_length=200)] = None,
        authorization: Authorization = "",
    ) -> Response:
        """Answer the last message of the customer."""
        _check(request, assistant.settings.max_message_chars)
        _check_trust(request, authorization, assistant.settings.staff_token)
        caller = await run_in_threadpool(known.caller, authorization)
        begin = partial(
            assistant.stream,
            request.question,
            request.conversation_id or x_conversation_id,
            request.history,
            only=request.only.as_filter(),
            segment=request.customer_segment,
            customer=request.customer or caller,
        )
        visitor = Visitor(customer=caller or "", address=client.client.host if client.client else "")
        begun = begin if caller is None else partial(assistant.limits.answered, visitor, begin)
        return await _respond(await run_in_threadpool(begun), request, client)

    @router.get("/v1/models")
    def models() -> dict[str, object]:
        """Name the one model there is."""
        model = {"id": MODEL_NAME, "object": "model", "created": 0, "owned_by": assistant.settings.assistant_name}
        return {"object": "list", "data": [model]}

    @router.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Tell that the process is alive."""
        return {"status": "alive"}

    @router.get("/readyz")
    def readyz() -> JSONResponse:
        """Tell whether questions can be answered now."""
        return _readiness(assistant)

    return router


def _check(request: CompletionRequest, max_chars: int) -> None:
    if not request.question.strip():
        raise InvalidRequestError("messages must hold a message of the role 'user' with text in it", param="messages")
    if len(request.question) > max_chars:
        message = f"the question has more than {max_chars} characters"
        raise InvalidRequestError(message, param="messages", status=413)


def _check_trust(request: CompletionRequest, authorization: str, token: SecretStr | None) -> None:
    """Refuse what only the team may ask for."""
    if request.only.needs_trust:
        require_staff(authorization, token, asked_for="only.audiences and only.on", param="only")
    for name in ("customer", "customer_segment"):
        if getattr(request, name):
            require_staff(authorization, token, asked_for=name, param=name)


def _readiness(assistant: "Assistant") -> JSONResponse:
    try:
        ready = assistant.ready()
    except AssistantError as error:
        logger.warning("not ready: %s", error)
        return JSONResponse({"status": "not ready", "reason": translate(error)[1]}, 503)
    if not ready:
        return JSONResponse({"status": "not ready", "reason": "Models and indexes are still being loaded."}, 503)
    return JSONResponse({"status": "ready"})


async def _respond(events: Iterator[Event], request: CompletionRequest, client: Request) -> Response:
    """Wait for the first event, so that what fails at once still gets its own status, then stream or collect."""
    completion = Completion(request)
    try:
        first = await _unless_gone(client, _next(events))
        if first is not None and request.stream:
            usage = request.stream_options is not None and request.stream_options.include_usage
            return _EventStream(_chunks(first, events, completion, usage), media_type="text/event-stream")
        reply = await _unless_gone(client, _finished(first, events)) if first is not None else None
    except BaseException:
        await _close(events)
        raise
    await _close(events)
    return JSONResponse(completion.whole(reply)) if reply is not None else Response(status_code=CLIENT_GONE)


async def _finished(first: Event, events: Iterator[Event]) -> Reply:
    last = first
    while not isinstance(last, ReplyFinished):
        last = await _next(events)
    return last.reply


async def _next(events: Iterator[Event]) -> Event:
    """Return the next event. Whoever is cancelled leaves at once; `_close` then ends the thread that still waits."""
    return await anyio.to_thread.run_sync(next, events, abandon_on_cancel=True)


async def _unless_gone(client: Request, work: Coroutine[object, object, Result]) -> Result | None:
    """Return what `work` comes to; None, with the work cancelled, where the client hangs up before."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(_left(client))
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        working.cancel()
        leaving.cancel()


async def _left(client: Request) -> None:
    while not await client.is_disconnected():
        await asyncio.sleep(LOOK_SECONDS)


class _EventStream(StreamingResponse):
    """Server-sent events that close their source at once when the client has gone."""

    async def stream_response(self, send: Send) -> None:
        """Send, and close the source whatever happens."""
        assert isinstance(self.body_iterator, AsyncGenerator)
        async with aclosing(self.body_iterator):
            await super().stream_response(send)


async def _chunks(
    first: Event, events: Iterator[Event], completion: Completion, include_usage: bool
) -> AsyncGenerator[bytes]:
    event = first
    try:
        yield _line(completion.chunk({"role": "assistant", "content": ""}))
        while not isinstance(event, ReplyFinished):
            if isinstance(event, TextDelta):
                yield _line(completion.chunk({"content": event.text}))
            event = await _next(events)
        yield _line(completion.last_chunk(event.reply))
        if include_usage:
            yield _line(completion.usage_chunk(event.reply))
        yield b"data: [DONE]\n\n"
    except AssistantError as error:
        logger.warning("a stream broke off: %s", error)
        yield _line(problem(*translate(error)))
    finally:
        await _close(events)


async def _close(events: Iterator[Event]) -> None:
    """Cancel what is left of a turn, also while this task is being cancelled itself."""
    close = getattr(events, "close", None)
    if close is not None:
        with anyio.CancelScope(shield=True):
            await run_in_threadpool(close)


def _line(body: dict[str, object]) -> bytes:
    return f"data: {json.dumps(body, ensure_ascii=False)}\n\n".encode()
