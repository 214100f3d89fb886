"""Tells of a message whether it calls for a person, and what it asks beside the call. By wording alone.

The call is read in the languages of `assistant.calling_abroad` too, what stands beside it in English.
"""

import re

from assistant.calling_abroad import wants_human_abroad
from assistant.narrowing import asks
from assistant.segmentation import sentences
from assistant.terms import terms

_PERSON = (
    r"(?:human|person|(?:live |real |support |service |customer (?:service|support) )?(?:agent|representative|rep)"
    r"|someone real|real one|supervisor|manager|somebody|someone|employee|staff|operator|people)"
)
_WANTS_HUMAN = re.compile(
    rf"\b(?:talk|speak|chat|connect(?: me)?|transfer(?: me)?|put me through|pass me|hand me)\b"
    rf"[^.?!]{{0,30}}\b{_PERSON}\b"
    rf"|\b(?:want|need|give me|get me|prefer|like)\b(?: to (?:talk|speak) (?:to|with))?\s+(?:an? |the |your |some )?"
    rf"(?:actual |real |live )?(?:human|agent|representative|supervisor|real person|person|manager|operator)\b"
    r"|(?<!not )(?<!n't )(?<!never )\b(?:(?:pass|hand) me (?:on|over)"
    r"|(?:transfer|connect) me\b(?=\W*(?:please|now|then)?\W*$)"
    r"|put me through(?! (?:hell|an?|all|this|so|such|the|it)\b))"
    rf"|(?:^|[.!?,])\W*(?:human|agent|representative|operator|real person|live chat)\W*(?:please|now)?\W*$"
    rf"|\b(?:not|no|stop)\b[^.?!]{{0,20}}\b(?:bot|robot|machine|chatbot)\b",
    re.IGNORECASE,
)
_ABOUT_PEOPLE = re.compile(r"\b(?:repair|sales|travel|price)\s+(?:agent|manager|representative)\b", re.IGNORECASE)

_WONDERING = r"(?:whether|if|who|whose|what|which|where|when|why|how)"
_JOINT = re.compile(
    r"(?:[,;:]|\s[-–—])\s*(?:(?:and|but|so|because|since|as)\s+)?"
    r"|\s+(?:and|but|so|because|since)\s+"
    rf"|\s+(?:about|on|to (?:ask|know|find out|tell me|explain)(?: about)?)\s+(?={_WONDERING}\b)",
    re.IGNORECASE,
)
"""Where a call for a person ends and the reason for it begins, within one sentence."""

_INDIRECT = re.compile(r"\W*(?:whether|if)\b", re.IGNORECASE)
_OF_PEOPLE = frozenset(
    terms(
        "agent answer anybody anyone bot chat chatbot even ever finally help human just listen machine manager nobody "
        "operator people person please real really reach representative robot somebody someone speak supervisor talk "
        "there wait"
    )
)
"""A question of these words alone asks for the person once more: "Is anybody there?"."""

LEAST_TERMS = 2
"""Beside a call for a person, a question of fewer words of meaning is part of the call: "Why is this so hard?"."""


def wants_human(text: str) -> bool:
    """Tell whether the customer asks for a person instead of the assistant."""
    is_called = bool(_WANTS_HUMAN.search(text)) or wants_human_abroad(text)
    return is_called and not _ABOUT_PEOPLE.search(text)


def asked_beside(text: str) -> str:
    """Return what a message that calls for a person asks beside that; empty where it only calls."""
    parts = [_without_call(text[start:end]) for start, end in sentences(text)]
    return " ".join(part for part in parts if part and _asks_something(part))


def _without_call(sentence: str) -> str:
    """Return what of a sentence stands before and after the call; empty where nothing does."""
    if not wants_human(sentence):
        return sentence
    ends = [0, *(end for one in _JOINT.finditer(sentence) for end in one.span()), len(sentence)]
    clauses = list(zip(ends[::2], ends[1::2], strict=True))
    calls = [number for number, (start, end) in enumerate(clauses) if wants_human(sentence[start:end])]
    if not calls:
        return ""
    before = sentence[: clauses[calls[0] - 1][1]] if calls[0] else ""
    after = sentence[clauses[calls[-1] + 1][0] :] if calls[-1] + 1 < len(clauses) else ""
    return max(before, after, key=lambda one: (_asks_something(one), len(one)))


def _asks_something(text: str) -> bool:
    telling = set(terms(text)) - _OF_PEOPLE
    return len(telling) >= LEAST_TERMS and (asks(text) or bool(_INDIRECT.match(text)))
