"""What became of conversations, counted by the database."""

from typing import Any

import sqlalchemy as sa

from assistant.stores.database import Database
from assistant.stores.expressions import Expressions
from assistant.stores.outcome_facts import Span, conversation_facts
from assistant.types import Grouping, OutcomeFigures, OutcomeReport

DECIMALS = 4
PERCENTILES = (0.5, 0.95)

_SUMS = {
    "turns": "turns",
    "answered": "answered",
    "handed_over": "handed",
    "resolved_confirmed": "confirmed",
    "resolved_assumed": "assumed",
    "undecided": "undecided",
    "recontacted": "recontacted",
    "abstained_turns": "abstained",
    "liked": "liked",
    "disliked": "disliked",
    "unpriced_turns": "unpriced",
    "csat_answers": "ratings",
}
"""Counts of a report, and the facts of a conversation that they sum."""


class SqlOutcomes:
    """Measures outcomes on SQLite and PostgreSQL; the figures are those of one moment."""

    def __init__(self, database: Database) -> None:
        """Use a database whose schema is up to date."""
        self._database = database

    def measure(self, span: Span, by: Grouping | None = None) -> OutcomeReport:
        """Return the figures of all conversations of a span together, and `by` groups in the order of their keys."""
        with self._database.read() as connection:
            write = Expressions(connection.dialect.name)
            total = _figures(connection, conversation_facts(write, span, None))
            groups = _figures(connection, conversation_facts(write, span, by)) if by is not None else []
        return OutcomeReport(
            since=span.since,
            until=span.until,
            as_of=span.as_of,
            recontact_days=span.recontact_days,
            by=by,
            total=total[0] if total else OutcomeFigures(),
            groups=tuple(groups),
        )


def _figures(connection: sa.Connection, facts: sa.CTE) -> list[OutcomeFigures]:
    row = facts.c
    sums = [sa.func.coalesce(sa.func.sum(row[fact]), 0).label(name) for name, fact in _SUMS.items()]
    means = [sa.func.avg(row[name]).label(name) for name in ("sentiment_change", "satisfaction")]
    grouped = sa.select(
        row.key,
        sa.func.count().label("conversations"),
        *sums,
        *means,
        sa.func.sum(row.cost_dollars).label("cost"),
        *(sa.func.coalesce(sa.func.sum(row[name]), 0).label(name) for name in ("stars", "satisfied")),
    ).group_by(row.key)
    reasons = sa.select(row.key, row.reason, sa.func.count()).where(row.reason.is_not(None))
    told: dict[str, dict[str, int]] = {}
    for key, reason, count in connection.execute(reasons.group_by(row.key, row.reason).order_by(row.reason)):
        told.setdefault(key, {})[reason] = count
    waits = _percentiles(connection, facts)
    found = (_of(one, told.get(one.key, {}), waits.get(one.key, {})) for one in connection.execute(grouped))
    return sorted(found, key=lambda one: one.key)


def _percentiles(connection: sa.Connection, facts: sa.CTE) -> dict[str, dict[float, float]]:
    """Return, by group, the waits for a first answer at each percentile, by nearest rank, in seconds."""
    row = facts.c
    ranked = (
        sa.select(
            row.key,
            row.first_answer_ms,
            sa.func.row_number().over(partition_by=row.key, order_by=row.first_answer_ms).label("rank"),
            sa.func.count().over(partition_by=row.key).label("many"),
        )
        .where(row.first_answer_ms.is_not(None))
        .cte("ranked")
    )
    found: dict[str, dict[float, float]] = {}
    for share in PERCENTILES:
        # The least rank that is not below the share of all: in whole numbers, so that no rounding can move it.
        hundredths = round(share * 100)
        at = sa.and_(
            ranked.c.rank * 100 >= ranked.c.many * hundredths, (ranked.c.rank - 1) * 100 < ranked.c.many * hundredths
        )
        for key, milliseconds in connection.execute(sa.select(ranked.c.key, ranked.c.first_answer_ms).where(at)):
            found.setdefault(key, {})[share] = milliseconds / 1000
    return found


def _of(row: sa.Row[Any], reasons: dict[str, int], waits: dict[float, float]) -> OutcomeFigures:
    counts = {name: int(getattr(row, name)) for name in _SUMS}
    of_all = row.conversations
    return OutcomeFigures(
        key=row.key,
        conversations=of_all,
        **counts,
        handoff_share=_share(counts["handed_over"], of_all),
        deflection=_share(of_all - counts["handed_over"], of_all),
        handoff_reasons=reasons,
        resolution=_share(counts["resolved_confirmed"] + counts["resolved_assumed"], of_all),
        recontact_share=_share(counts["recontacted"], of_all),
        abstention=_share(counts["abstained_turns"], counts["turns"]),
        first_answer_seconds_p50=_rounded(waits.get(PERCENTILES[0])),
        first_answer_seconds_p95=_rounded(waits.get(PERCENTILES[1])),
        sentiment_change=_rounded(row.sentiment_change),
        satisfaction=_rounded(row.satisfaction),
        csat=_share(int(row.stars), counts["csat_answers"]),
        csat_satisfied_share=_share(int(row.satisfied), counts["csat_answers"]),
        cost_dollars=_rounded(row.cost),
    )


def _share(part: int, whole: int) -> float | None:
    return _rounded(part / whole) if whole else None


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(float(figure), DECIMALS)
