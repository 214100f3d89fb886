"""What the books owe, on SQLite and on PostgreSQL, read by two replicas; and what a budget makes of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from assistant.budget import Budget, Cap
from assistant.ports import Ledger
from assistant.settings import Settings
from assistant.stores import open_stores
from assistant.types import Turn, Usage

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
PAID = Usage(prompt_tokens=900, completion_tokens=100, cached_tokens=300, cost_dollars=0.02, providers=("openai:x",))


@pytest.fixture(params=["sqlite", "postgresql"])
def replicas(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Ledger, Ledger]]:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    both = [open_stores(Settings(home=tmp_path / "home", database=database)) for _ in range(2)]
    yield both[0].ledger, both[1].ledger
    for one in both:
        one.close()


def turn(conversation_id: str) -> Turn:
    return Turn(
        id=f"turn of {conversation_id}",
        conversation_id=conversation_id,
        ordinal=1,
        created_at=NOON,
        speaker="customer",
        question="How long?",
    )


def test_both_replicas_read_what_either_wrote(replicas: tuple[Ledger, Ledger]) -> None:
    here, there = replicas
    assert here.spent_on("a") == here.spent_since(NOON) == Usage()
    here.record(turn("a"), PAID, NOON - timedelta(days=1))
    there.record(turn("a"), PAID, NOON)
    there.record(turn("b"), PAID.model_copy(update={"cost_dollars": None}), NOON)
    for one in replicas:
        on_a, today = one.spent_on("a"), one.spent_since(NOON)
        assert (on_a.tokens, on_a.cached_tokens, on_a.cost_dollars) == (2000, 600, 0.04)
        assert (today.tokens, today.cost_dollars) == (2000, 0.02)


def test_replicas_share_the_budget_of_a_conversation(replicas: tuple[Ledger, Ledger]) -> None:
    here, there = [Budget(one, conversation=Cap(dollars=0.03), day=Cap(), clock=lambda: NOON) for one in replicas]
    for budget in (here, there):
        assert budget.refusal("a") == ""
        budget.record(turn("a"), PAID)
    assert "conversation" in here.refusal("a")
    assert "conversation" in there.refusal("a")
    assert here.refusal("b") == ""


def test_a_new_day_begins_at_midnight(replicas: tuple[Ledger, Ledger]) -> None:
    moment = [NOON]
    budget = Budget(replicas[0], conversation=Cap(), day=Cap(tokens=1000), clock=lambda: moment[0])
    assert budget.refusal("a") == ""
    budget.record(turn("a"), PAID)
    assert "day" in budget.refusal("b")
    moment[0] = NOON.replace(hour=23, minute=59)
    assert "day" in budget.refusal("b")
    moment[0] += timedelta(minutes=1)
    assert budget.refusal("b") == ""


def test_nothing_is_written_for_a_turn_that_took_nothing(replicas: tuple[Ledger, Ledger]) -> None:
    budget = Budget(replicas[0], conversation=Cap(dollars=0), day=Cap())
    budget.record(turn("a"), Usage())
    assert replicas[0].spent_on("a") == Usage()
    assert "conversation" in budget.refusal("a"), "a budget of nothing asks no paid model at all"
