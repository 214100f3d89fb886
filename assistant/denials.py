"""Headings that turn what stands below them into its opposite: below "Not covered" a list names what is not covered."""

import re

_VERBS = (
    r"(?:cover|includ|allow|possib|availab|permit|accept|eligib|valid|insur|refund|deliver|ship|return|repair|sold|sell"
    r"|appl|offer|take|paid|pay|guarante|entitl|qualif|suitabl|meant|exchang|reimburs|support)\w*"
)
_DENIES = re.compile(
    rf"(?:\b(?:not|never|cannot|can['’]t)|n['’]t)\s+(?:\w+\s+){{0,2}}?{_VERBS}"
    r"|\b(?:exclu(?:ded?|des|ding|sions?)|exempt(?:ed|ions?)?|prohibited|forbidden|banned|ineligible|non-?refundable)\b"
    r"|^\W*exceptions?\b|\bausgeschlossen\b|\bausnahmen?\b"
    r"|\bnicht\s+(?:\w+\s+){0,2}?(?:versicher|enthalt|gedeckt|abgedeckt|inbegriff|möglich|erlaubt|gestattet|zulässig"
    r"|erstatt|umtausch|liefer|verfügbar|gültig)\w*",
    re.IGNORECASE,
)
_BOTH = re.compile(r"\b(?:and|or|und|oder)\b|[,/&]", re.IGNORECASE)
"""A heading that says both sides, such as "What is covered and what is not", denies nothing."""

_NEGATED = re.compile(
    r"\b(?:not|no|never|none|without|except|cannot|exclu\w+|exempt\w*|forbidden|prohibited|nicht|kein\w*)\b"
    r"|\b(?:is|are|was|were|do|does|did|ca|wo|would|could|should|must|has|have)n['’]?t\b",
    re.IGNORECASE,
)


def denies(heading: str) -> bool:
    """Tell whether a heading says that what stands below it is not so; troubles ("Not charging") are no denials.

    Of a path, as "Cover > Not covered", the last part counts.
    """
    own = heading.rpartition(" > ")[2]
    found = _DENIES.search(own)
    return found is not None and not _BOTH.search(own[: found.start()])


def asks_what_is_not(question: str) -> bool:
    """Tell whether a question asks for what is not so."""
    return _NEGATED.search(question) is not None
