"""Sums a gap up for those who read the list of them. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.ingestion.inspecting import reason_to_hold
from assistant.learning.grouping import Group
from assistant.narrowing import asks
from assistant.privacy.finding import personal_in
from assistant.privacy.masking import hidden
from assistant.types import Gap, MissedQuestion, MissReason

SAMPLES = 5
TITLE_CHARS = 100
ALIKE = 4
SAME_WORDS = 0.9
"""Cosine from which on two questions differ in little but their spelling."""

_POINTS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those|one|ones)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"://|\bwww\.|\w\.\w+/", re.IGNORECASE)
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
    """Return the words of the most typical question that can stand as a heading, without personal details.

    One that names what it is about is taken before one that points at something: "Are they waterproof?"
    """
    short = [one.text for one in typical if presentable(one.text)]
    asking = [one for one in short if asks(one)]
    naming = (one for one in asking[:SAMPLES] if not _POINTS.search(one))
    chosen = next(naming, None) or next(iter((*asking, *short)), None)
    if chosen is None:
        chosen = hidden(typical[0].text)
        chosen = chosen if len(chosen) <= TITLE_CHARS else f"{chosen[: TITLE_CHARS - 1].rsplit(' ', 1)[0]}…"
    return _heading(chosen)


def asked_otherwise(group: Group, title: str) -> list[str]:
    """Return some questions that ask the same as the title in words as different as can be.

    An article that holds them too is found by those who choose their words.
    """
    asked = [(_heading(one.text), row) for row, one in enumerate(group.questions) if asks(one.text)]
    fit = [(text, group.vectors[row]) for text, row in asked if presentable(text)]
    chosen = [vector for text, vector in fit if text == title][:1] or [group.vectors.mean(axis=0)]
    told: list[str] = []
    while len(told) < ALIKE and fit:
        likeness = [(round(max(float(one @ vector) for one in chosen), 5), text) for text, vector in fit]
        nearest, text = min(likeness)
        if nearest >= SAME_WORDS:
            break
        told.append(text if text.endswith("?") else f"{text}?")
        chosen.append(next(vector for one, vector in fit if one == text))
    return told


def presentable(question: str) -> bool:
    """Tell whether a customer's words may stand in an article: short, nothing personal, no address, no order."""
    plain = len(question) <= TITLE_CHARS and not _ADDRESS.search(question)
    return plain and not personal_in(question) and not reason_to_hold(question)


def _heading(text: str) -> str:
    words = " ".join(text.split())
    return words[:1].upper() + words[1:]


def _reasons(questions: Sequence[MissedQuestion]) -> dict[MissReason, int]:
    once = {(one.conversation_id, reason) for one in questions for reason in one.reasons}
    counts = Counter(reason for _, reason in once)
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
