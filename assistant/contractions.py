"""Puts back the apostrophes that customers leave out: "whats" and "dont" are words of no document."""

import re

_WITHOUT_APOSTROPHE = re.compile(
    r"\b(?:(?P<asks>what|where|when|who|how|that|there|here)(?P<is>s)"
    r"|(?P<verb>do|does|did|is|are|was|were|has|have|had|ca|could|would|should|must|need)(?P<not>nt)"
    r"|(?P<person>you|they|we|I)(?P<have>ve)|(?P<several>you|they)(?P<are>re)|(?P<self>I)(?P<am>m))\b",
    re.I,
)
"""Forms that are no words without it; "were", "its", "well" and "ill" are."""


def written_out(text: str) -> str:
    """Return a message with the apostrophes of its contractions: "What's", "don't", "you've"."""
    return _WITHOUT_APOSTROPHE.sub(_with_apostrophe, text)


def _with_apostrophe(found: re.Match[str]) -> str:
    word = found.group()
    ending = len(found["is"] or found["have"] or found["are"] or found["am"] or "") or 1
    return f"{word[:-ending]}'{word[-ending:]}"
