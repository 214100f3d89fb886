"""Completes a follow-up that only names another thing: "And to Norway?" after "What does delivery to Austria cost?"."""

import re
from collections.abc import Sequence

_LEAD = re.compile(
    r"^\W*(?:(?:and|or|but|so|then|ok|okay|oh|no|sorry|also|what about|how about|i meant?|rather)\b[\s,.:!]*)+",
    re.IGNORECASE,
)
_POINTS = re.compile(r"^(?:(?:to|for|in|with|from|on|of|at|by|about|the|my|your|a|an)\s+)+", re.IGNORECASE)
_NAME = r"(?!I\b)[A-Z][\w’'-]*(?:\s+(?:[A-Z][\w’'-]*|\d\w*))*"
_ONLY_NAME = re.compile(rf"({_NAME})\W*")
_NAMED = re.compile(rf"(?<=[\w,;’'] ){_NAME}")
_TOWARDS = re.compile(r"\b(?:to|in|from|within)\s+(?:the\s+)?$", re.IGNORECASE)
_AFTER_THE = re.compile(r"\bthe\s+$", re.IGNORECASE)
_NUMBERED = re.compile(r"\d")
_PLAINLY_NAMED = re.compile(r"\d|^[A-Z]{2,}$|\s")

LOOK_BACK = 3
"""So many questions back it is looked for what the other thing is asked about."""


def completed(question: str, earlier: Sequence[str]) -> str:
    """Return the last question that asked something, of the thing that a follow-up names; empty where it does more.

    A single word at the beginning of a message may be written large without being a name, and completes nothing.
    """
    name = _named_alone(question)
    for before in reversed(earlier[-LOOK_BACK:] if name else ()):
        if _named_alone(before) or not (names := list(_NAMED.finditer(before))):
            continue
        alike = [one for one in names if one.group().split()[0] == name.split()[0]]
        places = [one for one in names if _is_place(before[: one.start()])]
        lead = question[: question.find(name)]
        kin = alike or (places if _is_place(lead) or not _NUMBERED.search(name) else [])
        kin = kin or _framed_alike(lead, name, before, names)
        if len({one.group() for one in kin}) != 1 or kin[0].group() == name:
            return ""
        return re.sub(rf"(?<!\w){re.escape(kin[0].group())}(?!\w)", lambda _: name, before)
    return ""


def _is_place(before: str) -> bool:
    """Tell whether what stands before a name says that it is a place: products are "on" and "with", places "to"."""
    return bool(_TOWARDS.search(before))


def _framed_alike(lead: str, name: str, before: str, names: list[re.Match[str]]) -> list[re.Match[str]]:
    """Return the only name of a question where "the" stands before it, and before a plain name in the follow-up."""
    if len(names) != 1 or not _PLAINLY_NAMED.search(name) or not _AFTER_THE.search(lead):
        return []
    return [one for one in names if _AFTER_THE.search(before[: one.start()])]


def _named_alone(text: str) -> str:
    """Return the name that is all that a message says; empty where it says more."""
    said = _POINTS.sub("", _LEAD.sub("", text))
    found = _ONLY_NAME.fullmatch(said)
    is_sure = found is not None and (said != text.lstrip() or bool(_PLAINLY_NAMED.search(found[1])))
    return found[1] if found is not None and is_sure else ""
