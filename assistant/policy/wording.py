"""The reason of a decision in one sentence for staff: a rule's own, with what was measured filled in."""

import re

from assistant.types import Circumstances, Evidence, Signals

_BLANK = re.compile(r"\{(\w+)\}")

BLANKS = ("choices", "emotion", "figures", "intent", "missing", "risks", "segment", "signs", "small_talk")
"""What a rule's `why` may have filled in."""


def unknown_blanks(why: str) -> list[str]:
    """Return the blanks of a rule's `why` that nothing is known for."""
    return [one for one in _BLANK.findall(why) if one not in BLANKS]


def fill(why: str, signals: Signals, circumstances: Circumstances) -> str:
    """Return a rule's `why` with its blanks filled in."""
    evidence = circumstances.evidence or Evidence()
    told = {
        "choices": ", ".join(evidence.choices),
        "emotion": signals.emotion,
        "figures": _figures(evidence),
        "intent": signals.intent or "",
        "missing": f"; no document mentions {', '.join(evidence.missing)}" if evidence.missing else "",
        "risks": ", ".join(one.replace("_", "-") for one in signals.risks),
        "segment": circumstances.segment,
        "signs": f" ({', '.join(signals.because)})" if signals.because else "",
        "small_talk": signals.small_talk or "",
    }
    return _BLANK.sub(lambda match: told[match[1]], why)


def _figures(evidence: Evidence) -> str:
    because = f": {evidence.because}" if evidence.because else ""
    return f"confidence {evidence.confidence:.2f}, needed {evidence.needed:.2f}{because}"
