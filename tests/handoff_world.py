"""Two replicas over one database, customers, agents and a help desk outside; and processes that die at a chosen commit.

What dies does so for real: in a process of its own, which ends without a word just before a commit.
"""

import multiprocessing
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.process import BaseProcess

import sqlalchemy as sa

from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House
from assistant.errors import BackendError
from assistant.handoff.courier import Courier
from assistant.handoff.desk import Handoff, Patience
from assistant.output_checks import OutputChecks
from assistant.prompting import Prompts
from assistant.responders.extractive import ExtractiveResponder
from assistant.retrieval import Mode
from assistant.shipped import shipped_folder
from assistant.stores.conversations import SqlConversations
from assistant.stores.database import Database
from assistant.stores.handoffs import SqlHandoffs
from assistant.stores.outbox import SqlOutbox
from assistant.types import Delivery, HandoffPack, Message, Query, SearchResult, Sentiment, Signals
from assistant.writing import Writer
from tests.fakes import found, passage
from tests.policies import shipped_policy

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
RETURNS = passage("You can return most products within 30 days of delivery.")
ANSWERED = "How long can I return products?"
UNANSWERED = "Do you sell drones?"
UPSET = "This is terrible! Do you sell drones?"
LEGAL = "I will sue you."
HUMAN = "I want to talk to a human"
NEVER_MIND = "Never mind, I found it"
YES, NO = "Yes, please", "No, thanks"
SAID = (ANSWERED, UNANSWERED, UPSET, LEGAL, HUMAN, NEVER_MIND, YES, NO)

_CALM = Sentiment(label="neutral", score=0.0)
_ANGRY = Sentiment(label="negative", score=-0.8)


class Reader:
    """Reads just what the machine's customers say; implements the `SignalReader` port."""

    def read(self, text: str, history: Sequence[Message]) -> Signals:
        mood = _ANGRY if text == UPSET else _CALM
        risks = ("legal",) if text == LEGAL else ()
        return Signals.model_validate(
            {"sentiment": mood, "conversation": mood, "wants_human": text == HUMAN, "risks": risks}
        )


def search(query: Query, limit: int, mode: Mode) -> SearchResult:
    return found(RETURNS) if "return" in query.text else found(confidence=0.1)


class Died(BaseException):
    """A courier's process is gone, in the middle of its work."""


@dataclass
class HelpDesk:
    """A system outside that is told by webhook; it knows by the id what it has had. Implements the `Channel` port."""

    name: str = "webhook"
    mood: str = "takes"
    had: list[Delivery] = field(default_factory=list)
    repeats: int = 0

    def send(self, delivery: Delivery, pack: HandoffPack) -> None:
        if self.mood == "fails":
            raise BackendError("webhook", "down")
        if self.mood == "dies before":
            raise Died
        if any(one.id == delivery.id for one in self.had):
            self.repeats += 1
        else:
            self.had.append(delivery)
        if self.mood == "dies after":
            raise Died


class Kept(SqlConversations, SqlHandoffs, SqlOutbox):
    """All ports on one database."""


class Replica:
    """One process of the assistant, as far as conversations go."""

    def __init__(self, url: str, now: datetime, desk: HelpDesk) -> None:
        self.now = now
        self.database = Database(url)
        self.store = Kept(self.database)
        prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
        patience = Patience(wait_seconds=600, agent_seconds=900)
        self.handoff = Handoff(
            handoffs=self.store, prompts=prompts, patience=patience, channels=("webhook",), clock=self.clock
        )
        self.courier = Courier(
            outbox=self.store, conversations=self.store, handoff=self.handoff, channels=[desk], clock=self.clock
        )
        self.dialogue = Dialogue(
            conversations=self.store,
            search=search,
            signals=Reader(),
            rewriter=RuleRewriter(),
            writer=Writer(responders=(ExtractiveResponder(),), prompts=prompts, checks=OutputChecks()),
            house=House(prompts, shipped_policy(), self.handoff),
        )

    def clock(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Deed:
    """Something that somebody does to a conversation; picklable, so that a process of its own can do it."""

    kind: str
    conversation_id: str
    text: str = ""
    agent: str = ""
    key: str = ""


def do(replica: Replica, deed: Deed) -> bool:
    """Do a deed; returns whether it had its effect."""
    mine, handoff = deed.conversation_id, replica.handoff
    if deed.kind == "say":
        replica.dialogue.reply(deed.text, mine)
        return True
    if deed.kind == "leave":
        events = replica.dialogue.stream(deed.text, mine)
        next(events)
        events.close()
        return True
    deeds = {
        "button": lambda: handoff.request(mine, "The customer asked for a person.") > 0,
        "decline": lambda: handoff.decline(mine),
        "call off": lambda: handoff.call_off(mine),
        "take": lambda: handoff.take(mine, deed.agent, deed.key),
        "answer": lambda: handoff.answer(mine, deed.text, deed.agent, deed.key) is not None,
        "give back": lambda: handoff.give_back(mine, deed.key),
        "close": lambda: handoff.close(mine, deed.key),
    }
    return deeds[deed.kind]()


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.handoff_world"])


def die_doing(url: str, now: datetime, deed: Deed, commit: int) -> None:
    """Do a deed in a process that dies just before its n-th commit, counting from 1, or right after all of them."""
    process: BaseProcess = _FORKS.Process(target=_die, args=(url, now, deed, commit))
    process.start()
    process.join()
    assert process.exitcode == 9


def _die(url: str, now: datetime, deed: Deed, commit: int) -> None:
    replica = Replica(url, now, HelpDesk())
    commits = 0

    def count(_: sa.Connection) -> None:
        nonlocal commits
        commits += 1
        if commits == commit:
            os._exit(9)

    sa.event.listen(replica.database._writer, "commit", count)
    try:
        do(replica, deed)
    finally:
        os._exit(9)


def later(moment: datetime, minutes: float) -> datetime:
    return moment + timedelta(minutes=minutes)
