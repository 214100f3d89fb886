"""What happens to a turn, decided from signals and evidence alone. Pure: no model, no clock, no state."""

from assistant.types import ConversationState, Decision, Evidence, Signals

UPSET = -0.35
"""Sentiment at or below this is treated as an upset customer, in a message or over a conversation."""


def is_upset(signals: Signals) -> bool:
    """Tell whether the customer is upset now, or has been over the conversation."""
    return min(signals.sentiment.score, signals.conversation.score) <= UPSET


def decide(signals: Signals, evidence: Evidence, state: ConversationState, informative_terms: int) -> Decision:
    """Choose the action of a turn; the reason is one sentence for staff.

    `informative_terms` counts the words of the standalone question that carry meaning.
    """
    if state is not ConversationState.BOT:
        return Decision(action="hand_over", reason="A person already has, or is about to take, this conversation.")
    if signals.wants_human:
        return Decision(action="hand_over", reason="The customer asked for a person.")
    if signals.small_talk is not None:
        return Decision(action="answer", reason=f"Small talk ({signals.small_talk}) needs no evidence.")
    if evidence.confidence >= evidence.needed:
        return Decision(action="answer", reason=_confident(evidence))
    return _without_evidence(signals, evidence, informative_terms)


def after_failed_grounding(signals: Signals) -> Decision:
    """Choose what to do when no sentence of any responder could be tied to a source."""
    if is_upset(signals):
        return Decision(action="offer_human", reason="No sentence was supported, and the customer is upset.")
    return Decision(action="abstain", reason="No sentence of the draft answer was supported by a source.")


def without_search() -> Decision:
    """Choose what to do when the knowledge base cannot be searched at all."""
    return Decision(action="offer_human", reason="The knowledge base could not be searched; see the log.")


def _without_evidence(signals: Signals, evidence: Evidence, informative_terms: int) -> Decision:
    if is_upset(signals):
        return Decision(action="offer_human", reason=f"The customer is upset and {_weak(evidence)}")
    if informative_terms == 0:
        return Decision(action="clarify", reason="The message names nothing that can be looked up.")
    return Decision(action="abstain", reason=_weak(evidence).capitalize())


def _confident(evidence: Evidence) -> str:
    return f"The passages cover the question ({_figures(evidence)})."


def _weak(evidence: Evidence) -> str:
    missing = f"; no document mentions {', '.join(evidence.missing)}" if evidence.missing else ""
    return f"the evidence is weak ({_figures(evidence)}{missing})."


def _figures(evidence: Evidence) -> str:
    because = f": {evidence.because}" if evidence.because else ""
    return f"confidence {evidence.confidence:.2f}, needed {evidence.needed:.2f}{because}"
