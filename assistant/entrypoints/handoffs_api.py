"""The team's side over REST: the queue, the pack, and what agents do, for help desks of a company's own."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Header
from pydantic import BaseModel, ConfigDict, Field

from assistant.entrypoints.bearer import staff_only
from assistant.entrypoints.problems import InvalidRequestError
from assistant.types import Conversation, HandoffPack, Rewriting, Style, Suggestion, Summary, Turn

if TYPE_CHECKING:
    from assistant.service import Assistant

MAX_MESSAGE_CHARS = 8000
MAX_NAME_CHARS = 60

Key = Annotated[str, Header(alias="idempotency-key", max_length=150)]
"""The same key never does the same thing twice to a conversation: send it again after a lost answer."""


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AgentBody(_Body):
    """Who of the team does something; customers read the name."""

    agent: str = Field(min_length=1, max_length=MAX_NAME_CHARS)


class RewriteBody(_Body):
    """An agent's words, and how they are to be said otherwise."""

    text: str = Field(min_length=1, max_length=MAX_MESSAGE_CHARS)
    style: Style = "friendlier"


class AnswerBody(AgentBody):
    """What an agent says to the customer."""

    text: str = Field(min_length=1, max_length=MAX_MESSAGE_CHARS)


def build_handoffs_router(assistant: "Assistant") -> APIRouter:
    """Return the routes at `/v1/handoffs`. All need the staff token."""
    team = Depends(staff_only(assistant.settings.staff_token, "handoffs"))
    router = APIRouter(prefix="/v1/handoffs", dependencies=[team])

    @router.get("")
    def queue() -> dict[str, list[dict[str, object]]]:
        """Return what waits for a person, in the order of the queue, then what is with one."""
        return {"conversations": [_row(one) for one in assistant.waiting()]}

    @router.get("/{conversation_id}")
    def pack(conversation_id: str) -> dict[str, object]:
        """Return the pack of a conversation, and all that was said in it."""
        given: HandoffPack = assistant.pack(conversation_id)
        said = [one for turn in assistant.turns(conversation_id) for one in messages_of(turn)]
        return {**given.model_dump(mode="json"), "messages": said}

    @router.get("/{conversation_id}/suggestion")
    def suggestion(conversation_id: str) -> Suggestion:
        """Return a draft for the open question, with its sources, and articles that may help."""
        return assistant.suggest(conversation_id)

    @router.post("/{conversation_id}/summary")
    def summary(conversation_id: str) -> Summary:
        """Return what a conversation is about, by a language model where there is one, each sentence with its place."""
        return assistant.assist.summarise(assistant.conversation(conversation_id), assistant.turns(conversation_id))

    @router.post("/rewrite")
    def rewrite(body: RewriteBody) -> Rewriting:
        """Return an agent's words said otherwise, and what is left out; 409 where no language model can."""
        return assistant.assist.rewrite(body.text, body.style)

    _add_deeds(router, assistant)
    return router


def _add_deeds(router: APIRouter, assistant: "Assistant") -> None:
    handoff = assistant.handoff

    @router.post("/{conversation_id}/take")
    def take(conversation_id: str, body: AgentBody, key: Key = "") -> dict[str, object]:
        """Give the conversation to an agent; 409 where another has it."""
        return _done(assistant, conversation_id, lambda: handoff.take(conversation_id, body.agent, key))

    @router.post("/{conversation_id}/answer")
    def answer(conversation_id: str, body: AnswerBody, key: Key = "") -> dict[str, object]:
        """Send an agent's words to the customer; 409 where another has the conversation."""
        text, agent = body.text, body.agent
        return _done(assistant, conversation_id, lambda: handoff.answer(conversation_id, text, agent, key) is not None)

    @router.post("/{conversation_id}/return")
    def give_back(conversation_id: str, key: Key = "") -> dict[str, object]:
        """Give the conversation back to the assistant; 409 where it is there already."""
        return _done(assistant, conversation_id, lambda: handoff.give_back(conversation_id, key))

    @router.post("/{conversation_id}/close")
    def close(conversation_id: str, key: Key = "") -> dict[str, object]:
        """Mark the matter as settled; 409 where it is already."""
        return _done(assistant, conversation_id, lambda: handoff.close(conversation_id, key))


def _done(assistant: "Assistant", conversation_id: str, deed: Callable[[], bool]) -> dict[str, object]:
    done = deed()
    now = assistant.conversation(conversation_id)
    if not done:
        agent = f", with {now.agent}" if now.agent else ""
        message = f"the conversation is {now.state.value.replace('_', ' ')}{agent}"
        raise InvalidRequestError(message, status=409)
    return {"conversation_id": now.id, "state": now.state, "agent": now.agent}


def _row(one: Conversation) -> dict[str, object]:
    return one.model_dump(mode="json", exclude={"id"}) | {"conversation_id": one.id}


def messages_of(turn: Turn) -> list[dict[str, object]]:
    """Return what was said in a turn; an agent reads what the customer reads."""
    at = turn.created_at.isoformat()
    said: list[dict[str, object]] = [{"turn": turn.ordinal, "speaker": turn.speaker, "text": turn.question, "at": at}]
    if turn.reply is not None:
        said.append({"turn": turn.ordinal, "speaker": "assistant", "text": turn.reply.text, "at": at})
    return said
