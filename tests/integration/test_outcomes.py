"""The outcomes that SQL counts, against a recount from the raw turns in plain Python that shares no code with it."""

import csv
import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.settings import Settings
from assistant.stores import Stores, open_stores, schema
from assistant.stores.outcome_facts import Span
from assistant.types import Citation, Decision, Grouping, Reply, Sentiment, Signals, Turn
from tests.homes import LendModel
from tests.program import output, run

START = datetime(2026, 11, 1, tzinfo=UTC)
AS_OF = START + timedelta(days=12)
DOCUMENTS = {"skerry.md": ["skerry", "skerry mini"], "returns.md": [], "norda.md": ["norda 300"]}
RULES = {"hand_over": ("asked for a person", "legal threat", ""), "other": ("answer", "no answer")}

Written = dict[str, Any]
History = list[list[Written]]


def citations(names: Sequence[str], *, by_id: bool) -> tuple[Citation, ...]:
    """Cite by the id of a document that has been renamed since, or as before citations had an id."""
    known = [{"document_id": name, "document": "renamed.md"} if by_id else {"document": name} for name in names]
    return tuple(
        Citation.model_validate({"marker": at, "title": "x", "revision": 1, "start": 0, "end": 1, "quote": "x", **one})
        for at, one in enumerate(known, start=1)
    )


@st.composite
def customer_turns(draw: st.DrawFn) -> Written:
    """One message of a customer and what came of it. Figures are binary fractions: any order of adding agrees."""
    eighths = st.integers(-8, 8).map(lambda part: part / 8)
    action = draw(st.sampled_from(("answer", "answer", "abstain", "offer_human", "clarify", "hand_over")))
    named = draw(st.lists(st.sampled_from(sorted(DOCUMENTS)), max_size=2)) if action == "answer" else []
    mood = Sentiment(label="neutral", score=draw(eighths))
    signals = Signals(
        sentiment=mood,
        conversation=mood,
        small_talk=draw(st.sampled_from((None, None, "thanks", "greeting"))) if action == "answer" else None,
        intent=draw(st.sampled_from((None, "refund", "delivery"))),
        satisfaction=draw(st.none() | st.integers(4, 20).map(lambda part: part / 4)),
    )
    rule = draw(st.sampled_from(RULES.get(action, RULES["other"])))
    return {
        "speaker": "customer",
        "status": draw(st.sampled_from(("complete", "complete", "complete", "failed", "cancelled", "pending"))),
        "feedback": draw(st.sampled_from((None, None, None, "like", "dislike"))),
        "action": action,
        "rule": rule,
        "citations": citations(named, by_id=draw(st.booleans())),
        "signals": signals,
        "total_ms": draw(st.integers(0, 40_000)) / 8,
        "cost": draw(st.sampled_from((None, "unpriced", 0.25, 0.5))),
        "button": draw(st.sampled_from((None, None, None, "waiting", "returned"))),
    }


AGENT = {"speaker": "agent"}


@st.composite
def histories(draw: st.DrawFn) -> History:
    """Some conversations; pauses lie on both sides of what is a return, to the millisecond and within one."""
    pauses = st.sampled_from(
        (
            timedelta(0),
            timedelta(microseconds=999),
            timedelta(seconds=59, microseconds=999_600),
            timedelta(minutes=30),
            timedelta(minutes=30, milliseconds=1),
            timedelta(days=1),
            timedelta(days=3),
            timedelta(days=3, milliseconds=1),
            timedelta(days=5),
        )
    )
    turns = st.one_of(customer_turns(), customer_turns(), customer_turns(), st.just(AGENT))
    stars = st.lists(st.integers(1, 5), max_size=3)
    told = []
    for _ in range(draw(st.integers(0, 5))):
        began = START + timedelta(hours=draw(st.integers(0, 72)), microseconds=draw(st.integers(0, 999_999)))
        at, written, owner = began, [], draw(st.sampled_from(("", "ana", "ana", "bob")))
        for one in draw(st.lists(turns, max_size=5)):
            written.append({**one, "at": at, "stars": draw(stars), "owner": owner})
            at += draw(pauses)
        told.append(written)
    return told


