"""Builds what an agent is given with a conversation. Pure, and without a model: it cites, and makes nothing up."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from assistant.calling import asked_beside
from assistant.privacy.finding import personal_in
from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import (
    Attempt,
    Conversation,
    Customer,
    CustomerFact,
    HandoffEvent,
    HandoffPack,
    HandoffRecord,
    MoodPoint,
    Quotation,
    Reply,
    ShownSource,
    Turn,
)

SUMMARY_SENTENCES = 4
MAX_SENTENCE_CHARS = 300
LEAST_TERMS = 2
"""A message with fewer words of meaning, such as "hello?", asks nothing."""

KINDS = frozenset({"email", "phone", "order", "name"})
"""What an agent needs of what is personal; numbers of cards and accounts stay in the transcript."""

UNANSWERED = frozenset({"abstain", "offer_human", "hand_over"})
_BEGUN = frozenset({HandoffEvent.REQUEST, HandoffEvent.ESCALATE})


def build_pack(
    conversation: Conversation,
    turns: Sequence[Turn],
    log: Sequence[HandoffRecord],
    customer: Customer | None = None,
) -> HandoffPack:
    """Return the pack of a conversation, from its turns and its log, oldest first, and from whose it is."""
    said = [turn for turn in turns if turn.speaker == "customer"]
    replied = [(turn, turn.reply) for turn in said if turn.reply is not None]
    signals = [reply.signals for _, reply in replied]
    risks = {risk: None for one in signals for risk in one.risks}
    return HandoffPack(
        conversation_id=conversation.id,
        state=conversation.state,
        reason=conversation.reason,
        began_at=conversation.created_at,
        waiting_since=conversation.waiting_since,
        handed_over=sum(one.event in _BEGUN for one in log),
        summary=summarize(said),
        open_question=open_question(turns),
        mood=tuple(
            MoodPoint(turn=turn.ordinal, score=reply.signals.sentiment.score, frustration=reply.signals.frustration)
            for turn, reply in replied
        ),
        tried=tuple(_attempt(turn, reply) for turn, reply in replied if reply.responder != "handoff"),
        sources=_sources([reply for _, reply in replied]),
        facts=_facts(said),
        language=next((one.language for one in reversed(signals) if one.language), ""),
        urgency=max((one.urgency for one in signals), default=0.0),
        risks=tuple(risks),
        customer=customer and customer.model_copy(update={"consents": ()}),
    )


def summarize(said: Sequence[Turn]) -> tuple[Quotation, ...]:
    """Return the customer's sentences that tell most, in the order in which they were said.

    A sentence counts by how much of what the customer talks about it holds, and more where it gives a figure or is the
    first; one that only says again what a chosen one says is passed over. (Sum of term frequencies, after Luhn, 1958.)
    """
    spans = [one for turn in said for one in _sentences(turn)]
    weights = Counter(term for one in spans for term in _meaning(one.quote))
    left, chosen, covered = list(spans), list[Quotation](), set[str]()
    while left and len(chosen) < SUMMARY_SENTENCES:
        best = max(left, key=lambda one: _worth(one, weights, covered, first=one is spans[0]))
        if _worth(best, weights, covered, first=best is spans[0]) <= 0:
            break
        left.remove(best)
        chosen.append(best)
        covered |= _meaning(best.quote)
    return tuple(sorted(chosen, key=lambda one: (one.turn, one.start)))


def open_question(turns: Sequence[Turn]) -> Quotation | None:
    """Return the last message that asks something and was not answered; the last that asks, where all were."""
    said = [turn for turn in turns if turn.speaker == "customer" and not _only_calls(turn)]
    asked = [turn for turn in said if len(_meaning(turn.question)) >= LEAST_TERMS]
    answered = max((turn.ordinal for turn in turns if turn.speaker == "agent"), default=0)
    unanswered = [turn for turn in asked if turn.ordinal > answered and _is_open(turn)]
    chosen = next(reversed(unanswered or asked), None)
    return None if chosen is None else _whole(chosen)


def _is_open(turn: Turn) -> bool:
    return turn.reply is None or turn.reply.decision.action in UNANSWERED or turn.feedback == "dislike"


def _only_calls(turn: Turn) -> bool:
    """Tell whether a message asks for a person, and for nothing else."""
    return turn.reply is not None and turn.reply.signals.wants_human and not asked_beside(turn.question)


def _whole(turn: Turn) -> Quotation:
    return Quotation(turn=turn.ordinal, start=0, end=len(turn.question), quote=turn.question)


def _sentences(turn: Turn) -> list[Quotation]:
    text = turn.question
    cut = [(start, min(end, start + MAX_SENTENCE_CHARS)) for start, end in sentences(text)]
    return [Quotation(turn=turn.ordinal, start=start, end=end, quote=text[start:end]) for start, end in cut]


def _meaning(text: str) -> set[str]:
    return set(terms(text))


def _worth(one: Quotation, weights: Counter[str], covered: set[str], *, first: bool) -> float:
    new = _meaning(one.quote) - covered
    figures = 2 if any(char.isdigit() for char in one.quote) else 0
    return sum(weights[term] for term in new) + (figures + 2 * first if new else 0)


def _attempt(turn: Turn, reply: Reply) -> Attempt:
    return Attempt(
        turn=turn.ordinal,
        question=reply.searched_for or turn.question,
        action=reply.decision.action,
        reason=reply.decision.reason,
        documents=tuple(dict.fromkeys(one.document for one in reply.citations)),
    )


def _sources(replies: Sequence[Reply]) -> tuple[ShownSource, ...]:
    cited = sorted(
        (one for reply in replies for one in reply.citations), key=lambda one: (one.document, one.revision, one.start)
    )
    groups = [
        list(group) for _, group in groupby(cited, key=lambda one: (one.document, one.revision, one.start, one.end))
    ]
    return tuple(
        ShownSource(
            document=group[0].document,
            title=group[0].title,
            revision=group[0].revision,
            quote=group[0].quote,
            times=len(group),
        )
        for group in groups
    )


def _facts(said: Sequence[Turn]) -> tuple[CustomerFact, ...]:
    found = {
        (one.kind, turn.question[one.start : one.end]): turn.ordinal
        for turn in reversed(said)
        for one in personal_in(turn.question)
        if one.kind in KINDS
    }
    facts = [CustomerFact(kind=kind, value=value, turn=turn) for (kind, value), turn in found.items()]
    return tuple(sorted(facts, key=lambda one: (one.turn, one.kind, one.value)))
