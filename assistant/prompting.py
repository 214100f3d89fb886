"""Renders the templates of `prompts/`: what is sent to models, and the fixed sentences that customers read."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from assistant.errors import ConfigurationError
from assistant.types import Message, PromptMessage, ScoredPassage, Signals

HISTORY_MESSAGES = 6
"""How much of the conversation a model is shown; more only lengthens its prompt."""


class Prompts:
    """The templates of one or more folders; the first folder that has a template wins."""

    def __init__(self, folders: Sequence[Path], *, assistant_name: str) -> None:
        """Remember where templates live. Nothing is read before the first rendering."""
        self._environment = SandboxedEnvironment(
            loader=FileSystemLoader([str(folder) for folder in folders]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            autoescape=False,  # the output is plain text, never HTML
        )
        self._assistant_name = assistant_name

    def say(self, name: str, **values: object) -> str:
        """Render one fixed sentence for the customer, such as `abstain`.

        Raises:
            ConfigurationError: The template is missing or wrong.
        """
        return self._render(f"{name}.md.j2", values)

    def examples(self) -> list[str]:
        """Return the example questions of `examples.md.j2`, one for each list item."""
        lines = self._render("examples.md.j2", {}).splitlines()
        return [line.removeprefix("- ").strip() for line in lines if line.startswith("- ")]

    def answer(
        self, question: str, passages: Sequence[ScoredPassage], history: Sequence[Message], signals: Signals
    ) -> tuple[PromptMessage, ...]:
        """Render the messages that ask a model for an answer.

        The system message is the same for every turn, so that a local model can keep it in its prefix cache; passages
        and what was said before go into the user's message, between delimiters that are new for every request.
        """
        values: dict[str, object] = {
            "question": question,
            "passages": passages,
            "history": list(history)[-HISTORY_MESSAGES:],
            "mood": signals.sentiment.label,
            "delimiter": _delimiter(),
        }
        return self._pair("answer", values)

    def condense(self, question: str, history: Sequence[Message]) -> tuple[PromptMessage, ...]:
        """Render the messages that ask a model to make a follow-up question stand alone."""
        recent = list(history)[-HISTORY_MESSAGES:]
        return self._pair("condense", {"question": question, "history": recent, "delimiter": _delimiter()})

    def _pair(self, name: str, values: Mapping[str, object]) -> tuple[PromptMessage, ...]:
        return (
            PromptMessage(role="system", text=self._render(f"{name}.system.md.j2", {})),
            PromptMessage(role="user", text=self._render(f"{name}.user.md.j2", values)),
        )

    def _render(self, template: str, values: Mapping[str, object]) -> str:
        try:
            text = self._environment.get_template(template).render(assistant_name=self._assistant_name, **values)
        except TemplateError as error:
            message = f"prompts/{template} cannot be rendered: {error}; mend the file or restore the one shipped"
            raise ConfigurationError(message) from error
        return text.strip()


def _delimiter() -> str:
    """Return a mark that nobody who wrote a document or a message can have known."""
    return secrets.token_hex(8)
