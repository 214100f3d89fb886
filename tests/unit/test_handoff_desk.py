"""Who is told what when a conversation moves, by a clock that the test holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from assistant.handoff.desk import Handoff, Patience
from assistant.handoff.hours_file import read_hours
from assistant.prompting import Prompts
from assistant.shipped import shipped_folder
from assistant.types import ConversationState
from tests.fakes_stores import MemoryConversations

HOURS = Path(__file__).parents[2] / "support_hours.yaml"
MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
S = ConversationState


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryConversations:
    return MemoryConversations()


@pytest.fixture
def desk(store: MemoryConversations, clock: Clock) -> Handoff:
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    patience = Patience(wait_seconds=600, agent_seconds=900, email="help@shop.example")
    return Handoff(handoffs=store, prompts=prompts, hours=read_hours(HOURS), patience=patience, clock=clock)


def told(store: MemoryConversations, conversation_id: str) -> list[str]:
    return [one.question for one in store.turns(conversation_id) if one.speaker == "assistant"]


def test_the_place_is_told_and_asking_twice_keeps_it(desk: Handoff, store: MemoryConversations, clock: Clock) -> None:
    first, second = store.start().id, store.start().id
    assert desk.request(first, "asked") == 1
    clock.pass_minutes(1)
    assert (desk.request(second, "asked"), desk.request(second, "asked")) == (2, 2)
    [words] = told(store, second)
    assert "in the queue" in words
    assert "place 2" in words


def test_outside_opening_hours_customers_hear_when_people_are_back(
    desk: Handoff, store: MemoryConversations, clock: Clock
) -> None:
    clock.now = SUNDAY
    mine = store.start().id
    desk.request(mine, "asked")
    [words] = told(store, mine)
    assert "Monday, 2 November, at 08:00 (CET)" in words
    assert "help@shop.example" in words
    assert desk.availability().opens == datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


def test_a_long_wait_is_told_once_and_never_at_night(desk: Handoff, store: MemoryConversations, clock: Clock) -> None:
    clock.now = SUNDAY
    mine = store.start().id
    desk.request(mine, "asked")
    clock.pass_minutes(300)
    assert desk.sweep() == 0
    clock.now = datetime(2026, 11, 2, 7, 9, tzinfo=UTC)
    assert desk.sweep() == 0
    clock.pass_minutes(2)
    assert (desk.sweep(), desk.sweep()) == (1, 0)
    assert "taking longer than it should" in told(store, mine)[-1]
    assert store.get(mine).state is S.WAITING


def test_an_agent_who_falls_silent_loses_the_conversation_to_the_front_of_the_queue(
    desk: Handoff, store: MemoryConversations, clock: Clock
) -> None:
    mine, other = store.start().id, store.start().id
    desk.request(mine, "asked")
    clock.pass_minutes(0.1)
    desk.request(other, "asked")
    assert desk.take(mine, "Mia")
    assert not desk.take(mine, "Tom")
    clock.pass_minutes(14)
    desk.sweep()
    assert store.get(mine).state is S.WITH_AGENT
    clock.pass_minutes(2)
    desk.sweep()
    assert (store.get(mine).state, desk.place(mine).position, desk.place(other).position) == (S.WAITING, 1, 2)
    assert "you are next" in told(store, mine)[-1]
    assert store.get(mine).reason == "asked"
    assert desk.answer(mine, "Sorry, here I am.", "Tom") is not None


def test_an_answer_that_comes_twice_is_said_once(desk: Handoff, store: MemoryConversations) -> None:
    mine = store.start().id
    desk.request(mine, "asked")
    first = desk.answer(mine, "Hello", "Mia", key="k")
    assert desk.answer(mine, "Hello", "Mia", key="k") == first
    assert [one.question for one in store.turns(mine) if one.speaker == "agent"] == ["Hello"]
    assert desk.answer(mine, "Hello", "Tom") is None


def test_the_customer_is_told_that_it_is_over(desk: Handoff, store: MemoryConversations) -> None:
    mine = store.start().id
    desk.request(mine, "asked")
    desk.take(mine, "Mia")
    assert "Mia from our team" in told(store, mine)[-1]
    assert desk.give_back(mine)
    assert "I am answering again" in told(store, mine)[-1]
    assert not desk.give_back(mine)
    assert desk.close(mine)
    assert "settled" in told(store, mine)[-1]
    assert not desk.close(mine)
    assert [one.event for one in desk.log(mine)] == ["request", "take", "give_back", "close"]
