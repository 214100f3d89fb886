"""What the staff page shows and does, computed from what is stored; no Gradio in here."""

import logging
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from assistant.entrypoints.ui.pack_markup import render_pack, render_suggestion, render_summary
from assistant.entrypoints.ui.staff_markup import NOBODY, Row, render_case, render_head, render_list, render_notice
from assistant.errors import AssistantError, ConversationNotFound
from assistant.policy.following import FollowedPolicy
from assistant.types import Conversation, ConversationState, Style, Suggestion, Turn, Value

if TYPE_CHECKING:
    from assistant.service import Assistant

logger = logging.getLogger(__name__)

_MARK = re.compile(r"[ \t]*\[\d{1,3}\]")

RECENT = 30
LAST_WORDS_CHARS = 90


class Desk(Value):
    """One state of the staff page; `state` is None where no conversation is open, `agent` has the one that is.

    A `notice` tells what the team has to mend.
    """

    cases: str
    head: str
    transcript: str
    state: ConversationState | None
    agent: str = ""
    pack: str = ""
    notice: str = ""


class StaffView:
    """Reads and changes any conversation, for the support team."""

    def __init__(self, assistant: "Assistant") -> None:
        """Show the conversations of `assistant`."""
        self._assistant = assistant

    def show(self, conversation_id: str) -> Desk:
        """Return the page with the given conversation open; an unknown id opens none."""
        conversation = self.find(conversation_id)
        waiting = self._assistant.waiting()
        taken = {one.id for one in waiting}
        recent = [self._row(one) for one in self._assistant.recent(RECENT) if one.id not in taken]
        return Desk(
            cases=render_list([self._row(one) for one in waiting], recent, conversation_id, datetime.now(UTC).date()),
            head=render_head(conversation) if conversation else "",
            transcript=render_case(self._assistant.turns(conversation.id)) if conversation else NOBODY,
            state=conversation.state if conversation else None,
            agent=conversation.agent if conversation else "",
            pack=render_pack(self._assistant.pack(conversation.id)) if conversation else "",
            notice=self._notice(),
        )

    def find(self, conversation_id: object) -> Conversation | None:
        """Return a conversation, or None where there is no such thing."""
        if not isinstance(conversation_id, str) or not conversation_id:
            return None
        try:
            return self._assistant.conversation(conversation_id)
        except ConversationNotFound:
            return None

    def suggest(self, conversation_id: str) -> tuple[str, str]:
        """Return a draft for the open question, without the marks of its sources, and the sources and articles."""
        if self.find(conversation_id) is None:
            return "", ""
        try:
            suggestion = self._assistant.suggest(conversation_id)
        except AssistantError:
            logger.exception("a draft for an agent failed")
            suggestion = Suggestion()
        return _MARK.sub("", suggestion.draft).strip(), render_suggestion(suggestion)

    def summarise(self, conversation_id: str) -> str:
        """Return what a conversation is about, with the words that say so; empty where there is no such thing."""
        conversation = self.find(conversation_id)
        if conversation is None:
            return ""
        return render_summary(self._assistant.assist.summarise(conversation, self._assistant.turns(conversation.id)))

    def rewrite(self, text: str, style: Style) -> tuple[str, str]:
        """Return an agent's words said otherwise, or as they are, and what the agent has to know about it."""
        if not text.strip():
            return text, "Write something first."
        try:
            written = self._assistant.assist.rewrite(text.strip(), style)
        except AssistantError as error:
            return text, f"It stays as it was: {error}."
        return written.text, f"Left out: {' '.join(written.left_out)}" if written.left_out else ""

    def take(self, conversation_id: str, agent: str) -> str:
        """Take a conversation over; returns what stands in the way, empty where nothing does."""
        if self.find(conversation_id) is None:
            return ""
        self._assistant.handoff.take(conversation_id, agent)
        return self._holder_other_than(agent, conversation_id)

    def give_back(self, conversation_id: str) -> None:
        """Return a conversation to the assistant."""
        if self.find(conversation_id):
            self._assistant.handoff.give_back(conversation_id)

    def close(self, conversation_id: str) -> None:
        """End a conversation whose matter is settled."""
        if self.find(conversation_id):
            self._assistant.handoff.close(conversation_id)

    def write(self, conversation_id: str, text: str, agent: str) -> bool:
        """Send words to the customer; returns False where there is nothing to send, or another person has them."""
        if not text.strip() or self.find(conversation_id) is None:
            return False
        return self._assistant.handoff.answer(conversation_id, text.strip(), agent) is not None

    def _notice(self) -> str:
        """Return that the policy was edited and is not in use, which nobody would notice in a conversation."""
        policy = self._assistant.policy
        trouble = policy.trouble() if isinstance(policy, FollowedPolicy) else ""
        return render_notice(trouble) if trouble else ""

    def _holder_other_than(self, agent: str, conversation_id: str) -> str:
        conversation = self._assistant.conversation(conversation_id)
        other = conversation.state is ConversationState.WITH_AGENT and conversation.agent != agent
        return f"{conversation.agent or 'A colleague'} has this conversation." if other else ""

    def _row(self, conversation: Conversation) -> Row:
        turns = self._assistant.turns(conversation.id)
        moods = [turn.reply.signals.sentiment for turn in turns if turn.reply is not None]
        return Row(conversation=conversation, last_words=_last_words(turns), mood=moods[-1] if moods else None)


def _last_words(turns: list[Turn]) -> str:
    said = [turn.question for turn in turns if turn.speaker == "customer"]
    words = " ".join(said[-1].split()) if said else ""
    return words if len(words) <= LAST_WORDS_CHARS else f"{words[:LAST_WORDS_CHARS]}…"
