"""What the customer's page shows, computed from what is stored; no Gradio in here."""

import hashlib
import logging
import math
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from assistant.customers.desk import ANONYMOUS, PURPOSES
from assistant.customers.limits import Visitor
from assistant.entrypoints.browsers import COOKIE as BROWSER
from assistant.entrypoints.browsers import cookie_of
from assistant.entrypoints.pausing import with_pauses
from assistant.entrypoints.sign_in import held_by
from assistant.entrypoints.ui.details import render_details, render_question
from assistant.entrypoints.ui.sources import EMPTY, ERASED, locate, render_sources
from assistant.entrypoints.ui.transcript import (
    render_banner,
    render_rating,
    render_refusal,
    render_running,
    render_turns,
    render_welcome,
    render_who,
)
from assistant.errors import AssistantError, ConversationNotFound, LimitReached
from assistant.types import (
    FOR_PEOPLE,
    Conversation,
    ConversationState,
    Event,
    Feedback,
    PassagesFound,
    Placement,
    Rating,
    TextDelta,
    Turn,
    Value,
)
from assistant.types.customer import MAX_VALUE_CHARS

if TYPE_CHECKING:
    from assistant.service import Assistant

logger = logging.getLogger(__name__)

FRAME_SECONDS = 0.08
"""A browser is sent a new picture of a growing answer at most this often."""


PAUSE_SECONDS = 0.4
"""A page that is left is noticed when it is sent a picture: while nothing happens, the last one again so often."""

BUTTON = "The customer asked for a person."
"""Why a conversation is in the queue, for staff, when it was put there with the button."""

NOWHERE = Placement(state=ConversationState.BOT)


UNKNOWN = Visitor()
"""A visitor of whom nothing is known."""

MAX_MARK_CHARS = 100


class View(Value):
    """One state of the page. Two views with the same `fingerprint` look the same.

    `bot` tells that the assistant answers, and `offered` that it has asked whether the customer would like a person.
    """

    history: str
    banner: str
    sources: str
    offered: bool
    bot: bool
    fingerprint: str


