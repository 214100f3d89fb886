"""Random lives of conversations on two replicas, with kills, timeouts, duplicates and races.

The store is the real one; what must hold is read from its log and its turns. `python -m benchmarks.handoffs` runs many
more of them.
"""

import shutil
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from assistant.handoff.desk import TEAM
from assistant.stores import schema
from assistant.stores.database import Database
from assistant.types import ConversationState, HandoffEvent, HandoffRecord
from tests.handoff_world import BEGIN, SAID, Deed, Died, HelpDesk, Replica, die_doing, do, later

AGENTS = ("Mia", "Tom")
BY_CUSTOMERS = ("button", "decline", "call off")
BY_AGENTS = ("take", "answer", "give back", "close")
MOST_CONVERSATIONS = 4
MOST_COMMITS = 5
TRANSFERRED = "Your conversation is now in the queue"
E, S = HandoffEvent, ConversationState

replicas = st.integers(0, 1)
picks = st.integers(0, MOST_CONVERSATIONS - 1)
agents = st.sampled_from(AGENTS)


class HandoffMachine(RuleBasedStateMachine):
    """Customers write, agents take and answer, time passes, processes die: nothing is lost, said twice or untrue."""

    steps: ClassVar[Counter[str]] = Counter()
    """How often each rule was carried out, over all runs."""

    url: ClassVar[str] = ""
    """Of a server's database with an up to date schema; empty makes a file for each run."""

    template: ClassVar[Path | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="handoffs-"))
        self.address = self.url or self.new_file()
        self.now = BEGIN
        self.desk = HelpDesk()
        self.replicas = [Replica(self.address, self.now, self.desk) for _ in range(2)]
        self.store = self.replicas[0].store
        self.mine: list[str] = []
        self.said: Counter[tuple[str, str]] = Counter()
        self.keys = 0
        self.keyed: dict[str, Deed] = {}

    def new_file(self) -> str:
        if type(self).template is None:
            type(self).template = Path(tempfile.mkdtemp(prefix="handoffs-")) / "template.sqlite3"
            empty = Database(f"sqlite:///{self.template}")
            empty.migrate()
            empty.compact()
            empty.close()
        file = self.folder / "assistant.sqlite3"
        shutil.copy(str(self.template), file)
        return f"sqlite:///{file}"

    def teardown(self) -> None:
        try:
            if self.mine:
                self.everybody_comes_to_work()
        finally:
            if self.url:
                self.empty()
            for one in self.replicas:
                one.database.close()
            shutil.rmtree(self.folder)

    def empty(self) -> None:
        with self.replicas[0].database.write() as connection:
            for table in (schema.handoff_deliveries, schema.handoff_events, schema.turns, schema.conversations):
                connection.execute(sa.delete(table))

    # --- Customers -------------------------------------------------------------------------------------------------

    @precondition(lambda self: len(self.mine) < MOST_CONVERSATIONS)
    @rule(replica=replicas)
    def start(self, replica: int) -> None:
        self.count("start")
        self.mine.append(self.replicas[replica].store.start().id)

    @precondition(lambda self: self.mine)
    @rule(pick=picks, replica=replicas, text=st.sampled_from(SAID), times=st.sampled_from((1, 1, 2)))
    def say(self, pick: int, replica: int, text: str, times: int) -> None:
        self.count("say twice" if times == 2 else "say")
        for number in range(times):
            self.do(Deed("say", self.pick(pick), text), (replica + number) % 2)
            self.said[self.pick(pick), text] += 1

    @precondition(lambda self: self.mine)
    @rule(pick=picks, replica=replicas, text=st.sampled_from(SAID))
    def leave(self, pick: int, replica: int, text: str) -> None:
        self.count("leave while it is answered")
        self.do(Deed("leave", self.pick(pick), text), replica)
        self.said[self.pick(pick), text] += 1

    @precondition(lambda self: self.mine)
    @rule(pick=picks, replica=replicas, kind=st.sampled_from(BY_CUSTOMERS))
    def press(self, pick: int, replica: int, kind: str) -> None:
        self.count(kind)
        self.do(Deed(kind, self.pick(pick)), replica)

    # --- Agents ----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.mine)
    @rule(pick=picks, replica=replicas, kind=st.sampled_from(BY_AGENTS), agent=agents, repeated=st.booleans())
    def work(self, pick: int, replica: int, kind: str, agent: str, repeated: bool) -> None:
        self.count(f"{kind}, repeated" if repeated else kind)
        deed = self.new_deed(kind, pick, agent)
        first = self.do(deed, replica)
        if repeated:
            log = self.store.log(deed.conversation_id)
            assert self.do(deed, 1 - replica) == first or not first
            if first:
                assert self.store.log(deed.conversation_id) == log

    @precondition(lambda self: self.mine)
    @rule(pick=picks)
    def race(self, pick: int) -> None:
        self.count("two agents at once")
        deeds = [self.new_deed("take", pick, agent) for agent in AGENTS]
        before = self.store.get(self.pick(pick)).state
        with ThreadPoolExecutor(2) as pool:
            taken = list(pool.map(self.do, deeds, (0, 1)))
        assert taken.count(True) == (before is not S.WITH_AGENT)

    # --- Time, and the world outside -------------------------------------------------------------------------------

    @rule(minutes=st.sampled_from((0.2, 1, 5, 11, 16, 90)))
    def wait(self, minutes: float) -> None:
        self.count("time passes")
        self.now = later(self.now, minutes)
        for one in self.replicas:
            one.now = self.now

    @rule(both=st.booleans())
    def sweep(self, both: bool) -> None:
        self.count("sweep")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: one.handoff.sweep(), self.replicas[: 1 + both]))

    @rule(replica=replicas, mood=st.sampled_from(("takes", "takes", "fails", "dies before", "dies after")))
    def deliver(self, replica: int, mood: str) -> None:
        self.count(f"courier {mood}")
        self.desk.mood = mood
        try:
            self.replicas[replica].courier.deliver()
        except Died:
            assert mood.startswith("dies")

    # --- Kills -----------------------------------------------------------------------------------------------------

    @precondition(lambda self: self.mine)
    @rule(
        pick=picks,
        kind=st.sampled_from(("say", "say", *BY_CUSTOMERS, *BY_AGENTS)),
        text=st.sampled_from(SAID),
        agent=agents,
        commit=st.integers(1, MOST_COMMITS),
        again=st.booleans(),
    )
    def kill(self, pick: int, kind: str, text: str, agent: str, commit: int, again: bool) -> None:
        self.count("kill")
        deed = self.new_deed(kind, pick, agent, text)
        before = self.count_said(deed)
        die_doing(self.address, self.now, deed, commit)
        if kind == "say":
            self.said[deed.conversation_id, text] += self.count_said(deed) - before
        if again and kind != "say":
            self.do(deed, 0)

    # --- What must hold --------------------------------------------------------------------------------------------

    @invariant()
    def the_log_leads_to_the_state(self) -> None:
        for mine in self.mine:
            log = self.store.log(mine)
            assert [one.ordinal for one in log] == list(range(1, len(log) + 1))
            states = [S.BOT, *(one.after for one in log)]
            assert [one.before for one in log] == states[:-1]
            assert self.store.get(mine).state is states[-1]

    @invariant()
    def the_customer_is_told_of_every_change(self) -> None:
        for mine in self.mine:
            turns = {one.id: one for one in self.store.turns(mine)}
            for entry in self.store.log(mine):
                if entry.before is entry.after and entry.event is not E.WAITED:
                    continue
                if (entry.event, entry.after) == (E.MESSAGE, S.BOT):
                    continue  # The assistant answers the message itself.
                told = turns.get(entry.key.partition(":")[2])
                assert entry.turns or (told is not None and told.status == "complete" and told.reply is not None)
                assert all(turns[one].question for one in entry.turns)

    @invariant()
    def nobody_hears_of_a_transfer_that_is_none(self) -> None:
        for mine in self.mine:
            turns = self.store.turns(mine)
            said = sum(TRANSFERRED in (one.reply.text if one.reply else one.question) for one in turns)
            assert said == sum(one.event in (E.REQUEST, E.ESCALATE) for one in self.store.log(mine))

    @invariant()
    def nothing_goes_in_circles(self) -> None:
        for mine in self.mine:
            spent: set[tuple[HandoffEvent, str]] = set()
            for entry in self.store.log(mine):
                if entry.event in (E.OFFER, E.ESCALATE):
                    assert (entry.event, entry.cause) not in spent
                    spent.add((entry.event, entry.cause))
                if entry.event is E.REQUEST or entry.before is S.CLOSED:
                    spent = set()

    @invariant()
    def the_queue_has_one_place_for_each(self) -> None:
        waiting = [one.id for one in self.store.queue() if one.state is S.WAITING]
        assert [self.store.place(one).position for one in waiting] == list(range(1, len(waiting) + 1))

    @invariant()
    def what_was_said_is_kept_once(self) -> None:
        for mine in self.mine:
            turns = self.store.turns(mine)
            said = Counter(one.question for one in turns if one.speaker == "customer")
            assert said == Counter({text: n for (one, text), n in self.said.items() if one == mine and n})
            assert [one.ordinal for one in turns] == list(range(1, len(turns) + 1))
            answers = [one.question for one in turns if one.speaker == "agent"]
            assert len(answers) == len(set(answers))

    # --- Means -----------------------------------------------------------------------------------------------------

    def everybody_comes_to_work(self) -> None:
        """In the end the outbox is empty, the help desk has had everything once and in order, and nobody waits."""
        self.desk.mood = "takes"
        for _ in range(40):
            self.wait(120)
            for one in self.replicas:
                one.courier.deliver()
            if self.store.undelivered() == (0, 0):
                break
        assert self.store.undelivered() == (0, 0)
        for waiting in self.store.queue():
            if waiting.state is S.WAITING:
                assert self.replicas[0].handoff.take(waiting.id, "Mia")
        for mine in self.mine:
            self.each_wait_ended_once(self.store.log(mine))
            owed = [entry for entry in self.store.log(mine) if (entry.event, entry.after) in TEAM]
            had = [one for one in self.desk.had if one.conversation_id == mine]
            assert [one.ordinal for one in had] == [entry.ordinal for entry in owed]

    def each_wait_ended_once(self, log: list[HandoffRecord]) -> None:
        """Who was handed over reached one person, or went back, or was closed: exactly one of these."""
        begun = [one for one in log if one.after is S.WAITING is not one.before]
        ended = [one for one in log if one.before is S.WAITING is not one.after]
        assert len(begun) == len(ended)
        for start, end in zip(begun, ended, strict=True):
            assert start.ordinal < end.ordinal
            assert end.event in (E.TAKE, E.ANSWER, E.CANCEL, E.GIVE_BACK, E.CLOSE)
            assert end.agent in AGENTS or end.event not in (E.TAKE, E.ANSWER)

    def count(self, name: str) -> None:
        type(self).steps[name] += 1

    def pick(self, number: int) -> str:
        return self.mine[number % len(self.mine)]

    def new_deed(self, kind: str, pick: int, agent: str, text: str = "") -> Deed:
        self.keys += 1
        key = f"k{self.keys}"
        words = text if kind == "say" else f"Answer {key}"
        return Deed(kind, self.pick(pick), words, agent, key)

    def do(self, deed: Deed, replica: int) -> bool:
        return do(self.replicas[replica], deed)

    def count_said(self, deed: Deed) -> int:
        turns = self.store.turns(deed.conversation_id)
        return sum(one.speaker == "customer" and one.question == deed.text for one in turns)


def run_lives(runs: int, steps: int, *, url: str = "", seed_is_fixed: bool = True) -> Counter[str]:
    """Run random lives of conversations, and return how often each rule was carried out."""
    HandoffMachine.steps.clear()
    HandoffMachine.url = url
    chosen = settings(
        max_examples=runs,
        stateful_step_count=steps,
        deadline=None,
        derandomize=seed_is_fixed,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(HandoffMachine, settings=chosen)
    return HandoffMachine.steps


@pytest.fixture
def server(postgresql_url: str) -> str:
    url = postgresql_url.replace("postgresql://", "postgresql+psycopg://", 1)
    database = Database(url)
    database.migrate()
    database.close()
    return url


def test_random_lives_on_sqlite() -> None:
    steps = run_lives(12, 25)
    assert sum(steps.values()) > 150
    assert {"kill", "say", "courier takes"} <= set(steps)


def test_random_lives_on_postgresql(server: str) -> None:
    assert sum(run_lives(4, 20, url=server).values()) > 40
