"""Which messages count as missed, and what is told of a gap."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from assistant.learning.grouping import Group
from assistant.learning.listing import in_order, summed_up, title_of
from assistant.learning.misses import missed_in
from assistant.ports import Troubled
from assistant.records import ERASED
from assistant.types import (
    Circumstances,
    Citation,
    Decision,
    GapRecord,
    MissedQuestion,
    Reply,
    Sentiment,
    Signals,
    Stage,
    Turn,
)

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
CALM = Sentiment(label="neutral", score=0)
CITED = Citation(marker=1, document="a.md", title="A", revision=1, start=0, end=4, quote="Yes.")


def turn(ordinal: int, question: str, action: str | None = "answer", **more: Any) -> Turn:  # noqa: ANN401 - of a turn
    signals = {name: more.pop(name) for name in ("wants_human", "risks", "small_talk", "matters") if name in more}
    stage: Stage = more.pop("stage", "searched")
    reply = None
    if action is not None:
        reply = Reply(
            conversation_id="c",
            turn_id=f"t{ordinal}",
            text="Yes. [1]" if action == "answer" else "Sorry.",
            citations=(CITED,) if action == "answer" else (),
            decision=Decision.model_validate({"action": action, "reason": ""}),
            signals=Signals(sentiment=CALM, conversation=CALM, **signals),
            responder="",
            searched_for=more.pop("searched_for", question),
            timings_ms={},
            circumstances=Circumstances(stage=stage),
        )
    values = {"speaker": "customer", "status": "complete"} | more
    return Turn(
        id=f"t{ordinal}",
        conversation_id="c",
        ordinal=ordinal,
        created_at=NOON + timedelta(minutes=ordinal),
        question=question,
        reply=reply,
        **values,
    )


def agent(ordinal: int, text: str = "We do.") -> Turn:
    return turn(ordinal, text, None, speaker="agent")


def missed(
    *turns: Turn, rating: int | None = None, called: datetime | None = None
) -> dict[int, tuple[tuple[str, ...], bool]]:
    found = missed_in(Troubled(turns, rating=rating, called=called))
    return {one.ordinal: (one.reasons, one.answered) for one in found}


def test_what_was_answered_and_liked_is_not_missed() -> None:
    assert missed(turn(1, "How long is the warranty?"), turn(2, "And delivery to Spain?")) == {}


def test_what_had_no_answer_is_missed() -> None:
    turns = (turn(1, "Do you wrap gifts?", "abstain"), turn(2, "Do you engrave names?", "offer_human"))
    assert missed(*turns) == {1: (("abstained",), False), 2: (("abstained",), False)}


def test_a_failure_of_ours_is_told_apart() -> None:
    failed = turn(1, "Do you wrap gifts?", None, status="failed")
    unsearched = turn(2, "Do you wrap gifts?", "offer_human", stage="unsearchable")
    assert missed(failed, unsearched) == {1: (("unanswered",), False), 2: (("unanswered",), False)}


def test_dislikes_and_low_ratings_count_for_what_was_answered() -> None:
    disliked = turn(1, "Do you wrap gifts?", feedback="dislike")
    assert missed(disliked) == {1: (("disliked",), False)}
    answered = turn(1, "Do you wrap gifts?")
    assert missed(answered, rating=2) == {1: (("disliked",), False)}
    assert missed(answered, rating=3) == {}
    assert missed(answered, turn(2, "A person please", "hand_over", wants_human=True), agent(3), rating=1)[1] == (
        ("handed_over",),
        True,
    )


def test_the_question_before_a_person_came_is_missed_and_answered_by_them() -> None:
    turns = (
        turn(1, "How long is the warranty?"),
        turn(2, "Do you wrap gifts?", "abstain"),
        turn(3, "Let me talk to a human", "hand_over", wants_human=True),
        agent(4),
    )
    assert missed(*turns) == {2: (("abstained", "handed_over"), True)}
    assert missed(turns[0], agent(2)) == {1: (("handed_over",), True)}, "taken without having been asked for"


def test_a_call_that_holds_the_question_is_the_question() -> None:
    call = "Can I speak to a human? I need to know whether you ship to Peru"
    turns = (turn(1, "How long is the warranty?"), turn(2, call, "hand_over", wants_human=True, searched_for=""))
    [found] = missed_in(Troubled((*turns, agent(3))))
    assert (found.ordinal, found.text) == (2, "I need to know whether you ship to Peru")
    assert (found.reasons, found.answered) == (("handed_over",), True)


def test_a_call_alone_leads_to_the_question_before_it() -> None:
    call = turn(2, "Can I speak to a human? Is anybody there?", "hand_over", wants_human=True, searched_for="")
    [found] = missed_in(Troubled((turn(1, "Do you ship to Peru?"), call)))
    assert (found.ordinal, found.text, found.reasons) == (1, "Do you ship to Peru?", ("handed_over",))
    assert missed(turn(1, "Hello there", small_talk="greeting"), call) == {}


def test_a_call_that_is_only_answered_with_an_offer_keeps_its_question() -> None:
    offered = turn(1, "I want a human, do you ship to Peru?", "offer_human", wants_human=True, searched_for="")
    [found] = missed_in(Troubled((offered,)))
    assert (found.text, found.reasons) == ("do you ship to Peru?", ("abstained",))


def test_the_button_counts_as_a_call_for_a_person() -> None:
    turns = (turn(1, "How long is the warranty?"), turn(2, "Do you wrap gifts?"), turn(3, "And can you engrave it?"))
    assert missed(*turns, called=NOON + timedelta(minutes=2.5)) == {2: (("handed_over",), False)}
    assert missed(*turns, called=NOON + timedelta(hours=1)) == {3: (("handed_over",), False)}


def test_what_is_asked_while_people_have_it_is_theirs_to_answer() -> None:
    turns = (agent(1), turn(2, "And can you wrap it?", "hand_over"), turn(3, "here is my order 12345678", "hand_over"))
    assert missed(*turns, agent(4)) == {2: (("handed_over",), True)}


@pytest.mark.parametrize(
    "message",
    [
        turn(1, "hello??", "abstain"),
        turn(1, "Let me talk to a human", "hand_over", wants_human=True),
        turn(1, "My lawyer will write to you about this order", "hand_over", risks=("legal",)),
        turn(1, "Thanks for the quick answer", "abstain", small_talk="thanks"),
        turn(1, "My e-mail is ana@example.com", "offer_human", matters=("contact",)),
        turn(1, ERASED, "abstain"),
        turn(1, "Do you wrap gifts?", None, status="pending"),
        turn(1, "Do you wrap gifts?", None, status="cancelled"),
    ],
    ids=lambda one: one.question,
)
def test_what_no_document_could_answer_is_not_missed(message: Turn) -> None:
    assert missed(message) == {}


def test_a_follow_up_is_told_with_what_it_is_about() -> None:
    said = turn(1, "and in red??", "abstain", searched_for="Do you sell gift boxes? | and in red?")
    [found] = missed_in(Troubled((said,), customer="c-7"))
    assert (found.text, found.asker) == ("Do you sell gift boxes? and in red?", "c-7")


def group(*texts: str, record: GapRecord | None = None, **more: object) -> Group:
    questions = tuple(
        MissedQuestion.model_validate(
            {
                "turn_id": f"t{number}",
                "conversation_id": f"c{number}",
                "asker": f"c{number}",
                "ordinal": 1,
                "asked_at": NOON + timedelta(days=number),
                "text": text,
                "reasons": ("abstained",),
                **more,
            }
        )
        for number, text in enumerate(texts)
    )
    return Group(record or GapRecord(id="g", created_at=NOON), questions, np.eye(len(texts), dtype=np.float32))


def test_a_gap_is_summed_up_without_personal_details() -> None:
    gap = summed_up(group("My name is Anna Berg, do you wrap gifts?", "Do you wrap gifts?", asker="c-7"), "")
    assert (gap.size, gap.questions, gap.reasons, gap.answered) == (1, 2, {"abstained": 2}, 0)
    assert gap.title == "Do you wrap gifts?"
    assert "Berg" not in " ".join(gap.samples)
    assert (gap.first.isoformat(), gap.last.isoformat()) == ("2026-11-28", "2026-11-29")


def test_a_title_is_short_and_holds_nothing_personal() -> None:
    long = "Hello, " + "I bought a speaker and " * 10
    assert title_of(group(long).questions).endswith("…")
    assert len(title_of(group(long).questions)) <= 100
    assert title_of(group(long, "gift wrapping", "Do you wrap gifts?").questions) == "Do you wrap gifts?"
    assert title_of(group("write to anna@berg.example").questions) == "Write to [EMAIL_1]"


def test_what_was_approved_and_lost_its_document_is_open_again() -> None:
    record = GapRecord(id="g", state="approved", created_at=NOON, decided_at=NOON + timedelta(hours=1))
    assert summed_up(group("Do you wrap gifts?", record=record), "").state == "open"
    kept = summed_up(group("Do you wrap gifts?", "Do you wrap them?", record=record), "gap-g.md")
    assert (kept.state, kept.again) == ("approved", 1)


def test_a_lead_reads_what_is_open_and_large_first() -> None:
    one, two = summed_up(group("Do you wrap gifts?"), ""), summed_up(group("a", "b"), "")
    done = two.model_copy(update={"state": "dismissed", "size": 9})
    assert in_order([done, one, two]) == [two, one, done]
