"""What a message means for who holds the conversation: yes or no to an offer, or "never mind". Pure."""

import re

from assistant.types import FOR_PEOPLE, ConversationState, Decision, HandoffEvent

MOST_WORDS = 8
"""A longer message says more than yes or no, and is answered as a message."""

_YES = re.compile(
    r"(yes|yeah|yep|yup|sure|ok|okay|please( do)?|yes please|of course|absolutely|definitely|go ahead|do it|"
    r"that would be (great|good|nice|helpful)|i would|i'd like that|connect me|pass me (on|over)|"
    r"ja|gerne|ja bitte|oui|si|sí)\b"
)
_NO = re.compile(
    r"(no|nope|nah|no thanks?|no thank you|not now|not yet|not needed|don't|do not|never ?mind|forget it|"
    r"no need|i'm (fine|good)|nein|non)\b"
)
_NEVER_MIND = re.compile(
    r"\b(never ?mind|forget (it|about it)|no longer need(ed)?|don't need (a|any) (human|person|agent|one)|"
    r"(solved|found) it( myself| already)?|back to the (assistant|bot)|cancel (that|this|it|my request)|"
    r"(it is|it's|that is|that's) (solved|resolved|fixed|sorted)( now)?|hat sich erledigt)\b"
)


def meaning(state: ConversationState, text: str, *, wants_human: bool) -> HandoffEvent | None:
    """Return what a customer's message does to a conversation; None where it is a message to the assistant."""
    if state in FOR_PEOPLE:
        return HandoffEvent.CANCEL if not wants_human and _calls_off(text) else HandoffEvent.MESSAGE
    if wants_human:
        return HandoffEvent.REQUEST
    if state is ConversationState.OFFERED:
        return _answer_to_an_offer(text)
    return HandoffEvent.MESSAGE if state is ConversationState.CLOSED else None


def decision_of(event: HandoffEvent) -> Decision | None:
    """Return what is decided about a message that is about a person and nothing else; None where it may be more."""
    return _DECISIONS.get(event)


_DECISIONS = {
    HandoffEvent.REQUEST: Decision(
        action="hand_over", rule="accepted", reason="The customer accepts the offer of a person."
    ),
    HandoffEvent.CANCEL: Decision(
        action="answer", rule="called off", reason="The customer goes back to the assistant."
    ),
    HandoffEvent.DECLINE: Decision(action="answer", rule="declined", reason="The customer does not want a person."),
}


def _answer_to_an_offer(text: str) -> HandoffEvent:
    words = _plain(text)
    if len(words.split()) > MOST_WORDS:
        return HandoffEvent.MESSAGE
    if _NO.match(words):
        return HandoffEvent.DECLINE
    return HandoffEvent.REQUEST if _YES.match(words) and not _asks(text) else HandoffEvent.MESSAGE


def _calls_off(text: str) -> bool:
    words = _plain(text)
    return len(words.split()) <= MOST_WORDS and not _asks(text) and bool(_NEVER_MIND.search(words))


def _asks(text: str) -> bool:
    return "?" in text


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w']+", " ", text.lower().replace("’", "'")).split())