class Books:
    """Real stores, emptied before each history is written into them."""

    def __init__(self, stores: Stores) -> None:
        self.stores = stores
        with stores.database.write() as connection:
            for name, products in DOCUMENTS.items():
                _insert_document(connection, name, products)

    def write(self, history: History) -> None:
        with self.stores.database.write() as connection:
            for table in (schema.ratings, schema.spending, schema.handoff_events, schema.turns, schema.conversations):
                connection.execute(table.delete())
            for number, turns in enumerate(history):
                moment = turns[0]["at"] if turns else START
                opened = {"id": f"c{number}", "created_at": moment, "updated_at": moment, "state": "bot", "reason": ""}
                opened["customer"] = turns[0]["owner"] if turns else ""
                connection.execute(schema.conversations.insert().values(**opened))
                if turns and turns[0].get("button"):
                    connection.execute(schema.handoff_events.insert().values(_event(f"c{number}", turns[0])))
                for closing, score in enumerate(turns[0]["stars"] if turns else (), start=1):
                    given = {"conversation_id": f"c{number}", "ordinal": closing * 3, "score": score}
                    connection.execute(schema.ratings.insert().values(**given, comment="", at=moment))
                for ordinal, turn in enumerate(turns, start=1):
                    self._write_turn(connection, f"c{number}", ordinal, turn)

    def read(self) -> list[list[Turn]]:
        with self.stores.database.read() as connection:
            ids = connection.execute(sa.select(schema.conversations.c.id)).scalars().all()
        return [self.stores.conversations.turns(one) for one in sorted(ids)]

    def waited(self) -> set[str]:
        """Return the conversations that were put into the queue for a person."""
        chosen = sa.select(schema.handoff_events.c.conversation_id).where(schema.handoff_events.c.after == "waiting")
        with self.stores.database.read() as connection:
            return set(connection.execute(chosen).scalars())

    def came_back_elsewhere(self, days: int) -> set[str]:
        """Return the conversations after which a known customer began another, more than 30 minutes later."""
        said = {turns[0].conversation_id: turns for turns in self.read() if turns}
        begun = {
            name: whole_ms(next(one.created_at for one in turns if one.speaker == "customer"))
            for name, turns in said.items()
            if any(one.speaker == "customer" for one in turns)
        }
        ended = {name: max(whole_ms(one.created_at) for one in said[name]) for name in begun}
        owners = {name: self.stores.conversations.get(name).customer for name in begun}
        return {
            one
            for one in begun
            for other in begun
            if owners[one] and owners[one] == owners[other]
            if 30 * 60_000 < begun[other] - ended[one] <= days * 86_400_000
        }

    def rated(self) -> dict[str, list[int]]:
        """Return the ratings of each conversation, oldest first."""
        r, found = schema.ratings.c, defaultdict[str, list[int]](list)
        with self.stores.database.read() as connection:
            for one in connection.execute(sa.select(r.conversation_id, r.score).order_by(r.ordinal)):
                found[one.conversation_id].append(one.score)
        return found

    def spent(self) -> list[tuple[str, float | None]]:
        chosen = sa.select(schema.spending.c.conversation_id, schema.spending.c.cost_dollars)
        with self.stores.database.read() as connection:
            return [(row[0], row[1]) for row in connection.execute(chosen)]

    def _write_turn(self, connection: sa.Connection, conversation_id: str, ordinal: int, turn: Written) -> None:
        row: Written = {
            "id": f"{conversation_id}-{ordinal}",
            "conversation_id": conversation_id,
            "ordinal": ordinal,
            "created_at": turn["at"],
            "speaker": turn["speaker"],
            "question": "?",
            "status": turn.get("status", "complete"),
            "feedback": turn.get("feedback"),
        }
        if turn["speaker"] == "customer" and turn["status"] == "complete":
            reply = _reply(row, turn)
            score = turn["signals"].sentiment.score
            row |= {"reply": json.dumps(reply.model_dump()), "action": turn["action"], "sentiment": score}
        connection.execute(schema.turns.insert().values(**row))
        if turn.get("cost") is not None:
            cost = None if turn["cost"] == "unpriced" else turn["cost"]
            spent = {"turn_id": row["id"], "conversation_id": conversation_id, "created_at": turn["at"]}
            counts = dict.fromkeys(("prompt_tokens", "completion_tokens", "cached_tokens"), 1)
            connection.execute(schema.spending.insert().values(**spent, **counts, cost_dollars=cost, providers="x"))


