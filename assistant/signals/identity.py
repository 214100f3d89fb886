"""Tells of a message whether it only asks who answers: a person or a machine. By wording alone. English."""

import re

_ANSWERING = (
    r"(?:chat ?bot|bot|robot|machine|computer|program(?:me)?|algorithm|ai|a\.i\.|artificial intelligence|chatgpt|gpt"
    r"|(?:large )?language model|llm|human(?: being)?|person|man|woman|(?:virtual |digital )?assistant"
    r"|(?:customer |support |service )*(?:agent|employee|representative))"
)
_ONE = rf"(?:(?:an?|the|some|just|only|even|really|actually|real|live|actual|automated|human|kind of) )*{_ANSWERING}s?"
_CONTACT = r"(?:talking|speaking|chatting|writing|texting|typing) (?:to|with)"
_BEFORE = r"(?:(?:hi|hello|hey|ok|okay|wait|sorry|so|and|but|um+|please|excuse me|may i ask)[,.!]* )*"
_BEHIND = r"(?:,? (?:or (?:not|what)|here|please|thanks|thank you|then|though|right|there))*"
_WHO_ANSWERS = re.compile(
    rf"\W*{_BEFORE}(?:"
    rf"(?:are|r) (?:you|u) {_ONE}(?:,? or {_ONE})?"
    rf"|am i {_CONTACT} {_ONE}(?:,? or {_ONE})?"
    rf"|is (?:this|it) (?:(?:an?|the|just|really|actually|automated) )*(?:real person|human|chat ?bot|bot|ai|person)"
    rf"|(?:who|what)(?: exactly)? (?:are|r) (?:you|u)"
    rf"|who(?:m)? am i {_CONTACT}|with whom am i (?:talking|speaking|chatting)"
    rf"){_BEHIND}\W*",
    re.IGNORECASE,
)


def asks_who_answers(text: str) -> bool:
    """Tell whether a message asks whether a person or a machine answers, and nothing else."""
    return _WHO_ANSWERS.fullmatch(" ".join(text.replace("’", "'").split())) is not None
