"""What became of conversations, in figures; `docs/outcomes.md` defines each."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from assistant.types.value import Value

Grouping = Literal["day", "intent", "product"]

SATISFIED = 4
"""From so many of the five stars on, a rating says that the customer is content: the usual cut of CSAT (4 and 5)."""

DISCONTENT = 2
"""Up to so many of the five stars, a rating says that the customer was not helped."""

NO_GROUP = ""
"""The key of conversations of which no intent or product is known, and of all together."""


class OutcomeFigures(Value):
    """The figures of some conversations; shares lie in 0..1 and are None where nothing was there to count.

    `deflection` and `handoff_share` add up to 1. `resolved_confirmed` and `resolved_assumed` count conversations; of
    `undecided` ones the time in which the customer might come back is not over yet. `abstention` is of decided turns.
    `sentiment_change` is on the scale of -1 to 1, `satisfaction` (inferred) and `csat` (asked) on that of 1 to 5.
    `csat_satisfied_share` is of the `csat_answers`: those of `SATISFIED` stars or more.
    """

    key: str = NO_GROUP
    conversations: int = 0
    turns: int = 0
    answered: int = 0
    handed_over: int = 0
    handoff_share: float | None = None
    deflection: float | None = None
    handoff_reasons: dict[str, int] = Field(default_factory=dict)
    resolved_confirmed: int = 0
    resolved_assumed: int = 0
    undecided: int = 0
    resolution: float | None = None
    recontacted: int = 0
    recontact_share: float | None = None
    abstained_turns: int = 0
    abstention: float | None = None
    first_answer_seconds_p50: float | None = None
    first_answer_seconds_p95: float | None = None
    sentiment_change: float | None = None
    liked: int = 0
    disliked: int = 0
    satisfaction: float | None = None
    csat: float | None = None
    csat_answers: int = 0
    csat_satisfied_share: float | None = None
    cost_dollars: float | None = None
    unpriced_turns: int = 0


class OutcomeReport(Value):
    """The outcomes of the conversations that began in a span of time, in UTC, the end not counted."""

    since: datetime | None
    until: datetime | None
    as_of: datetime
    recontact_days: int
    by: Grouping | None
    total: OutcomeFigures
    groups: tuple[OutcomeFigures, ...]
