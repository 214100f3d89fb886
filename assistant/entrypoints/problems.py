"""How errors look over HTTP: one table from error class to status, one format (OpenAI's) for all of them."""

import logging
import math

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.errors import (
    ApprovalRefused,
    ArticleRefused,
    AssistantError,
    BackendError,
    BackendTimeout,
    ConfigurationError,
    ConsentMissing,
    ConversationNotFound,
    CustomerNotFound,
    DocumentErased,
    GapNotFound,
    HomeInUse,
    IndexMismatch,
    LimitReached,
    NoLanguageModel,
    RateLimited,
    RevisionNotFound,
    TokenRefused,
)

logger = logging.getLogger(__name__)

_STATUS: dict[type[AssistantError], tuple[int, str]] = {
    ConversationNotFound: (404, "No conversation has this id."),
    CustomerNotFound: (404, "Nothing is kept of this customer."),
    TokenRefused: (401, "The customer token is not accepted."),
    ConsentMissing: (409, "The customer has not agreed to this; ask, and store the consent first."),
    GapNotFound: (404, "No gap has this id."),
    NoLanguageModel: (409, "No language model could do this; name one in ASSISTANT_RESPONDERS."),
    ApprovalRefused: (409, "The answer cannot be approved or retired."),
    ArticleRefused: (409, "There is no article that could be taken in."),
    RevisionNotFound: (404, "No document revision is kept under this id and number."),
    DocumentErased: (410, "This document was erased for good; nothing of its text is kept."),
    LimitReached: (429, "You have sent many messages in a short time; please try again later."),
    RateLimited: (429, "The assistant is busy; please try again shortly."),
    BackendTimeout: (504, "The answer took too long; please try again."),
    BackendError: (502, "A service that the assistant relies on failed; please try again."),
    HomeInUse: (503, "The knowledge base is being updated; please try again shortly."),
    IndexMismatch: (503, "The knowledge base is being rebuilt; please try again later."),
    ConfigurationError: (500, "The assistant is not set up correctly; its operator finds the cause in the log."),
    AssistantError: (500, "The assistant could not answer; its operator finds the cause in the log."),
}
"""Status and words by class; the nearest base counts. A vendor's own words never leave the process."""

_TYPES = {401: "authentication_error", 404: "not_found_error", 413: "invalid_request_error", 429: "rate_limit_error"}


class InvalidRequestError(Exception):
    """A request is well-formed and still cannot be answered."""

    def __init__(self, message: str, *, param: str | None = None, status: int = 400) -> None:
        """Tell what is wrong, with which parameter."""
        super().__init__(message)
        self.param = param
        self.status = status


def problem(status: int, message: str, param: str | None = None) -> dict[str, object]:
    """Return the body of an error in OpenAI's format."""
    kind = _TYPES.get(status, "invalid_request_error" if status < 500 else "server_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": None}}


def translate(error: AssistantError) -> tuple[int, str]:
    """Return the status and the public words of an error."""
    return next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)


def report_problems(app: FastAPI) -> None:
    """Answer every error of `app` in OpenAI's format."""
    app.add_exception_handler(AssistantError, _assistant_error)
    app.add_exception_handler(InvalidRequestError, _invalid_request)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def _assistant_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, AssistantError)
    status, message = translate(error)
    logger.log(logging.ERROR if status >= 500 else logging.INFO, "%s: %s", request.url.path, error)
    headers = {}
    if isinstance(error, TokenRefused):
        # Its words are ours, and who signs tokens needs them.
        message, headers["WWW-Authenticate"] = str(error), 'Bearer error="invalid_token"'
    if isinstance(error, RateLimited | LimitReached) and error.retry_after_seconds is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after_seconds))
    return JSONResponse(problem(status, message), status, headers)


def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidRequestError)
    return JSONResponse(problem(error.status, str(error), error.param), error.status)


def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    param = ".".join(str(part) for part in first["loc"] if part != "body") or None
    return JSONResponse(problem(400, f"{param or 'body'}: {first['msg']}", param), 400)


def _http_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return JSONResponse(problem(error.status_code, str(error.detail)), error.status_code, error.headers)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    logger.error("%s failed", request.url.path, exc_info=error)
    return JSONResponse(problem(500, "Something went wrong; the operator finds the cause in the log."), 500)
