"""What of a message is the question: customers wrap it in greetings, stories and anger, which no document holds."""

import re

from assistant.segmentation import sentences
from assistant.terms import terms
from assistant.types import Decision, Query, SearchResult

_ASKING = (
    r"(?:who|whom|whose|what|what's|which|where|when|why|how|is|are|was|were|am|do|does|did|can|could|may|might|will|would"
    r"|should|shall|has|have)"
)
_BEGINS = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|please|also|now|quick(?:ly)?)\W+)*"
    rf"(?:{_ASKING}|tell me|show me|explain|i (?:want|need|would like) to know)\b",
    re.IGNORECASE,
)
CLAUSE_WORDS = 3
"""A clause of fewer words, such as "is it?", asks nothing by itself."""

SHORT_CLAUSE_WORDS = 7
"""One of at most so many that points back, such as "how do I stop it?", asks about what stands before it."""

FEWEST_TERMS = 3
"""A short yes or no that names less, such as "do I have to pay?", depends on the case that stands before it."""

_DECIDES = re.compile(r"(?:is|are|was|were|am|do|does|did|can|could|may|might|will|would|should|has|have)\b", re.I)

_POINTS_BACK = re.compile(r"\b(?:it|its|this|that|these|those|they|them|one|ones)\b", re.IGNORECASE)
_ENDS = re.compile(r"\?\W*$")
_CLAUSE = re.compile(
    r"(?:[,;:]\s*(?:and |but |so )?|\b(?:and|but|so|also|know)\s+)"
    rf"(?P<clause>{_ASKING}\b.+)",
    re.IGNORECASE | re.DOTALL,
)
"""A question behind something that is none: "I bought it in May, how long is the warranty?"."""
_WONDERED = re.compile(
    rf".*\b(?:wonder(?:ing)?|(?:wanted|like|want|need) to (?:ask|know))\s+(?:whether|if|(?={_ASKING}\b))(?P<clause>.+)",
    re.IGNORECASE | re.DOTALL,
)
"""One that says itself that it asks, however long the story before it is."""


def asks(text: str) -> bool:
    """Tell whether a message asks something, by its form alone."""
    return bool(_questions(text))


def narrowed(query: Query) -> Query | None:
    """Return a query for what of a message asks or, where all of it does, for it without the conversation.

    None where there is nothing to leave out, and where a question points back at the conversation.
    """
    asking = _questions(query.text)
    said = " ".join(asking)
    if asking and len(said) < len(query.text.strip()):
        return query.model_copy(update={"text": said})
    return query.alone() if (query.topic or query.context) and not query.leans else None


def is_to_be_narrowed(decision: Decision, found: SearchResult) -> bool:
    """Tell whether what a message asks is to be searched for alone: as the policy says, or for a number in it.

    What no passage has may be of the story before the question: "You promised me 90 days. How long do I have?".
    """
    lacks_number = found.evidence.features.get("numbers_missing", 0.0) > 0
    return decision.retrieve_deeper or (decision.action == "answer" and lacks_number)


def _questions(text: str) -> list[str]:
    parts = (text[start:end] for start, end in sentences(text))
    return [question for part in parts if (question := _question(part))]


def _question(sentence: str) -> str:
    """Return what of a sentence asks; empty where nothing does."""
    if _BEGINS.search(sentence):
        return sentence
    if found := _WONDERED.search(sentence):
        return found["clause"].strip()
    found = _CLAUSE.search(sentence)
    if not _ENDS.search(sentence):
        return ""
    return found["clause"] if found and _stands_alone(found["clause"]) else sentence


def _stands_alone(clause: str) -> bool:
    count = len(clause.split())
    if count < SHORT_CLAUSE_WORDS and _DECIDES.match(clause) and len(terms(clause)) < FEWEST_TERMS:
        return False
    return count > SHORT_CLAUSE_WORDS or (count >= CLAUSE_WORDS and not _POINTS_BACK.search(clause))