def _event(conversation_id: str, turn: Written) -> Written:
    return {
        "conversation_id": conversation_id,
        "ordinal": 1,
        "event": "request",
        "before": "bot",
        "after": turn["button"],
        "cause": "customer",
        "reason": "",
        "agent": "",
        "at": turn["at"],
        "key": "1",
        "turns": [],
    }


def _reply(row: Written, turn: Written) -> Reply:
    return Reply(
        conversation_id=row["conversation_id"],
        turn_id=row["id"],
        text='“Ünïcode” {"json": [1]} \\u0000',
        citations=turn["citations"],
        decision=Decision(action=turn["action"], reason="So.", rule=turn["rule"]),
        signals=turn["signals"],
        responder="extractive",
        searched_for="",
        timings_ms={"total": turn["total_ms"]},
    )


def _insert_document(connection: sa.Connection, name: str, products: list[str]) -> None:
    revision = {column.name: "" for column in schema.revisions.c if isinstance(column.type, sa.String | sa.Text)}
    document = {"id": name, "source": name, "name": name, "live": True, "revision": 1}
    connection.execute(schema.documents.insert().values(document))
    connection.execute(
        schema.revisions.insert().values(
            revision | {"document_id": name, "number": 1, "products": products, "page_starts": [], "created_at": START}
        )
    )


# --- The recount: from turns as they are read, by the words of docs/outcomes.md ------------------------------------


def whole_ms(moment: datetime) -> int:
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000


def decided(turn: Turn) -> bool:
    return turn.speaker == "customer" and turn.status == "complete" and turn.reply is not None


def came_back(turns: Sequence[Turn], days: int) -> bool:
    for earlier, later in pairwise(turns):
        pause = whole_ms(later.created_at) - whole_ms(earlier.created_at)
        if later.speaker == "customer" and 30 * 60_000 < pause <= days * 86_400_000:
            return True
    return False


