"""One row of facts for each conversation, as SQL: what `docs/outcomes.md` builds its figures from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from assistant.stores import schema as s
from assistant.stores.expressions import Expressions
from assistant.types import DISCONTENT, SATISFIED, Grouping

PAUSE_MS = 30 * 60 * 1000
"""A customer who writes again after a longer pause than this has come back."""

DAY_MS = 24 * 60 * 60 * 1000

WITHOUT_ANSWER = ("abstain", "offer_human")
"""What a turn does that had no answer."""

BY_THE_BUTTON = "button or agent"
"""The reason of a handoff that no turn decided."""

Column = sa.ColumnElement[Any]
Columns = ReadOnlyColumnCollection[str, Any]


@dataclass(frozen=True)
class Span:
    """Which conversations count: begun at `since` or later and before `until`; None does not bound.

    A customer who comes back within `recontact_days` was not helped, which is known for certain at `as_of`.
    """

    since: datetime | None
    until: datetime | None
    recontact_days: int
    as_of: datetime


def turn_facts(write: Expressions) -> sa.CTE:
    """Return one row for each turn."""
    turns = s.turns.c
    decided = sa.and_(turns.speaker == "customer", turns.status == "complete", turns.action.is_not(None))
    at = write.milliseconds(turns.created_at)
    events = s.handoff_events.c
    waited = sa.select(events.conversation_id).where(events.after == "waiting").distinct().subquery("waited")
    facts = sa.select(
        turns.conversation_id,
        turns.ordinal,
        turns.created_at,
        turns.feedback,
        (turns.speaker == "customer").label("customers"),
        sa.or_(turns.speaker == "agent", waited.c.conversation_id.is_not(None)).label("for_people"),
        at.label("at"),
        sa.func.lag(at).over(partition_by=turns.conversation_id, order_by=turns.ordinal).label("before"),
        sa.case((decided, turns.action)).label("action"),
        sa.case((decided, turns.sentiment)).label("sentiment"),
        sa.case((sa.and_(decided, write.json_length(turns.reply, "citations") > 0), 1), else_=0).label("answered"),
        sa.case((decided, write.json_text(turns.reply, "signals", "small_talk"))).label("small_talk"),
        sa.case((decided, write.json_text(turns.reply, "signals", "intent"))).label("intent"),
        sa.case((decided, write.json_number(turns.reply, "signals", "satisfaction"))).label("satisfaction"),
    )
    joined = s.turns.outerjoin(waited, waited.c.conversation_id == turns.conversation_id)
    return facts.select_from(joined).cte("turn_facts")


def conversation_facts(write: Expressions, span: Span, by: Grouping | None) -> sa.CTE:
    """Return one row for each conversation that counts, with the key of its group."""
    facts = turn_facts(write)
    spine = _spine(facts, span)
    rows, at, again = spine.c, _Turns(spine, write), _elsewhere(facts, spine, span)
    recontacted = sa.case((again.c.conversation_id.is_not(None), 1), else_=rows.recontacted)
    kept = sa.and_(rows.answered == 1, rows.handed == 0, rows.disliked == 0)
    thanked = sa.func.coalesce(rows.last_thanks > rows.first_answered, sa.false())
    content = sa.func.coalesce(at.rated.c.score >= SATISFIED, sa.false())
    confirmed = sa.and_(kept, sa.or_(rows.liked == 1, thanked, content))
    over = rows.last_at + span.recontact_days * DAY_MS <= int(span.as_of.timestamp() * 1000)
    discontent = sa.func.coalesce(at.rated.c.score <= DISCONTENT, sa.false())
    left = sa.and_(kept, sa.not_(confirmed), recontacted == 0, sa.not_(discontent), at.last.c.action == "answer")
    chosen = sa.select(
        _key(write, at, rows, by).label("key"),
        *(rows[name] for name in ("turns", "abstained", "answered", "handed", "liked", "disliked")),
        recontacted.label("recontacted"),
        sa.case((confirmed, 1), else_=0).label("confirmed"),
        sa.case((sa.and_(left, over), 1), else_=0).label("assumed"),
        sa.case((sa.and_(left, sa.not_(over)), 1), else_=0).label("undecided"),
        sa.case((rows.handed == 1, sa.func.coalesce(at.rule(), BY_THE_BUTTON))).label("reason"),
        sa.case((rows.last_scored > rows.first_scored, at.scored_last.c.sentiment - at.scored_first.c.sentiment)).label(
            "sentiment_change"
        ),
        write.json_number(at.satisfied.c.reply, "signals", "satisfaction").label("satisfaction"),
        at.first_answer_ms().label("first_answer_ms"),
        at.cost.c.cost_dollars,
        at.cost.c.unpriced,
        *(at.ratings.c[name] for name in ("ratings", "stars", "satisfied")),
    )
    joined = at.joined().outerjoin(again, again.c.conversation_id == rows.conversation_id)
    return chosen.select_from(joined).cte("conversation_facts")


def _elsewhere(facts: sa.CTE, spine: sa.CTE, span: Span) -> sa.Subquery:
    """Return the conversations after which their customer, where one is known, came back in another one."""
    known, row = s.conversations.c, facts.c
    begun = (
        sa.select(known.customer, row.conversation_id, sa.func.min(row.at).label("at"))
        .join(s.conversations, known.id == row.conversation_id)
        .where(row.customers, known.customer != "")
        .group_by(known.customer, row.conversation_id)
        .cte("begun")
    )
    own, other = begun.alias("own"), begun.alias("other")
    pause = other.c.at - spine.c.last_at
    return (
        sa.select(spine.c.conversation_id)
        .distinct()
        .join(own, own.c.conversation_id == spine.c.conversation_id)
        .join(other, other.c.customer == own.c.customer)
        .where(pause > PAUSE_MS, pause <= span.recontact_days * DAY_MS)
        .subquery("elsewhere")
    )


def _spine(facts: sa.CTE, span: Span) -> sa.CTE:
    """Return what follows from all turns of a conversation together, and which of them stand out."""
    row = facts.c
    gap = row.at - row.before
    came_back = sa.and_(row.customers, gap > PAUSE_MS, gap <= span.recontact_days * DAY_MS)
    began = sa.func.min(sa.case((row.customers, row.created_at)))
    spine = sa.select(
        row.conversation_id,
        began.label("began"),
        sa.func.min(sa.case((row.customers, row.at))).label("began_at"),
        sa.func.max(row.at).label("last_at"),
        sa.func.count(row.action).label("turns"),
        _count(row.action.in_(WITHOUT_ANSWER)).label("abstained"),
        sa.func.max(row.answered).label("answered"),
        _any(sa.or_(row.action == "hand_over", row.for_people)).label("handed"),
        _any(row.feedback == "like").label("liked"),
        _any(row.feedback == "dislike").label("disliked"),
        _any(came_back).label("recontacted"),
        *_standing_out(row),
    ).group_by(row.conversation_id)
    # A conversation in which a customer never wrote is none.
    spine = spine.having(began.is_not(None))
    if span.since is not None:
        spine = spine.having(began >= span.since)
    if span.until is not None:
        spine = spine.having(began < span.until)
    return spine.cte("spine")


def _standing_out(row: Columns) -> list[sa.Label[Any]]:
    """Return the ordinals of the turns that say more than their share."""
    return [
        _first(row, row.answered == 1).label("first_answered"),
        _first(row, row.action == "hand_over").label("first_handed"),
        _first(row, row.sentiment.is_not(None)).label("first_scored"),
        _last(row, row.sentiment.is_not(None)).label("last_scored"),
        _first(row, row.intent.is_not(None)).label("first_intent"),
        _last(row, row.small_talk == "thanks").label("last_thanks"),
        _last(row, row.satisfaction.is_not(None)).label("last_satisfied"),
        _last(row, row.action.is_not(None)).label("last_decided"),
    ]


class _Turns:
    """The turns that stand out in a conversation, joined to its row."""

    def __init__(self, spine: sa.CTE, write: Expressions) -> None:
        self._spine = spine
        self._write = write
        self.answered, self.handed, self.intent = s.turns.alias(), s.turns.alias(), s.turns.alias()
        self.scored_first, self.scored_last = s.turns.alias(), s.turns.alias()
        self.satisfied, self.last = s.turns.alias(), s.turns.alias()
        spent = s.spending.c
        self.cost = (
            sa.select(
                spent.conversation_id,
                sa.func.sum(spent.cost_dollars).label("cost_dollars"),
                _count(spent.cost_dollars.is_(None)).label("unpriced"),
            )
            .group_by(spent.conversation_id)
            .subquery("cost")
        )
        given = s.ratings.c
        self.rated = s.ratings.alias()
        self.ratings = (
            sa.select(
                given.conversation_id,
                sa.func.max(given.ordinal).label("last"),
                sa.func.count().label("ratings"),
                sa.func.sum(given.score).label("stars"),
                _count(given.score >= SATISFIED).label("satisfied"),
            )
            .group_by(given.conversation_id)
            .subquery("given")
        )

    def joined(self) -> sa.FromClause:
        """Return the row of a conversation with all of them beside it; what there is not is NULL."""
        row = self._spine.c
        joined: sa.FromClause = self._spine
        for turn, ordinal in (
            (self.answered, row.first_answered),
            (self.handed, row.first_handed),
            (self.intent, row.first_intent),
            (self.scored_first, row.first_scored),
            (self.scored_last, row.last_scored),
            (self.satisfied, row.last_satisfied),
            (self.last, row.last_decided),
        ):
            same = sa.and_(turn.c.conversation_id == row.conversation_id, turn.c.ordinal == ordinal)
            joined = joined.outerjoin(turn, same)
        joined = joined.outerjoin(self.cost, self.cost.c.conversation_id == row.conversation_id)
        given, rated = self.ratings.c, self.rated.c
        joined = joined.outerjoin(self.ratings, given.conversation_id == row.conversation_id)
        last = sa.and_(rated.conversation_id == row.conversation_id, rated.ordinal == given.last)
        return joined.outerjoin(self.rated, last)

    def rule(self) -> Column:
        """Return the rule by which the conversation was handed over; NULL where no turn did it."""
        return sa.func.nullif(self._write.json_text(self.handed.c.reply, "decision", "rule"), "")

    def first_answer_ms(self) -> Column:
        """Return how long the customer waited for the first answer: until it was asked for, and while it was made."""
        asked = self._write.milliseconds(self.answered.c.created_at) - self._spine.c.began_at
        return asked + self._write.json_number(self.answered.c.reply, "timings_ms", "total")

    def product(self) -> Column:
        """Return the first product of the document that the first answer cites first."""
        reply, products = self.answered.c.reply, sa.cast(s.revisions.c.products, sa.Text)
        cited = self._write.json_text(reply, "citations", 0, "document_id")
        named = self._write.json_text(reply, "citations", 0, "document")
        revision = sa.cast(self._write.json_text(reply, "citations", 0, "revision"), sa.Integer)
        # Replies from before citations had an id know the document by its name alone.
        same = sa.or_(
            s.documents.c.id == cited, sa.and_(sa.func.coalesce(cited, "") == "", s.documents.c.name == named)
        )
        return (
            sa.select(self._write.json_text(products, 0))
            .join(s.documents, s.documents.c.id == s.revisions.c.document_id)
            .where(same, s.revisions.c.number == revision)
            .order_by(s.documents.c.live.desc(), s.documents.c.id)
            .limit(1)
            .scalar_subquery()
        )


def _key(write: Expressions, at: _Turns, rows: Columns, by: Grouping | None) -> Column:
    if by == "day":
        return write.day(rows.began)
    known = {"intent": write.json_text(at.intent.c.reply, "signals", "intent"), "product": at.product()}
    return sa.literal("") if by is None else sa.func.coalesce(known[by], "")


def _first(row: Columns, which: Column) -> Column:
    return sa.func.min(sa.case((which, row.ordinal)))


def _last(row: Columns, which: Column) -> Column:
    return sa.func.max(sa.case((which, row.ordinal)))


def _any(which: Column) -> Column:
    return sa.func.max(sa.case((which, 1), else_=0))


def _count(which: Column) -> Column:
    return sa.func.sum(sa.case((which, 1), else_=0))
