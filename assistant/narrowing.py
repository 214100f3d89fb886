"""What of a message is the question: customers wrap it in greetings, stories and anger, which no document holds."""

import re

from assistant.segmentation import sentences
from assistant.types import Query

_ASKS = re.compile(
    r"\?\W*$"
    r"|^\W*(?:(?:and|but|so|ok(?:ay)?|please|also|now|quick(?:ly)?)\W+)*"
    r"(?:who|whom|whose|what|what's|which|where|when|why|how|is|are|was|were|am|do|does|did|can|could|may|might|will|would"
    r"|should|shall|has|have|tell me|show me|explain|i (?:want|need|would like) to know)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """Tell whether a message asks something, by its form alone."""
    return bool(_questions(text))


def narrowed(query: Query) -> Query | None:
    """Return a query for the sentences of a message that ask or, where all do, for it without the conversation.

    None where there is nothing to leave out.
    """
    asking = _questions(query.text)
    said = " ".join(asking)
    if asking and len(said) < len(query.text.strip()):
        return query.model_copy(update={"text": said})
    return query.alone() if query.topic or query.context else None


def _questions(text: str) -> list[str]:
    parts = (text[start:end] for start, end in sentences(text))
    return [part for part in parts if _ASKS.search(part)]
