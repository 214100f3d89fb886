"""Scripted conversations over the sample company, and what a good service lead expects of each turn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.service import Assistant
from assistant.types import Action, Reply

CONVERSATIONS = Path(__file__).parent / "content" / "conversations.jsonl"

Persona = Literal[
    "polite",
    "furious",
    "confused",
    "in a hurry",
    "lying",
    "switching topics",
    "legal threat",
    "self-harm",
    "danger",
]


class ScriptedTurn(BaseModel):
    """What a customer says, and what must come of it.

    One of `expect` must be done. If an answer is given, one of the documents in `cites` stands under it. The reply
    holds all of `shows` and nothing of `hides`, whatever the case of the letters.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    expect: tuple[Action, ...] = Field(min_length=1)
    cites: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()

    def faults(self, reply: Reply) -> Iterator[str]:
        """Yield what is wrong with a reply."""
        said, sources = reply.text.lower(), {one.document for one in reply.citations}
        if reply.decision.action not in self.expect:
            yield f"{reply.decision.action} by rule {reply.decision.rule!r}, not {' or '.join(self.expect)}"
        elif reply.decision.action == "answer" and self.cites and sources.isdisjoint(self.cites):
            yield f"cites {', '.join(sorted(sources)) or 'nothing'}"
        for part in self.shows:
            if part.lower() not in said:
                yield f"does not say {part!r}"
        for part in self.hides:
            if part.lower() in said:
                yield f"says {part!r}"


class ScriptedConversation(BaseModel):
    """One line of conversations.jsonl. `known_gap` says why it is known not to go as it should."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    persona: Persona
    turns: tuple[ScriptedTurn, ...] = Field(min_length=1)
    known_gap: str = ""

    def faults(self, bot: Assistant) -> list[str]:
        """Have the conversation and return what went wrong, turn by turn."""
        conversation_id, wrong = bot.start_conversation().id, []
        for turn in self.turns:
            reply = bot.reply(turn.says, conversation_id)
            wrong += [f"{turn.says!r}: {fault}" for fault in turn.faults(reply)]
        return wrong


def read_conversations() -> list[ScriptedConversation]:
    """Return all conversations of the file."""
    lines = CONVERSATIONS.read_text(encoding="utf-8").splitlines()
    return [ScriptedConversation.model_validate_json(line) for line in lines]
