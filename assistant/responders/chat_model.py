"""Lets any LangChain chat model answer, within time limits that hold even where the service stalls or drips."""

import logging
import random
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.condensing import RuleRewriter, coloured
from assistant.errors import BackendError, BackendTimeout, BadResponse, RateLimited
from assistant.responders.background import BackgroundStream
from assistant.responders.circuit_breaker import CircuitBreaker
from assistant.responders.faults import as_backend_error
from assistant.types import Message, PromptMessage, Query, ResponseRequest

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage

logger = logging.getLogger(__name__)

Condense = Callable[[str, Sequence[Message]], Sequence[PromptMessage]]
Messages = Sequence[PromptMessage]

COMPLETE = {"stop", "complete", "end_turn", "stop_sequence"}
"""How OpenAI, Cohere and others say, in lower case, that an answer came to its own end."""

RETRY_SECONDS = (0.25, 0.5)
MAX_STANDALONE_CHARS = 400


class ChatModelResponder:
    """Implements `Responder`. Thread-safe; the model is opened on first use and kept."""

    def __init__(
        self,
        *,
        name: str,
        open_model: "Callable[[], BaseChatModel]",
        first_token_seconds: float,
        answer_seconds: float,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """Take how to open the model, and how long it may take.

        Args:
            name: The `scheme:name` that settings chose.
            open_model: Returns a chat model that does not retry by itself.
            first_token_seconds: The most the first piece, and later each next one, may take.
            answer_seconds: The most the whole answer may take.
            breaker: Shared by those who ask the same service; None makes one of its own.
        """
        self._name = name
        self._open_model = open_model
        self._first_token_seconds = first_token_seconds
        self._answer_seconds = answer_seconds
        self._breaker = breaker or CircuitBreaker()
        self._lock = threading.Lock()
        self._model: BaseChatModel | None = None

    @property
    def name(self) -> str:
        """The `scheme:name` that settings chose."""
        return self._name

    def stream(self, request: ResponseRequest) -> Iterator[str]:
        """Yield pieces of the answer. Closing the iterator breaks the connection to the service.

        Raises:
            BackendTimeout: A time limit ran out.
            RateLimited: The service asks to wait longer than the limit allows.
            BadResponse: The stream broke off, or ended without saying that the answer is complete.
            BackendError: The service failed twice, or is being left alone after many failures.
        """
        return self._asked(request.messages)

    def _asked(self, messages: Messages) -> Iterator[str]:
        with self._breaker.guarding(self._name):
            model = self._opened()
            yield from self._with_retry(model, messages, time.monotonic())

    def _with_retry(self, model: "BaseChatModel", messages: Messages, started: float) -> Iterator[str]:
        """Ask once more where the service was unavailable and nothing has been said yet."""
        spoke = False
        try:
            for piece in self._once(model, messages, started):
                spoke = True
                yield piece
        except BackendError as error:
            wait = None if spoke else _seconds_to_wait(error)
            if wait is None or wait > started + self._first_token_seconds - time.monotonic():
                raise
            logger.info("asking again in %.2f s: %s", wait, error)
            time.sleep(wait)
        else:
            return
        yield from self._once(model, messages, started)

    def _once(self, model: "BaseChatModel", messages: Messages, started: float) -> Iterator[str]:
        stream = BackgroundStream(lambda: _chunks(model, messages))
        finish, spoke = "", False
        try:
            while (chunk := self._next(stream, started, spoke)) is not None:
                finish = _finish_reason(chunk) or finish
                if chunk.text:
                    spoke = True
                    yield str(chunk.text)
        finally:
            stream.cancel()
        self._check_complete(finish, spoke)

    def _next(self, stream: "BackgroundStream[AIMessageChunk]", started: float, spoke: bool) -> "AIMessageChunk | None":
        now = time.monotonic()
        patience = self._first_token_seconds - (0.0 if spoke else now - started)
        try:
            chunk = stream.take(min(patience, started + self._answer_seconds - now))
        except TimeoutError as error:
            waited = time.monotonic() - started
            raise BackendTimeout(self._name, f"no {'end' if spoke else 'answer'} after {waited:.1f} s") from error
        if chunk is None and stream.failure is not None:
            raise as_backend_error(self._name, stream.failure, midway=spoke) from stream.failure
        return chunk

    def _check_complete(self, finish: str, spoke: bool) -> None:
        if finish.lower() not in COMPLETE:
            how = f"the answer was cut off ({finish})" if finish else "the stream ended before the answer was complete"
            raise BadResponse(self._name, how)
        if not spoke:
            raise BadResponse(self._name, "the answer is empty")

    def _opened(self) -> "BaseChatModel":
        with self._lock:
            if self._model is None:
                self._model = self._open_model()
            return self._model


class RewritingResponder(ChatModelResponder):
    """Implements `Rewriter` too, for models that are good enough at it."""

    def __init__(
        self,
        *,
        name: str,
        open_model: "Callable[[], BaseChatModel]",
        first_token_seconds: float,
        answer_seconds: float,
        condense: Condense,
    ) -> None:
        """Take, beside the rest, what renders the messages that ask for a standalone question."""
        super().__init__(
            name=name,
            open_model=open_model,
            first_token_seconds=first_token_seconds,
            answer_seconds=answer_seconds,
        )
        self._condense = condense

    def standalone(self, question: str, history: Sequence[Message]) -> Query:
        """Return the question as the model spells it out; where it fails, with what the rule lends to it."""
        if not history:
            return Query(text=question)
        try:
            written = "".join(self._asked(self._condense(question, history)))
        except BackendError as error:
            logger.warning("the question is not rewritten: %s", error)
            written = ""
        text = _as_question(written, question)
        return coloured(text, history) if text else RuleRewriter().standalone(question, history)


async def _chunks(model: "BaseChatModel", messages: Messages) -> "AsyncGenerator[AIMessageChunk, None]":
    async for chunk in model.astream([_as_vendor_message(message) for message in messages]):
        yield chunk


def _as_vendor_message(message: PromptMessage) -> "BaseMessage":
    from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

    kinds: dict[str, type[BaseMessage]] = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
    return kinds[message.role](content=message.text)


def _finish_reason(chunk: "AIMessageChunk") -> str:
    found = (*chunk.response_metadata.items(), *chunk.additional_kwargs.items())
    return next((str(value) for name, value in found if name in ("finish_reason", "stop_reason") and value), "")


def _seconds_to_wait(error: BackendError) -> float | None:
    """Return how long to wait before one more try; None where it would not help."""
    if isinstance(error, RateLimited) and error.retry_after_seconds is not None:
        return error.retry_after_seconds
    # Plain BackendError means that the service was out of reach or failed inside; its subclasses say more.
    if isinstance(error, RateLimited) or type(error) is BackendError:
        return random.uniform(*RETRY_SECONDS)
    return None


def _as_question(written: str, question: str) -> str:
    """Return what a model wrote where it can be meant, one short line that still asks if the `question` did; or ""."""
    text = written.strip().strip("\"'“”").strip()
    meant = 0 < len(text) <= MAX_STANDALONE_CHARS and "\n" not in text
    return text if meant and (text.endswith("?") or not question.rstrip().endswith("?")) else ""