def recount_one(
    turns: Sequence[Turn], waited: set[str], again: set[str], stars: Sequence[int], days: int, by: Grouping | None
) -> Written | None:
    """Return the facts of one conversation, or None if no customer ever wrote in it."""
    own = [turn for turn in turns if turn.speaker == "customer"]
    if not own:
        return None
    replies = [(turn, cast("Reply", turn.reply)) for turn in turns if decided(turn)]
    answers = [(turn, reply) for turn, reply in replies if reply.citations]
    handing = [reply for _, reply in replies if reply.decision.action == "hand_over"]
    handed = bool(handing) or any(turn.speaker == "agent" for turn in turns) or turns[0].conversation_id in waited
    liked, disliked = (any(turn.feedback == kind for turn in turns) for kind in ("like", "dislike"))
    thanked = bool(answers) and any(
        reply.signals.small_talk == "thanks" and turn.ordinal > answers[0][0].ordinal for turn, reply in replies
    )
    helped = bool(answers) and not handed and not disliked
    confirmed = helped and (liked or thanked or stars[-1:] in ([4], [5]))
    back = came_back(turns, days) or turns[0].conversation_id in again
    left = helped and not confirmed and not back and replies[-1][1].decision.action == "answer"
    left = left and stars[-1:] not in ([1], [2])
    over = whole_ms(max(turn.created_at for turn in turns)) + days * 86_400_000 <= whole_ms(AS_OF)
    key = {None: "", "day": own[0].created_at.astimezone(UTC).date().isoformat()}
    key["intent"] = next((reply.signals.intent for _, reply in replies if reply.signals.intent), "")
    first = answers[0][1].citations[0] if answers else None
    products = DOCUMENTS[first.document_id or first.document] if first else []
    key["product"] = products[0] if products else ""
    wait = None
    if answers:
        turn, reply = answers[0]
        asked = whole_ms(turn.created_at) - whole_ms(own[0].created_at)
        wait = (asked + reply.timings_ms["total"]) / 1000
    moods = [reply.signals.sentiment.score for _, reply in replies]
    satisfied = [reply.signals.satisfaction for _, reply in replies if reply.signals.satisfaction is not None]
    return {
        "key": key[by],
        "began": own[0].created_at,
        "turns": len(replies),
        "answered": bool(answers),
        "abstained": sum(reply.decision.action in ("abstain", "offer_human") for _, reply in replies),
        "handed": handed,
        "reason": (handing[0].decision.rule if handing else "") or "button or agent" if handed else None,
        "confirmed": confirmed,
        "assumed": left and over,
        "undecided": left and not over,
        "recontacted": back,
        "wait": wait,
        "change": moods[-1] - moods[0] if len(moods) > 1 else None,
        "satisfaction": satisfied[-1] if satisfied else None,
        "liked": liked,
        "disliked": disliked,
        "stars": stars,
        "id": turns[0].conversation_id,
    }


def mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def nearest_rank(values: Sequence[float | None], share: float) -> float | None:
    known = sorted(value for value in values if value is not None)
    return round(known[max(0, math.ceil(round(share * len(known), 9)) - 1)], 4) if known else None


