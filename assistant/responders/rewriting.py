"""Lets a chat model that answers also make follow-up questions stand alone."""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from assistant.condensing import RuleRewriter, coloured
from assistant.disarming import disarmed
from assistant.errors import BackendError, BudgetSpent
from assistant.responders.chat_model import ChatModelResponder, Compose, Service, TimeLimits
from assistant.secrecy import repeats_prompt
from assistant.types import Allowance, Message, PromptMessage, Query

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

logger = logging.getLogger(__name__)

Condense = Callable[[str, Sequence[Message]], Sequence[PromptMessage]]

MAX_STANDALONE_CHARS = 400

TIME_SHARE = 0.15
"""Of the time that a turn has left: the answer is still to be found and written."""


class RewritingResponder(ChatModelResponder):
    """Implements `Rewriter` too, for models that are good enough at it."""

    def __init__(
        self,
        *,
        name: str,
        open_model: "Callable[[], BaseChatModel]",
        limits: TimeLimits,
        condense: Condense,
        service: Service | None = None,
        compose: Compose | None = None,
    ) -> None:
        """Take, beside the rest, what renders the messages that ask for a standalone question."""
        super().__init__(name=name, open_model=open_model, limits=limits, service=service, compose=compose)
        self._condense = condense

    def standalone(self, question: str, history: Sequence[Message], allowance: Allowance | None = None) -> Query:
        """Return the question as the model spells it out; where it fails, with what the rule lends to it.

        Raises:
            Cancelled: The turn is not wanted any more.
        """
        if not history:
            return Query(text=question)
        allowance = allowance or Allowance()
        seconds = min(self._limits.answer_seconds, TIME_SHARE * allowance.remaining())
        messages = tuple(self._condense(question, history))
        try:
            written = "".join(self._asked(messages, allowance, seconds))
        except BackendError as error:
            logger.warning("the question is not rewritten: %s", error)
            written, messages = "", () if isinstance(error, BudgetSpent) else messages
        text = _as_question(written, question)
        if _says_more_than_a_question(text, messages):
            text = ""
        query = coloured(text, history) if text else RuleRewriter().standalone(question, history)
        return query.model_copy(update={"prompts": tuple((one.template, one.checksum) for one in messages)})


def _as_question(written: str, question: str) -> str:
    """Return what a model wrote where it can be meant, one short line that still asks if the `question` did; or ""."""
    text = written.strip().strip("\"'“”").strip()
    meant = 0 < len(text) <= MAX_STANDALONE_CHARS and "\n" not in text
    return text if meant and (text.endswith("?") or not question.rstrip().endswith("?")) else ""


def _says_more_than_a_question(text: str, messages: Sequence[PromptMessage]) -> bool:
    """Tell whether a text, which people see as what was searched for, holds markup, a link, or words of the prompt."""
    prompts = [one.text for one in messages if one.role == "system"]
    return disarmed(text) != text or repeats_prompt(text, prompts)
