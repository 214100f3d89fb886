"""Tells of a message whether it only leaves an address or a number at which somebody is to be reached. English."""

from assistant.privacy.finding import personal_in
from assistant.terms import words

_REACHED_BY = ("email", "phone")
_AROUND = frozenset(
    "my our the an a e mail email e-mail address phone telephone tel mobile cell number no nr name names is it it's "
    "its that this here here's are and or also you can could may please pls just call ring text write contact reach "
    "reply answer send me us to at on under via by in for if needed back touch get best i i'm am we hi hello hey "
    "thanks thank so whatsapp sms".split()
)
"""What stands around an address or a number that is left, and asks nothing."""


def leaves_contact(text: str) -> bool:
    """Tell whether a message gives an e-mail address or a telephone number, and says nothing else."""
    found = personal_in(text)
    if not any(one.kind in _REACHED_BY for one in found):
        return False
    rest = "".join(text[start:end] for start, end in _between([(one.start, one.end) for one in found], len(text)))
    return set(words(rest)) <= _AROUND


def _between(ranges: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """Return what lies before, between and behind ranges that are in order."""
    starts = [0, *(stop for _, stop in ranges)]
    ends = [*(start for start, _ in ranges), end]
    return list(zip(starts, ends, strict=True))