class ChatView:
    """Reads and changes a customer's conversation; its id is the secret that opens it, so anything may come as one."""

    def __init__(self, assistant: "Assistant", visitor: Visitor = UNKNOWN) -> None:
        """Show the conversations of `assistant` to a visitor."""
        self._assistant = assistant
        self._visitor = visitor
        self._customer = visitor.customer

    def seen_by(self, cookies: str, address: str = "") -> "ChatView":
        """Return the same for whoever's browser holds some cookies."""
        customer = self._assistant.sign_in.customer(held_by(cookies))
        browser = cookie_of(cookies, BROWSER)[:MAX_MARK_CHARS]
        return ChatView(self._assistant, Visitor(customer=customer, browser=browser, address=address))

    def who(self) -> str:
        """Return who is signed in, with the way out; empty for a visitor."""
        if self._customer == ANONYMOUS:
            return ""
        return render_who(self._assistant.customers.get(self._customer).name or self._customer)

    def find(self, conversation_id: object) -> Conversation | None:
        """Return the conversation that a browser remembers, or None where there is no such thing."""
        if not isinstance(conversation_id, str) or not conversation_id:
            return None
        try:
            return self._assistant.customers.opened(conversation_id, self._customer)
        except ConversationNotFound:
            return None

    def find_or_start(self, conversation_id: object) -> Conversation:
        """Return the conversation that a browser remembers, or a new one."""
        return self.find(conversation_id) or self._assistant.customers.start(self._customer)

    def show(self, conversation_id: object) -> View:
        """Return the page of a conversation, or the welcome page."""
        conversation = self.find(conversation_id)
        turns = self._assistant.turns(conversation.id) if conversation else []
        placement = self._assistant.handoff.place(conversation.id) if conversation else NOWHERE
        state = placement.state
        banner = render_banner(placement, self._assistant.handoff.availability())
        asked = self._asked(conversation, turns) if conversation else ""
        history = (render_turns(turns, datetime.now(UTC)) or ("" if turns else self._welcome())) + asked
        marks = [(turn.id, turn.status, turn.feedback, bool(turn.reply and turn.reply.erased)) for turn in turns]
        return View(
            history=history,
            banner=banner,
            sources=self._latest_sources(turns),
            offered=state is ConversationState.OFFERED,
            bot=state not in FOR_PEOPLE,
            fingerprint=_digest(f"{conversation and conversation.id} {banner} {marks} {asked}"),
        )

    def sources(self, conversation_id: object, turn_id: object, marker: object) -> str:
        """Return the sources of a turn, the one with the mark `marker` open."""
        turn = self._turn(conversation_id, turn_id)
        return self._sources(turn, marker if isinstance(marker, int) else None)

    def rate(self, conversation_id: object, turn_id: object, value: object) -> None:
        """Store a like or dislike; the same one again takes it back. Turns of other conversations are out of reach."""
        turn = self._turn(conversation_id, turn_id)
        given: dict[object, Feedback] = {"like": "like", "dislike": "dislike"}
        if turn is not None and value in given:
            self._assistant.set_feedback(turn.id, None if turn.feedback == value else given[value])

    def score(self, conversation_id: object, score: object) -> None:
        """Store how content the customer is with a conversation that was closed."""
        conversation = self.find(conversation_id)
        if conversation is not None and isinstance(score, int) and 1 <= score <= 5:
            self._assistant.ratings.rate(conversation.id, Rating(score=score, at=datetime.now(UTC)))

    def answer(self, conversation_id: str, question: str) -> Iterator[str]:
        """Ask, and yield pictures of the growing answer, paced. Closing the iterator cancels the turn.

        Raises:
            LimitReached: The visitor asks too much; nothing of the question is stored.
        """
        begin = partial(self._assistant.stream, question, conversation_id, customer=self._customer)
        try:
            events = self._assistant.limits.answered(self._visitor, begin)
            yield from _frames(with_pauses(events, PAUSE_SECONDS), question)
        except LimitReached:
            raise
        except AssistantError:
            logger.exception("a turn of the web chat failed")

    def wait(self, question: str, seconds: float) -> str:
        """Return what a visitor is told who asks too much, below the question that was not taken."""
        return render_refusal(question, self._assistant.prompts.say("too_many", seconds=math.ceil(seconds)))

    def details(self) -> str:
        """Return what is remembered of who has signed in."""
        known = self._customer != ANONYMOUS
        return render_details(self._assistant.customers.get(self._customer)) if known else EMPTY

    def change(self, conversation_id: object, deed: object, about: object, value: object) -> None:
        """Do what a customer wishes with what is remembered of them; anything may come, and only their own changes."""
        conversation, customers, mine = self.find(conversation_id), self._assistant.customers, self._customer
        if mine == ANONYMOUS or not isinstance(about, str):
            return
        if deed == "answer" and conversation is not None:
            self._answered(conversation, about == "yes")
        elif deed in ("allow", "withdraw") and about in PURPOSES:
            customers.decide(mine, about, deed == "allow", origin="chat")
        elif deed == "drop":
            customers.drop(mine, about)
        elif deed == "correct" and isinstance(value, str) and value.strip() and about in self._kinds():
            customers.remember(mine, about, value[:MAX_VALUE_CHARS], origin="chat")

    def _kinds(self) -> list[str]:
        return [one.kind for one in self._assistant.customers.get(self._customer).facts]

    def _answered(self, conversation: Conversation, granted: bool) -> None:
        kinds = self._assistant.customers.askable(conversation, self._assistant.turns(conversation.id))
        used: dict[str, str] = {}
        if kinds:
            self._assistant.prompts.noting(used).say("remember", kinds=kinds)
            self._assistant.customers.answer(conversation, granted, used["remember"])

    def has_turns(self, conversation_id: str) -> bool:
        """Tell whether anything was said yet."""
        return bool(self._assistant.turns(conversation_id))

    def hand_over(self, conversation_id: str) -> None:
        """Put the conversation into the queue for a person; raises LimitReached for who has asked too much."""
        self._assistant.limits.admit(self._visitor)
        self._assistant.handoff.request(conversation_id, BUTTON)

    def give_back(self, conversation_id: object) -> None:
        """Return to the assistant at the customer's wish, or decline its offer of a person."""
        conversation = self.find(conversation_id)
        if conversation is not None and not self._assistant.handoff.call_off(conversation.id):
            self._assistant.handoff.decline(conversation.id)

    def settle(self, conversation_id: object, seconds: float = 3.0) -> None:
        """Wait until a stopped turn has been stored as such, at most `seconds`."""
        conversation = self.find(conversation_id)
        until = time.monotonic() + seconds
        while conversation and self._is_answering(conversation.id) and time.monotonic() < until:
            time.sleep(0.05)

    def _asked(self, conversation: Conversation, turns: list[Turn]) -> str:
        """Return what a customer is asked below the conversation: how it went, or whether they may be remembered."""
        if conversation.state is ConversationState.CLOSED:
            return render_rating(self._assistant.ratings.rating(conversation.id))
        kinds = self._assistant.customers.askable(conversation, turns)
        return render_question(self._assistant.prompts.say("remember", kinds=kinds)) if kinds else ""

    def _is_answering(self, conversation_id: str) -> bool:
        turns = self._assistant.turns(conversation_id)
        return bool(turns) and turns[-1].status == "pending" and turns[-1].speaker == "customer"

    def _welcome(self) -> str:
        return render_welcome(self._assistant.settings.assistant_name, self._assistant.example_questions())

    def _turn(self, conversation_id: object, turn_id: object) -> Turn | None:
        conversation = self.find(conversation_id)
        turns = self._assistant.turns(conversation.id) if conversation else []
        return next((turn for turn in turns if turn.id == turn_id), None)

    def _latest_sources(self, turns: list[Turn]) -> str:
        cited = [turn for turn in turns if turn.reply is not None and (turn.reply.citations or turn.reply.erased)]
        return self._sources(cited[-1]) if cited else EMPTY

    def _sources(self, turn: Turn | None, marker: int | None = None) -> str:
        if turn is None or turn.reply is None:
            return EMPTY
        if turn.reply.erased:
            return ERASED
        sources = [locate(one, self._assistant.open_citation) for one in turn.reply.citations]
        return render_sources(sources, marker, question=turn.question)


def _frames(events: Iterator[Event | None], question: str) -> Iterator[str]:
    text, status, shown_at = "", "Searching the documents", 0.0
    for event in events:
        if isinstance(event, PassagesFound) and event.passages:
            titles = dict.fromkeys(found.passage.title for found in event.passages)
            status = f"Reading {', '.join(list(titles)[:2])}"
        elif isinstance(event, TextDelta):
            text += event.text
        if time.monotonic() - shown_at >= FRAME_SECONDS:
            shown_at = time.monotonic()
            yield render_running(question, text, status)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
