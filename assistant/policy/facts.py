"""What rules look at: one fact for each field of a condition."""

from collections.abc import Mapping
from enum import Enum

from assistant.types import Circumstances, Signals


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN = _Unknown.UNKNOWN
"""Of what only a search can tell, before there was one. None, in contrast, is something that there is not."""

Facts = Mapping[str, object]


def facts_of(signals: Signals, circumstances: Circumstances) -> Facts:
    """Return the facts of a turn by the names that `policy.yaml` has for them."""
    own: dict[str, object] = {
        "sentiment": signals.sentiment.score,
        "mood": signals.conversation.score,
        "frustration": signals.frustration,
        "urgency": signals.urgency,
        "satisfaction": signals.satisfaction,
        "emotion": signals.emotion,
        "wants_human": signals.wants_human,
        "risk": signals.risks,
        "matter": signals.matters,
        "small_talk": signals.small_talk,
        "language": signals.language,
        "intent": signals.intent,
        "asks": circumstances.asks,
        "state": circumstances.state,
        "stage": circumstances.stage,
        "abstentions": circumstances.abstentions,
        "clarifications": circumstances.clarifications,
        "segment": circumstances.segment,
        "signed_in": circumstances.signed_in,
        "consent": circumstances.allows,
        "open": circumstances.open,
    }
    return own | _of_the_search(circumstances)


def _of_the_search(circumstances: Circumstances) -> dict[str, object]:
    evidence = circumstances.evidence
    if evidence is None:
        return {"confident": UNKNOWN, "confidence": UNKNOWN, "missing": UNKNOWN, "terms": UNKNOWN, "choices": UNKNOWN}
    return {
        "confident": evidence.confidence >= evidence.needed,
        "confidence": evidence.confidence,
        "missing": bool(evidence.missing),
        "terms": circumstances.terms,
        "choices": len(evidence.choices),
    }