def recount(facts: Sequence[Written], spent: Sequence[tuple[str, float | None]], key: str) -> Written:
    """Return the figures of some conversations, as `assistant outcomes --json` gives them."""
    many, turns = len(facts), sum(one["turns"] for one in facts)
    ids = {one["id"] for one in facts}
    paid = [cost for conversation, cost in spent if conversation in ids]
    priced = [cost for cost in paid if cost is not None]
    stars = [score for one in facts for score in one["stars"]]

    def count(name: str) -> int:
        return sum(int(one[name]) for one in facts)

    def share(part: int, whole: int) -> float | None:
        return round(part / whole, 4) if whole else None

    return {
        "key": key,
        "conversations": many,
        "turns": turns,
        "answered": count("answered"),
        "handed_over": count("handed"),
        "handoff_share": share(count("handed"), many),
        "deflection": share(many - count("handed"), many),
        "handoff_reasons": dict(sorted(Counter(one["reason"] for one in facts if one["handed"]).items())),
        "resolved_confirmed": count("confirmed"),
        "resolved_assumed": count("assumed"),
        "undecided": count("undecided"),
        "resolution": share(count("confirmed") + count("assumed"), many),
        "recontacted": count("recontacted"),
        "recontact_share": share(count("recontacted"), many),
        "abstained_turns": count("abstained"),
        "abstention": share(count("abstained"), turns),
        "first_answer_seconds_p50": nearest_rank([one["wait"] for one in facts], 0.5),
        "first_answer_seconds_p95": nearest_rank([one["wait"] for one in facts], 0.95),
        "sentiment_change": mean([one["change"] for one in facts]),
        "liked": count("liked"),
        "disliked": count("disliked"),
        "satisfaction": mean([one["satisfaction"] for one in facts]),
        "csat": mean(stars),
        "csat_answers": len(stars),
        "csat_satisfied_share": share(len([one for one in stars if one in (4, 5)]), len(stars)),
        "cost_dollars": round(sum(priced), 4) if priced else None,
        "unpriced_turns": len(paid) - len(priced),
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    database = cast("str", request.getfixturevalue("postgresql_url")) if request.param == "postgresql" else ""
    stores = open_stores(Settings(home=tmp_path, database=database))
    yield Books(stores)
    stores.close()


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(histories(), st.sampled_from((None, "day", "intent", "product")), st.integers(1, 4), st.integers(0, 3))
def test_outcomes_equal_a_recount(books: Books, history: History, by: Grouping | None, days: int, first: int) -> None:
    books.write(history)
    since, until = START + timedelta(days=first), START + timedelta(days=3)
    report = books.stores.outcomes.measure(Span(since=since, until=until, recontact_days=days, as_of=AS_OF), by)
    told, waited, rated = json.loads(report.model_dump_json()), books.waited(), books.rated()
    again, said = books.came_back_elsewhere(days), [turns for turns in books.read() if turns]
    facts = [recount_one(turns, waited, again, rated[turns[0].conversation_id], days, by) for turns in said]
    counted = [one for one in facts if one is not None]
    counted = [one for one in counted if since <= one["began"] < until]
    spent = books.spent()
    assert told["total"] == recount(counted, spent, "")
    keys = sorted({one["key"] for one in counted}) if by is not None else []
    assert told["groups"] == [recount([one for one in counted if one["key"] == key], spent, key) for key in keys]


def test_a_customer_who_comes_back_elsewhere_or_gives_few_stars_was_not_helped(books: Books) -> None:
    calm = Sentiment(label="neutral", score=0)
    answered: Written = {
        "speaker": "customer",
        "status": "complete",
        "action": "answer",
        "rule": "",
        "total_ms": 1.0,
        "stars": [],
        "citations": citations(["norda.md"], by_id=True),
        "signals": Signals(sentiment=calm, conversation=calm),
    }
    times = (0, 24, 26, 0, 26)
    owners = ("ana", "ana", "bob", "", "")
    told = [
        [{**answered, "at": START + timedelta(hours=hours), "owner": owner}]
        for hours, owner in zip(times, owners, strict=True)
    ]
    told[2][0]["stars"] = [5, 2]
    books.write(told)
    total = books.stores.outcomes.measure(Span(since=None, until=None, recontact_days=3, as_of=AS_OF)).total
    assert (total.conversations, total.recontacted, total.resolved_assumed, total.resolved_confirmed) == (5, 1, 3, 0)


def test_the_command_prints_and_writes_what_was_counted(tmp_path: Path, lend_model: LendModel) -> None:
    lend_model(tmp_path / "var")
    (tmp_path / "docs").mkdir()
    text = "---\nproducts: [Norda 300]\n---\n# Returns\n\nYou can return headphones within 30 days of delivery.\n"
    (tmp_path / "docs" / "returns.md").write_text(text, encoding="utf-8")
    output(tmp_path, "ingest", "docs")
    asked = output(tmp_path, "ask", "How long can I return headphones?")
    output(tmp_path, "ask", "Thanks!", "--conversation", asked["conversation_id"])
    output(tmp_path, "ask", "I want to talk to a human")
    report = output(tmp_path, "outcomes", "--by", "product", "--csv", "out/o.csv", "--parquet", "out/o.parquet")
    total = report["total"]
    assert (total["conversations"], total["deflection"], total["resolved_confirmed"]) == (2, 0.5, 1)
    assert [one["key"] for one in report["groups"]] == ["", "norda 300"]
    today = date.today().isoformat()
    assert output(tmp_path, "outcomes", "--since", today, "--until", today, "--by", "day")["total"] == total
    assert output(tmp_path, "outcomes", "--until", "2020-01-01")["total"]["conversations"] == 0
    with (tmp_path / "out" / "o.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == ["", "norda 300"]
    assert (rows[1]["resolved_confirmed"], rows[1]["csat"]) == ("1", "")
    assert json.loads(rows[0]["handoff_reasons"]) == {"asked for a person, calmly": 1}
    table = pq.read_table(tmp_path / "out" / "o.parquet").to_pylist(maps_as_pydicts="strict")
    assert table == report["groups"]
    assert "deflection" in run(tmp_path, "outcomes").stdout
    assert run(tmp_path, "outcomes", "--since", "yesterday").returncode == 2
