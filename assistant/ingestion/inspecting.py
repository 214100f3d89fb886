"""Why a passage must be held back from search, in words for the person who may release it."""

from assistant.hygiene.instructions import instructions_in


def reason_to_hold(text: str) -> str:
    """Return why a passage is held back: it speaks to the model; empty where it does not."""
    return "; ".join(dict.fromkeys(finding.why for finding in instructions_in(text)))
