"""Lets any LangChain chat model answer, within time limits that hold even where the service stalls or drips."""

import logging
import random
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import BackendError, BackendTimeout, BadResponse, BudgetSpent, Cancelled, RateLimited
from assistant.prices import FREE, Price
from assistant.responders.background import BackgroundStream, in_background
from assistant.responders.circuit_breaker import CircuitBreaker
from assistant.responders.faults import as_backend_error
from assistant.types import Allowance, PromptMessage, ResponseRequest, Usage

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

logger = logging.getLogger(__name__)

Messages = Sequence[PromptMessage]
Compose = Callable[[ResponseRequest], Messages]

COMPLETE = {"stop", "complete", "end_turn", "stop_sequence"}
"""How OpenAI, Cohere and others say, in lower case, that an answer came to its own end."""

_FINISH_NAMES = ("finish_reason", "stop_reason", "stopReason", "done_reason")

RETRY_SECONDS = (0.25, 0.5)

MAX_ANSWER_CHARS = 40_000
"""More than anybody reads: a model that goes on and on is cut off."""


@dataclass(frozen=True)
class TimeLimits:
    """The most that a model may take to begin, for each further piece, and for the whole answer."""

    first_token_seconds: float
    between_tokens_seconds: float
    answer_seconds: float


@dataclass(frozen=True)
class Service:
    """What is behind a responder: what its tokens cost, and what can be relied on."""

    price: Price | None = None
    """None where it is not known."""
    tells_finish: bool = True
    """Whether a stream says at its end that the answer is complete; one that does and once did not was cut off."""

    @property
    def is_paid(self) -> bool:
        """Whether its tokens cost money, as far as is known."""
        return self.price is None or self.price.of(Usage(prompt_tokens=1, completion_tokens=1)) > 0


class ChatModelResponder:
    """Implements `Responder`. Thread-safe; the model is opened on first use and kept."""

    def __init__(
        self,
        *,
        name: str,
        open_model: "Callable[[], BaseChatModel]",
        limits: TimeLimits,
        breaker: CircuitBreaker | None = None,
        service: Service | None = None,
        compose: Compose | None = None,
    ) -> None:
        """Take how to open the model, and how long it may take.

        Args:
            name: The `scheme:name` that settings chose.
            open_model: Returns a chat model that does not retry by itself.
            limits: How long it may take, within what the turn allows.
            breaker: Shared by those who ask the same service; None makes one of its own.
            service: What it costs, and whether it tells when it is done; None is an unknown price, and that it does.
            compose: Makes the messages of `prepared`; None leaves those of the request.
        """
        self._name = name
        self._open_model = open_model
        self._limits = limits
        self._breaker = breaker or CircuitBreaker()
        self._service = service or Service()
        self._compose = compose
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None

    @property
    def name(self) -> str:
        """The `scheme:name` that settings chose."""
        return self._name

    @property
    def service(self) -> Service:
        """What is behind it."""
        return self._service

    def stream(self, request: ResponseRequest) -> Generator[str, None, None]:
        """Yield pieces of the answer. Closing the iterator breaks the connection to the service.

        Raises:
            BackendTimeout: A time limit ran out.
            RateLimited: The service asks to wait longer than the limits allow.
            BadResponse: The stream broke off, or ended without saying that the answer is complete.
            BudgetSpent: The turn may not ask what costs money.
            BackendError: The service failed twice, or is being left alone after many failures.
            Cancelled: The turn is not wanted any more.
        """
        return self._asked(request.messages, request.allowance, self._limits.answer_seconds)

    def prepared(self, request: ResponseRequest) -> ResponseRequest:
        """Return the request in the words that this model is asked in."""
        if self._compose is None:
            return request
        return request.model_copy(update={"messages": tuple(self._compose(request))})

    def warm_up(self) -> None:
        """Load a model of this machine and let it read what all its prompts begin with; ask nobody else.

        Raises:
            BackendError: The model failed.
        """
        if self._service.price == FREE and self._compose is not None:
            beginning = ResponseRequest(question="", weights={}, passages=(), messages=())
            with closing(self.stream(self.prepared(beginning))) as pieces:
                next(pieces, None)

    def _asked(self, messages: Messages, allowance: Allowance, seconds: float) -> Generator[str, None, None]:
        if self._service.is_paid and (refusal := allowance.refuse()):
            raise BudgetSpent(self._name, refusal)
        with self._breaker.guarding(self._name):
            call = _Call(self._opened(allowance), messages, allowance, _Patience(self._limits, allowance, seconds))
            yield from self._with_retry(call)

    def _with_retry(self, call: "_Call") -> Iterator[str]:
        """Ask once more where the service was unavailable and nothing has been said yet."""
        spoke = False
        try:
            for piece in self._once(call):
                spoke = True
                yield piece
        except BackendError as error:
            wait = None if spoke else _seconds_to_wait(error)
            if wait is None or wait > call.patience.left(spoke=False):
                raise
            logger.info("asking again in %.2f s: %s", wait, error)
            call.allowance.sleep(wait)
        else:
            return
        yield from self._once(call)

    def _once(self, call: "_Call") -> Iterator[str]:
        stream = BackgroundStream(lambda: _chunks(call.model, call.messages))
        finish, chars, usage = "", 0, Usage()
        with call.allowance.interrupting(stream.cancel):
            try:
                while (chunk := self._next(stream, call, chars > 0)) is not None:
                    finish = _finish_reason(chunk) or finish
                    usage = self._usage(chunk) or usage
                    chars += len(chunk.text)
                    if chars > MAX_ANSWER_CHARS:
                        raise BadResponse(self._name, f"the answer is longer than {MAX_ANSWER_CHARS} characters")
                    if chunk.text:
                        yield str(chunk.text)
            finally:
                stream.cancel()
                call.allowance.spend(usage)
        self._check_complete(finish, spoke=chars > 0)

    def _next(self, stream: "BackgroundStream[AIMessageChunk]", call: "_Call", spoke: bool) -> "AIMessageChunk | None":
        try:
            chunk = stream.take(call.patience.left(spoke=spoke))
        except TimeoutError as error:
            waited = call.patience.waited()
            raise BackendTimeout(self._name, f"no {'end' if spoke else 'answer'} after {waited:.1f} s") from error
        if chunk is None and call.allowance.cancelled:
            raise Cancelled(f"{self._name} was broken off")
        if chunk is None and stream.failure is not None:
            raise as_backend_error(self._name, stream.failure, midway=spoke) from stream.failure
        return chunk

    def _check_complete(self, finish: str, *, spoke: bool) -> None:
        untold = not finish and not self._service.tells_finish
        if finish.lower() not in COMPLETE and not untold:
            how = f"the answer was cut off ({finish})" if finish else "the stream ended before the answer was complete"
            raise BadResponse(self._name, how)
        if not spoke:
            raise BadResponse(self._name, "the answer is empty")

    def _usage(self, chunk: "AIMessageChunk") -> Usage | None:
        """Return what a chunk says of the whole call; most providers tell it once, with or after the last piece."""
        told = chunk.usage_metadata
        if not told:
            return None
        cached = (told.get("input_token_details") or {}).get("cache_read") or 0
        usage = Usage(
            prompt_tokens=told["input_tokens"],
            completion_tokens=told["output_tokens"],
            cached_tokens=min(cached, told["input_tokens"]),
            providers=(self._name,),
        )
        price = self._service.price
        return usage.model_copy(update={"cost_dollars": None if price is None else price.of(usage)})

    def _opened(self, allowance: Allowance) -> "BaseChatModel":
        """Return the model, opened first where nobody has; that goes on for the next turn where time runs out."""
        if self._model is not None:
            return self._model
        opening = in_background(self._open_once)
        try:
            fault = opening.exception(allowance.remaining())
        except TimeoutError:
            raise BackendTimeout(self._name, "the model is still being loaded") from None
        if fault is not None:
            # What is missing on this machine is told in the words of its own error; the next responder takes over.
            raise fault if isinstance(fault, BackendError) else BackendError(self._name, str(fault)) from fault
        return opening.result()

    def _open_once(self) -> "BaseChatModel":
        with self._lock:
            if self._model is None:
                self._model = self._open_model()
            return self._model


