"""Turns whatever a chat model raises into the assistant's errors.

Any LangChain chat model may be behind a responder, so faults are known by what vendors have in common: a status code,
the response's headers, and the names their SDKs give to timeouts and broken connections.
"""

from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.providers import retry_after_seconds

_TIMEOUTS = {"TimeoutError", "APITimeoutError", "TimeoutException", "ModelTimeoutError"}
_CONNECTIONS = {"OSError", "APIConnectionError", "TransportError", "ModelConnectionError"}
_NO_STREAM = {"SSEError"}
"""Cohere counts a body of another content type among the connection's faults; asking again would not mend it."""


def as_backend_error(backend: str, fault: BaseException, *, midway: bool) -> BackendError:
    """Return the error for a `fault`; `midway` tells whether a part of the answer had come before it."""
    status = _status(fault)
    if status is not None:
        return _from_status(backend, status, fault)
    names = {kind.__name__ for kind in type(fault).__mro__}
    if names & _TIMEOUTS:
        return BackendTimeout(backend, "no answer in time")
    if names & _CONNECTIONS and not names & _NO_STREAM:
        if midway:
            return BadResponse(backend, "the connection broke in the middle of an answer")
        return BackendError(backend, "the service cannot be reached; check its address and the network")
    return BadResponse(backend, f"the answer cannot be understood ({type(fault).__name__})")


def _from_status(backend: str, status: int, fault: BaseException) -> BackendError:
    if status == 429:
        return RateLimited(backend, "too many requests, or the quota is spent", _retry_after(fault))
    if status in (401, 403):
        return BadResponse(backend, "the key was refused; check the provider's key")
    if status in (408, 504):
        return BackendTimeout(backend, f"the service gave up waiting (status {status})")
    if status >= 500:
        return BackendError(backend, f"the service failed with status {status}")
    if status == 404:
        return BadResponse(backend, "the service knows no such model or address; check ASSISTANT_RESPONDERS")
    return BadResponse(backend, f"the service answered with status {status}, but nothing usable")


def _status(fault: BaseException) -> int | None:
    status = getattr(fault, "status_code", None)
    return status if isinstance(status, int) else None


def _retry_after(fault: BaseException) -> float | None:
    headers = getattr(fault, "headers", None) or getattr(getattr(fault, "response", None), "headers", None)
    return retry_after_seconds(headers)
