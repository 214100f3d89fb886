"""Sums a gap up for those who read the list of them. Pure."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.learning.grouping import Group
from assistant.narrowing import asks
from assistant.privacy.finding import personal_in
from assistant.privacy.masking import hidden
from assistant.types import Gap, MissedQuestion, MissReason

SAMPLES = 5
TITLE_CHARS = 100
_ORDER = {"open": 0, "drafted": 1, "approved": 2, "dismissed": 3}


def summed_up(group: Group, document: str) -> Gap:
    """Return what people read of a gap; `document` is the name of the one that answers it, where it is still there."""
    record, questions = group.record, group.questions
    lost = record.state == "approved" and not document
    typical = most_typical(group)
    later = {one.conversation_id for one in questions if record.decided_at and one.asked_at > record.decided_at}
    return Gap(
        id=record.id,
        state="open" if lost else record.state,
        title=title_of(typical),
        size=len({one.asker for one in questions}),
        questions=len(questions),
        samples=tuple(dict.fromkeys(hidden(one.text) for one in typical))[:SAMPLES],
        first=min(one.asked_at for one in questions).date(),
        last=max(one.asked_at for one in questions).date(),
        reasons=_reasons(questions),
        answered=len({one.conversation_id for one in questions if one.answered}),
        owner=record.owner,
        document=document,
        again=len(later) if record.state == "approved" and not lost else 0,
    )


def in_order(gaps: Sequence[Gap]) -> list[Gap]:
    """Return gaps as a lead works through them: what is open first, the largest first, the newest first."""
    return sorted(gaps, key=lambda one: (_ORDER[one.state], -one.size, -one.last.toordinal(), one.id))


def most_typical(group: Group) -> list[MissedQuestion]:
    """Return the questions of a gap, those nearest to its middle first."""
    nearness = np.round(group.vectors @ group.vectors.mean(axis=0), 5)
    order = np.argsort(-nearness, kind="stable")
    return [group.questions[row] for row in order]


def title_of(typical: Sequence[MissedQuestion]) -> str:
    """Return the words of the most typical question that can stand as a heading, without personal details."""
    short = [one.text for one in typical if len(one.text) <= TITLE_CHARS and not personal_in(one.text)]
    chosen = next(filter(asks, short), None) or next(iter(short), None)
    if chosen is None:
        chosen = hidden(typical[0].text)
        chosen = chosen if len(chosen) <= TITLE_CHARS else f"{chosen[: TITLE_CHARS - 1].rsplit(' ', 1)[0]}…"
    return " ".join(chosen.split())


def _reasons(questions: Sequence[MissedQuestion]) -> dict[MissReason, int]:
    once = {(one.conversation_id, reason) for one in questions for reason in one.reasons}
    counts = Counter(reason for _, reason in once)
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
