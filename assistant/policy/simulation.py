"""What another policy would have decided in conversations that were had."""

from collections.abc import Iterable
from functools import partial

from assistant.policy.rules import Policy
from assistant.types import Action, Circumstances, Decision, Priority, Signals, Tone, Turn, Value

EXAMPLES = 3
"""How many questions are shown for each kind of change."""

SHOWN_CHARS = 200


class Verdict(Value):
    """What a decision comes to for the customer and the team, without its reason."""

    action: Action
    priority: Priority
    tone: Tone

    def __str__(self) -> str:
        return f"{self.action} ({self.priority} priority, {self.tone})"


class Example(Value):
    """A turn that would be decided otherwise; `rule_before` is empty where the reply did not keep it."""

    conversation_id: str
    turn_id: str
    question: str
    rule_before: str
    rule_after: str


class Shift(Value):
    """All turns whose verdict changes from one thing to another."""

    before: Verdict
    after: Verdict
    turns: int
    examples: tuple[Example, ...]


class Simulation(Value):
    """What would change. `turns` are those that were decided; the rest of the counts add up to it.

    Of `unsearched` nothing was searched then and the policy wants evidence now; `unrecorded` are from before the
    circumstances of a decision were kept. Neither can be decided anew.
    """

    turns: int
    same: int
    changed: int
    unsearched: int
    unrecorded: int
    shifts: tuple[Shift, ...]


def simulate(policy: Policy, turns: Iterable[Turn]) -> Simulation:
    """Decide stored turns anew, and tell what comes out otherwise, the most frequent change first.

    An answer that the assistant did not try to write then may turn out to be unsupported; such turns count as answered.
    """
    counts = dict.fromkeys(("same", "changed", "unsearched", "unrecorded"), 0)
    shifts: dict[tuple[Verdict, Verdict], list[Example]] = {}
    tally: dict[tuple[Verdict, Verdict], int] = {}
    for turn in turns:
        if turn.reply is None:
            continue
        before, circumstances = turn.reply.decision, turn.reply.circumstances
        after = None if circumstances is None else decide_again(policy, turn.reply.signals, circumstances)
        if after is None:
            counts["unrecorded" if circumstances is None else "unsearched"] += 1
            continue
        kind = (_verdict(before), _verdict(after))
        if kind[0] == kind[1]:
            counts["same"] += 1
            continue
        counts["changed"] += 1
        tally[kind] = tally.get(kind, 0) + 1
        examples = shifts.setdefault(kind, [])
        if len(examples) < EXAMPLES:
            examples.append(_example(turn, before, after))
    ordered = sorted(tally, key=lambda kind: -tally[kind])
    return Simulation(
        turns=sum(counts.values()),
        shifts=tuple(
            Shift(before=kind[0], after=kind[1], turns=tally[kind], examples=tuple(shifts[kind])) for kind in ordered
        ),
        **counts,
    )


def decide_again(policy: Policy, signals: Signals, circumstances: Circumstances) -> Decision | None:
    """Return what a policy decides where a turn ended; None where it wants a search that there was not.

    It is gone through as in the turn: before the search, after it, and where nothing in the answer was supported.
    """
    decide = partial(policy.decide, signals, without=circumstances.refused)
    early = circumstances.model_copy(update={"stage": "unsearched", "evidence": None})
    decision = decide(early)
    if decision is not None or circumstances.stage == "unsearched":
        return decision
    if circumstances.stage != "unsupported":
        return decide(circumstances)
    searched = decide(circumstances.model_copy(update={"stage": "searched"}))
    tried = searched is None or searched.action == "answer"
    return decide(circumstances) if tried else searched


def _verdict(decision: Decision) -> Verdict:
    return Verdict(action=decision.action, priority=decision.priority, tone=decision.tone)


def _example(turn: Turn, before: Decision, after: Decision) -> Example:
    return Example(
        conversation_id=turn.conversation_id,
        turn_id=turn.id,
        question=turn.question[:SHOWN_CHARS],
        rule_before=before.rule,
        rule_after=after.rule,
    )