class _Patience:
    """Tells how long the next piece may take; the clock runs from its making."""

    def __init__(self, limits: TimeLimits, allowance: Allowance, seconds: float) -> None:
        self._limits = limits
        self._started = time.monotonic()
        self._end = min(self._started + seconds, allowance.deadline)

    def waited(self) -> float:
        return time.monotonic() - self._started

    def left(self, *, spoke: bool) -> float:
        """Return seconds, before the first piece and, where the model `spoke`, before the next."""
        now = time.monotonic()
        limits = self._limits
        own = limits.between_tokens_seconds if spoke else self._started + limits.first_token_seconds - now
        return max(0.0, min(own, self._end - now))


@dataclass(frozen=True)
class _Call:
    model: "BaseChatModel"
    messages: Messages
    allowance: Allowance
    patience: _Patience


async def _chunks(model: "BaseChatModel", messages: Messages) -> "AsyncGenerator[AIMessageChunk, None]":
    async for chunk in model.astream([_as_vendor_message(message) for message in messages]):
        yield chunk


def _as_vendor_message(message: PromptMessage) -> "BaseMessage":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return kinds[message.role](content=message.text)


def _finish_reason(chunk: "AIMessageChunk") -> str:
    found = (*chunk.response_metadata.items(), *chunk.additional_kwargs.items())
    return next((str(value) for name, value in found if name in _FINISH_NAMES and value), "")


def _seconds_to_wait(error: BackendError) -> float | None:
    """Return how long to wait before one more try; None where it would not help."""
    if isinstance(error, RateLimited) and error.retry_after_seconds is not None:
        return error.retry_after_seconds
    # Plain BackendError means that the service was out of reach or failed inside; its subclasses say more.
    if isinstance(error, RateLimited) or type(error) is BackendError:
        return random.uniform(*RETRY_SECONDS)
    return None
