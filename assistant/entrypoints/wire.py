"""The shapes of the REST API: what `/v1/chat/completions` takes and gives, in OpenAI's format."""

import time
import uuid
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from assistant.types import Filter, Message, Reply, Speaker
from assistant.types.customer import MAX_ID_CHARS, is_id

MAX_QUESTION_CHARS = 200_000
"""Twice 10,000 words. All of it is stored, its beginning is searched for."""
MAX_MESSAGES = 200
MODEL_NAME = "assistant"

Role = Literal["system", "developer", "user", "assistant", "tool", "function"]
_SPEAKERS: dict[str, Speaker] = {"user": "customer", "assistant": "assistant"}
"""Instructions of a client's own are not obeyed: what the assistant may say is decided by its operator."""


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class TextPart(_Body):
    """One part of a message; only text can be read."""

    type: Literal["text"]
    text: str


class ChatMessage(_Body):
    """One message of a request."""

    role: Role
    content: str | tuple[TextPart, ...] | None = None

    @property
    def text(self) -> str:
        """The words of the message, its parts joined by line breaks."""
        if isinstance(self.content, tuple):
            return "\n".join(part.text for part in self.content)
        return self.content or ""


class StreamOptions(_Body):
    """What a stream tells besides the answer."""

    include_usage: bool = False


class SearchScope(BaseModel):
    """Which documents an answer may rest on. Who asks decides about `language` and `product` alone.

    `audiences` opens what is not for everybody, and `on` what does not hold yet: they are for those who hold the staff
    token, such as a company's own website that knows its customers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    audiences: tuple[Annotated[str, Field(max_length=200)], ...] = Field(default=(), max_length=50)
    language: str = Field(default="", max_length=35)
    product: str = Field(default="", max_length=200)
    on: date | None = None

    @property
    def needs_trust(self) -> bool:
        """Tell whether it reaches beyond what everybody may see today."""
        return bool(self.audiences) or self.on is not None

    def as_filter(self) -> Filter:
        """Return it as search understands it."""
        return Filter(**self.model_dump())


class CompletionRequest(_Body):
    """A request for an answer; sampling options of OpenAI's API are accepted and have no effect.

    `customer`, the company's id of who asks, and `customer_segment` are for those who hold the staff token, such as a
    company's own website: the conversation is then that customer's, and rules of the policy may treat a segment
    otherwise. Customers themselves are known by their token.
    """

    messages: tuple[ChatMessage, ...] = Field(min_length=1, max_length=MAX_MESSAGES)
    model: str = MODEL_NAME
    stream: bool = False
    stream_options: StreamOptions | None = None
    conversation_id: str | None = Field(default=None, max_length=200)
    only: SearchScope = SearchScope()
    customer: str = Field(default="", max_length=MAX_ID_CHARS)
    customer_segment: str = Field(default="", max_length=100)

    @field_validator("customer")
    @classmethod
    def _can_be_one(cls, value: str) -> str:
        if value and not is_id(value):
            raise ValueError("this cannot be a customer's id")
        return value

    @property
    def question(self) -> str:
        """The last message of the customer; empty where there is none."""
        return next((one.text for one in reversed(self.messages) if one.role == "user"), "")

    @property
    def history(self) -> tuple[Message, ...]:
        """What customer and assistant said before the question, oldest first."""
        last = max((index for index, one in enumerate(self.messages) if one.role == "user"), default=0)
        return tuple(
            Message(speaker=_SPEAKERS[one.role], text=one.text)
            for one in self.messages[:last]
            if one.role in _SPEAKERS and one.text.strip()
        )


class Completion:
    """Writes one answer in OpenAI's format, whole or as chunks that share an id."""

    def __init__(self, request: CompletionRequest) -> None:
        """Name the completion and note when it began."""
        self._model = request.model
        self._words_in = sum(len(one.text.split()) for one in request.messages)
        self._id = f"chatcmpl-{uuid.uuid4().hex}"
        self._created = int(time.time())

    def whole(self, reply: Reply) -> dict[str, object]:
        """Return the finished answer."""
        message = {"role": "assistant", "content": reply.text, "refusal": None}
        choice = {"index": 0, "message": message, "finish_reason": _finish(reply), "logprobs": None}
        return self._frame("chat.completion", [choice]) | {"usage": self._usage(reply)} | _extras(reply)

    def chunk(self, delta: dict[str, str]) -> dict[str, object]:
        """Return a piece of the answer."""
        return self._frame("chat.completion.chunk", [{"index": 0, "delta": delta, "finish_reason": None}])

    def last_chunk(self, reply: Reply) -> dict[str, object]:
        """Return the chunk that ends the answer and tells its sources."""
        choice = {"index": 0, "delta": {}, "finish_reason": _finish(reply)}
        return self._frame("chat.completion.chunk", [choice]) | _extras(reply)

    def usage_chunk(self, reply: Reply) -> dict[str, object]:
        """Return the chunk that a client gets who asked for usage."""
        return self._frame("chat.completion.chunk", []) | {"usage": self._usage(reply)}

    def _frame(self, kind: str, choices: list[dict[str, object]]) -> dict[str, object]:
        return {"id": self._id, "object": kind, "created": self._created, "model": self._model, "choices": choices}

    def _usage(self, reply: Reply) -> dict[str, int]:
        """Return the tokens that providers told of; words where no model was asked, or none told."""
        if told := reply.usage.tokens:
            read, written = reply.usage.prompt_tokens, reply.usage.completion_tokens
            return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": told}
        words_out = len(reply.text.split())
        return {
            "prompt_tokens": self._words_in,
            "completion_tokens": words_out,
            "total_tokens": self._words_in + words_out,
        }


def _finish(reply: Reply) -> str:
    """Return how the answer ended; OpenAI's word for one that broke off is `length`."""
    return "stop" if reply.complete else "length"


def _extras(reply: Reply) -> dict[str, object]:
    """Return what our answers tell beyond OpenAI's; the reason of a decision may speak of mood, so it stays inside."""
    return {
        "conversation_id": reply.conversation_id,
        "turn_id": reply.turn_id,
        "decision": {"action": reply.decision.action},
        "citations": [one.model_dump() for one in reply.citations],
        "searched_for": reply.searched_for,
        "topic_switched": reply.topic_switched,
        "complete": reply.complete,
        "clarify_choices": reply.choices,
        **({} if reply.fitted is None else {"fitted": reply.fitted.model_dump()}),
    }
