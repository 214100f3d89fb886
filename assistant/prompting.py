"""Renders the templates of `prompts/`: what is sent to models, and the fixed sentences that customers read."""

import secrets
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Literal

from assistant.templates import Templates
from assistant.types import Message, PromptMessage, ScoredPassage, Tone, Value

HISTORY_MESSAGES = 6
"""How much of the conversation a model is shown; more only lengthens its prompt."""


class Prompts:
    """The templates of one or more folders; the first folder that has a template wins, edited ones are read again."""

    def __init__(self, folders: Sequence[Path], *, assistant_name: str) -> None:
        """Remember where templates live. Nothing is read before the first rendering."""
        self.templates = Templates(folders)
        self._assistant_name = assistant_name
        self._used: dict[str, str] = {}

    def noting(self, used: dict[str, str]) -> "Prompts":
        """Return the same prompts, which note in `used` the checksum of every template that they say something with."""
        noting = copy(self)
        noting._used = used
        return noting

    def say(self, name: str, **values: object) -> str:
        """Render one fixed sentence for the customer, such as `abstain`.

        Raises:
            ConfigurationError: The template is missing or wrong.
        """
        text, self._used[name] = self._render(name, values)
        return text

    def examples(self) -> list[str]:
        """Return the example questions of `examples.md.j2`, one for each list item."""
        lines = self._render("examples", {})[0].splitlines()
        return [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]

    def answer(
        self, question: str, passages: Sequence[ScoredPassage], history: Sequence[Message], tone: Tone = "friendly"
    ) -> tuple[PromptMessage, ...]:
        """Render the messages that ask a model for an answer.

        The system message is the same for every turn, so that a local model can keep it in its prefix cache; passages
        and what was said before go into the user's message, between delimiters that are new for every request.
        """
        values: dict[str, object] = {
            "question": question,
            "passages": passages,
            "history": list(history)[-HISTORY_MESSAGES:],
            "tone": tone,
            "delimiter": _delimiter(),
        }
        return self._pair("answer", values)

    def answer_briefly(self, question: str, excerpts: Sequence[Value]) -> tuple[PromptMessage, ...]:
        """Render the messages that ask a model on this machine, from `excerpts` with a title and a text each.

        The system message is long, with examples, because it is read once and kept; the user's is as short as can be.
        """
        values = {"question": question, "excerpts": excerpts, "delimiter": secrets.token_hex(3)}
        return self._pair("answer_local", values)

    def condense(self, question: str, history: Sequence[Message]) -> tuple[PromptMessage, ...]:
        """Render the messages that ask a model to make a follow-up question stand alone."""
        recent = list(history)[-HISTORY_MESSAGES:]
        return self._pair("condense", {"question": question, "history": recent, "delimiter": _delimiter()})

    def _pair(self, name: str, values: Mapping[str, object]) -> tuple[PromptMessage, ...]:
        return (self._message("system", f"{name}.system", {}), self._message("user", f"{name}.user", values))

    def _message(self, role: Literal["system", "user"], name: str, values: Mapping[str, object]) -> PromptMessage:
        text, checksum = self._render(name, values)
        return PromptMessage(role=role, text=text, template=name, checksum=checksum)

    def _render(self, name: str, values: Mapping[str, object]) -> tuple[str, str]:
        return self.templates.render(name, {"assistant_name": self._assistant_name, **values})


def _delimiter() -> str:
    """Return a mark that nobody who wrote a document or a message can have known."""
    return secrets.token_hex(8)
